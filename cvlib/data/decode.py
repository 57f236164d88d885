"""From a picture's file to RGB pixels: which formats are read, and what is done so that nothing is lost.

Only the formats of `FORMATS` are tried, whatever a file's name says: Pillow would start Ghostscript on
PostScript. Only plain files are opened: a named pipe waits for ever, a device never ends.
"""
import os
import stat

import numpy as np
from PIL import Image, UnidentifiedImageError

from cvlib.data.names import printable

__all__ = ["FORMATS", "SUFFIXES", "PictureError", "as_rgb", "open_picture"]

FORMATS = ("JPEG", "MPO", "PNG", "BMP", "DIB", "GIF", "TIFF", "WEBP", "AVIF", "JPEG2000", "PPM", "TGA", "ICO",
           "PCX", "SGI", "QOI")
SUFFIXES = frozenset(suffix for suffix, name in Image.registered_extensions().items() if name in FORMATS)
READERS = tuple(name for name in FORMATS if name in Image.OPEN and name != "TGA")
TGA = frozenset(suffix for suffix, name in Image.registered_extensions().items() if name == "TGA")
TURNS = {  # the EXIF orientation: what brings the picture upright
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ORIENTATION = 0x0112
KINDS = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a named pipe", stat.S_IFCHR: "a device",
         stat.S_IFBLK: "a device", stat.S_IFSOCK: "a socket"}


class PictureError(OSError):
    """A file that gives no picture; the message starts with its path and says what to do."""


def open_picture(path: str | os.PathLike, *, least: int | None = None) -> Image.Image:
    """The picture in the file at ``path``, upright, in RGB, at its own size; of several frames the first.

    Deeper pictures are scaled to 8 bits, transparent ones laid on white. With ``least`` a JPEG may be decoded
    at a half, a quarter or an eighth of its size, as long as its shorter side keeps ``least`` pixels. Raises
    PictureError, whatever is wrong with the file.
    """
    try:
        _check_plain(path)
        with Image.open(path, formats=_readers(path)) as image:
            if least:
                image.draft("RGB", (least, least))
            image.load()
            return as_rgb(image)
    except PictureError:
        raise
    except Exception as error:  # Pillow lets through whatever a broken file provokes
        reason = _reason(error)
        raise PictureError(f"{printable(path)} cannot be decoded: {reason}; replace or delete it") from error


def as_rgb(image: Image.Image) -> Image.Image:
    """A picture that Pillow has loaded, upright, in RGB of 8 bits.

    Raises ValueError for values that are out of the range of their kind.
    """
    return _rgb(_upright(image))


def _check_plain(path) -> None:
    """Raise PictureError for anything but a plain file that has something in it."""
    try:
        state = os.stat(path)
    except FileNotFoundError:
        gone = "is a link to nothing: mend or delete it" if os.path.islink(path) else "is not there any more"
        raise PictureError(f"{printable(path)} {gone}") from None
    if not stat.S_ISREG(state.st_mode):
        kind = KINDS.get(stat.S_IFMT(state.st_mode), "something else")
        raise PictureError(f"{printable(path)} is {kind}, not a picture: move it away or rename it")
    if not state.st_size:
        raise PictureError(f"{printable(path)} is empty: replace or delete it")


def _readers(path) -> tuple[str, ...]:
    """TGA has no mark to be known by, so only its own suffixes are tried as such."""
    suffix = os.path.splitext(os.fsdecode(path))[1].lower()
    return ("TGA",) if suffix in TGA else READERS


def _reason(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return f"it is in none of the formats that are read ({', '.join(FORMATS)})"
    if isinstance(error, PermissionError):
        return "you may not read it"
    return printable(error) or type(error).__name__


def _upright(image: Image.Image) -> Image.Image:
    """Turned as its EXIF tag says, after `load`: a TIFF is turned there already."""
    try:
        turn = TURNS.get(image.getexif().get(ORIENTATION))
    except Exception:  # broken EXIF says nothing about the pixels
        return image
    return image if turn is None else image.transpose(turn)


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith(("I", "F")):
        image = _eight_bits(image)
    elif image.has_transparency_data:
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image.convert("RGBA"))
    return image if image.mode == "RGB" else image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Grey of 16 bits (0 ... 65535) or of floats (0 ... 1) as 0 ... 255; raises ValueError beyond these."""
    values = np.asarray(image)
    white = 1 if image.mode == "F" else 65535
    low, high = values.min(), values.max()
    if not (low >= 0 and high <= white):  # nor where one of them is no number
        raise ValueError(f"its values go from {low:g} to {high:g}, and mode {image.mode} is read as 0 ... "
                         f"{white}")
    return Image.fromarray(np.rint(values * (255 / white)).astype(np.uint8))
