"""What a search engine shows of a page: its opening claim, or its first paragraph where it makes none."""
import re
from html import escape

from docutils import nodes

MOST = 160  # characters that search engines show


def shortened(text: str) -> str:
    """The whole sentences of ``text`` that fit, or the words of its first with an ellipsis."""
    text = " ".join(text.split())
    ends = [end.end() for end in re.finditer(r"[.?!](?= |$)", text) if end.end() <= MOST]
    if len(text) <= MOST or ends:
        return text[:ends[-1] if len(text) > MOST else MOST]
    return text[:MOST - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def opening(doctree):
    """The text of the lede, else of the first paragraph, else nothing."""
    paragraphs = list(doctree.findall(nodes.paragraph))
    ledes = [paragraph for paragraph in paragraphs if "lede" in paragraph["classes"]]
    return (ledes or paragraphs)[0].astext() if paragraphs else ""


def describe(app, pagename, templatename, context, doctree):
    title = re.sub(r"<[^>]+>", "", context.get("title", ""))
    said = shortened(opening(doctree)) if doctree else f"{pagename.capitalize()}: {app.config.html_title}"
    tags = {'name="description"': said}
    if app.config.html_baseurl:
        tags |= {'property="og:title"': title, 'property="og:description"': said,
                 'property="og:type"': "article", 'property="og:url"': context["pageurl"]}
    context["metatags"] = context.get("metatags", "") + "".join(
        f'\n<meta {name} content="{escape(value)}" />' for name, value in tags.items())


def setup(app):
    app.connect("html-page-context", describe)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
