"""The command line: the scores of given weights, resumable.

    python -m cvlib.validate MODEL [--weights torchvision[:TAG] | FILE.safetensors | RUN] [--data imagenet]
                             [--root DIR] [--sample] [--split val] [--views 10] [--batch-size N]
                             [--precision float16] [--out results/imagenet] [--resume]

Several GPUs: accelerate launch -m cvlib.validate MODEL ...
"""
import argparse
import sys
from pathlib import Path

from cvlib.command import plain_speech, say
from cvlib.progress import watched
from cvlib.results import ONE_VIEW, RunRecord
from cvlib.signals import Stopped, stop_signals
from cvlib.validate.validation import Validation

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> None:
    """Evaluate as the options say; exits with a message where a person must mend something, and with 128 + n
    where a signal stopped it."""
    options = parse(arguments)
    try:
        with plain_speech("cvlib.validate"), stop_signals():
            validate(options)
    except Stopped as stop:
        print(f"cvlib.validate: {stop}: what is done is kept; the same command with --resume goes on after "
              "it", file=sys.stderr)
        sys.exit(128 + stop.signum)
    except (ValueError, OSError, FloatingPointError) as error:
        sys.exit(f"cvlib.validate: {error}")


def validate(options: argparse.Namespace) -> None:
    """Do what ``options`` ask for, and say the scores."""
    validation = Validation(**vars(options))
    main_process = validation.accelerator.is_main_process
    given = validation.given
    if main_process and given.source and not given.source.is_as_published:
        print(f"cvlib.validate: {given.source.file} is not the published file, with whose SHA-256 its name "
              "ends: the record says so; delete it, so that it is fetched again", file=sys.stderr)
    pictures = len(validation.dataset)
    for _ in watched(validation, given.said, unit="chunks") if main_process else validation:
        continue
    if main_process:
        say(f"{given.name}, {given.said}, {pictures:,} pictures")
        for line in told(validation.record, options.split):
            say(line)
        say(str(validation.files.path))
    validation.accelerator.end_training()


def told(record: RunRecord, split: str) -> list[str]:
    """A line for one crop, and one for ten where there are ten."""
    ten = {"ten crops": split, "one crop": ONE_VIEW} if ONE_VIEW in record.scores else {"one crop": split}
    return [f"{what}: {_scores(record.scores[name])}" for what, name in ten.items()]


def _scores(scores: dict) -> str:
    low, high = (100 * end for end in scores["accuracy_interval"])
    top5 = f", top-5 {100 * scores['top5']:.2f} %" if "top5" in scores else ""
    return f"top-1 {100 * scores['accuracy']:.2f} % ({low:.2f} to {high:.2f}){top5}"


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options of ``python -m cvlib.validate``."""
    parser = argparse.ArgumentParser(
        prog="python -m cvlib.validate", description="From given weights and a data set to a record.")
    parser.add_argument("model", help="a name of cvlib.list_models()")
    parser.add_argument("--weights", default="torchvision",
                        help="torchvision, torchvision:IMAGENET1K_V2, a .safetensors file, or a run")
    parser.add_argument("--data", default="imagenet",
                        help="imagenet, intel, scenes, cifar10, or a folder of your own")
    parser.add_argument("--root", type=Path, help="where the data set lies, if not where it is looked for")
    parser.add_argument("--sample", action="store_true", help="accept a part of ImageNet")
    parser.add_argument("--split", default="val", choices=("val", "test"))
    parser.add_argument("--views", type=int, default=1, choices=(1, 10), help="crops a picture")
    parser.add_argument("--batch-size", type=int, default=64, help="pictures, each with all its crops")
    parser.add_argument("--chunk", type=int, default=1024, help="what is done is kept after so many")
    parser.add_argument("--precision", default="float32", choices=("float32", "bfloat16", "float16"))
    parser.add_argument("--out", default="results/imagenet", help="the record's folder is made in this one")
    parser.add_argument("--resume", action="store_true", help="go on where an evaluation was stopped")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
