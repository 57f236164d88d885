"""Break cvlib on purpose: `make mutants` applies each damage listed in mutants/ and wants a red test for it.

    python tests/mutate.py [WORD ...]     # only damages whose description holds one of the words

The checkout is copied first and stays as it is. Exits with 1 where a damage went unnoticed.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).parents[1]
COPIED = ("_static", "cvlib", "tests", "results", "conftest.py", "pyproject.toml")


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


def tests_pass(copy: Path, names: list[str], *options: str) -> bool:
    """Whether pytest is green on these files of the copy."""
    files = [f"tests/{name}" for name in names]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *options, *files]
    environment = os.environ | {"PYTHONPATH": str(copy)}
    outcome = subprocess.run(command, cwd=copy, env=environment, capture_output=True)
    if outcome.returncode > 1:
        raise RuntimeError(outcome.stdout.decode() + outcome.stderr.decode())
    return outcome.returncode == 0


def copied(folder: Path) -> Path:
    """The checkout's files that the tests need, in ``folder``."""
    for name in COPIED:
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, folder / name)
    return folder


def noticed(one: dict, copies: Queue) -> bool:
    """Whether a test turns red in one of the ``copies`` with the damage in it."""
    copy = copies.get()
    target = copy / "cvlib" / one["file"]
    try:
        target.write_text(damaged(one))
        return not tests_pass(copy, one["tests"])
    finally:
        shutil.copy(ROOT / "cvlib" / one["file"], target)
        copies.put(copy)


def main() -> None:
    chosen, copies, unnoticed = mutants(sys.argv[1:]), Queue(), 0
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        for number in range(os.cpu_count()):
            (Path(folder) / str(number)).mkdir()
            copies.put(copied(Path(folder) / str(number)))
        needed = sorted({name for one in chosen for name in one["tests"]})
        if not tests_pass(Path(folder) / "0", needed, "-n", "2", "--dist", "loadfile"):
            sys.exit("the tests are red without any damage: mend that first")
        for one, seen in zip(chosen, pool.map(lambda one: noticed(one, copies), chosen), strict=True):
            print("red " if seen else "GREEN", one["damage"], flush=True)
            unnoticed += not seen
    print(f"{len(chosen) - unnoticed} of {len(chosen)} damages turned a test red")
    sys.exit(1 if unnoticed else 0)


if __name__ == "__main__":
    main()
