"""The cost of a training, predicted: arithmetic by hand, and trainings that were timed by others."""
import pytest
import torch

import cvlib
from cvlib.analysis import IMAGENET_TRAIN, Effort, Forecast
from cvlib.cost import layer_costs


def forecast(**changed):
    effort = Effort(macs=10, first_macs=0, pictures=60, epochs=60, peak=1.0, days=(1, 1))
    values = {"efforts": {"Net-1": effort}, "peaks": {"one": 60.0, "ten": 600.0}, "share": (0.1, 0.5),
              "decoding": {}}
    return Forecast(**values | changed)


def test_hours_are_operations_over_the_share_of_the_peak_that_is_reached():
    assert forecast().hours("Net-1", "one") == pytest.approx((2.0, 10.0))
    assert forecast().hours("Net-1", "ten") == pytest.approx((0.2, 1.0))


def test_no_training_is_faster_than_its_pictures_are_decoded():
    fed = forecast(decoding={"ten": (0.5, 2.0)})

    assert fed.fed("Net-1", "ten") == (0.5, 2.0)
    assert fed.multiplied("Net-1", "ten") == pytest.approx((0.2, 1.0))
    assert fed.hours("Net-1", "ten") == (0.5, 2.0)
    assert fed.starved("Net-1", "ten")
    assert not forecast(decoding={"ten": (1.5, 2.0)}).starved("Net-1", "ten")
    assert forecast().fed("Net-1", "one") == (0, 0)


def test_its_numbers_can_be_glued():
    assert forecast().numbers() == pytest.approx({
        "net_1_exaflops": 216e3 / 1e18, "net_1_images": 3.6e-3, "net_1_one_short": 2.0,
        "net_1_one_long": 10.0, "net_1_ten_short": 0.2, "net_1_ten_long": 1.0})


@pytest.mark.parametrize("share", [(0.0, 0.5), (0.5, 0.1), (0.1, 1.5)])
def test_a_share_is_a_share(share):
    with pytest.raises(ValueError, match="share is the least and the most"):
        forecast(share=share)


def effort_of(name, epochs, peak, days=(1, 1)):
    with torch.device("meta"):
        costs = layer_costs(cvlib.create_model(name), (3, 224, 224))
    first = next(cost.macs for cost in costs if cost.macs)
    return Effort(sum(cost.macs for cost in costs), first, IMAGENET_TRAIN, epochs, peak, days)


@pytest.mark.parametrize(("per_second", "hours", "peak"), [(1200, 29, 125e12), (2470, 14, 312e12)])
def test_nvidias_own_trainings_reach_a_fifth_of_the_peak_and_take_the_hours_they_say(per_second, hours, peak):
    """ResNet-50, 90 epochs on one V100 and on one A100 (NVIDIA's DeepLearningExamples, resnet50v1.5)."""
    effort = effort_of("resnet50", 90, peak)

    share = effort.share(per_second)

    assert 0.15 < share < 0.25
    assert Forecast({"net": effort}, {"gpu": peak}, (share, share), {}).hours("net", "gpu")[0] == (
        pytest.approx(hours, rel=0.1))


def test_what_vgg_s_authors_timed_is_a_quarter_to_a_third_of_their_peak():
    """74 epochs on four Titan Black in two to three weeks (arXiv:1409.1556, Sec. 3.3)."""
    numbers = effort_of("vgg16", 74, 4 * 2 * 2880 * 889e6, (14, 21)).numbers()

    assert 20 < numbers["share_low"] < numbers["share_high"] < 40
