"""Break cvlib on purpose: `make mutants` applies each damage of mutants.toml and wants a red test for it.

    python tests/mutate.py [WORD ...]     # only damages whose description holds one of the words

The checkout is copied first and stays as it is. Exits with 1 where a damage went unnoticed.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPIED = ("cvlib", "tests", "results", "conftest.py", "pyproject.toml")


def mutants(words: list[str]) -> list[dict]:
    """The damages to try."""
    listed = tomllib.loads((ROOT / "tests" / "mutants.toml").read_text())["mutant"]
    return [one for one in listed if not words or any(word in one["damage"] for word in words)]


def damaged(one: dict) -> str:
    """The whole file with the damage in it; raises ValueError where the place is not found exactly once."""
    text = (ROOT / "cvlib" / one["file"]).read_text()
    if text.count(one["old"]) != 1:
        raise ValueError(f"{one['file']}: {one['old']!r} stands there {text.count(one['old'])} times: mend "
                         "tests/mutants.toml")
    return text.replace(one["old"], one["new"])


def tests_pass(copy: Path, names: list[str]) -> bool:
    """Whether pytest is green on these files of the copy."""
    files = [f"tests/{name}" for name in names]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *files]
    environment = os.environ | {"PYTHONPATH": str(copy)}
    outcome = subprocess.run(command, cwd=copy, env=environment, capture_output=True)
    if outcome.returncode > 1:
        raise RuntimeError(outcome.stdout.decode() + outcome.stderr.decode())
    return outcome.returncode == 0


def main() -> None:
    chosen = mutants(sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in COPIED:
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, copy / name)
        if not tests_pass(copy, sorted({name for one in chosen for name in one["tests"]})):
            sys.exit("the tests are red without any damage: mend that first")
        unnoticed = []
        for one in chosen:
            target = copy / "cvlib" / one["file"]
            target.write_text(damaged(one))
            noticed = not tests_pass(copy, one["tests"])
            target.write_text((ROOT / "cvlib" / one["file"]).read_text())
            print("red " if noticed else "GREEN", one["damage"], flush=True)
            unnoticed += [] if noticed else [one["damage"]]
    print(f"{len(chosen) - len(unnoticed)} of {len(chosen)} damages turned a test red")
    sys.exit(1 if unnoticed else 0)


if __name__ == "__main__":
    main()
