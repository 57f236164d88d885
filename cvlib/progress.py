"""How far something is: a bar on a terminal, elsewhere a line now and then."""
import sys
import time
from collections.abc import Iterator, Sized
from typing import TextIO

__all__ = ["watched"]


def watched(steps: Sized, what: str, *, unit: str = "batches", every: float = 60.0,
            stream: TextIO | None = None) -> Iterator:
    """``steps`` one by one, and on ``stream``, standard error unless said, how many are done: a bar where it
    is a terminal, else a line every so many seconds, and none of what is over sooner."""
    stream = stream or sys.stderr
    if stream.isatty():
        from tqdm import tqdm
        yield from tqdm(steps, desc=what, unit=f" {unit}", file=stream, leave=False, dynamic_ncols=True)
        return
    start = last = time.monotonic()
    for done, step in enumerate(steps, 1):
        yield step
        now = time.monotonic()
        if now - last >= every:
            last = now
            _say(f"{what}: {done:,} of {len(steps):,} {unit}, {_left(now - start, done, len(steps))} to go",
                 stream)


def _left(seconds: float, done: int, of: int) -> str:
    minutes = seconds / done * (of - done) / 60
    return f"about {minutes / 60:.1f} h" if minutes >= 90 else f"about {minutes:.0f} min"


def _say(line: str, stream: TextIO) -> None:
    """A closed or full output ends nothing."""
    try:
        print(line, file=stream, flush=True)
    except OSError:
        return
