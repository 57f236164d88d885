"""What an open edition says of itself: the cell on top, and what was gathered for its end."""
from nbformat.v4 import new_markdown_cell
from open_blocks import quotation
from open_inline import escaped

ABOUT = (
    "**The open edition of a chapter of *{course}*:** an ordinary notebook, made from the same source as "
    "{page}.{home}",
    "",
    "- **The numbers** in the text and under the figures are those of the run that is committed with the "
    "course. Your own stand in the cells' outputs once you run them, and may differ a little; the text does "
    "not follow them.",
    "- **The package** of the course is installed by the set-up cell, which is folded. {package}",
    "- **Time:** under a minute on one core, with the parameters as they are: small networks on drawings. "
    "The profile `cpu` with the data `intel` trains on photographs: ten to twenty-five minutes on two cores.",
    "- **Accelerator:** choose none, with the parameters as they are. For the profile `gpu` choose *GPU T4 "
    "x2* on Kaggle (a P100 is too old for the PyTorch there) and *T4 GPU* on Colab; nobody has run that yet.",
    "- **Folded** are the imports, the code of figures, and the answers: predict before you open one. A call "
    "of `glue` keeps numbers for the text and shows nothing.",
)
WHEEL = "the file `cvlib_course-*.whl`, which lies where this notebook does"
HOSTED = (f"On Colab it needs nothing more; on Kaggle switch the internet on, or attach {WHEEL}, as a data "
          "set. On a laptop install that file.")
UNHOSTED = (f"It looks for {WHEEL}: on Colab upload it too, on Kaggle attach it as a data set. On a laptop "
            "install it, or let `make lab` do it.")


def about(course: str, title: str, page: str, home: str):
    """The cell on top. ``page`` is the address of the published page and ``home`` the repository's; "" where
    there is none."""
    name = f"the page *{escaped(title)}*"
    text = "\n".join(ABOUT).format(
        course=escaped(course), page=f"[{name}]({page})" if page else name,
        home=f" The course lives at <{home}>." if home else "", package=HOSTED if home else UNHOSTED)
    return new_markdown_cell(quotation(text), id="open-edition")


def ends(notes: list[str], works: list[str]) -> list:
    """The cells at the end: footnotes, and the cited works in full. None where there is nothing to say."""
    cells = {"notes": ("Notes", "\n\n".join(notes)),
             "works-cited": ("Works cited", "\n".join(f"- {escaped(work)}" for work in works))}
    return [new_markdown_cell(f"## {title}\n\n{text}", id=name)
            for name, (title, text) in cells.items() if text]
