"""Folders for Kaggle's own command line: `make kaggle OWNER=name`, a chapter's runs and what they need.

Each run is a folder for `kaggle kernels push`: kernel-metadata.json and the open edition with a profile's
parameters in it, as papermill would put them there. The wheel of cvlib is a folder for `kaggle datasets
create`, and so are torchvision's weights where a run starts from them: with both attached, Kaggle's internet
stays off.
"""
import argparse
import ast
import json
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import yaml
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from cvlib.data.places import KAGGLE
from cvlib.published import FIRST, published_weights
from cvlib.recipes import Recipe, get_recipe
from cvlib.studies.families import FAMILIES

ROOT = Path(__file__).parents[1]
PROFILES = ROOT / "notebooks" / "profiles"
T4_X2 = "NvidiaTeslaT4"  # what Kaggle calls its "GPU T4 x2": github.com/Kaggle/kaggle-cli, issue 1196
PACKAGE, WEIGHTS = "cvlib-course", "torchvision-weights"  # data sets of the owner's


@dataclass(frozen=True)
class Push:
    """One run of a chapter: ``values`` for its parameters, and the recipe that they choose."""

    chapter: str
    values: dict[str, str | int]
    recipe: Recipe

    @property
    def title(self) -> str:
        """What Kaggle calls it; lower case with dashes for spaces it is its address there."""
        words = [self.chapter.replace("_", " "), self.values["profile"], self.values.get("network", "")]
        return " ".join(["cvlib", *words]).strip()

    @property
    def slug(self) -> str:
        return self.title.lower().replace(" ", "-")

    @property
    def weights(self) -> str | None:
        """The file of torchvision's weights that it starts from."""
        source, _, tag = (self.recipe.weights or "").partition(":")
        if source != "torchvision":
            return None
        return published_weights(self.recipe.model, tag or FIRST).file.name

    def metadata(self, owner: str, weights: set[str]) -> dict:
        """kernel-metadata.json of ``owner``, who has a data set of the files ``weights``."""
        data = [KAGGLE[self.values["data"]]] if self.values["data"] in KAGGLE else []
        attached = [f"{owner}/{WEIGHTS}"] if self.weights in weights else []
        gpu = self.values["profile"] == "gpu"
        return {
            "id": f"{owner}/{self.slug}", "title": self.title, "code_file": f"{self.chapter}.ipynb",
            "language": "python", "kernel_type": "notebook", "is_private": True,
            "enable_gpu": gpu, "enable_internet": self.weights is not None and not attached,
            **({"machine_shape": T4_X2} if gpu else {}),
            "dataset_sources": [f"{owner}/{PACKAGE}", *data, *attached],
            "competition_sources": [], "kernel_sources": [], "model_sources": [],
        }


def parameters(notebook) -> dict:
    """What the cell tagged "parameters" sets; raises ValueError where there is none."""
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", ()):
            return {line.targets[0].id: ast.literal_eval(line.value) for line in ast.parse(cell.source).body}
    raise ValueError("no cell is tagged parameters")


def pushes(chapter: str, defaults: dict) -> Iterator[Push]:
    """A chapter's runs, one a profile; where it asks for a network, one a network too, but for "quick"."""
    for path in sorted(PROFILES.glob("*.yaml")):
        values, name = yaml.safe_load(path.read_text()), defaults["recipes"][path.stem]
        several = "network" in defaults and path.stem != "quick"
        for network in FAMILIES if several else [defaults.get("network")]:
            chosen = {"network": network} if several else {}
            yield Push(chapter, values | chosen, get_recipe(name.format(network=network)))


def prepared(notebook, values: dict):
    """The notebook with ``values`` after its own parameters, without the outputs of other ones."""
    ready = parameterize_notebook(notebook, values)
    for cell in ready.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return ready


def write_dataset(folder: Path, owner: str, slug: str, files: list[Path]) -> None:
    """A folder for `kaggle datasets create` with these files."""
    folder.mkdir(parents=True)
    for file in files:
        shutil.copy2(file, folder)
    _write_json(folder / "dataset-metadata.json", {
        "title": slug, "id": f"{owner}/{slug}", "licenses": [{"name": "other"}]})


def write(notebook: Path, owner: str, out: Path, cache: Path) -> list[str]:
    """Everything for the open edition ``notebook``, into the folder ``out``; what to do with it, in lines.

    ``cache`` is torchvision's. Raises ValueError where no wheel lies beside the notebook.
    """
    edition = load_notebook_node(str(notebook))
    wheels = sorted(notebook.parent.glob("cvlib_course-*.whl"))
    if not wheels:
        raise ValueError(f"no cvlib_course-*.whl beside {notebook}: make notebooks")
    runs = list(pushes(notebook.stem, parameters(edition)))
    wanted = {run.weights for run in runs} - {None}
    there = {file for file in wanted if (cache / file).is_file()}
    write_dataset(out / "package", owner, PACKAGE, wheels[-1:])
    if there:
        write_dataset(out / "weights", owner, WEIGHTS, [cache / file for file in sorted(there)])
    for run in runs:
        folder = out / run.slug
        folder.mkdir()
        nbformat.write(prepared(edition, run.values), folder / notebook.name)
        _write_json(folder / "kernel-metadata.json", run.metadata(owner, there))
    sets = ["package", *(["weights"] if there else [])]
    return [*(f"kaggle datasets create -p {out / name}" for name in sets),
            *(f"kaggle kernels push -p {out / run.slug}" for run in runs),
            *(f"# {file} is not in {cache}: its run has Kaggle's internet on, unless you put it there and "
              "make this again" for file in sorted(wanted - there))]


def _write_json(path: Path, values: dict) -> None:
    path.write_text(json.dumps(values, indent=2) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description="Folders for `kaggle kernels push`.")
    parser.add_argument("notebook", type=Path, help="an open edition, its wheel beside it")
    parser.add_argument("--owner", required=True, help="your name in Kaggle's addresses")
    parser.add_argument("--out", type=Path, default=ROOT / "_build" / "kaggle")
    options = parser.parse_args()
    if not re.fullmatch(r"[\w-]+", options.owner):
        sys.exit(f"{options.owner!r} is no name in Kaggle's addresses: make kaggle OWNER=name")
    from torch.hub import get_dir
    shutil.rmtree(options.out, ignore_errors=True)
    lines = write(options.notebook, options.owner, options.out, Path(get_dir()) / "checkpoints")
    print(f"{len(list(options.out.iterdir()))} folders. In this order:", *lines, sep="\n")


if __name__ == "__main__":
    main()
