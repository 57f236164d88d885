"""A picture is read as it was meant, or its file is named: no hang, no Ghostscript, no bare exception."""
import os
import signal
import struct
import warnings
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import EpsImagePlugin, Image, ImageOps, features

from conftest import picture
from cvlib.data.decode import FORMATS, SUFFIXES, PictureError, open_picture
from cvlib.data.opening import open_dataset

RANDOM = np.random.default_rng(0)
WITH_EXIF = ["jpg", "png", "tif", "webp", *(["avif"] if features.check("avif") else [])]


class Hung(BaseException):
    """No `except Exception` catches it."""


@pytest.fixture(autouse=True)
def within_five_seconds():
    """What waits for ever is interrupted."""
    def ring(*_):
        raise Hung

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(5)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("suffix", WITH_EXIF)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_turned_upright_as_their_exif_tag_says(tmp_path, suffix, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture(24, 16).save(tmp_path / f"x.{suffix}", exif=exif)

    turned = open_picture(tmp_path / f"x.{suffix}")

    with Image.open(tmp_path / f"x.{suffix}") as plain:
        wanted = ImageOps.exif_transpose(plain)
    assert turned.size == ((24, 16) if orientation < 5 else (16, 24))
    assert (np.asarray(turned) == np.asarray(wanted.convert("RGB"))).all()


def test_a_photograph_held_upright_is_shown_upright(tmp_path):
    """By hand: the camera was turned, the sky lies at the left of the file, and the tag says 6."""
    pixels = np.zeros((16, 24, 3), np.uint8)
    pixels[:, :8] = 0, 0, 255
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(pixels).save(tmp_path / "x.png", exif=exif)

    upright = np.asarray(open_picture(tmp_path / "x.png"))

    assert (upright[:8] == (0, 0, 255)).all()
    assert not upright[8:].any()


@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_broken_exif_does_not_cost_the_picture(tmp_path, suffix):
    picture().save(tmp_path / f"x.{suffix}", exif=b"Exif\0\0nothing of the kind")

    assert open_picture(tmp_path / f"x.{suffix}").size == (40, 32)


@pytest.mark.parametrize("least", [1, 20, 40, 41, 79, 80, 81, 159, 160, 161, 1000])
def test_a_jpeg_at_reduced_scale_keeps_the_pixels_that_are_asked_for(tmp_path, least):
    exif = Image.Exif()
    exif[0x0112] = 6
    picture(401, 160).save(tmp_path / "x.jpg", exif=exif)

    small, whole = open_picture(tmp_path / "x.jpg", least=least), open_picture(tmp_path / "x.jpg")

    assert whole.size == (160, 401)
    assert min(least, 160) <= small.width <= max(20, 2 * least)
    assert small.width < small.height
    near = np.asarray(whole.resize(small.size, Image.Resampling.BOX), float)
    assert np.abs(np.asarray(small, float) - near).mean() < 4


def test_only_jpegs_are_reduced(tmp_path):
    picture(400, 160).save(tmp_path / "x.png")

    assert open_picture(tmp_path / "x.png", least=20).size == (400, 160)


def deep(kind):
    """A ramp over 256 greys: the name of a file, and what Pillow saves to it."""
    steps = np.arange(256)[None].repeat(4, 0)
    return {
        "png16": ("x.png", Image.fromarray((257 * steps).astype(np.uint16))),
        "tif16": ("x.tif", Image.fromarray((257 * steps).astype(np.uint16))),
        "tif16b": ("x.tif", Image.frombytes("I;16B", (256, 4), (257 * steps).astype(">u2").tobytes())),
        "tif32": ("x.tif", Image.fromarray((257 * steps).astype(np.int32))),
        "pgm16": ("x.pgm", Image.fromarray((257 * steps).astype(np.int32))),
        "float": ("x.tif", Image.fromarray((steps / 255).astype(np.float32))),
    }[kind]


@pytest.mark.parametrize("kind", ["png16", "tif16", "tif16b", "tif32", "pgm16", "float"])
def test_deep_pictures_are_scaled_not_clipped(tmp_path, kind):
    name, image = deep(kind)
    image.save(tmp_path / name)

    pixels = np.asarray(open_picture(tmp_path / name))

    assert pixels.dtype == np.uint8
    assert (pixels == np.arange(256)[None, :, None]).all()


@pytest.mark.parametrize("values", [[0, np.nan], [0, np.inf], [-0.1, 1], [0, 1.1], [0, 255]])
def test_floats_whose_white_is_not_known_are_refused(tmp_path, values):
    Image.fromarray(np.float32([values])).save(tmp_path / "x.tif")

    with pytest.raises(PictureError, match=r"x\.tif cannot be decoded: its values .* read as 0 \.\.\. 1;"):
        open_picture(tmp_path / "x.tif")


@pytest.mark.parametrize("values", [[-1, 9], [0, 65536]])
def test_whole_numbers_beyond_16_bits_are_refused(tmp_path, values):
    Image.fromarray(np.int32([values])).save(tmp_path / "x.tif")

    with pytest.raises(PictureError, match=r"read as 0 \.\.\. 65535"):
        open_picture(tmp_path / "x.tif")


def transparent(kind):
    """Left invisible red, in the middle half visible red, right red."""
    pixels = np.zeros((4, 3, 4), np.uint8)
    pixels[..., 0], pixels[..., 3] = 200, (0, 128, 255)
    image = Image.fromarray(pixels)
    if kind == "LA":
        return Image.fromarray(pixels[..., [0, 3]], "LA")
    if kind == "P":
        image = image.convert("RGB").quantize(4)
        image.info["transparency"] = image.getpixel((0, 0))
        image.putdata([0, 1, 1] * 4)
        image.putpalette([7, 7, 7, 200, 0, 0])
        image.info["transparency"] = 0
    return image


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(("kind", "suffix", "wanted"), [
    ("RGBA", "png", [(255, 255, 255), (227, 127, 127), (200, 0, 0)]),
    ("RGBA", "tif", [(255, 255, 255), (227, 127, 127), (200, 0, 0)]),
    ("LA", "png", [(255, 255, 255), (227, 227, 227), (200, 200, 200)]),
    ("P", "png", [(255, 255, 255), (200, 0, 0), (200, 0, 0)]),
    ("P", "gif", [(255, 255, 255), (200, 0, 0), (200, 0, 0)]),
])
def test_transparent_pictures_are_laid_on_white(tmp_path, kind, suffix, wanted):
    transparent(kind).save(tmp_path / f"x.{suffix}")

    pixels = np.asarray(open_picture(tmp_path / f"x.{suffix}")).astype(int)

    assert np.abs(pixels[0] - wanted).max() <= 1


def test_a_colour_that_stands_for_nothing_is_white(tmp_path):
    image = Image.new("RGB", (2, 1), (10, 20, 30))
    image.putpixel((1, 0), (40, 50, 60))
    image.save(tmp_path / "x.png", transparency=(10, 20, 30))

    assert np.asarray(open_picture(tmp_path / "x.png")).tolist() == [[[255, 255, 255], [40, 50, 60]]]


@pytest.mark.parametrize(("mode", "suffix"), [
    ("RGB", "png"), ("RGB", "bmp"), ("RGB", "webp"), ("RGB", "tif"), ("RGB", "gif"), ("RGB", "jfif"),
    ("RGB", "ppm"), ("RGB", "tga"), ("RGB", "jp2"), ("RGB", "pcx"), ("RGB", "dib"), ("L", "jpe"),
    ("CMYK", "jpg"), ("1", "png"), ("YCbCr", "jpeg"), ("L", "ico"),
])
def test_every_mode_and_format_becomes_rgb(tmp_path, mode, suffix):
    picture(32, 32).convert(mode).save(tmp_path / f"x.{suffix}")

    image = open_picture(tmp_path / f"x.{suffix}")

    with Image.open(tmp_path / f"x.{suffix}") as plain:
        wanted = plain.convert("RGB")
    assert image.mode == "RGB"
    assert image.tobytes() == wanted.tobytes()
    assert f".{suffix}" in SUFFIXES


def test_of_an_animation_the_first_frame_is_read(tmp_path):
    first, second = picture(), picture()
    first.save(tmp_path / "x.gif", save_all=True, append_images=[second])
    first.save(tmp_path / "alone.gif")

    assert open_picture(tmp_path / "x.gif").tobytes() == open_picture(tmp_path / "alone.gif").tobytes()


def test_the_suffixes_are_those_of_the_formats_that_are_read():
    assert {".jpg", ".jpeg", ".jfif", ".jpe", ".png", ".bmp", ".gif", ".tif", ".tiff", ".webp"} <= SUFFIXES
    assert not {".ps", ".eps", ".pdf", ".wmf", ".emf", ".mpg", ".h5", ".txt", ""} & SUFFIXES
    assert not {"EPS", "PDF", "WMF"} & set(FORMATS)


@pytest.mark.parametrize("name", ["x.jpg", "x.png", "x.tif", "x.tga"])
def test_postscript_is_refused_whatever_it_is_called(tmp_path, monkeypatch, name):
    started = []
    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", lambda *_, **__: started.append(name))
    (tmp_path / name).write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n")

    with pytest.raises(PictureError, match="cannot be decoded"):
        open_picture(tmp_path / name)

    assert not started


def unreadable(kind, path):
    """Make something of that kind at ``path``."""
    makers = {
        "a named pipe": lambda: os.mkfifo(path), "a device": lambda: path.symlink_to("/dev/zero"),
        "a folder": path.mkdir, "a link to nothing": lambda: path.symlink_to("nowhere.jpg"),
        "not there": lambda: None, "is empty": path.touch,
        "none of the formats": lambda: path.write_text("hello"),
        "truncated": lambda: path.write_bytes(_jpeg()[:-400]),
        "too large|decompression bomb": lambda: path.write_bytes(_bomb()),
    }
    makers[kind]()


def _jpeg():
    stream = BytesIO()
    picture(200, 200).save(stream, "JPEG")
    return stream.getvalue()


def _bomb():
    """A PNG of a hundred bytes that says it is 60,000 pixels wide and high."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    size = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    chunks = chunk(b"IHDR", size), chunk(b"IDAT", zlib.compress(b"")), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize("kind", ["a named pipe", "a device", "a folder", "a link to nothing", "not there",
                                  "is empty", "none of the formats", "truncated",
                                  "too large|decompression bomb"])
def test_a_file_that_gives_no_picture_is_named_with_what_to_do(tmp_path, kind):
    path = tmp_path / "x\n.jpg"
    unreadable(kind, path)

    with pytest.raises(PictureError, match=kind) as error:
        open_picture(path)

    assert str(error.value).startswith(f"{tmp_path}/x\\n.jpg ")
    assert str(error.value).isprintable()
    assert kind == "not there" or any(word in str(error.value) for word in ("delete", "move"))


@pytest.mark.parametrize("error", [
    SyntaxError("a"), ValueError("a"), struct.error("a"), zlib.error("a"), EOFError(), OverflowError("a"),
    KeyError("a"), IndexError("a"), TypeError("a"), AttributeError("a"), RecursionError("a"), MemoryError(),
    Image.DecompressionBombError("a"), NotImplementedError("a"), UnicodeDecodeError("utf-8", b"", 0, 1, "a"),
])
def test_whatever_pillow_raises_belongs_to_the_file(tmp_path, monkeypatch, error):
    def raises(*_, **__):
        raise error

    picture().save(tmp_path / "x.jpg")
    monkeypatch.setattr(Image.Image, "load", raises)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", raises)

    with pytest.raises(PictureError, match=r"x\.jpg cannot be decoded: \S.*; replace or delete it$"):
        open_picture(tmp_path / "x.jpg")


@pytest.mark.parametrize("suffix", ["jpg", "png", "bmp", "gif", "tif", "webp", "jp2", "tga", "ico", "ppm"])
def test_damaged_files_of_every_format_give_pixels_or_their_own_error(tmp_path, suffix):
    picture(32, 32).save(tmp_path / f"x.{suffix}")
    whole = (tmp_path / f"x.{suffix}").read_bytes()
    ends = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(60):
            damaged = np.frombuffer(whole, np.uint8).copy()
            places = RANDOM.integers(0, min(len(damaged), RANDOM.choice([16, 64, 4096])), 3)
            damaged[places] = RANDOM.integers(0, 256, 3)
            end = RANDOM.integers(len(damaged) // 2, len(damaged) + 1)
            (tmp_path / f"x.{suffix}").write_bytes(damaged[:end])
            try:
                ends.add(open_picture(tmp_path / f"x.{suffix}").mode)
            except PictureError as error:
                ends.add(str(error).startswith(f"{tmp_path}/x.{suffix} "))

    assert ends <= {"RGB", True}
    assert True in ends


def test_what_gives_no_picture_is_listed_at_once_and_waited_for_nowhere(tree):
    cats, dogs = tree / "train" / "cat", tree / "train" / "dog"
    (cats / "link.jpg").symlink_to("nowhere")
    (cats / "folder.jpg").mkdir()
    os.mkfifo(dogs / "pipe.jpg")
    (dogs / "zero.jpg").symlink_to("/dev/zero")
    (dogs / "text.jpg").write_text("hello")
    splits = open_dataset(tree)

    with pytest.raises(OSError, match="5 picture") as error:
        len(splits["train"])

    for said in ("link.jpg is a link to nothing", "folder.jpg is a folder", "pipe.jpg is a named pipe",
                 "zero.jpg is a device", "text.jpg cannot be decoded"):
        assert said in str(error.value)


def test_a_path_that_is_no_utf8_is_read_and_shown(tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.png")
    picture().save(path)
    assert open_picture(path).size == (40, 32)

    open(path, "w").close()

    with pytest.raises(PictureError, match=r"/caf\\xe9\.png is empty"):
        open_picture(path)
