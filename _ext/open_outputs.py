"""What the cells of an open edition show before anybody runs them."""
import base64
import re
from xml.etree import ElementTree

from open_inline import NoMarkdownError

GLUED = "application/papermill.record/"
DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
TABLE = re.compile(r"<details\b[^>]*>(.*?</details>)", re.DOTALL)
STILL = "*The drawing stands still until you run its cell; then it has its slider.*"


def plain(outputs: list, alt: str) -> tuple[list, str]:
    """The committed ``outputs`` without the values that are kept for the text, pictures with their ``alt``
    text; and a note for the reader, or "". Raises NoMarkdownError as `still` does."""
    kept, note = [], ""
    for output in outputs:
        data = output.get("data", {})
        if any(kind.startswith(GLUED) for kind in data):
            continue
        if alt and "image/png" in data:
            output.metadata.setdefault("image/png", {})["alt"] = alt
        drawing = DRAWING.search(data.get("text/html", ""))
        if drawing and "<script" in data["text/html"]:
            table = TABLE.search(data["text/html"])
            folded = f"<details>{table[1]}" if table else ""
            data["text/html"], note = still(drawing[0]) + folded, STILL
        kept.append(output)
    return kept, note


def still(svg: str) -> str:
    """A widget's drawing as a picture: from a notebook that they do not trust, frontends strip scripts and
    SVG and leave the bare words.

    Raises NoMarkdownError where the drawing needs its page to be read.
    """
    said = re.search(r'aria-label="([^"]*)"', svg)
    space = "" if "xmlns=" in svg else ' xmlns="http://www.w3.org/2000/svg"'
    picture = svg.replace("<svg", f'<svg{space} font-family="sans-serif" style="background: #fff"', 1)
    try:
        ElementTree.fromstring(picture)
    except ElementTree.ParseError as error:
        raise NoMarkdownError(f"a widget's drawing is no picture by itself: {error}") from error
    content = base64.b64encode(picture.encode()).decode()
    return f'<img width="560" alt="{said[1] if said else ""}" src="data:image/svg+xml;base64,{content}">'
