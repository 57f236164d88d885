"""A chapter has the number of its file, notebooks/11_vgg the 11, also where chapters before it are missing.

Sphinx counts the pages of the contents. What it has counted stands in four places, all of which are set anew
before a page is written: sections, titles, the entries of contents, and figures.
"""
import re

from docutils import nodes

FILE = re.compile(r"notebooks/(\d\d)_")


def renumber(app, env):
    """The pages whose numbers are not those that Sphinx gave."""
    moved = []
    for page in env.found_docs:
        file = FILE.match(page)
        if not file or not env.toc_secnumbers.get(page):
            continue
        number = int(file[1])
        env.toc_secnumbers[page] = behind(number, env.toc_secnumbers[page])
        env.titles[page]["secnumber"] = (number, *env.titles[page]["secnumber"][1:])
        for entry in env.tocs[page].findall(nodes.reference):
            if entry.get("secnumber"):  # None below the depth that is counted
                entry["secnumber"] = (number, *entry["secnumber"][1:])
        env.toc_fignumbers[page] = {kind: behind(number, figures)
                                    for kind, figures in env.toc_fignumbers.get(page, {}).items()}
        moved.append(page)
    return moved


def behind(number, counted):
    """The counted numbers, by anchor, of the chapter ``number``."""
    return {anchor: (number, *places[1:]) for anchor, places in counted.items()}


def setup(app):
    app.connect("env-get-updated", renumber, priority=900)  # behind Sphinx, which counts at 500
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
