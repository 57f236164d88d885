"""What colours alone give away, as a record that every network must beat.

    python -m cvlib.floor [--data NAME] [--root DIR] [--out DIR]
"""
import argparse
import sys
from pathlib import Path

import torch

from cvlib.analysis import ColourRule
from cvlib.command import plain_speech, say
from cvlib.data import describe, open_dataset, preprocess_of
from cvlib.environment import environment
from cvlib.recipes import get_recipe
from cvlib.results import RECORD, RunRecord, run_name, save_file_list, save_record, score, stored

__all__ = ["colour_floor", "main"]

RECIPE = {"name": "colours", "model": "logistic regression on 64 colours"}
LIKE = "alexnet_mini"  # the recipe whose pictures it sees, cropped and resized


def colour_floor(data: str = "intel", *, root: str | Path | None = None, out: str | Path = "results/floors"
                 ) -> RunRecord:
    """Fit `ColourRule` to the training pictures, and score it on validation and the test set, if any.

    The record's folder is ``out``/colours-<data>-s0. Raises FileExistsError where that is, and as
    `open_dataset` and `ColourRule` do.
    """
    splits = open_dataset(data, root=root)
    splits.check()
    folder = Path(out) / run_name(RECIPE["name"], splits.name, 0)
    if (folder / RECORD).exists():
        raise FileExistsError(f"{folder} holds a record: choose another --out, or delete it")
    preprocess, content = preprocess_of(get_recipe(LIKE)), describe(splits)
    rule, said = ColourRule(splits["train"], preprocess), {}
    for split in ("val", "test"):
        if split in splits:
            labels = splits[split].labels
            said[split] = (labels, stored(rule.log_probabilities(splits[split]), labels))
            save_file_list(Path(out), content, split, splits[split].paths)
    scores = {split: score(*each, len(splits.classes)) for split, each in said.items()}
    labels, log_probabilities = said.pop("test" if "test" in said else "val")
    record = RunRecord(recipe=RECIPE, preprocess=preprocess.as_dict(), data=content, seed=0, history=[],
                       kind="floor", scores=scores, labels=labels, others=said,
                       log_probabilities=log_probabilities,
                       environments=[environment(torch.device("cpu"))])
    folder.mkdir(parents=True, exist_ok=True)
    save_record(folder, record)
    return record


def main(arguments: list[str] | None = None) -> None:
    """The command line; exits with a message where a person must mend something."""
    parser = argparse.ArgumentParser(prog="python -m cvlib.floor", description="A floor to beat.")
    parser.add_argument("--data", default="intel", help="scenes, intel, or a folder of your own")
    parser.add_argument("--root", type=Path, help="where the data set lies, if not where it is looked for")
    parser.add_argument("--out", default="results/floors", help="the record's folder is made in this one")
    options = parser.parse_args(arguments)
    try:
        with plain_speech("cvlib.floor"):
            record = colour_floor(options.data, root=options.root, out=options.out)
    except (ValueError, OSError, ImportError) as error:
        sys.exit(f"cvlib.floor: {error}")
    say(f"{record.split} accuracy {record.scores[record.split]['accuracy']:.4f}")


if __name__ == "__main__":
    main()
