"""The README says what the records say."""
import re
import runpy
import shlex
from pathlib import Path

from PIL import Image

from cvlib.command import parse
from cvlib.recipes import get_recipe
from cvlib.results import load_run

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
WRITER = runpy.run_path(str(ROOT / "book" / "readme.py"))


def test_table_and_alt_text_are_what_make_readme_writes():
    written = README
    for mark, content in (("results", WRITER["table"]()), ("figure", WRITER["figure"]())):
        written = WRITER["between"](mark, content, written)

    assert written == README


def test_the_figure_was_drawn_from_the_records_of_today():
    with Image.open(ROOT / "book" / "readme.png") as image:
        assert image.text["Source"] == WRITER["stamp"]()


def test_each_command_of_the_table_makes_the_record_beside_it():
    rows = re.findall(r"\(results/(.*)/record\.json\), `python -m cvlib\.run (.*)`", README)

    asked = [parse(shlex.split(arguments)) for _, arguments in rows]

    made = [load_run(ROOT / "results" / folder) for folder, _ in rows]
    assert rows
    assert [(get_recipe(one.recipe).name, one.data, one.seed) for one in asked] == [
        (run.recipe["name"], run.data["name"], run.seed) for run in made]
    assert {one.out for one in asked} == {"runs"}, "where a record is, no second run may begin"


def test_it_is_short_and_its_links_lead_somewhere():
    links = [part.split(")")[0] for part in README.split("](")[1:]]

    prose = " ".join(line for line in README.splitlines() if not line.startswith("|"))  # the tables may grow
    assert len(prose.split()) < 400
    assert [link for link in links if not link.startswith("http") and not (ROOT / link).exists()] == []
