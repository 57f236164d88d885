"""What chapter 12 measures, says and draws: against autograd, arithmetic and records made by hand."""
import json
import re
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from drawn import drawn, style  # noqa: F401
from matplotlib.patches import FancyBboxPatch, PathPatch
from scipy.stats import ttest_ind
from studied import record
from torch import nn
from torch.nn import functional as F

import cvlib
from cvlib import diagrams, plot
from cvlib.analysis import Degradation, Flow, Ladder, ShortcutOptions
from cvlib.analysis.degradation import Fit
from cvlib.models.residual import basic_branch, bottleneck_branch, plain_block, residual_block
from cvlib.models.unnormed import without_norms
from cvlib.probe import Signal, signals
from cvlib.results import save_record
from cvlib.studies import get_plan, read_study
from cvlib.widgets import Depths

IMAGES, LABELS = torch.randn(6, 3, 16, 16, generator=torch.Generator().manual_seed(1)), torch.arange(6)
BLOCKS = [f"stages.stage{stage}.{place}" for stage in (1, 2, 3) for place in range(3)]


def small(**options):
    torch.manual_seed(0)
    return cvlib.create_model("resnet20_cifar", num_classes=6, width=4, **options)


def costs_of(name, side=224):
    with torch.device("meta"):
        return cvlib.cost.layer_costs(cvlib.models.build(name), (3, side, side))


def test_a_signal_is_what_autograd_says():
    model = small().train()
    maps = model.stages.stage1(model.stem(IMAGES))
    later = model.stages.stage2[0](maps)
    logits = model.head(model.stages.stage3(model.stages.stage2[2](model.stages.stage2[1](later))))
    gradient, = torch.autograd.grad(F.cross_entropy(logits, LABELS), later)

    found = signals(small(), IMAGES, LABELS, BLOCKS)

    assert [signal.name for signal in found] == BLOCKS
    assert found[3].deviation == pytest.approx(later.std().item(), rel=1e-4)
    assert found[3].gradient == pytest.approx(gradient.norm().item(), rel=1e-4)


def test_following_signals_leaves_the_network_as_it_was():
    model = small().eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}

    signals(model, IMAGES, LABELS, BLOCKS)

    torch.testing.assert_close(model.state_dict(), before)
    assert not model.training
    assert all(parameter.grad is None for parameter in model.parameters())


def test_a_block_that_is_not_there_is_named():
    with pytest.raises(ValueError, match=r"no module 'stages\.stage4\.0'"):
        signals(small(), IMAGES, LABELS, ["stages.stage4.0"])


def test_without_norms_only_the_norms_are_gone():
    model, bare = small(), without_norms(small())

    kept = [name for name, module in model.named_modules() if not isinstance(module, nn.BatchNorm2d)]
    norms = {name for name, module in bare.named_modules() if isinstance(module, nn.Identity)}
    assert norms >= {name for name, module in model.named_modules() if isinstance(module, nn.BatchNorm2d)}
    assert set(kept) <= dict(bare.named_modules()).keys()
    x = torch.randn(1, 3, 8, 8)
    torch.testing.assert_close(bare.stem(x), F.conv2d(x, bare.stem.conv1.weight, padding=1).relu())


FLOW = Flow({"plain, BN": np.array([[800.0, 40.0, 2.0], [200.0, 10.0, 0.125]]),
             "bare": np.array([[0, 1e-9, 1.0]])})


def test_a_flow_compares_the_first_block_with_the_last():
    assert FLOW.ratio("plain, BN") == pytest.approx((400 * 1600) ** 0.5)
    assert FLOW.growth("plain, BN") == pytest.approx(800 ** (1 / 4))
    np.testing.assert_allclose(FLOW.back("plain, BN")[0], [1, 20, 400])
    assert (FLOW.numbers()["plain_BN_ratio"], FLOW.numbers()["plain_BN_growth"]) == ("800", 5.32)
    assert (FLOW.ratio("bare"), FLOW.growth("bare"), FLOW.numbers()["bare_ratio"]) == (0, 0, "0")
    assert FLOW.table().splitlines()[1].split() == ["plain,", "BN", "8e+02", "5.32"]


def test_a_flow_reads_signals_of_several_seeds():
    seeds = [[Signal("a", 1.0, 6.0), Signal("b", 1.0, 2.0)], [Signal("a", 1.0, 3.0), Signal("b", 1.0, 1.0)]]

    assert Flow.of({"x": seeds}).ratio("x") == pytest.approx(3)


def test_one_block_is_no_way():
    with pytest.raises(ValueError, match="less than two blocks"):
        Flow({"x": [[1.0]]})


@pytest.mark.parametrize(("kind", "norms", "least", "most"), [
    ("plain", True, 30, 1e6), ("resnet", True, 1, 30), ("plain", False, 1e-5, 1),
])
def test_gradients_of_56_layers_grow_with_norms_and_do_not_without(kind, norms, least, most):
    """As published for plain networks with BatchNorm (arXiv:1902.08129)."""
    torch.manual_seed(0)
    model = cvlib.create_model(f"{kind}56_cifar", num_classes=6, width=4)
    names = [f"stages.stage{stage}.{place}" for stage in (1, 2, 3) for place in range(9)]

    flow = Flow.of({"": [signals(model if norms else without_norms(model), IMAGES, LABELS, names)]})

    assert least < flow.ratio("") < most


def fits(ends):
    """Three seeds of each network, whose errors fall in a line to ``ends``; on validation pictures they are
    10 points more, on test pictures twice as many."""
    return [Fit(kind, depth, seed, [0.9, end + 0.01 * seed], [0.95, end + 0.1 + 0.01 * seed],
                2 * (end + 0.01 * seed))
            for (kind, depth), end in ends.items() for seed in range(3)]


WORSE = {("plain", 20): 0.20, ("plain", 56): 0.30, ("residual", 20): 0.18, ("residual", 56): 0.10}


@pytest.mark.parametrize(("step", "said"), [
    (0.001, "0.4 points below those of the 4 before at most: they have come to rest"),
    (0.01, "4.0 points below those of the 4 before at most: they are still falling, so nothing is settled")])
def test_errors_that_still_fall_settle_nothing(step, said):
    errors = [0.5 - step * epoch for epoch in range(8)]
    runs = [Fit(kind, depth, seed, *2 * [[error + 0.01 * seed for error in errors]], 0.5 + 0.01 * seed)
            for kind, depth in WORSE for seed in range(2)]

    assert said in Degradation(runs, planned=8).answer


def test_errors_at_rest_are_set_beside_those_before_the_rate_was_cut():
    slopes = {"plain": 0.01, "residual": 0.02}
    runs = [Fit(kind, depth, seed, [0.9 + 0.01 * seed - slopes[kind] * min(epoch, 8) for epoch in range(20)],
                [0.9] * 20, 0.5 + 0.01 * seed, [0.1] * 9 + [0.01] * 11)
            for kind, depth in WORSE for seed in range(2)]

    found = Degradation(runs, planned=8)

    assert (found.cut, found.falls(20)) == (9, pytest.approx([0, 0, 0, 0], abs=1e-9))
    assert found.falls(9) == pytest.approx([4, 4, 8, 8])
    assert found.answer.endswith("Just before the rate was first cut the same measure was 4.0 to 8.0 points.")
    assert Degradation([replace(run, rates=()) for run in runs], 8).answer.endswith("they have come to rest.")


def test_degradation_is_the_deeper_networks_error_less_the_shallower_ones():
    found = Degradation(fits(WORSE), planned=12)

    change = found.deeper("plain")
    theirs = ttest_ind([30, 31, 32], [20, 21, 22], equal_var=False).confidence_interval(0.95)
    assert tuple(change) == pytest.approx((10, theirs.low, theirs.high))
    assert found.finding == ("56 plain layers end with 10.0 points more training errors than 20; with "
                             "shortcuts they end with 8.0 points fewer")
    assert found.test_finding.startswith("56 plain layers end with 20.0 points more test errors than 20; ")
    assert "On test pictures the deeper network makes 20.0 points more errors (+15" in found.answer
    assert list(found.lines()) == ["residual, 56", "residual, 20", "plain, 56", "plain, 20"]
    np.testing.assert_allclose(found.lines()["plain, 56"][1], [90, 31])
    np.testing.assert_allclose(found.lines(val=True)["plain, 56"][1], [95, 41])
    assert found.numbers() | {"runs": 12, "seeds": 3, "epochs": 2} == found.numbers()


def test_an_interval_that_holds_zero_is_no_answer():
    same = Degradation(fits(dict.fromkeys(WORSE, 0.2)), planned=12)

    assert same.answer.count(": we cannot tell)") == 4
    assert same.finding == ("56 plain layers cannot be told from 20 by their training errors; with shortcuts "
                            "the two cannot be told apart")


@pytest.mark.parametrize(("count", "said"), [(0, "Not run yet"), (1, "Too few runs are there yet")])
def test_runs_that_are_missing_are_said_to_be(count, said):
    found = Degradation(fits(WORSE)[:count], planned=12)

    assert found.finding.startswith(said)
    assert found.answer.startswith(f"{count} of the 12 runs have been made")


def kept(plan, out, accuracy):
    for run in plan.runs:
        history = [{"epoch": epoch, "train_accuracy": accuracy(run) - 0.05,
                    "val_accuracy": accuracy(run) - 0.1, "lr": 1 / epoch} for epoch in (1, 2)]
        save_record(out / plan.name / run.name,
                    record(run, accuracy(run), study=plan.name, history=history))
    return read_study(plan, out=out)


def test_the_study_is_read_by_the_names_of_its_models(tmp_path):
    study = kept(get_plan("degradation"), tmp_path, lambda run: 0.5 + 0.1 * ("resnet" in run.recipe.model)
                 + 0.01 * run.seed + (0.05 if "56" in run.recipe.model else 0))

    found = Degradation.of(study)

    assert (len(found.fits), found.planned, found.depths) == (12, 12, [20, 56])
    assert found.ends("residual", 56) == pytest.approx([40, 39, 38])
    assert found.ends("plain", 20, test=True) == pytest.approx([50, 49, 48])
    assert found.lines(val=True)["plain, 20"][0] == pytest.approx([60, 60])
    assert found.cut == 1


def test_options_come_from_both_studies(tmp_path):
    share = {"A": 0.80, "B": 0.805, "C": 0.90}
    both = [kept(get_plan(name), tmp_path, lambda run: share[run.recipe.model_options.get("shortcut", "A")]
                 + 0.01 * run.seed) for name in ("degradation", "shortcuts")]

    found = ShortcutOptions.of(*both)

    assert (found.runs, found.planned, found.split) == (9, 9, "test")
    assert found.errors["C"] == pytest.approx([10, 9, 8])
    assert found.finding == "C makes 10.0 points fewer errors than A, and B cannot be told from it"
    assert "option C changes the error by −10.0 points (−12" in found.answer
    assert found.rows()["names"][1].startswith("B: projection")
    assert found.rows()["centres"] == pytest.approx([19, 18.5, 9])


def test_options_without_runs_say_so():
    assert ShortcutOptions({"A": [], "B": [], "C": []}, 9).finding == "Not run yet"
    assert ShortcutOptions({"A": [1.0], "B": [], "C": []}, 9).finding.startswith("Too few")
    assert ShortcutOptions({"A": [1.0, 2], "B": [1.0, 2.1], "C": [1.1, 2]}, 9).finding == (
        "Neither B nor C can be told from A")


@pytest.mark.parametrize("model", ["alexnet_mini", "resnet18"])
def test_another_network_is_no_degradation(tmp_path, model):
    study = kept(get_plan("degradation"), tmp_path, lambda run: 0.5)
    other = replace(study, runs=[replace(study.runs[0], recipe=study.runs[0].recipe | {"model": model})])

    with pytest.raises(ValueError, match=f"{model} is no plain or residual network for CIFAR-10"):
        Degradation.of(other)


LADDER = Ladder.of({18: costs_of("resnet18"), 50: costs_of("resnet50")})


def test_a_ladder_counts_blocks_parameters_and_macs():
    assert LADDER.blocks(50) == {"conv2_x": (3, (256, 56, 56)), "conv3_x": (4, (512, 28, 28)),
                                 "conv4_x": (6, (1024, 14, 14)), "conv5_x": (3, (2048, 7, 7))}
    assert (LADDER.parameters(18), LADDER.macs(18)) == (11_689_512, 1_814_073_344)
    assert LADDER.numbers() | {"side": 224, "50_macs": 4.089184256} == LADDER.numbers()


def test_networks_of_other_stages_are_no_ladder():
    with pytest.raises(ValueError, match="do not have the same stages"):
        Ladder.of({18: costs_of("resnet18"), 20: costs_of("resnet20_cifar", 32)})
    with pytest.raises(ValueError, match="do not have the same stages"):
        Ladder.of({1: costs_of("alexnet_one_tower")})


SLIDER = Depths("res-test", "network", "Networks & blocks", **LADDER.widget(), start=1)


def test_the_slider_draws_a_block_for_each_block():
    html = SLIDER._repr_html_()
    widths = [float(width) for width in re.findall(r'class="after" x="[\d.]+" [^>]* width="([\d.]+)"', html)]

    assert len(widths) == 3 + 4 + 6 + 3 + 2
    assert all(width > 0 for width in widths)
    assert sum(float(mark["width"]) > 0 for mark in SLIDER.state(0)["after"][:16]) == 8
    assert [mark["text"] for mark in SLIDER.state(0)["told"]][2:] == [
        "2 × 256 maps of 14²", "2 × 512 maps of 7²", "11.7 million", "1.8 billion"]
    assert repr(SLIDER) == "<widget res-test: 2 networks>"
    assert SLIDER.table()[1][1][0] == "50 layers"


def test_the_bars_of_the_slider_are_to_one_scale():
    bars = [[float(mark["width"]) for mark in SLIDER.state(index)["after"][-2:]] for index in (0, 1)]

    assert bars[0][0] / bars[1][0] == pytest.approx(11.689512 / 25.557032, abs=1e-3)
    assert bars[0][1] / bars[1][1] == pytest.approx(1.814073344 / 4.089184256, abs=1e-3)


def test_the_script_of_the_slider_moves_the_marks_that_the_drawing_has():
    html = SLIDER._repr_html_()
    states = json.loads(re.search(r"states = (\[.*\]), slider", html)[1])

    assert states == [SLIDER.state(0), SLIDER.state(1)]
    assert [html.count(f'class="{mark}"') for mark in SLIDER.marks] == [18, 6]
    assert "Networks &amp; blocks" in html
    assert max(float(x) for x in re.findall(r' x="([\d.]+)"', html)) <= 560


def test_networks_that_do_not_fit_the_slider_are_refused():
    with pytest.raises(ValueError, match="networks, stages or totals differ"):
        replace(SLIDER, blocks=[[1, 2, 3]])


def chips(ax):
    return [patch for patch in ax.patches if isinstance(patch, FancyBboxPatch)]


def test_a_block_is_drawn_with_the_convolutions_and_the_shortcut_that_it_has():
    made = partial(residual_block, basic_branch)
    ax = diagrams.residual_blocks({"plain": plain_block(basic_branch, 64, 64, 1),
                                   "identity": made("A", 64, 64, 1), "A": made("A", 64, 128, 2),
                                   "B": made("B", 64, 128, 2)})

    texts = drawn(ax)

    assert sum(isinstance(patch, PathPatch) for patch in ax.patches) == 3
    assert (texts.count("3×3"), texts.count("3×3/2"), texts.count("ReLU")) == (6, 2, 8)
    assert (texts.count("0"), texts.count("1×1")) == (1, 1)


def test_a_chip_is_as_wide_as_its_convolution_has_maps():
    ax = diagrams.residual_blocks({"slim": residual_block(bottleneck_branch, "B", 256, 256, 1)})

    widths = [chip.get_bbox().width for chip in chips(ax)]

    assert "wide" in diagrams.BLOCKS_SCALE
    assert widths[0] / widths[4] == pytest.approx(64 / 256)
    assert widths[2] == widths[0]


def test_everything_stays_on_the_canvas():
    wide = partial(residual_block, basic_branch, "B", 64, 128, 2)

    ax = diagrams.residual_blocks({str(number): wide() for number in range(4)})

    (_, right), edges = ax.get_xlim(), [chip.get_bbox().x1 for chip in chips(ax)]
    assert max(edges) <= right


def test_a_network_is_drawn_with_a_plate_and_a_shortcut_for_each_block():
    costs = costs_of("resnet34")

    ax = diagrams.residual_network(costs)

    texts = drawn(ax)
    assert sum(isinstance(patch, PathPatch) for patch in ax.patches) == 16
    assert len(chips(ax)) == 3
    assert {"conv2_x", "3 blocks", "6 blocks", "14²\n×256", "1,000\nclasses"} <= set(texts)
    plates = [patch for patch in ax.patches if patch.get_linewidth() == 1.1 and patch not in chips(ax)]
    assert plates[0].get_height() / plates[-1].get_height() == pytest.approx(112 / 7)
    assert plates[-1].get_width() / plates[1].get_width() == pytest.approx(512 / 64)
    assert max(plate.get_x() + plate.get_width() for plate in plates) < ax.get_xlim()[1] - 44


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="no stages of blocks"):
        diagrams.residual_network(costs_of("alexnet_one_tower"))
    with pytest.raises(ValueError, match="five blocks fit"):
        diagrams.residual_blocks(dict.fromkeys("abcdef"))
    with pytest.raises(ValueError, match="five lines can be told apart"):
        plot.through_depth(dict.fromkeys("abcdef"), family="resnet", label="", axis="")


def test_every_word_of_the_blocks_is_legible_on_a_phone():
    ax = diagrams.residual_blocks({"slim": residual_block(bottleneck_branch, "C", 256, 256, 1)})

    pixels = 328 / ax.figure.get_figwidth() / 72
    assert min(text.get_fontsize() for text in ax.texts if text.get_text()) * pixels >= 8.9


def test_lines_through_depth_show_each_seed_and_their_geometric_mean():
    values = np.array([[1.0, 4.0, 16.0], [1.0, 1.0, 4.0]])

    ax = plot.through_depth({"one": values, "two": np.zeros((1, 3))}, family="resnet", label="norm",
                            axis="blocks")

    drawn_lines = [line.get_ydata() for line in ax.lines]
    np.testing.assert_allclose(drawn_lines[2], [1, 2, 8])
    np.testing.assert_allclose(drawn_lines[0], values[0])
    assert max(drawn_lines[4]) == pytest.approx(1e-12)
    assert ax.get_yscale() == "log"
    assert {"one", "two", "norm"} <= set(drawn(ax))
