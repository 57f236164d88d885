"""What stands in the built pages besides their text: descriptions, and the list of works."""
import re
import sys

import pytest
from bs4 import BeautifulSoup
from check_pages import HTML, PAGES, ROOT

sys.path.insert(0, str(ROOT / "_ext"))
from bibliography import AuthorYear
from description import shortened
from pybtex.database import parse_file, parse_string
from pybtex.plugin import find_plugin

PLAIN = find_plugin("pybtex.backends", "plaintext")()
BIB = ROOT / "book" / "references.bib"
LINK = re.compile(r"https://\S+$")


def soup(page):
    path = HTML / f"{page}.html"
    if not path.is_file():
        pytest.fail(f"there is no {path}: run make book first")
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def listed(entries):
    """The works of a .bib text in their order, as plain text."""
    works = AuthorYear().format_bibliography(parse_string(entries, "bibtex"))
    return [work.text.render(PLAIN) for work in works]


def test_every_page_describes_itself_once_and_no_two_alike():
    said = [[tag["content"] for tag in soup(page).select('meta[name="description"]')] for page in PAGES]

    assert [words for words in said if len(words) != 1 or not 20 <= len(words[0]) <= 160] == []
    assert len({words[0] for words in said}) == len(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_with_a_lede_is_described_by_it(page):
    html = soup(page)
    lede = html.select_one("p.lede")

    if lede:
        assert " ".join(lede.get_text().split()).startswith(
            html.select_one('meta[name="description"]')["content"].rstrip("…"))


def test_a_description_ends_with_a_sentence_or_a_word():
    assert shortened("Short.") == "Short."
    assert shortened("One sentence. " + "word " * 40) == "One sentence."
    assert shortened("letters " * 40) == " ".join(["letters"] * 19) + "…"


def test_works_stand_by_first_author_in_full_with_their_link():
    assert listed("""
        @article{b, author={Zorn, Max}, title={On {Sets}}, journal={J}, volume=1, number=2, pages={3--4},
                 year=1950, doi={10.1/x}}
        @inproceedings{a, author={{\\"U}ber, Ann and Low, Bo and Day, Cy}, title={What?}, booktitle={Proc},
                 year=2020, eprint={1234.5}}""") == [
        "Über, Ann, Bo Low and Cy Day (2020). What? In Proc. arXiv:1234.5.",
        "Zorn, Max (1950). On Sets. J, 1(2), 3–4. doi:10.1/x."]


def test_every_work_can_be_looked_up():
    without = [key for key, entry in parse_file(BIB).entries.items()
               if not {"doi", "eprint", "url"} & set(entry.fields) and key != "report"]

    assert without == []


def test_the_bibliography_lists_what_is_cited_without_labels():
    page = soup("book/bibliography")
    works = page.select("#bibliography > ul > li")
    cited = {link["href"].rpartition("#")[2] for other in PAGES
             for link in soup(other).select('a[href*="bibliography.html#id"]')}

    assert {work["id"] for work in works} == cited != set()
    assert all(work.find("a", href=LINK) or work.get_text().startswith("Anonymous") for work in works)
    assert page.select("#bibliography [role], #bibliography .label") == []


@pytest.mark.parametrize("page", [page for page in PAGES if re.search(r"/\d\d_", page)])
def test_a_chapter_its_figures_and_its_entry_in_the_contents_have_the_number_of_its_file(page):
    read, number = soup(page), str(int(page.split("/")[1][:2]))
    said = [tag.text for tag in read.select(".bd-article :is(.section-number, .caption-number)")]
    entry, = read.select("nav.bd-links li.current > a")

    assert {re.search(r"\d+", words)[0] for words in said} == {number}
    assert entry.text.strip().startswith(f"{number}. ")
