"""One job shared out among decoding processes."""
import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from cvlib.data.workers import FULL, Job, Report, look

__all__ = ["look_at_all"]

WORTH = 200  # pictures a process, below which its start costs more than it saves
SHOWN = 10  # broken pictures that a message names
PACKAGE = Path(__file__).parents[2]


def look_at_all(name: str, pictures, job: Job, folder: Path) -> Report:
    """``job`` done by as many processes as there are free cores; of few pictures in this one.

    ``folder`` is where the processes leave their reports and, with ``job.sums``, their sums, called 0.npz and
    so on. Raises OSError that lists the files which cannot be decoded, and where a process ended early.
    """
    number = len(pictures) if job.rows is None else len(job.rows)
    workers = min(_cores(), number // WORTH)
    if workers < 2 or not sys.executable:
        reports = [look(pictures, replace(job, sums=job.sums and str(folder / "0.npz")))]
    else:
        jobs = [replace(job, first=first, step=workers, sums=job.sums and str(folder / f"{first}.npz"))
                for first in range(workers)]
        reports = _in_processes(pictures, jobs, folder)
    broken = dict(sorted(item for report in reports for item in report.broken.items()))
    if broken:
        more = f"\n  and {len(broken) - SHOWN} more" if len(broken) > SHOWN else ""
        raise OSError(f"{name}: {len(broken)} picture(s) to replace or delete:\n  "
                      + "\n  ".join(list(broken.values())[:SHOWN]) + more)
    digests = [None] * sum(len(report.digests) for report in reports)
    for first, report in enumerate(reports):
        digests[first::len(reports)] = report.digests
    return Report(digests, {})


def _in_processes(pictures, jobs: list[Job], folder: Path) -> list[Report]:
    described, reports = pictures.as_json(), []
    with _processes(len(jobs)) as started:
        for (process, _), job in zip(started, jobs, strict=True):
            asked = {"pictures": described, "job": asdict(job), "report": str(folder / f"{job.first}.json")}
            with suppress(BrokenPipeError):  # it has ended already, and says why below
                process.stdin.write(json.dumps(asked).encode() + b"\n")
                process.stdin.flush()
        for (process, said), job in zip(started, jobs, strict=True):
            if process.wait():
                raise _ended(process.returncode, said)
            path = folder / f"{job.first}.json"
            read = json.loads(path.read_text())
            path.unlink()
            broken = {int(number): text for number, text in read["broken"].items()}
            reports.append(Report(read["digests"], broken))
    return reports


def _ended(status: int, said: BinaryIO) -> OSError:
    """Why a process ended before its work was done."""
    if status == FULL:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    said.seek(0)
    words = said.read().decode(errors="replace").strip().splitlines() or ["it said nothing; out of memory?"]
    return OSError(f"a decoding process ended with status {status}: {words[-1]}")


@contextmanager
def _processes(count: int) -> Iterator[list[tuple[subprocess.Popen, BinaryIO]]]:
    """Each with what it says; ended whatever happens here, and by themselves should this process be killed."""
    search = os.pathsep.join([str(PACKAGE), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-P", "-m", "cvlib.data.workers"]
    with ExitStack() as stack:
        started = []
        for _ in range(count):
            said = stack.enter_context(TemporaryFile())
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said,
                                       env=os.environ | {"PYTHONPATH": search})
            stack.callback(_end, process)
            started.append((process, said))
        yield started


def _end(process: subprocess.Popen) -> None:
    process.kill()
    process.wait()
    with suppress(BrokenPipeError):
        process.stdin.close()


def _cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
