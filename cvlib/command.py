"""The command line of a run: what a person can mend is said without a traceback."""
import argparse
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cvlib.checkpoint import CHECKPOINT, read_progress
from cvlib.progress import watched
from cvlib.recipes import RECIPES, changed, differences, get_recipe
from cvlib.results import RECORD, run_name
from cvlib.signals import Stopped, stop_signals

__all__ = ["main", "parse", "plain_speech", "say"]


def main(arguments: list[str] | None, run_class: type) -> None:
    """Train as the options say; exits with a message where a person must mend something, and with 128 + n
    where a signal stopped it."""
    options = parse(arguments)
    try:
        with plain_speech("cvlib.run"), stop_signals():
            train(options, run_class)
    except Stopped as stop:
        print(f"cvlib.run: {stop}: the last whole epoch is kept; the same command with --resume goes on "
              "after it", file=sys.stderr)
        sys.exit(128 + stop.signum)
    except (ValueError, OSError, FloatingPointError) as error:
        sys.exit(f"cvlib.run: {error}")


def train(options: argparse.Namespace, run_class: type) -> None:
    """Run what ``options`` ask for, with a line an epoch."""
    recipe = changed(get_recipe(options.recipe), options.set)
    run = run_class(recipe, data=options.data, root=options.root, seed=options.seed, out=options.out,
                    resume=options.resume, test=options.test, sample=options.sample,
                    watch=lambda batches, epoch: watched(batches, f"epoch {epoch:3d}"))
    main_process = run.accelerator.is_main_process
    if options.resume and main_process and run.files.begun() is None:
        note_relatives(run, options.recipe)
    for stats in run:
        if main_process:
            say(f"epoch {stats.epoch:3d}  train loss {stats.train_loss:.3f}  val loss {stats.val_loss:.3f}  "
                f"val accuracy {stats.val_accuracy:.3f}  {stats.seconds:.0f} s")
    if main_process:
        split = run.record.split
        say(f"{split} accuracy {run.record.scores[split]['accuracy']:.4f}; {run.folder}")
    run.accelerator.end_training()  # or several processes would end with an abort


def note_relatives(run, base: str) -> None:
    """Say which begun runs of the same recipe with other settings lie beside: this one is new."""
    ending = run_name("", run.datasets.name, run.seed)
    for folder in sorted(run.files.out.glob(f"{base}*{ending}")):
        if folder == run.folder or (not (folder / CHECKPOINT).exists() and not (folder / RECORD).exists()):
            continue
        try:
            before = read_progress(folder / CHECKPOINT)["recipe"]
        except (OSError, ValueError):
            continue
        other = [text for text in differences(before, run.recipe.as_dict()) if not text.startswith("name ")]
        print(f"cvlib.run: {run.folder} is new, nothing is resumed; {folder} is another run: "
              f"{'; '.join(other)}", file=sys.stderr)


def say(line: str) -> None:
    """Print at once; a closed or full standard output does not end a training."""
    try:
        print(line, flush=True)
    except OSError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115


@contextmanager
def plain_speech(name: str) -> Iterator[None]:
    """Any terminal can show what is said, and a warning is one line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *rest, **more: print(f"{name}: {message}", file=sys.stderr)
        yield


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options of ``python -m cvlib.run``."""
    parser = argparse.ArgumentParser(
        prog="python -m cvlib.run", description="From a recipe, a data set and a seed to a record.")
    parser.add_argument("recipe", help=f"one of {', '.join(RECIPES)}")
    parser.add_argument("--data", default="scenes",
                        help="scenes, intel, imagenet, cifar10, or a folder of your own")
    parser.add_argument("--root", type=Path, help="where the data set lies, if not where it is looked for")
    parser.add_argument("--sample", action="store_true", help="accept a part of ImageNet")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", default="runs", help="the run's folder is made in this one")
    parser.add_argument("--resume", action="store_true", help="go on after the last whole epoch")
    parser.add_argument("--no-test", dest="test", action="store_false",
                        help="never look at the test set: for tuning")
    parser.add_argument("--set", nargs="+", action="extend", default=[], metavar="KEY=VALUE",
                        help="change fields of the recipe; it is another recipe then")
    return parser.parse_args(arguments)
