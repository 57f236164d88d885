"""The README says what the records say."""
import runpy
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def test_the_table_is_the_one_that_make_readme_writes():
    table = runpy.run_path(str(ROOT / "book" / "readme.py"))["table"]()

    assert f"<!-- results -->\n{table}<!-- /results -->" in README


def test_it_is_short_and_its_links_lead_somewhere():
    links = [part.split(")")[0] for part in README.split("](")[1:]]

    assert len(README.split()) < 500
    assert [link for link in links if not link.startswith("http") and not (ROOT / link).exists()] == []
