"""Drawings of networks: their wires, their scales, their words."""
import pytest
from drawn import drawn, style  # noqa: F401

import cvlib
from cvlib import diagrams


def test_the_towers_are_drawn_from_the_network():
    costs = cvlib.cost.layer_costs(cvlib.create_model("alexnet_mini", num_classes=6), (3, 112, 112))

    texts = drawn(diagrams.towers(costs))

    assert texts.count("27²\n×24") == texts.count("6²\n×96") // 2 == 2
    assert {"image", "conv1", "fc8", "GPU 1", "112²\n×3", "6"} <= set(texts)


def test_plates_are_to_the_scale_that_the_caption_names():
    costs = cvlib.cost.layer_costs(cvlib.create_model("alexnet_mini"), (3, 112, 112))

    ax = diagrams.towers(costs)

    assert "linear" in diagrams.TOWERS_SCALE
    plates = [patch for patch in ax.patches if patch.get_linewidth() == 1.1]
    picture, conv1, conv3, fc6, fc8 = (plates[i] for i in (0, 1, 5, 11, 15))
    assert picture.get_height() / conv1.get_height() == pytest.approx(112 / 27)
    assert conv1.get_height() / conv3.get_height() == pytest.approx(27 / 6)
    assert conv3.get_width() / conv1.get_width() == pytest.approx(96 / 24)
    assert conv1.get_width() / picture.get_width() == pytest.approx(24 / 3)
    assert fc6.get_height() / fc8.get_height() == pytest.approx(512 / 1000)


def test_every_word_of_the_towers_is_legible_on_a_phone():
    costs = cvlib.cost.layer_costs(cvlib.create_model("alexnet_mini"), (3, 112, 112))

    ax = diagrams.towers(costs)

    pixels = 328 / ax.figure.get_figwidth() / 72  # a point, where the page leaves 328 of 360
    assert min(text.get_fontsize() for text in ax.texts if text.get_text()) * pixels >= 8.9


def test_without_conv3_the_towers_do_not_meet_before_fc6():
    costs = cvlib.cost.layer_costs(cvlib.create_model("alexnet_mini"), (3, 112, 112))

    ax = diagrams.towers(costs, absent=("conv3",))

    wires = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    assert len(wires) == 2 + 2 + 2 + 2 + 4 + 4 + 2
    assert sum(wire.xy[1] != wire.xyann[1] for wire in wires) == 2 + 2 + 2 + 2
    dashed = [patch for patch in ax.patches if patch.get_linestyle() not in ("-", "solid")]
    assert len({patch.get_x() for patch in dashed}) == len(dashed) - 1 == 1
    assert "left out" in drawn(ax)


def test_a_layer_that_is_not_drawn_cannot_be_left_out_of_the_towers():
    with pytest.raises(ValueError, match="absent lists some of conv1"):
        diagrams.towers([], absent=("conv9",))


def test_towers_cross_only_where_they_meet():
    costs = cvlib.cost.layer_costs(cvlib.create_model("alexnet_mini"), (3, 112, 112))

    ax = diagrams.towers(costs)

    wires = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    slanted = [wire for wire in wires if wire.xy[1] != wire.xyann[1]]
    assert len(wires) == 2 + 2 + 4 + 2 + 2 + 4 + 4 + 2
    assert len(slanted) == 2 + 2 + 2 + 2 + 2


def test_what_crosses_is_written_where_the_wires_cross():
    costs = cvlib.cost.layer_costs(cvlib.create_model("alexnet_mini"), (3, 112, 112))

    ax = diagrams.towers(costs, crossing={"conv3": "44", "fc8": "2"})

    written = {text.get_text(): text.get_position() for text in ax.texts if text.get_text() in ("44", "2")}
    wires = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    crossed = sorted({(wire.xyann[0], wire.xy[0]) for wire in wires if wire.xy[1] != wire.xyann[1]})
    for name, (start, end) in (("44", crossed[1]), ("2", crossed[-1])):  # crossed[0] is from the picture
        assert written[name][0] == pytest.approx((start + end) / 2)
        assert written[name][1] == pytest.approx(113)


@pytest.mark.parametrize("layer", ["conv1", "conv2", "pool5"])
def test_nothing_crosses_into_a_layer_that_keeps_to_its_tower(layer):
    with pytest.raises(ValueError, match="crossing some of conv3, fc6, fc7, fc8"):
        diagrams.towers([], crossing={layer: "1"})
