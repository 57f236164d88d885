"""The bibliography in the style of the text: author, year, title, venue, a link, and no labels.

The pages cite as "Wilson [1927]"; so each entry begins with what a reader looks for. ``@misc`` and
``@unpublished`` say under ``howpublished`` and ``note`` what they are.
"""
import unicodedata

from docutils import nodes
from pybtex.plugin import find_plugin, register_plugin
from pybtex.richtext import HRef, Text
from pybtex.style.formatting import toplevel
from pybtex.style.formatting.unsrt import Style, dashify
from pybtex.style.sorting import BaseSortingStyle
from pybtex.style.template import FieldIsMissing, field, join, node, optional, sentence, tag
from sphinx.transforms.post_transforms import SphinxPostTransform

LINKS = [("doi", "https://doi.org/", "doi:"), ("eprint", "https://arxiv.org/abs/", "arXiv:")]
PLAIN, INVERTED = (find_plugin("pybtex.style.names", name)().format for name in ("plain", "lastfirst"))


@node
def authors(children, context):
    """All of them, the first by the last name."""
    first, *others = context["entry"].persons["author"]
    names = [form(person).format_data(context)
             for form, person in [(INVERTED, first), *((PLAIN, person) for person in others)]]
    return Text(", ").join(names[:-1]) + " and " + names[-1] if others else names[0]


@node
def link(children, context):
    """To the work: its DOI, else its number at arXiv, else its own address without what every address has."""
    fields = context["entry"].fields
    for name, place, said in LINKS:
        if name in fields:
            return HRef(place + fields[name], said + fields[name])
    if "url" not in fields:
        raise FieldIsMissing("url", context["entry"])
    shown = fields["url"].removeprefix("https://").removeprefix("www.")
    return HRef(fields["url"], shown.split("/paper/")[0].rstrip("/"))


class ByAuthor(BaseSortingStyle):
    """By first author, then year, as a reader looks for them: accents and capitals do not count."""

    def sorting_key(self, entry):
        name = str(Text(" ").join(entry.persons["author"][0].rich_last_names))
        return unicodedata.normalize("NFKD", name).casefold(), entry.fields["year"], entry.fields["title"]


class AuthorYear(Style):
    default_sorting_style = ByAuthor

    def entry(self, title, *venue):
        """Authors (year). ``title``. ``venue``. Note. Link."""
        return toplevel[sentence[join[authors, " (", field("year"), ")"]], sentence[title], *venue,
                        optional[sentence[field("note")]], optional[sentence[link]]]

    def get_article_template(self, entry):
        numbered = join[field("volume"), optional["(", field("number"), ")"]]
        pages = field("pages", apply_func=dashify)
        return self.entry(field("title"), sentence[tag("em")[field("journal")], numbered, optional[pages]])

    def get_inproceedings_template(self, entry):
        pages = field("pages", apply_func=dashify)
        venue = join["In ", tag("em")[field("booktitle")]]
        return self.entry(field("title"), sentence[venue, optional[pages]])

    def get_book_template(self, entry):
        return self.entry(tag("em")[field("title")], sentence[field("publisher")])

    def get_misc_template(self, entry):
        return self.entry(field("title"), optional[sentence[field("howpublished")]])

    get_unpublished_template = get_misc_template


class AsList(SphinxPostTransform):
    """An ordinary list of the works, where bibtex's extension leaves citations with labels."""

    default_priority = 6  # after the extension's own, which is the fifth

    def run(self):
        for box in list(self.document.findall(nodes.container)):
            if box.children and all(isinstance(work, nodes.citation) for work in box.children):
                works = [nodes.list_item("", *work.children[1:], ids=work["ids"]) for work in box.children]
                box.replace_self(nodes.bullet_list("", *works, ids=box["ids"]))


def setup(app):
    app.add_post_transform(AsList)
    register_plugin("pybtex.style.formatting", "author_year", AuthorYear)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
