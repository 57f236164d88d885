"""Names of files, folders and data sets: shown so that a terminal can, compared so that two forms are one.

A file's name is bytes. Python keeps what is no UTF-8 as lone surrogates, which no terminal prints; macOS
writes an accent as a letter of its own (NFD), Linux as part of its letter (NFC).
"""
import re
import unicodedata

__all__ = ["BUILT_IN", "dataset_name", "escaped", "ignored", "normal", "printable"]

BUILT_IN = ("scenes", "intel", "intel_fifth", "imagenet", "cifar10", "cifar10_fifth")
LEFT_BY_MACHINES = frozenset({
    "__macosx", "__pycache__", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "$recycle.bin",
    "system volume information", "@eadir", "lost+found",
})
LONGEST = 100  # bytes of a data set's name: a run's folder has room for the recipe's beside it


def printable(name: object) -> str:
    """``name`` with an escape for each character that cannot be shown: ``\\n``, ``\\xe9``, ``\\u200b``."""
    return "".join(each if each.isprintable() else _escape(each) for each in str(name))


def escaped(name: str) -> str:
    """``name`` in ASCII, every other character by its number: two names that look alike are told apart."""
    return "".join(each if each.isascii() and each.isprintable() else _escape(each) for each in name)


def normal(name: str) -> str:
    """The form in which names are compared: NFC."""
    return unicodedata.normalize("NFC", name)


def ignored(name: str) -> bool:
    """Whether a file or folder is passed over everywhere: hidden, or left behind by a machine."""
    return name.startswith(".") or name.casefold() in LEFT_BY_MACHINES


def dataset_name(folder_name: str) -> str:
    """What a data set in a folder of that name is called: safe as a part of another folder's name.

    Never the name of a built-in data set, never empty, without separators and without a leading dash or dot.
    """
    kept = [each if each.isprintable() and each not in '<>:"/\\|?*' else "_" for each in normal(folder_name)]
    cut = "".join(kept).encode()[:LONGEST].decode(errors="ignore")
    name = re.sub(r"^[-. ]+|[. ]+$", "", cut) or "folder"
    return f"folder-{name}" if name.casefold() in BUILT_IN else name


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode()
