"""The ways into the open editions, and the workflow that publishes them: `make check-notebooks`."""
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup
from check_pages import HTML, ROOT

sys.path.insert(0, str(ROOT / "_ext"))

from ways_in import BRANCH, FOLDER

CHAPTERS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SOURCES = ("_config.yml", "_toc.yml", "_ext", "_static", "_templates", "book", "notebooks")
REPOSITORY, SITE = "https://github.com/an/course", "https://an.github.io/course"
BUILD = [Path(sys.executable).with_name("jupyter-book"), "build", ".", "--all", "-W", "-n", "--quiet"]
WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "publish.yml").read_text())
STEPS = WORKFLOW["jobs"]["publish"]["steps"]
REGISTRIES = re.compile(r"pypi|npm|index-url|registry|conda", re.IGNORECASE)


def build(book, *options):
    """Build the copy of the book; its pages where no other builder is asked for."""
    done = subprocess.run([*BUILD, *options], cwd=book, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return book / "_build" / "html"


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """The book's sources with addresses, in a folder of their own."""
    book = tmp_path_factory.mktemp("published")
    for name in SOURCES:
        if (ROOT / name).exists():
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, book / name)
    config = yaml.safe_load((book / "_config.yml").read_text())
    config["repository"]["url"], config["html"]["baseurl"] = REPOSITORY, SITE
    (book / "_config.yml").write_text(yaml.safe_dump(config))
    return book


@pytest.fixture(scope="module")
def alone(copied):
    """Its pages, built before there was an open edition: the rows of each chapter."""
    pages = build(copied)
    return [row for chapter in CHAPTERS for row in rows(pages, chapter)]


@pytest.fixture(scope="module")
def published(copied, alone):
    """Its pages, built after the open editions, as `make book` does."""
    build(copied, "--builder", "custom", "--custom-builder", "open")
    return build(copied)


def page(html, chapter):
    path = html / "notebooks" / f"{chapter.stem}.html"
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def rows(html, chapter):
    return page(html, chapter).select("p.facts + p.ways")


def test_a_page_without_an_open_edition_has_no_row_even_where_there_are_addresses(alone):
    assert alone == []


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_what_is_downloaded_lies_beside_the_pages_and_is_what_was_made(chapter):
    row, = rows(HTML, chapter)
    here = [HTML / "notebooks" / link["href"] for link in row.find_all("a") if "download" in link.attrs]

    notebook, wheel = (path.resolve() for path in here)

    assert notebook == HTML / FOLDER / chapter.name
    assert wheel.name.startswith("cvlib_course-")
    for path in (notebook, wheel):
        assert path.read_bytes() == (HTML.parent / "open" / path.name).read_bytes()


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_without_a_repository_nothing_is_launched(chapter):
    configured = yaml.safe_load((ROOT / "_config.yml").read_text())["repository"]["url"]
    row, = rows(HTML, chapter)

    launched = [link for link in row.find_all("a") if "download" not in link.attrs]

    assert len(launched) == (2 if configured else 0)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_colab_and_kaggle_open_the_published_edition_and_no_page_launches_another(published, chapter):
    path = f"an/course/blob/gh-pages/open/{chapter.name}"
    outside = {link.get_text(): link["href"] for link in page(published, chapter).find_all("a", href=True)
               if re.search("colab|kaggle.com/kernels|mybinder", link["href"])}

    assert outside == {"Open in Colab": f"https://colab.research.google.com/github/{path}",
                       "Open on Kaggle": f"https://kaggle.com/kernels/welcome?src=https://github.com/{path}"}
    assert (published / path.partition(f"/blob/{BRANCH}/")[2]).is_file()


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_published_edition_leads_back_to_its_page(published, chapter):
    top = nbformat.read(published / FOLDER / chapter.name, as_version=4).cells[0].source

    address = re.search(rf"\]\(({re.escape(SITE)}/[^)]*)\)", top)[1]

    assert urljoin(address, urlsplit(address).path) == f"{SITE}/notebooks/{chapter.stem}.html"
    assert (published / address.removeprefix(f"{SITE}/")).is_file()


def test_the_workflow_makes_what_the_makefile_makes():
    targets = set(re.findall(r"^(\S+):(?!=)", (ROOT / "Makefile").read_text(), re.MULTILINE))
    asked = [word for step in STEPS for line in step.get("run", "").splitlines()
             for word in line.removeprefix("make ").split()]

    assert "book" in asked
    assert set(asked) <= targets


def test_the_workflow_publishes_the_pages_with_the_editions_to_the_branch_that_is_launched_from():
    where, = (step["with"] for step in STEPS if "publish_dir" in step.get("with", {}))

    assert ROOT / where["publish_dir"] == HTML
    assert where["publish_branch"] == BRANCH
    assert WORKFLOW["permissions"] == {"contents": "write"}


def test_the_workflow_names_no_registry():
    assert not REGISTRIES.search((ROOT / ".github" / "workflows" / "publish.yml").read_text())
