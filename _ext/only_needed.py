"""Leave out what extensions load on every page, where the page has nothing for it.

Jupyter Book's thebe is never needed: it names an outside address and complains on every page.
"""
import re
from pathlib import Path

CODE, FOLD, DESIGN = r'class="highlight', r'class="[^"]*\b(toggle|dropdown)\b', r'class="[^"]*\bsd-'
NEVER = r"(?!)"
THEME = "_static/styles/pydata-sphinx-theme.css"
LETTER = re.compile(r'(?:\.fa-[\w-]+::?before,?)+\{content:"[^"]*"\}')  # one sign of the icon font
NEEDED_BY = {  # a script's or a style's name, and what a page that needs it holds
    "sphinx-thebe.js": NEVER, "sphinx-thebe.css": NEVER,
    "clipboard.min.js": CODE, "copybutton.js": CODE, "copybutton.css": CODE,
    "togglebutton.js": FOLD, "togglebutton.css": FOLD,
    "design-tabs.js": DESIGN, "sphinx-design.min.css": DESIGN,
}


def leave_out(app, pagename, templatename, context, doctree):
    body = context.get("body", "")

    def is_needed(file):
        if "THEBE_JS_URL" in ((getattr(file, "attributes", None) or {}).get("body") or ""):
            return False
        name = str(getattr(file, "filename", file)).rpartition("/")[2]
        return re.search(NEEDED_BY.get(name, ""), body) is not None

    for files in ("script_files", "css_files"):
        context[files] = [file for file in context.get(files, []) if is_needed(file)]


def thin_theme(app, error):
    """Take some 1,900 icons out of the theme's styles: _static/icons.css draws those of our pages."""
    styles = Path(app.outdir) / THEME
    if styles.is_file():
        styles.write_text(LETTER.sub("", styles.read_text(encoding="utf-8")), encoding="utf-8")


def setup(app):
    app.connect("build-finished", thin_theme)
    app.connect("html-page-context", leave_out, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
