"""Files that are either the old one or the whole new one, never half of it."""
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["replaced"]

UMASK = os.umask(0)  # there is no way to ask without setting it
os.umask(UMASK)


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A temporary path to write to; on leaving it is flushed to disk and takes the place of ``path``.

    Where the block raises, ``path`` stays as it was; an OSError that names no file is given its name.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        temporary.chmod(0o666 & ~UMASK)  # some writers let nobody else read
        _flush(temporary)
        temporary.replace(path)
        _flush(path.parent)
    except OSError as error:
        if error.errno and not error.filename:  # a full disk says so without saying where
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise
    finally:
        temporary.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
