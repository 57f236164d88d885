"""Folders that are built once and kept: whole or not there, whatever was killed, full, cut or deleted.

They lie in a folder of their own inside `cache_folder`, under names that nothing else has; nothing else is
ever touched. Each has a lock beside it: whoever comes second waits, and reads what the first has built. What
is half built is called .part; where its lock is free, its builder was killed.
"""
import errno
import json
import os
import re
import shutil
import stat
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout
from platformdirs import user_cache_dir

__all__ = ["cache_folder", "entry", "entry_begun", "reserve"]

OWN, MANIFEST = "cvlib-decoded", "manifest.json"
PART = re.compile(r"(pixels|digests|key|statistics)-[A-Za-z0-9-]*-[0-9a-f]{16}\.part")
REMEDY = "set CVLIB_CACHE to a folder"


def cache_folder() -> Path:
    """``$CVLIB_CACHE``, else the user's cache folder; raises OSError where this user has none."""
    if os.environ.get("CVLIB_CACHE"):
        return Path(os.environ["CVLIB_CACHE"]).absolute()
    try:
        folder = Path(user_cache_dir("cvlib-course"))
    except (RuntimeError, KeyError):  # no HOME, and no such user
        folder = Path("~")
    if not folder.is_absolute():
        raise OSError(f"this user has no home folder to keep decoded pictures in: {REMEDY} for them")
    return folder


def entry(kind: str, name: str, key: str, build: Callable[[Path], None]) -> Path:
    """The finished folder of ``kind`` ("pixels", "digests", "key" or "statistics") and ``key``; ``name`` helps a
    person to know it. Where there is none, or a damaged one, ``build`` fills it first.

    Raises OSError where the cache folder cannot be written or is full, with what to do.
    """
    final = _path(kind, name, key)
    if _fault(final) is None:
        return final
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{final}.lock", mode=0o666):
            fault = _fault(final)  # another process may have been faster
            if fault is not None:
                if fault:
                    warnings.warn(f"{final} is damaged ({fault}): it is built again", stacklevel=3)
                    _remove(final)
                _sweep(final)
                _build(final, build)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise OSError(f"{final.parent} is full: {REMEDY} on a larger disk") from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
            raise OSError(f"{final.parent} cannot be written ({error}): {REMEDY} that can") from error
        raise
    return final


def entry_begun(kind: str, name: str, key: str) -> bool:
    """Whether that entry is there, or has been begun."""
    final = _path(kind, name, key)
    return final.exists() or final.with_suffix(".part").exists()


def reserve(path: Path, size: int) -> None:
    """Make sure of the disk's room for ``size`` bytes in the file ``path``; a mapped file that finds none later
    would end the process. Raises OSError where there is not enough, with what to do."""
    try:
        with open(path, "r+b") as file:
            if size and hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
                return
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EINVAL, errno.EOPNOTSUPP):
            raise
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise OSError(_too_small(path, size)) from error
    if size > shutil.disk_usage(path.parent).free:
        raise OSError(_too_small(path, size))


def _too_small(path: Path, size: int) -> str:
    free = shutil.disk_usage(path.parent).free
    return (f"the decoded pictures take {size / 1e9:.1f} GB and {path.parent.parent} has {free / 1e9:.1f} GB left: "
            f"{REMEDY} on a larger disk")


def _path(kind: str, name: str, key: str) -> Path:
    readable = re.sub(r"[^A-Za-z0-9]+", "-", name)[:40].strip("-")
    return cache_folder() / OWN / f"{kind}-{readable}-{key}"


def _fault(folder: Path) -> str | None:
    """None for a whole entry, "" where there is nothing, else what is wrong with it."""
    try:
        sizes = json.loads((folder / MANIFEST).read_text())
        for name, size in sizes.items():
            state = os.stat(folder / name)
            if not stat.S_ISREG(state.st_mode) or state.st_size != size:
                return f"{name} has {state.st_size} bytes, not {size}"
    except FileNotFoundError as error:
        return f"{Path(error.filename).name} is gone" if os.path.lexists(folder) else ""
    except PermissionError:
        raise
    except (OSError, ValueError, AttributeError) as error:
        return f"{MANIFEST} cannot be read: {error}"
    return None


def _build(final: Path, build: Callable[[Path], None]) -> None:
    part = Path(f"{final}.part")
    try:
        part.mkdir()  # not mkdtemp, which would lock everybody else out
        build(part)
        sizes = {file.name: file.stat().st_size for file in part.iterdir()}
        (part / MANIFEST).write_text(json.dumps(sizes))
        for file in part.iterdir():
            with open(file, "r+b") as opened:
                os.fsync(opened.fileno())
        part.rename(final)
    finally:
        _remove(part)


def _sweep(final: Path) -> None:
    """Remove what killed processes left half built: its lock is free, or held here."""
    for part in final.parent.iterdir():
        if part.stem == final.name and part.suffix == ".part":
            _remove(part)
        elif PART.fullmatch(part.name):
            with suppress(Timeout, OSError), FileLock(part.with_suffix(".lock"), timeout=0, mode=0o666):
                _remove(part)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
