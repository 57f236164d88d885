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


def test_tables_and_alt_text_are_what_make_readme_writes():
    written = README
    for mark, content in (("results", WRITER["table"]()), ("figure", WRITER["figure"]()),
                          ("chapters", WRITER["chapters"](README, WRITER["site"]()))):
        written = WRITER["between"](mark, content, written)

    assert written == README


def test_a_chapter_leads_to_its_page_where_there_is_a_site_and_never_to_its_source():
    site = "https://an.github.io/course"
    linked = WRITER["chapters"](README, site)
    bare = WRITER["chapters"](linked, "")

    assert f"| [01 The paper in one sitting]({site}/notebooks/01_one_sitting.html) | " in linked
    assert "| 01 The paper in one sitting | " in bare
    assert WRITER["chapters"](bare, site) == linked
    assert "(notebooks/" not in README


def test_the_table_has_a_rivals_bar_and_it_is_wider_than_the_doubt_about_the_mean():
    row = next(line for line in README.splitlines() if line.startswith("| alexnet_mini |"))
    _, photographs, network, one_more = (re.findall(r"\d+\.\d", cell) for cell in row.split("|")[2:6])

    assert len(photographs) == 2
    assert float(one_more[0]) < float(network[0]) < float(network[1]) < float(one_more[1])


def test_every_command_that_it_names_is_a_target():
    targets = re.findall(r"^(\S+):(?!=)", (ROOT / "Makefile").read_text(), re.MULTILINE)

    asked = [re.findall(r"make ([\w-]+)`", (ROOT / name).read_text())
             for name in ("README.md", "CONTRIBUTING.md", "book/running.md")]

    for names in asked:
        assert {"serve", "lab", "test"} <= set(names) <= set(targets), "reader, learner, checker"


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

    written = re.sub(r"<!-- (\w+) -->.*?<!-- /\1 -->", "", README, flags=re.DOTALL)  # not by make readme
    assert len(re.findall(r"\S*\w\S*", written)) < 400
    assert [link for link in links if not link.startswith("http") and not (ROOT / link).exists()] == []
