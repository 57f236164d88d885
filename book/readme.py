"""Write what stands between the marks of README.md: results, figure and its alt text, the chapters' rows."""
import hashlib
import json
import re
from pathlib import Path

import nbformat
import yaml
from matplotlib import pyplot as plt

from cvlib import plot
from cvlib.analysis import Seeds
from cvlib.results import RunRecord, load_runs

ROOT = Path(__file__).parents[1]


def between(mark: str, content: str, text: str) -> str:
    """``text`` with ``content`` between its two comments ``mark``."""
    marks = re.compile(rf"(<!-- {mark} -->\n).*(<!-- /{mark} -->)", re.DOTALL)
    return marks.sub(lambda found: found[1] + content + found[2], text)


def seeds() -> Seeds:
    """The runs that the README quotes."""
    return Seeds(load_runs(study="runs", recipe="alexnet_mini", data="intel"))


def table() -> str:
    """A row a network, in Markdown: the small one with its seeds, and the one of the paper's size."""
    numbers = {name: f"{value:.1f}" for name, value in seeds().numbers().items() if isinstance(value, float)}
    (whole,) = load_runs(study="runs", recipe="alexnet_intel", data="intel")
    return (
        "| network | test, % | which photographs? | which network? | one more run | seeds | a run | record, "
        "command |\n"
        "|---|---|---|---|---|---|---|---|\n"
    ) + row(seeds().records, numbers["mean"], f"{numbers['low']} to {numbers['high']}",
            f"{numbers['next_low']} to {numbers['next_high']}"
            ) + row([whole], f"{100 * whole.scores['test']['accuracy']:.1f}", "not known", "not known")


def row(runs: list[RunRecord], test: str, recipe: str, more: str) -> str:
    """Of ``runs`` of one recipe: their mean score, and the intervals of the recipe's and of one more run's;
    the rest is of the first of them."""
    run = runs[0]
    low, high = (f"{100 * end:.1f}" for end in run.scores["test"]["accuracy_interval"])
    command = f"python -m cvlib.run {run.recipe['name']} --data {run.data['name']} --seed {run.seed}"
    return (f"| {run.recipe['name']} | {test} | {low} to {high} | {recipe} | {more} | {len(runs)} | "
            f"{Seeds(runs).minutes} min, {run.environments[-1]['device']} | "
            f"[s{run.seed}](results/{run.study}/{run.name}/record.json), `{command}` |\n")


def site() -> str:
    """Where the pages are published, or ""."""
    return yaml.safe_load((ROOT / "_config.yml").read_text())["html"]["baseurl"].rstrip("/")


def chapters(readme: str, site: str) -> str:
    """The rows of the chapters with the questions that ``readme`` has for them. A title leads to its page on
    ``site``, and nowhere without one: the notebooks are written for the book and show its markup."""
    questions = dict(re.findall(r"^\| \[?(\d\d) .* \| (.*) \|$", readme, re.MULTILINE))
    rows = "| chapter | question |\n|---|---|\n"
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        heading = nbformat.read(path, as_version=4).cells[0].source.split("\n")[0]
        number, title = path.stem[:2], heading.removeprefix("# ")
        name = f"[{number} {title}]({site}/notebooks/{path.stem}.html)" if site else f"{number} {title}"
        rows += f"| {name} | {questions[number]} |\n"
    return rows


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
    text = readme.read_text()
    for mark, content in (("figure", figure()), ("results", table()), ("chapters", chapters(text, site()))):
        text = between(mark, content, text)
    readme.write_text(text)
    draw(ROOT / "book" / "readme.png")
