"""The charts of chapter 02: they draw what they were given."""
import numpy as np
import pytest
from drawn import style  # noqa: F401
from matplotlib.colors import to_rgb

from conftest import picture
from cvlib import plot
from cvlib.data.preprocess import Preprocess

STEPS = np.array([10, 20, 30])
RUNS = {"low": np.array([[3, 2, 1], [3, 2.2, 1.2]]), "lower": np.array([[3, 2, 1], [3, 2, 1.1]]),
        "high": np.array([[3, 3, 3], [4, 4, 4]])}


def test_bundles_draw_every_seed_thin_and_their_mean_thick():
    ax = plot.bundles(STEPS, RUNS, family="vgg", label="Loss", axis="step")

    lines = [(line.get_ydata().tolist(), line.get_linewidth() > 1) for line in ax.lines]
    expected = [(row.tolist(), thick) for values in RUNS.values()
                for row, thick in [(values[0], False), (values[1], False), (values.mean(0), True)]]
    assert lines == expected
    assert ax.lines[0].get_color() == plot.FAMILY["vgg"]
    assert len({to_rgb(line.get_color()) for line in ax.lines}) == 3
    assert ax.get_xlabel() == "step"


def test_the_names_of_bundles_stand_at_their_ends_and_not_on_one_another():
    ax = plot.bundles(STEPS, RUNS, family="alexnet", label="Loss", axis="step", reference=("guessing", 2.0))

    ax.figure.draw_without_rendering()
    boxes = {text.get_text(): text.get_window_extent() for text in ax.texts}
    assert boxes["lower"].y1 <= boxes["low"].y0 + 1 < boxes["high"].y0
    assert boxes["low"].x0 > ax.transData.transform((30, 1))[0]
    assert any(list(line.get_ydata()) == [2.0, 2.0] for line in ax.lines)
    assert "guessing" in boxes


def test_five_bundles_are_refused():
    with pytest.raises(ValueError, match="four bundles can be told apart, not 5"):
        plot.bundles(STEPS, {str(i): RUNS["low"] for i in range(5)}, family="alexnet", label="", axis="")


def test_strips_keep_every_value_and_stay_in_their_row():
    rows = {"spread": np.linspace(0, 100, 48), "heaped": np.full(48, 50.0)}

    ax = plot.strips(rows, family="alexnet", axis="%", limits=(0, 100))

    for row, (values, dots) in enumerate(zip(rows.values(), ax.collections, strict=True)):
        x, y = dots.get_offsets().T
        assert x.tolist() == pytest.approx(values.tolist())
        assert abs(y - row).max() < 0.45
        assert len({(round(a, 3), round(b, 3)) for a, b in zip(x, y, strict=True)}) == 48
    assert [text.get_text() for text in ax.get_yticklabels()] == list(rows)


def test_cuts_are_to_one_scale_with_the_kept_square_framed():
    images = [picture(64, 40), picture(10, 16)]
    squares = [Preprocess(24, 24).resized(image) for image in images]

    ax = plot.cuts(images, squares, family="resnet")

    sizes = [(round(abs(right - left)), round(abs(top - bottom)))
             for left, right, bottom, top in (shown.get_extent() for shown in ax.images)]
    assert sizes == [(64, 40), (24, 24), (10, 16), (24, 24)]
    frames = [(patch.get_width(), patch.get_height()) for patch in ax.patches if not patch.get_fill()]
    assert frames == [(40, 40), (10, 10)]
    assert [text.get_text() for text in ax.texts if "×" in text.get_text()] == [
        "64 × 40", "24 × 24", "10 × 16", "24 × 24"]
    wide, high = ax.figure.get_size_inches()
    assert wide / high == pytest.approx(np.ptp(ax.get_xlim()) / np.ptp(ax.get_ylim()))


def test_what_is_cut_off_is_veiled_and_nothing_else():
    image = picture(64, 40)

    ax = plot.cuts([image], [Preprocess(24, 24).resized(image)], family="alexnet")

    veiled = np.zeros((40, 64), int)
    for patch in ax.patches:
        if patch.get_fill():
            x, y, wide, high = (round(v) for v in (patch.get_x(), patch.get_y(), patch.get_width(),
                                                   patch.get_height()))
            veiled[y:y + high, x:x + wide] += 1
    assert (veiled[:, :12] == 1).all()
    assert (veiled[:, 52:] == 1).all()
    assert (veiled[:, 12:52] == 0).all()
