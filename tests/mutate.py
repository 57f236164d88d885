"""Break cvlib on purpose: `make mutants` applies each damage listed in mutants/ and wants a red test for it.

    python tests/mutate.py [WORD ...]     # only damages whose description holds one of the words

The checkout is copied first and stays as it is. Exits with 1 where a damage went unnoticed, or where a test
that noticed one is red without it too. Each damage is tried in a process forked from this one, which has
imported the libraries already, and frozen them for the garbage collector: to import torch, or to look through
it for garbage, takes longer than most tests.
"""
import gc
import os
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPIED = ("_static", "cvlib", "tests", "results", "conftest.py", "pyproject.toml")
LIBRARIES = ("accelerate", "matplotlib.pyplot", "nbval.plugin", "pytest", "safetensors.torch", "scipy.stats",
             "sklearn.metrics", "torchvision.transforms.v2")


class FirstRed:
    """A plugin of pytest's that writes down the first test that is red, in a file."""

    def __init__(self, file: Path):
        self.file = file

    def pytest_runtest_logreport(self, report) -> None:
        if report.failed and not self.file.exists():
            self.file.write_text(report.nodeid)


def mutants(words: list[str]) -> list[dict]:
    """The damages to try."""
    lists = sorted((ROOT / "tests" / "mutants").glob("*.toml"))
    listed = [one | {"list": path.name} for path in lists
              for one in tomllib.loads(path.read_text())["mutant"]]
    return [one for one in listed if not words or any(word in one["damage"] for word in words)]


def damaged(one: dict) -> str:
    """The whole file with the damage in it; raises ValueError where the place is not found exactly once."""
    text = (ROOT / "cvlib" / one["file"]).read_text()
    if text.count(one["old"]) != 1:
        raise ValueError(f"{one['file']}: {one['old']!r} stands there {text.count(one['old'])} times: mend "
                         f"tests/mutants/{one['list']}")
    return text.replace(one["old"], one["new"])


def copied(folder: Path) -> Path:
    """The checkout's files that the tests need, in ``folder``."""
    folder.mkdir()
    for name in COPIED:
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy2)(ROOT / name, folder / name)
    return folder


def start(copy: Path, tests: Iterable[str]) -> int:
    """Run these tests of the copy, up to the first red one, in a child process; gives its number."""
    (copy / "red").unlink(missing_ok=True)
    if child := os.fork():
        return child
    log = os.open(copy / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1), os.dup2(log, 2)
    os.chdir(copy)
    sys.path.insert(0, str(copy))
    os.environ["PYTHONPATH"], sys.dont_write_bytecode = str(copy), True
    options = ["-q", "-x", "-p", "no:cacheprovider", "-p", "nbval.plugin", *tests]
    os._exit(import_module("pytest").main(options, plugins=[FirstRed(copy / "red")]))


def red_test(copy: Path, status: int) -> str:
    """The first test that was red in the copy, or nothing; raises RuntimeError where none could be run."""
    if status and not (copy / "red").exists():
        raise RuntimeError((copy / "log").read_text())
    return (copy / "red").read_text() if status else ""


def tried(chosen: list[dict], copies: list[Path]) -> Iterator[tuple[dict, str]]:
    """Each damage with the test that noticed it, as they end, one damage at a time in each copy."""
    waiting, running, free = list(reversed(chosen)), {}, list(copies)
    while waiting or running:
        while waiting and free:
            one, copy = waiting.pop(), free.pop()
            (copy / "cvlib" / one["file"]).write_text(damaged(one))
            running[start(copy, [f"tests/{name}" for name in one["tests"]])] = one, copy
        child, status = os.wait()
        one, copy = running.pop(child)
        shutil.copy2(ROOT / "cvlib" / one["file"], copy / "cvlib" / one["file"])
        free.append(copy)
        yield one, red_test(copy, status)


def red_anyway(tests: list[str], copies: list[Path]) -> list[str]:
    """Those of these tests that are red in the undamaged copies too, one for each copy at most."""
    shares = [tests[number::len(copies)] for number in range(len(copies))]
    running = {start(copy, share): copy for copy, share in zip(copies, shares, strict=True) if share}
    ended = [os.wait() for _ in running]
    return [red for child, status in ended if (red := red_test(running[child], status))]


def main() -> None:
    os.environ |= {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    for name in LIBRARIES:
        import_module(name)
    gc.freeze()
    chosen, reds = mutants(sys.argv[1:]), []
    with tempfile.TemporaryDirectory() as folder:
        copies = [copied(Path(folder) / str(number)) for number in range(os.cpu_count())]
        for one, red in tried(chosen, copies):
            print(f"{'red  ' if red else 'GREEN'} {one['damage']}  {red.rpartition('/')[2]}", flush=True)
            reds += [red] if red else []
        if anyway := red_anyway(sorted(set(reds)), copies):
            sys.exit(f"red without any damage, mend that first: {', '.join(anyway)}")
    print(f"{len(reds)} of {len(chosen)} damages turned a test red")
    sys.exit(len(reds) < len(chosen))


if __name__ == "__main__":
    main()
