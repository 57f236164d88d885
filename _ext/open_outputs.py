"""What the cells of an open edition show before anybody runs them."""
import base64
import re

GLUED = "application/papermill.record/"
DRAWING = re.compile(r"<svg\b.*</svg>", re.DOTALL)
STILL = "*The drawing stands still until you run its cell; then it has its slider.*"


def plain(outputs: list, alt: str) -> tuple[list, str]:
    """The committed ``outputs`` without the values that are kept for the text, pictures with their ``alt``
    text; and a note for the reader, or ""."""
    kept, note = [], ""
    for output in outputs:
        data = output.get("data", {})
        if any(kind.startswith(GLUED) for kind in data):
            continue
        if alt and "image/png" in data:
            output.metadata.setdefault("image/png", {})["alt"] = alt
        drawing = DRAWING.search(data.get("text/html", ""))
        if drawing and "<script" in data["text/html"]:
            data["text/html"], note = still(drawing[0]), STILL
        kept.append(output)
    return kept, note


def still(svg: str) -> str:
    """A widget's drawing as a picture: from a notebook that they do not trust, frontends strip scripts and
    SVG and leave the bare words."""
    said = re.search(r'aria-label="([^"]*)"', svg)
    picture = svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif"', 1)
    content = base64.b64encode(picture.encode()).decode()
    return f'<img width="560" alt="{said[1] if said else ""}" src="data:image/svg+xml;base64,{content}">'
