"""Stop unless the build left one HTML page for each entry of _toc.yml, then say where the book is."""
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
HTML = ROOT / "_build" / "html"


def entries(node):
    """The files named anywhere in the table of contents."""
    if isinstance(node, dict):
        yield from (node[key] for key in ("root", "file") if key in node)
        for child in node.values():
            yield from entries(child)
    elif isinstance(node, list):
        for child in node:
            yield from entries(child)


PAGES = list(entries(yaml.safe_load((ROOT / "_toc.yml").read_text())))


def main():
    missing = [page for page in PAGES if not (HTML / f"{page}.html").is_file()]
    if missing:
        sys.exit(f"no page was built for {', '.join(missing)}")
    print(f"The book is at {HTML / 'index.html'}")


if __name__ == "__main__":
    main()
