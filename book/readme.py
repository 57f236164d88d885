"""Write what README.md quotes from the records: its table, between the two marks, and its figure."""
import re
from pathlib import Path
from statistics import median

from matplotlib import pyplot as plt

from cvlib import plot, stats
from cvlib.results import load_run, results_folder

ROOT = Path(__file__).parents[1]
MARKS = re.compile(r"(<!-- results -->\n).*(<!-- /results -->)", re.DOTALL)


def records(recipe: str, data: str) -> list:
    """Every seed of a recipe on a data set."""
    folders = sorted(results_folder().glob(f"{recipe}-{data}-s*"))
    return [load_run(folder) for folder in folders]


def percent(values) -> str:
    """Mean and half of Student's 95 % interval."""
    mean, low, high = stats.mean_interval(values)
    return f"{100 * mean:.1f} ± {50 * (high - low):.1f}"


def table() -> str:
    """A row a network, in Markdown."""
    runs = records("alexnet_mini", "intel")
    minutes = median(run.seconds for run in runs) / 60
    command = "`python -m cvlib.run alexnet_mini --data intel --seed 0 --out results`"
    val, test = ([getattr(run, name)["accuracy"] for run in runs] for name in ("val_scores", "scores"))
    return (
        "| network | Intel scenes, validation | test | seeds | a run | record, command |\n"
        "|---|---|---|---|---|---|\n"
        f"| alexnet_mini | {percent(val)} % | {percent(test)} % | {len(runs)} | {minutes:.0f} min, "
        f"{runs[0].environment['device']} | [s0](results/{runs[0].name}/record.json), {command} |\n"
    )


def figure(path: Path) -> None:
    """Validation accuracy of every seed."""
    plot.use_style()
    histories = [run.history for run in records("alexnet_mini", "intel")]
    runs = [[100 * epoch["val_accuracy"] for epoch in history] for history in histories]
    ax = plot.curves(runs, family="alexnet", label="alexnet_mini")
    plot.name_axis(ax, "Accuracy on Intel scenes (validation), %")
    plt.savefig(path, dpi=200)


if __name__ == "__main__":
    readme = ROOT / "README.md"
    readme.write_text(MARKS.sub(lambda marks: marks[1] + table() + marks[2], readme.read_text()))
    figure(ROOT / "book" / "readme.png")
