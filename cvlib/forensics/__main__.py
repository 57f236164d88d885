"""The command line: evaluate finished runs, or torchvision's networks on ImageNet, as every suspect would.

    python -m cvlib.forensics RUN [RUN ...] [--data intel] [--root DIR] [--out DIR] [--suspects NAME ...]
    python -m cvlib.forensics --data imagenet --root DIR
"""
import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from cvlib.accelerators import accelerator_for, checked_seed
from cvlib.command import plain_speech, say
from cvlib.data import Splits, open_dataset
from cvlib.environment import environment
from cvlib.forensics.evidence import EVIDENCE, Evidence, load_evidence
from cvlib.forensics.examination import examine
from cvlib.forensics.suspects import SUSPECTS, named
from cvlib.forensics.witnesses import TORCHVISION, family_of, torchvision_witness
from cvlib.predictor import Predictor, load_predictor
from cvlib.signals import Stopped, stop_signals

__all__ = ["main"]

SQUARE = ("intel", "scenes")  # data whose pictures all are


def main(arguments: list[str] | None = None) -> None:
    """Examine as the options say; exits with a message where a person must mend something."""
    options = parse(arguments)
    try:
        with plain_speech("cvlib.forensics"), stop_signals():
            investigate(options)
    except Stopped as stop:
        print(f"cvlib.forensics: {stop}: networks that were examined are kept; the same command goes on "
              "after them", file=sys.stderr)
        sys.exit(128 + stop.signum)
    except (ValueError, OSError) as error:
        sys.exit(f"cvlib.forensics: {error}")


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options of ``python -m cvlib.forensics``."""
    parser = argparse.ArgumentParser(prog="python -m cvlib.forensics",
                                     description="What each mistake of an evaluation costs each network.")
    parser.add_argument("runs", nargs="*", type=Path, help="folders of finished runs with their weights; "
                        "none with --data imagenet: torchvision's four, as the student report had them")
    parser.add_argument("--data", default="intel", help="scenes, intel, imagenet, or a folder of your own")
    parser.add_argument("--root", type=Path, help="where the data lie, if not where they are looked for")
    parser.add_argument("--sample", action="store_true", help="accept a part of ImageNet")
    parser.add_argument("--out", type=Path, default="results/forensics", help="OUT/DATA is written")
    parser.add_argument("--suspects", nargs="+", default=[], metavar="NAME",
                        help=f"some of {', '.join(suspect.name for suspect in SUSPECTS)}")
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=0, help="processes that decode")
    return parser.parse_args(arguments)


def investigate(options: argparse.Namespace) -> None:
    """Ask every network that the folder does not have yet, with a line for each suspect."""
    suspects, seed = named(*options.suspects), checked_seed(options.seed)
    splits = open_dataset(options.data, root=options.root, sample=options.sample)
    split = "test" if "test" in splits else "val"
    pictures, device, folder = splits[split], accelerator_for().device, options.out / splits.name
    about = {"data": splits.name, "split": split, "n": len(pictures), "classes": len(splits.classes),
             "batch_size": options.batch_size, "seed": seed, "suspects": [one.name for one in suspects],
             "environment": environment(device)}
    evidence = _earlier(folder, about) or Evidence(about, 5 if len(splits.classes) > 10 else 2)
    for name, witness in _witnesses(options.runs, options.data):
        if name in evidence.networks:
            continue
        _check(name, witness, splits)
        answers = examine(witness.to(device), pictures, suspects, top=evidence.top, seed=seed,
                          batch_size=options.batch_size, square=splits.name in SQUARE,
                          workers=options.workers)
        evidence.add(name, family_of(witness), answers)
        evidence.save(folder)
        for suspect, said in answers.items():
            say(f"{name}  {suspect:<16} {said.right.mean():7.2%}")
    say(f"{folder / EVIDENCE}: {len(evidence.networks)} networks, {len(evidence.suspects)} suspects")


def _check(name: str, witness: Predictor, splits: Splits) -> None:
    """Raise ValueError for a network of no family, and for one of other classes."""
    family_of(witness)
    if len(witness.classes) != len(splits.classes) or (splits.name != "imagenet"
                                                       and witness.classes != splits.classes):
        raise ValueError(f"{name} tells {', '.join(witness.classes[:6])} apart ({len(witness.classes)}), and "
                         f"the classes of {splits.name} are others: choose --data as it was trained on")


def _earlier(folder: Path, about: dict) -> Evidence | None:
    """What is there of the same question; raises ValueError where it is another's."""
    if not (folder / EVIDENCE).exists():
        return None
    evidence = load_evidence(folder)
    differ = [name for name in about if name != "environment" and evidence.about.get(name) != about[name]]
    if differ:
        raise ValueError(f"{folder} holds evidence of another question ({', '.join(differ)} differ): choose "
                         "another --out, or delete it")
    return evidence


def _witnesses(runs: list[Path], data: str) -> Iterator[tuple[str, Predictor]]:
    if runs:
        yield from ((run.resolve().name, load_predictor(run)) for run in runs)
    elif data == "imagenet":
        yield from ((name, torchvision_witness(name)) for name in TORCHVISION)
    else:
        raise ValueError("which networks? Give folders of finished runs with their weights")


if __name__ == "__main__":
    main()
