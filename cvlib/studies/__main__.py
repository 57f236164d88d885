"""The command line of studies: what has no record yet is run, a line a run.

    python -m cvlib.studies NAME [--only RUN ...] [--out results] [--data NAME] [--root DIR] [--list]
"""
import argparse
import os
import sys
from pathlib import Path

from cvlib.command import plain_speech, say
from cvlib.results import RunRecord
from cvlib.signals import Stopped, stop_signals
from cvlib.studies import STUDIES, get_plan, read_study
from cvlib.studies.plan import StudyPlan
from cvlib.studies.running import Outcome, chosen, run_study

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> None:
    """Run a study as the options say; exits with a message where a person must mend something, with 1 where a
    run has no record, and with 128 + n where a signal stopped it."""
    options = parse(arguments)
    try:
        with plain_speech("cvlib.studies"), stop_signals():
            plan = get_plan(options.name, data=options.data)
            lacking = [] if options.list else run(plan, options)
            if options.list:
                show(plan, options)
    except Stopped as stop:
        print(f"cvlib.studies: {stop}: finished runs and the last whole epoch are kept; the same command "
              "goes on after them", file=sys.stderr)
        sys.exit(128 + stop.signum)
    except (ValueError, OSError) as error:
        sys.exit(f"cvlib.studies: {error}")
    sys.exit(1 if lacking else 0)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options of ``python -m cvlib.studies``."""
    parser = argparse.ArgumentParser(
        prog="python -m cvlib.studies", description="Run whatever of a study has no record yet.")
    parser.add_argument("name", help=f"one of {', '.join(STUDIES)}")
    parser.add_argument("--only", nargs="+", action="extend", default=[], metavar="RUN",
                        help="the runs of these names alone; * stands for anything")
    parser.add_argument("--out", default="results", help="the runs' folders are made in OUT/NAME")
    parser.add_argument("--data", help="try it on other data: a built-in name, or a folder of your own")
    parser.add_argument("--root", type=Path, help="where the data lie, if not in one of the usual places")
    parser.add_argument("--list", action="store_true", help="say which runs there are, and train nothing")
    return parser.parse_args(arguments)


def show(plan: StudyPlan, options: argparse.Namespace) -> None:
    """A line a planned run: its name, what it scored or that it was not run yet, its blocks and factors."""
    study = read_study(plan, out=options.out)
    scored = {run.name: _score(record) for run, record in zip(study.planned, study.runs, strict=True)}
    say(f"{plan.name}: {plan.question}")
    for planned in chosen(plan, options.only):
        place = " ".join(f"{name}={value}" for name, value in {**planned.blocks, **planned.factors}.items())
        say(f"{planned.name}  {scored.get(planned.name, 'not run yet')}  {place}".rstrip())


def run(plan: StudyPlan, options: argparse.Namespace) -> list[str]:
    """Train, with a line a run; returns the names of those that have no record after all."""
    tell = say if os.environ.get("RANK", "0") == "0" else lambda line: None  # of several processes the first
    seconds = []
    for one in run_study(plan, out=options.out, root=options.root, only=options.only):
        seconds += [one.record.seconds] if one.record else []
        tell(f"{one.number} of {one.of}  {one.planned.name}  {_told(one)}{_left(one, seconds)}")
    wanted, missing = chosen(plan, options.only), set(read_study(plan, out=options.out).missing)
    lacking = [planned.name for planned in wanted if planned.name in missing]
    tell(f"{plan.name}: {len(wanted) - len(lacking)} of {len(wanted)} runs are there"
         + (f", not {', '.join(lacking)}; the same command tries again" if lacking else ""))
    return lacking


def _score(record: RunRecord) -> str:
    return f"{record.split} accuracy {record.scores[record.split]['accuracy']:.4f}"


def _told(one: Outcome) -> str:
    return f"{_score(one.record)}  {one.record.seconds:.0f} s" if one.record else f"no record: {one.trouble}"


def _left(one: Outcome, seconds: list[float]) -> str:
    """About how long the rest takes, where that is worth a word."""
    minutes = (one.of - one.number) * sum(seconds) / max(len(seconds), 1) / 60
    return f"  about {minutes:.0f} min to go" if minutes >= 1 else ""


if __name__ == "__main__":
    main()
