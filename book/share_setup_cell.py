"""Write book/setup_cell.py, with the address of _config.yml, into the first code cell of every chapter."""
import sys
from pathlib import Path

import nbformat
import yaml

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted((ROOT / "notebooks").glob("*.ipynb"))
UNSET = 'ADDRESS = ""'


def setup_cell(address: str) -> str:
    """The set-up cell of a course that lives at ``address``; an empty one replaces no package."""
    return (ROOT / "book" / "setup_cell.py").read_text().strip().replace(UNSET, f'ADDRESS = "{address}"')


def configured() -> str:
    """The repository's address."""
    return yaml.safe_load((ROOT / "_config.yml").read_text())["repository"]["url"]


def share(path: Path, source: str) -> bool:
    """Make ``source`` the set-up cell of the notebook at ``path``; False where it does not begin with one."""
    notebook = nbformat.read(path, as_version=4)
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    if "\nADDRESS = " not in first.source:
        return False
    first.source = source
    nbformat.write(notebook, path)
    return True


if __name__ == "__main__":
    without = [path.name for path in CHAPTERS if not share(path, setup_cell(configured()))]
    if without:
        sys.exit(f"no set-up cell: copy the first code cell of another chapter into {', '.join(without)}")
