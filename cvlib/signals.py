"""Ctrl-C and SIGTERM as an exception, so that a training ends in order."""
import signal
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Stopped", "stop_signals"]


class Stopped(BaseException):
    """A signal asked the process to end; ``signum`` says which."""

    def __init__(self, signum: int):
        super().__init__(signal.Signals(signum).name)
        self.signum = signum


@contextmanager
def stop_signals() -> Iterator[None]:
    """Inside, SIGINT and SIGTERM raise `Stopped` once; a second one ends the process as it would have."""
    before = {}

    def stop(signum, frame):
        restore()
        raise Stopped(signum)

    def restore():
        for signum, handler in before.items():
            signal.signal(signum, handler)

    for signum in (signal.SIGINT, signal.SIGTERM):
        before[signum] = signal.signal(signum, stop)
    try:
        yield
    finally:
        restore()
