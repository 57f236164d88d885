"""Write what README.md quotes from the records, between its marks: the table, the figure and its alt text."""
import hashlib
import json
import re
from pathlib import Path

from matplotlib import pyplot as plt

from cvlib import plot
from cvlib.analysis import Seeds
from cvlib.results import load_runs

ROOT = Path(__file__).parents[1]


def between(mark: str, content: str, text: str) -> str:
    """``text`` with ``content`` between its two comments ``mark``."""
    marks = re.compile(rf"(<!-- {mark} -->\n).*(<!-- /{mark} -->)", re.DOTALL)
    return marks.sub(lambda found: found[1] + content + found[2], text)


def seeds() -> Seeds:
    """The runs that the README quotes."""
    return Seeds(load_runs(study="runs", recipe="alexnet_mini", data="intel"))


def table() -> str:
    """A row a network, in Markdown."""
    numbers, run = seeds().numbers(), seeds().records[0]
    command = f"python -m cvlib.run {run.recipe['name']} --data {run.data['name']} --seed {run.seed}"
    return (
        "| network | Intel scenes, ten views: validation | test | seeds | a run | record, command |\n"
        "|---|---|---|---|---|---|\n"
        f"| {run.recipe['name']} | {numbers['val']:.1f} ± {numbers['val_half']:.1f} % | "
        f"{numbers['mean']:.1f} ± {numbers['half']:.1f} % | {numbers['seeds']} | {numbers['minutes']} min, "
        f"{numbers['device']} | [s{run.seed}](results/{run.study}/{run.name}/record.json), `{command}` |\n"
    )


def figure() -> str:
    """The figure's line in Markdown; its alt text says what the records say."""
    numbers = seeds().numbers()
    ends = f"They end between {numbers['end_low']:.1f} and {numbers['end_high']:.1f} per cent."
    return (f"![Validation accuracy of alexnet_mini on Intel scenes, one view, against epoch: "
            f"{numbers['seeds']} seeds as thin lines, their mean as a thick one. {ends}](book/readme.png)\n")


def stamp() -> str:
    """What the figure was drawn from, kept in the file itself."""
    return hashlib.sha256(json.dumps([run.history for run in seeds().records]).encode()).hexdigest()


def draw(path: Path) -> None:
    """Validation accuracy of every seed."""
    plot.use_style()
    runs = [[100 * accuracy for accuracy in history] for history in seeds().histories]
    ax = plot.curves(runs, family="alexnet", label="alexnet_mini")
    plot.name_axis(ax, "Accuracy on Intel scenes (validation, one view), %")
    plt.savefig(path, dpi=200, metadata={"Source": stamp()})


if __name__ == "__main__":
    readme = ROOT / "README.md"
    readme.write_text(between("figure", figure(), between("results", table(), readme.read_text())))
    draw(ROOT / "book" / "readme.png")
