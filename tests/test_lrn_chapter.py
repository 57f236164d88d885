"""What chapter 04 says of divisors, claims and logs, against arithmetic by hand and what was written down."""
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgba
from torch import nn

from cvlib import plot
from cvlib.analysis import LOGS, Census, Claims, InertCheck, SourceLogs, Spreads, divisor_change, scaled
from cvlib.layers import LocalResponseNorm

# The table of results as written down beside the census when it was made: repository, top-1 and top-5 error.
WRITTEN_DOWN = {
    "longrootchen/alexnet-imagenet-pytorch": (41.20, 18.20), "xevolesi/alexnet_pytorch": (46.7, 22.69),
    "gchaperon/alexnet": (48, 25), "LeonPeric/reproducing-models": (39.88, 18.71),
    "AsteroidHunter/replicatingAlexNet": (40.25, 19.68), "cvjena/cnn-models": (39.9, 18.1),
    "microsoft/CNTK": (40.1, 17.8), "tensorpack/tensorpack": (42, None),
    "jiecaoyu/pytorch_imagenet": (42.51, 19.41), "uoguelph-mlrg/theano_alexnet": (42.60, 19.86),
    "BVLC/caffe": (42.9, 19.8), "PaddlePaddle/models": (43.28, 20.83),
    "Lornatang/AlexNet-PyTorch": (43.8, 21.3), "csm-kr/alexnet_pytorch": (43.94, 21.22),
    "Oneflow-Inc/OneFlow-Benchmark": (45.24, 21.81),
    "tensorflow/benchmarks": (45.4, 21.67), "jcboyd/imagenet-classics": (None, 24),
    "matteo-dunnhofer/imagenet": (42.69, 19.69),
}


@pytest.fixture(scope="module")
def claims():
    return Claims(Census.read())


def test_the_change_of_a_constant_map_is_the_formula():
    norm = LocalResponseNorm(size=5, alpha=1e-4, beta=0.75, k=2.0, divide_by_size=False)

    change = divisor_change(norm, torch.full((1, 9, 1, 1), 30.0))

    assert change[0, 4].item() == pytest.approx((1 + 5 * 1e-4 * 900 / 2) ** 0.75 - 1, rel=1e-6)
    assert change[0, 0].item() == pytest.approx((1 + 3 * 1e-4 * 900 / 2) ** 0.75 - 1, rel=1e-6)


def test_a_change_too_small_for_float32_is_seen():
    norm = LocalResponseNorm(divide_by_size=True)

    change = divisor_change(norm, torch.full((1, 5, 1, 1), 1e-3))

    assert change[0, 2].item() == pytest.approx(0.75 * 2e-5 * 5 * 1e-6 / 2, rel=1e-3)


def test_pictures_are_scaled_about_their_channels_means():
    pictures = torch.arange(24.0).reshape(2, 3, 2, 2)

    raw = scaled(pictures, "raw")
    torch.testing.assert_close(raw.mean((0, 2, 3)), torch.zeros(3).double())
    torch.testing.assert_close(scaled(pictures, "zero_one"), raw / 255)
    assert scaled(pictures, "unit").numpy().std((0, 2, 3)) == pytest.approx([1, 1, 1])
    with pytest.raises(ValueError, match="scale is one of unit, zero_one, raw"):
        scaled(pictures, "bytes")


def test_the_check_of_a_picture_is_arithmetic():
    """Two pixels, 10 and -10 about their mean: one kernel gives 20 at one of them, and the ReLU drops -20."""
    pictures = torch.tensor([120.0, 100.0]).reshape(1, 1, 1, 2).expand(1, 3, 1, 2)
    weights = {"two": torch.zeros(1, 3, 1, 1)}
    weights["two"][0, 0] = 2
    check = InertCheck(pictures, weights, {"printed": LocalResponseNorm(divide_by_size=False)}, stride=1)

    middle, high = check.changes("raw", "two")["printed"]
    full = (1 + 1e-4 * 400 / 2) ** 0.75 - 1
    assert (middle, high) == pytest.approx((full / 2, 0.99 * full), rel=1e-9)
    assert check.numbers()["unit_two_printed_high"] == pytest.approx(0.99 * ((1 + 4e-4 / 2) ** 0.75 - 1))
    head, line = check.lines(("raw", "two"))
    assert head.split() == ["input", "start", "printed"]
    assert line.split() == ["raw", "two", "7e-03", "/", "1e-02"]


def run(shift):
    """A record whose divisors are 2 to 3.225 at the start and ``shift`` more in its second norm after it."""
    start = [2 + i / 40 for i in range(50)]
    states = {"start": {"norm1": start, "norm2": [2.0] * 50},
              "trained": {"norm1": start, "norm2": [2.0 + shift] * 50}}
    return SimpleNamespace(name="made", measured={"lrn_percentiles": states})


def test_spreads_are_counted_from_the_percentiles_and_averaged_over_seeds():
    spreads = Spreads({"raw": [run(0.2), run(0.4)]})

    numbers = spreads.numbers()
    assert spreads.layers == ["norm1", "norm2"]
    assert numbers["seeds"] == 2
    assert numbers["raw_norm2_trained_high"] == pytest.approx(1.15)
    assert numbers["raw_norm2_start_moved"] == 0
    assert numbers["raw_norm2_trained_moved"] == 100
    assert numbers["raw_norm1_start_moved"] == pytest.approx(100 * 48 / 50)  # above 2.04
    assert numbers["raw_norm2_trained_fall"] == pytest.approx(100 * (1 - 1.15**-0.75))
    first, second = spreads.groups({"raw": "pixels"}, ["after conv1", "after conv2"])
    assert (first[0], second[0]) == ("after conv1", "after conv2")
    (label, (start, trained)), = second[1]
    assert label == "pixels"
    assert (np.median(start), np.median(trained)) == pytest.approx((0, 0.15))


def test_a_run_without_percentiles_is_refused():
    bare = SimpleNamespace(name="old", measured={"lrn_divisors": {}})

    with pytest.raises(ValueError, match=r"raw \(old\) has no percentiles"):
        Spreads({"raw": [bare]})
    with pytest.raises(ValueError, match="raw has no runs"):
        Spreads({"raw": []})


def test_the_claims_are_those_written_down(claims):
    found = {one.repo: (one.top1, one.top5) for one in claims.all}

    assert found.keys() == WRITTEN_DOWN.keys()
    for repo, pair in WRITTEN_DOWN.items():
        for said, expected in zip(found[repo], pair, strict=True):
            assert said == (expected if expected is None else pytest.approx(expected, abs=0.006)), repo


def test_claims_know_their_year_views_and_norm(claims):
    by_repo = {one.repo: one for one in claims.all}

    assert by_repo["xevolesi/alexnet_pytorch"].again == ((41.7, 19.3),)
    assert [one.repo for one in claims.all if one.year == "2010"] == [
        "LeonPeric/reproducing-models", "AsteroidHunter/replicatingAlexNet"]
    assert sum(one.views == "ten" for one in claims.all) == 5
    assert by_repo["matteo-dunnhofer/imagenet"].views == "five"
    numbers = claims.numbers()
    assert (numbers["lrn_alive_least"], numbers["lrn_alive_most"]) == (40.1, 42.9)
    assert (numbers["no_norm_least"], numbers["no_norm_most"], numbers["no_norm_count"]) == (43.28, 45.4, 5)
    assert [numbers[f"{kind}_least"] for kind in ("lrn_inert", "batchnorm")] == [42, 39.9]
    assert numbers["no_norm_ten"] == 41.2
    (first, _), (second, ten) = claims.groups()
    assert (first, second) == ("one view, or not said", "ten views")
    assert dict(ten) == {"LRN alive": [46.7], "LRN inert": [48], "no norm": [41.2]}  # of 2012


def test_a_claim_without_a_number_is_refused():
    row = dict(Census.read().where("result").rows[0])

    with pytest.raises(ValueError, match="no error in the claim 'good'"):
        _ = Claims(Census((row | {"claim": "good"},))).all


def test_the_papers_gain_is_the_logs_difference():
    numbers = SourceLogs().numbers()

    assert round(numbers["norms_top1"], 1) == 1.4  # Sec. 3.3
    assert round(numbers["norms_top5"], 1) == 1.2
    assert numbers["k_top1"] == pytest.approx(0.136)
    assert numbers["k_top5"] == pytest.approx(-0.158)
    assert (numbers["second_top1"], numbers["second_top5"]) == pytest.approx((-0.108, 0.006))
    assert (numbers["second_other_top1"], numbers["second_other_top5"]) == pytest.approx((-0.04, 0.07))
    assert numbers["half_width"] == pytest.approx(100 * 1.96 * (0.40664 * 0.59336 / 50000) ** 0.5, abs=1e-3)
    assert len({line.where for line in LOGS}) == len(LOGS)


def test_a_tally_draws_a_square_a_thing():
    ax = plot.tally(["a", "b"], [[3, 2, 0], [0, 1, 25]], ["x", "y", "z"], family="alexnet")

    assert len(ax.patches) == 31 + 3  # and the key's
    looks = [patch.get_facecolor() for patch in ax.patches]
    assert [looks.count(look) for look in looks[:3]] == [4, 4, 26]
    assert {"5", "26", "a", "b"} <= {text.get_text() for text in ax.texts}


def test_dots_are_the_values_and_quoted_ones_are_hollow():
    groups = [("one", [("a", [1.0, 2.0]), ("b", [3.0])]), ("two", [("c", [4.0])])]
    ax = plot.dots(groups, family="alexnet", axis="x", quoted=True)

    drawn = [points.get_offsets()[:, 0].tolist() for points in ax.collections]
    assert drawn == [[1, 2], [3], [4]]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b", "c"]
    assert all(tuple(points.get_facecolor()[0]) == to_rgba(plot.PAGE) for points in ax.collections)


def test_a_histogram_counts_quantiles_by_half_decades_and_says_what_lies_beyond_the_limit():
    start, trained = [0.0] * 5 + [0.015] * 4 + [0.03], [0.03] * 4 + [3.0] * 6  # of a limit of 0.02
    (first, second), = plot.histograms([("conv1", [("raw", [start, trained])])], ["before", "after"],
                                       family="alexnet", limit=0.02, axis="x")

    bars = [{round(bar.get_x() + 0.01): bar.get_height() for bar in ax.patches if bar.get_height()}
            for ax in (first, second)]
    assert bars == [{-8: 0.5, -1: 0.4, 0: pytest.approx(0.1)}, {0: 0.4, 4: pytest.approx(0.6)}]
    said = [[text.get_text() for text in ax.texts] for ax in (first, second)]
    assert said == [["10 %", "conv1"], ["100 %"]]
    colours = {bar.get_facecolor() for bar in first.patches if bar.get_x() >= 0}
    assert colours == {to_rgba(plot.FAMILY["alexnet"])}
    assert [label.get_text() for label in first.get_yticklabels()] == ["raw"]
    assert [ax.get_title(loc="right") for ax in (first, second)] == ["before", "after"]


def test_ink_is_black_at_the_most_and_white_at_nothing():
    assert plot.in_ink([[0, 1], [2, -1]], 1.0)[..., 0].tolist() == [[255, 0], [0, 255]]
    assert plot.in_ink(torch.tensor([[0.5]]), torch.tensor(1.0)).tolist() == [[[128] * 3]]


def test_the_library_agrees_with_the_source_and_not_with_the_print():
    """PyTorch's layer, at the paper's four constants, is the program's formula (layer.py:1183)."""
    maps = 30 * torch.rand(2, 12, 3, 3)
    theirs = nn.LocalResponseNorm(5, 1e-4, 0.75, 2.0)(maps)

    torch.testing.assert_close(LocalResponseNorm(divide_by_size=True)(maps), theirs)
    assert not torch.allclose(LocalResponseNorm(divide_by_size=False)(maps), theirs, 1e-3)
