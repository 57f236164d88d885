"""Write what README.md quotes from the records, between its marks: the table, the figure and its alt text."""
import hashlib
import json
import re
from pathlib import Path
from statistics import median

from matplotlib import pyplot as plt

from cvlib import plot, stats
from cvlib.results import load_run, results_folder

ROOT = Path(__file__).parents[1]


def between(mark: str, content: str, text: str) -> str:
    """``text`` with ``content`` between its two comments ``mark``."""
    marks = re.compile(rf"(<!-- {mark} -->\n).*(<!-- /{mark} -->)", re.DOTALL)
    return marks.sub(lambda found: found[1] + content + found[2], text)


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
        "| network | Intel scenes, ten views: validation | test | seeds | a run | record, command |\n"
        "|---|---|---|---|---|---|\n"
        f"| alexnet_mini | {percent(val)} % | {percent(test)} % | {len(runs)} | {minutes:.0f} min, "
        f"{runs[0].environment['device']} | [s0](results/{runs[0].name}/record.json), {command} |\n"
    )


def figure() -> str:
    """The figure's line in Markdown; its alt text says what the records say."""
    ends = [100 * run.history[-1]["val_accuracy"] for run in records("alexnet_mini", "intel")]
    between_ends = f"They end between {min(ends):.1f} and {max(ends):.1f} per cent."
    return (f"![Validation accuracy of alexnet_mini on Intel scenes, one view, against epoch: {len(ends)} "
            f"seeds as thin lines, their mean as a thick one. {between_ends}](book/readme.png)\n")


def stamp() -> str:
    """What the figure was drawn from, kept in the file itself."""
    histories = [run.history for run in records("alexnet_mini", "intel")]
    return hashlib.sha256(json.dumps(histories).encode()).hexdigest()


def draw(path: Path) -> None:
    """Validation accuracy of every seed."""
    plot.use_style()
    histories = [run.history for run in records("alexnet_mini", "intel")]
    runs = [[100 * epoch["val_accuracy"] for epoch in history] for history in histories]
    ax = plot.curves(runs, family="alexnet", label="alexnet_mini")
    plot.name_axis(ax, "Accuracy on Intel scenes (validation, one view), %")
    plt.savefig(path, dpi=200, metadata={"Source": stamp()})


if __name__ == "__main__":
    readme = ROOT / "README.md"
    readme.write_text(between("figure", figure(), between("results", table(), readme.read_text())))
    draw(ROOT / "book" / "readme.png")
