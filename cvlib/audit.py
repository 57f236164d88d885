"""An audit of labelled pictures: identical and similar ones, leaks, odd sizes, labels to doubt.

    python -m cvlib.audit [DATA] [--root DIR] [--out DIR] [--folds N] [--no-training] [--set key=value ...]

It writes <out>/<name>.json, and <out>/<name>-out-of-fold.npz, which is trained once and read from then on.
What people said of pairs and labels lies beside, in <name>-pairs.csv and <name>-labels.csv, and stays.
"""
import argparse
import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch

from cvlib.analysis import Suspects
from cvlib.atomic import replaced
from cvlib.command import plain_speech, say
from cvlib.crossfit import crossfit
from cvlib.data import ImageDataset, open_dataset
from cvlib.data.audit import examine
from cvlib.data.pooled import Pool, pool
from cvlib.environment import environment
from cvlib.recipes import Recipe, changed, differences, get_recipe
from cvlib.results import OutOfFold, file_list, load_runs

__all__ = ["audit", "main"]

RECIPE, SETTINGS = "resnet_common", ["epochs=4", "views=1"]
SHOWN = 100  # suspects that are named


def audit(data: str = "intel", *, root: str | Path | None = None, out: str | Path = "results/audit",
          recipe: Recipe | None = None, folds: int = 3) -> dict:
    """What ``out``/<name>.json then holds: see `examine`; the labels of the test set that the committed
    records of this data set doubt together; and with a ``recipe`` those of all that networks trained by it
    doubt.

    Networks are trained first, and only on pictures that can all be decoded. Raises ValueError for a data set
    without files, and where kept answers of networks were made otherwise; OSError as `open_dataset`, and with
    a recipe for pictures that cannot be decoded.
    """
    pictures = pool(open_dataset(data, root=root))
    by_networks = _doubted_by_networks(pictures, recipe, Path(out), folds) if recipe else {}
    found = examine(pictures) | _doubted_by_records(pictures) | by_networks
    found["made"] = environment(torch.device("cpu")) | {"scipy": version("scipy")}
    with replaced(Path(out) / f"{found['name']}.json") as temporary:
        temporary.write_text(json.dumps(found, indent=1) + "\n")
    return found


def _doubted_by_records(pictures: Pool) -> dict:
    """Of the test set, which none of them has seen."""
    dataset, rows = pictures.dataset, np.flatnonzero(pictures.tested)
    records = [record for record in load_runs(data=dataset.name) if record.kind == "run"
               and record.split == "test" and len(record.labels) == len(rows)]
    if not records:
        return {}
    paths = [dataset.paths[row] for row in rows]
    if not all(map(str.endswith, paths, file_list(records[0]))):
        raise ValueError(f"the test pictures of {dataset.pictures.root} are not those of the committed "
                         "records")
    said = np.mean([record.probabilities for record in records], axis=0)
    return {"doubted_in_test": _listed(Suspects(dataset.labels[rows], np.log(said)), dataset.classes, paths)
            | {"records": [f"{record.study}/{record.name}" for record in records]}}


def _listed(suspects: Suspects, classes: list[str], paths) -> dict:
    return {"numbers": suspects.numbers(), "thresholds": suspects.thresholds.round(4).tolist(),
            "joint": suspects.joint.tolist(),
            "suspects": suspects.listed(suspects.ranked[:SHOWN], classes, paths)}


def _doubted_by_networks(pictures: Pool, recipe: Recipe, out: Path, folds: int) -> dict:
    dataset, path = pictures.dataset, out / f"{pictures.dataset.name}-out-of-fold.npz"
    if not path.exists():
        crossfit(dataset, recipe, out, folds=folds, say=say).save(path)
    said = _checked(OutOfFold.load(path), path, dataset, recipe, folds)
    right = said.log_probabilities.argmax(1) == said.labels
    listed = _listed(Suspects(said.labels, said.log_probabilities), dataset.classes, said.paths)
    return {"doubted": listed | said.made | {"accuracy": float(right.mean())}}


def _checked(said: OutOfFold, path: Path, dataset: ImageDataset, recipe: Recipe, folds: int) -> OutOfFold:
    other = differences(said.made["recipe"], recipe.as_dict())
    if said.made["folds"] != folds:
        other.append(f"folds {said.made['folds']}, now {folds}")
    if list(said.paths) != list(dataset.paths) or not np.array_equal(said.labels, dataset.labels):
        other.append(f"pictures or labels other than those of {dataset.pictures.root}")
    if other:
        raise ValueError(f"{path} was made otherwise ({'; '.join(other)}): delete it to train anew, or "
                         "choose another --out")
    return said


def main(arguments: list[str] | None = None) -> None:
    """The command line; exits with a message where a person must mend something."""
    parser = argparse.ArgumentParser(prog="python -m cvlib.audit", description="What is wrong with the data.")
    parser.add_argument("data", nargs="?", default="intel", help="intel, or a folder of your own")
    parser.add_argument("--root", type=Path, help="where the data set lies, if not where it is looked for")
    parser.add_argument("--out", type=Path, default="results/audit", help="where the findings are written")
    parser.add_argument("--folds", type=int, default=3, help="networks, each trained without one fold")
    parser.add_argument("--no-training", action="store_true",
                        help="files and pixels alone: names every picture that cannot be decoded")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE",
                        help=f"of the networks' recipe, {RECIPE}; unless said, {' '.join(SETTINGS)}")
    options = parser.parse_args(arguments)
    try:
        with plain_speech("cvlib.audit"):
            recipe = None if options.no_training else changed(get_recipe(RECIPE), options.set or SETTINGS)
            found = audit(options.data, root=options.root, out=options.out, recipe=recipe,
                          folds=options.folds)
    except (ValueError, OSError, ImportError, FloatingPointError) as error:
        sys.exit(f"cvlib.audit: {error}")
    for line in _summary(found):
        say(line)


def _summary(found: dict) -> list[str]:
    near = sum(bits <= found["threshold"] for *_, bits in found["near"])
    files, pixels = len(found["equal_files"]), len(found["equal_pixels"])
    lines = [f"{sum(found['pictures'].values()):,} pictures, {len(found['broken'])} cannot be decoded, "
             f"{len(found['odd_sizes'])} of another size than {found['usual_size']}",
             f"identical: {files} groups by bytes, {pixels} by pixels",
             f"alike: {near} pairs within {found['threshold']} of 64 bits"]
    if "doubted_in_test" in found:
        doubted = found["doubted_in_test"]
        lines.append(f"labels of the test set to doubt: {doubted['numbers']['suspects']}, by "
                     f"{len(doubted['records'])} records together")
    if "doubted" in found:
        lines.append(f"labels to doubt: {found['doubted']['numbers']['suspects']}, by networks that are "
                     f"right in {100 * found['doubted']['accuracy']:.1f} % of all")
    return lines


if __name__ == "__main__":
    main()
