"""Cut the pages' fonts from their originals: `make fonts` fetches those.

_static/fonts.css says which file holds which signs; here stands which original each is cut from, and which of
its weights are kept. The originals reserve the name Source: what was cut from them bears another.
"""
import re
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter, parse_unicodes
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

STATIC = Path(__file__).parents[1] / "_static"
FACE = re.compile(r'font-family: "([^"]+)";\s+src: url\(fonts/([^)]+)\)[^}]*unicode-range: ([^;]+);')
FEATURES = ["calt", "ccmp", "kern", "liga", "locl", "mark", "math", "mkmk", "ssty"]
NAMES = {1: "{0}", 3: "{0}; cut for this course", 4: "{0}", 6: "{1}", 16: "{0}", 25: "{1}"}
SERIF = "@fontsource-variable/source-serif-4/files/source-serif-4-{}-opsz-"
SANS = "source-sans/WOFF2/VF/SourceSans3VF-"
ORIGINALS = {  # by the first and the last word of a file's name; {} is what stands between them
    ("serif", "normal"): f"{SERIF}normal.woff2",
    ("serif", "italic"): f"{SERIF}italic.woff2",
    ("sans", "normal"): f"{SANS}Upright.otf.woff2",
    ("sans", "italic"): f"{SANS}Italic.otf.woff2",
    ("code", "normal"): "source-code-pro/WOFF2/VF/SourceCodeVF-Upright.otf.woff2",
    ("math", "normal"): "@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2",
}
WEIGHTS = {"wght": (400, 700)}  # text, and what a browser makes of <strong>


def faces():
    """The family, file and signs of each face that fonts.css declares."""
    styles = (STATIC / "fonts.css").read_text(encoding="utf-8")
    return [(family, file, parse_unicodes(signs)) for family, file, signs in FACE.findall(styles)]


def cut(original, signs, family):
    """The font at ``original`` with those of ``signs`` that it has, under another name."""
    font = TTFont(original, recalcTimestamp=False)
    options = Options(layout_features=FEATURES, name_IDs=["*"], notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=signs)
    subsetter.subset(font)
    if "fvar" in font:
        font = instantiateVariableFont(font, WEIGHTS)
    for name in font["name"].names:
        if name.nameID in NAMES:
            name.string = NAMES[name.nameID].format(family, family.replace(" ", ""))
    font.flavor = "woff2"
    return font


def main(folder):
    for family, file, signs in faces():
        kind, *between, style = Path(file).stem.split("-")
        original = ORIGINALS[kind, style].format("-".join(between))
        cut(Path(folder) / original, signs, family).save(STATIC / "fonts" / file)


if __name__ == "__main__":
    main(sys.argv[1])
