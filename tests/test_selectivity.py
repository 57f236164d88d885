"""Indices of colour on drawn kernels; verdicts on towers against SciPy, statsmodels and drawn networks."""
import numpy as np
import pytest
import scipy.ndimage
import scipy.stats
import torch
from safetensors.numpy import load_file, save_file
from statsmodels.stats.multitest import multipletests
from studied import PLAN, record

import cvlib
from cvlib.analysis import Corners, Selectivities, Selectivity, alexnets, colour_share
from cvlib.analysis.counted import APART
from cvlib.analysis.selectivity import GROWN, PHOTOGRAPHS, WAYS, first_layer, smoothed, towers_of
from cvlib.optim import factor_at
from cvlib.probe import first_convolution
from cvlib.recipes import differences
from cvlib.starting import Start
from cvlib.stats import holm, permutation_test
from cvlib.studies import Study, get_plan

Y, X = np.mgrid[-5:6, -5:6]
BLOB = np.exp(-(X**2 + Y**2) / 8)
GABOR = BLOB * np.cos(1.4 * X + 0.6 * Y)
RED_GREEN, BLUE_YELLOW, GREY = np.array([1, -1, 0]), np.array([-1, -1, 2]), np.array([1, 1, 1])
START = 0.01 * np.sqrt(363)


def normal(*size):
    """The same normal deviates for the same size."""
    return np.random.default_rng(0).normal(size=size)


def painted(pattern, colour):
    return np.asarray(colour, dtype=float)[:, None, None] * pattern


def index(*kernels, way="energy"):
    return WAYS[way](np.stack(kernels))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("pattern", [GABOR, BLOB, GABOR - 0.3])
def test_a_grey_kernel_has_none(way, pattern):
    assert index(painted(pattern, GREY), way=way) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("way", ["energy", "smoothed"])
@pytest.mark.parametrize("colour", [RED_GREEN, BLUE_YELLOW, -3 * BLUE_YELLOW])
@pytest.mark.parametrize("pattern", [GABOR, BLOB])
def test_a_kernel_whose_channels_cancel_has_all(way, colour, pattern):
    assert index(painted(pattern, colour), way=way) == pytest.approx(1)


def test_one_channel_alone_and_random_weights_have_two_thirds():
    noise = 0.01 * normal(2000, 3, 11, 11)

    assert index(painted(GABOR, [0, 1, 0])) == pytest.approx(2 / 3)
    assert colour_share(noise).mean() == pytest.approx(2 / 3, abs=0.005)


def test_of_a_red_kernel_photographs_leave_a_tenth_that_is_not_brightness():
    red, grey = (4695 + 4356 + 4167) / 3, (4695 + 4629 + 5737 + 2 * (4356 + 4167 + 4740)) / 9

    assert index(painted(GABOR, [1, 0, 0]), way="photographs") == pytest.approx(1 - red**2 / grey / 4695)


@pytest.mark.parametrize("way", WAYS)
def test_more_colour_is_more_whatever_the_sign_and_the_scale(way):
    mixed = np.stack([painted(GABOR, GREY) + share * painted(BLOB, BLUE_YELLOW)
                      for share in (0, 0.1, 0.3, 1, 3, 10)])

    values = index(*mixed, way=way)

    assert (np.diff(values) > 0).all()
    assert index(*(-37.5 * mixed), way=way) == pytest.approx(values)


def test_a_grating_in_two_colours_is_told_from_a_grey_one_of_as_much_energy():
    parts = [painted(GABOR, GREY) / np.sqrt(3), painted(GABOR, RED_GREEN) / np.sqrt(2)]

    assert index(parts[0] + parts[1]) == pytest.approx(0.5)
    assert index(2 * parts[0] + parts[1]) == pytest.approx(0.2)


@pytest.mark.parametrize("colours", [None, PHOTOGRAPHS], ids=["equal", "photographs"])
def test_the_index_is_what_a_grey_copy_leaves_unexplained(colours):
    kernel = normal(3, 4, 4)
    places = np.random.default_rng(1).multivariate_normal(
        np.zeros(3), np.eye(3) if colours is None else colours, (60_000, 16))
    pictures = places.transpose(0, 2, 1).reshape(-1, 3, 4, 4)
    grey = pictures.mean(1)

    fit = np.linalg.lstsq(grey.reshape(-1, 16), np.tensordot(pictures, kernel, 3))[1][0]

    unexplained = fit / np.square(np.tensordot(pictures, kernel, 3)).sum()
    assert colour_share(kernel[None], colours)[0] == pytest.approx(unexplained, rel=0.02)


def test_smoothing_takes_the_mean_of_nine():
    kernels = normal(2, 3, 11, 11)

    nine = scipy.ndimage.uniform_filter(kernels, (0, 0, 3, 3))[..., 1:-1, 1:-1]

    assert smoothed(kernels) == pytest.approx(nine)


def test_smoothing_takes_the_noise_off_and_leaves_the_pattern():
    noise = 0.35 * normal(3, 11, 11)
    grey, coloured = painted(BLOB, GREY), painted(BLOB, RED_GREEN)

    plain, smooth = (index(grey + noise, coloured + noise, way=way) for way in ("energy", "smoothed"))

    assert smooth[0] < plain[0] / 2
    assert smooth[1] > plain[1]


def test_photographs_are_mostly_grey():
    values, vectors = np.linalg.eigh(PHOTOGRAPHS)

    published = np.array([19.72, 37.09, 121.78])  # of ImageNet, in the input_meta of cuda-convnet2
    assert np.sqrt(values) == pytest.approx(published, rel=0.4)
    assert abs(vectors[:, -1] @ GREY) / np.sqrt(3) > 0.99


def layer(first, second, *, unlearned=0):
    """Kernels of two towers with these shares of colour; the last ``unlearned`` of each are as they began."""
    def kernel(share):
        grey, colour = painted(GABOR, GREY) / np.sqrt(3), painted(GABOR, RED_GREEN) / np.sqrt(2)
        return np.sqrt(1 - share) * grey + np.sqrt(share) * colour

    towers = [np.stack([kernel(share) for share in shares]) for shares in (first, second)]
    for tower in towers:
        if unlearned:
            tower[-unlearned:] = 0.01 * normal(unlearned, 3, 11, 11)
    return np.concatenate(towers)


def network(first, second, name="drawn", **options):
    return Selectivity(name, layer(first, second, **options), START)


PALE, VIVID = np.linspace(0.05, 0.4, 8), np.linspace(0.5, 0.95, 8)
MIXED = np.concatenate([PALE[::2], VIVID[1::2]])


def test_a_drawn_difference_is_found_with_its_direction_and_none_where_there_is_none():
    apart, turned, alike = network(PALE, VIVID), network(VIVID, PALE), network(MIXED, MIXED[::-1])

    assert apart.difference == pytest.approx(VIVID.mean() - PALE.mean()) == pytest.approx(-turned.difference)
    assert apart.p_value == turned.p_value == pytest.approx(1e-4, rel=3)
    assert alike.p_value > 0.9
    assert apart.numbers() == {"first": pytest.approx(PALE.mean()), "second": pytest.approx(VIVID.mean()),
                               "difference": apart.difference, "p": apart.p_value, "kernels": 16,
                               "learned": 100}


def test_halves_that_straddle_the_towers_do_not_show_what_the_towers_show():
    towers = network(PALE, VIVID)
    middle = Selectivity("middle", np.roll(towers.kernels, 4, axis=0), START)  # vivid at both ends

    assert (towers.p_value < 0.001, towers.straddling > 0.05) == (True, True)
    assert (middle.p_value > 0.05, middle.straddling < 0.001) == (True, True)


def test_straddling_is_the_towers_test_of_kernels_moved_on_by_half_a_tower():
    kernels = layer(MIXED, VIVID)
    kernels[:3] = 0.01 * normal(3, 3, 11, 11)

    found, moved = (Selectivity("", one, START) for one in (kernels, np.roll(kernels, -4, axis=0)))

    assert found.straddling == moved.p_value
    assert found.learned.sum() == 13


def test_kernels_that_did_not_grow_by_a_fifth_are_left_out():
    kernels = layer(PALE, VIVID)
    kernels *= START * GROWN * 1.01 / np.sqrt(np.square(kernels).sum((1, 2, 3), keepdims=True))
    kernels[[0, 15]] *= 0.98

    found = Selectivity("small", kernels.astype(np.float16), START)

    assert found.learned.sum() == 14
    assert [len(tower) for tower in found.towers] == [7, 7]
    assert found.difference == pytest.approx(VIVID[:-1].mean() - PALE[1:].mean(), abs=1e-3)


def test_random_weights_have_not_learned_and_judge_nothing():
    untrained = Selectivity("untrained", 0.01 * normal(48, 3, 11, 11), START)

    assert not untrained.learned.any()
    assert (untrained.p_value, untrained.straddling) == (1, 1)
    assert np.isnan(untrained.difference)
    assert untrained.numbers()["learned"] == 0


def test_a_permutation_p_value_is_scipys():
    a, b = normal(5), 0.9 + normal(12)[6:]  # 462 ways to deal them, which SciPy counts out

    exact = scipy.stats.permutation_test((a, b), lambda x, y: abs(x.mean() - y.mean()), n_resamples=np.inf,
                                         alternative="greater").pvalue

    assert permutation_test(a, b) == pytest.approx(exact, abs=0.015)
    assert permutation_test(a, b) == permutation_test(a, b, seed=0)
    assert permutation_test(b, a) == pytest.approx(exact, abs=0.015)
    assert permutation_test([1, 1], [1, 1]) == 1
    assert permutation_test(np.zeros(20), np.ones(20), draws=99) == 0.01


def test_groups_without_values_are_refused():
    with pytest.raises(ValueError, match="groups of 0 and 2 values"):
        permutation_test([], [1, 2])


@pytest.mark.parametrize("p_values", [[0.01, 0.04, 0.03, 0.005], [0.5, 0.9, 0.2], [0.02], [0.03, 0.03, 0.03]])
def test_holms_correction_is_statsmodels(p_values):
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1].tolist())


FEW = [network(PALE, VIVID, "a"), network(VIVID, PALE, "b"), network(MIXED, MIXED[::-1], "c"),
       network(np.append(PALE[:6], VIVID[:2]), np.append(VIVID[:5], PALE[:3]), "d")]


def test_networks_that_show_it_are_counted_with_their_direction():
    found = Selectivities(FEW)

    p = [one.p_value for one in FEW]
    assert max(p[:2]) < 0.001
    assert 0.05 < p[3] < 0.5 < 0.9 < p[2]
    numbers = found.numbers()
    assert {name: numbers[name] for name in ("networks", "shown", "holm", "first", "second", "chance")} == {
        "networks": 4, "shown": 2, "holm": 2, "first": 1, "second": 1, "chance": pytest.approx(0.2)}
    differences = sorted(abs(one.difference) for one in FEW)
    assert (numbers["least"], numbers["most"]) == (differences[0], differences[-1])
    assert numbers["middle"] == pytest.approx(np.mean(differences[1:3]))
    assert (numbers["learned"], numbers["learned_least"], numbers["few"]) == (100, 100, 0)
    assert numbers["shown_smoothed"] == 2
    fewer = Selectivities(FEW[1:]).numbers()
    assert (fewer["first"], fewer["second"]) == (1, 0)


def test_networks_in_which_few_kernels_learned_are_counted():
    found = Selectivities([network(PALE, VIVID), network(PALE, VIVID, unlearned=4),
                           network(PALE, VIVID, unlearned=5)])

    numbers = found.numbers()
    assert (numbers["few"], numbers["learned_least"]) == (1, pytest.approx(100 * 6 / 16))
    assert numbers["learned"] == pytest.approx(100 * (16 + 8 + 6) / 48)


def test_of_many_tests_one_in_twenty_is_not_enough():
    weak = network(np.append(PALE[:6], VIVID[:2]), np.append(VIVID[:7], PALE[:1]), "weak")
    found = Selectivities([weak, *[network(MIXED, MIXED[::-1], str(i)) for i in range(9)]])

    assert 0.005 < weak.p_value < 0.05
    assert [one.name for one in found.shown] == ["weak"]
    assert found.shown_by_holm == []


def test_a_table_has_a_line_a_network():
    lines = Selectivities([network([0.1, 0.3], [0.76, 0.8], "a"), FEW[0]]).table().splitlines()

    assert len(lines) == 3
    assert lines[1].split()[:4] == ["a", "0.20", "0.78", "+0.58"]
    assert lines[2].endswith("16/16")


def test_a_network_in_which_nothing_learned_has_no_numbers_in_the_table():
    untrained = Selectivity("untrained", 0.01 * normal(48, 3, 11, 11), START)

    line = Selectivities([untrained]).table().splitlines()[1]

    assert line.split() == ["untrained", "-", "-", "-", "1.0000", "1.000", "0/48"]


def test_those_in_which_half_of_the_kernels_learned_judge():
    half, fewer = network(PALE, VIVID, "half", unlearned=4), network(PALE, VIVID, "fewer", unlearned=5)

    assert [one.name for one in Selectivities([fewer, half, FEW[0]]).judging.networks] == ["half", "a"]
    with pytest.raises(ValueError, match="no network"):
        assert Selectivities([fewer]).judging


def test_the_largest_difference_is_first_whatever_its_sign_and_none_at_all_is_last():
    kernels = layer(PALE, VIVID)
    kernels[8:] = 0.01 * normal(8, 3, 11, 11)
    one_sided = Selectivity("no second tower", kernels, START)

    order = Selectivities([FEW[2], one_sided, FEW[3], network(VIVID, PALE[::-1] / 2, "far")]).ranked

    assert [one.name for one in order] == ["far", "d", "c", "no second tower"]


@pytest.mark.parametrize(("model", "options", "towers"), [
    ("alexnet", {}, 2), ("alexnet_2012", {}, 2), ("alexnet_half", {}, 1), ("alexnet_one_tower", {}, 1),
    ("alexnet_mini", {}, 2), ("alexnet_mini", {"without": ["conv3"]}, 2),
    ("alexnet_mini", {"layout": "half"}, 1), ("alexnet_mini", {"layout": "one_tower"}, 1),
    ("alexnet_mini", {"layout": "two_towers"}, 2), ("alexnet_third", {}, 2),
    ("alexnet_third", {"layout": "one_tower"}, 1),
])
def test_towers_are_the_groups_of_the_network(model, options, towers):
    with torch.device("meta"):
        groups = [module.groups for module in cvlib.models.build(model, **options).modules()
                  if isinstance(module, torch.nn.Conv2d)]

    assert towers_of({"model": model, "model_options": options}) == towers == max(groups)


def kept(tmp_path, run, kernels, study="try", **changes):
    """A record of a run with these options, its first layer in a study's file."""
    made = record(run, study=study, **changes)
    object.__setattr__(made, "study", study)
    path = tmp_path / study / "first_layers.safetensors"
    path.parent.mkdir(exist_ok=True)
    others = load_file(path) if path.is_file() else {}
    save_file(others | {made.name: kernels.astype(np.float16)}, path)
    return made


@pytest.mark.parametrize(("model", "options"), [
    ("alexnet", {}), ("alexnet", {"init": "kaiming"}), ("alexnet_mini", {}), ("alexnet_one_tower", {}),
    ("alexnet_third", {}), ("alexnet_mini", {"init": "kaiming", "layout": "half"}),
])
def test_the_norm_at_the_start_is_that_of_the_network(tmp_path, model, options):
    built = cvlib.models.build(model, num_classes=6, **options)
    weight = cvlib.probe.first_convolution(built).weight.detach().numpy()
    run = kept(tmp_path, PLAN.runs[0], weight)
    run.recipe.update(model=model, model_options=options)

    found = Selectivity.of(run, out=tmp_path)

    norms = np.sqrt(np.square(weight).sum((1, 2, 3)))
    assert found.start == pytest.approx(np.sqrt(np.square(norms).mean()), rel=0.03)
    assert (found.name, found.kernels.dtype, len(found.kernels)) == (run.name, np.float16, len(weight))


def test_records_of_all_studies_are_read_and_other_layouts_left_out(tmp_path):
    two = kept(tmp_path, PLAN.runs[0], layer(PALE, VIVID), study="one")
    one = kept(tmp_path, PLAN.runs[0], layer(MIXED, MIXED), study="other")
    one.recipe.update(model_options={"layout": "half"})
    floor = kept(tmp_path, PLAN.runs[0], layer(PALE, VIVID), study="third", kind="floor")

    towers = Selectivities.of([two, one, floor], out=tmp_path)
    halves = Selectivities.of([two, one, floor], towers=1, out=tmp_path)

    assert [network.difference > 0.1 for network in towers.networks] == [True]
    assert [abs(network.difference) < 0.01 for network in halves.networks] == [True]
    with pytest.raises(ValueError, match="no network"):
        Selectivities.of([one], out=tmp_path)


def test_a_run_without_its_first_layer_is_named(tmp_path):
    run = kept(tmp_path, PLAN.runs[0], layer(PALE, VIVID))

    assert len(first_layer(run, out=tmp_path)) == 16
    object.__setattr__(run, "study", "elsewhere")
    with pytest.raises(ValueError, match=f"no first layer of {run.name}"):
        first_layer(run, out=tmp_path)
    run.recipe.update(model="vgg11")
    object.__setattr__(run, "study", "try")
    with pytest.raises(ValueError, match="start of vgg11's first layer"):
        Selectivity.of(run, out=tmp_path)


def test_a_run_that_stands_in_two_studies_is_counted_once_and_other_families_never(tmp_path):
    first, copy, other = (kept(tmp_path, PLAN.runs[i], layer(*towers), study=study) for i, towers, study in (
        (0, (PALE, VIVID), "one"), (1, (PALE, VIVID), "two"), (2, (VIVID, PALE), "two")))
    half, vgg, floor = (kept(tmp_path, PLAN.runs[3], layer(MIXED, MIXED), study=study, kind=kind)
                        for study, kind in (("half", "run"), ("vgg", "run"), ("floors", "floor")))
    half.recipe.update(model_options={"layout": "half"})
    vgg.recipe.update(model="vgg11")
    records = [first, copy, half, vgg, floor, other]

    assert alexnets(records, out=tmp_path) == [first, half, other]
    assert alexnets(records, towers=2, out=tmp_path) == [first, other]
    assert alexnets(records, towers=1, out=tmp_path) == [half]
    assert alexnets([copy, first], out=tmp_path) == [copy]


@pytest.mark.parametrize("study", ["ablation", "colours", "singles", "starts"])
def test_networks_that_differ_by_design_share_starts_or_have_only_begun_are_counted_apart(tmp_path, study):
    assert get_plan(study).name in APART
    run, other = (kept(tmp_path, PLAN.runs[0], layer(*towers), study=name)
                  for name, towers in ((study, (PALE, VIVID)), ("norms", (VIVID, PALE))))

    assert alexnets([run, other], out=tmp_path) == [other]


def corners(tmp_path, scarce=(), plenty=(), one_tower=()):
    """The ablation with two-tower networks of these first layers in each regime, and some of one tower."""
    plan, pairs = get_plan("ablation"), []
    for regime, level, layers in (("scarce", 1, scarce), ("plenty", 1, plenty), ("scarce", 0, one_tower)):
        planned = [run for run in plan.runs
                   if (run.blocks["regime"], run.factors["towers"]) == (regime, level)]
        pairs += [(run, kept(tmp_path, run, kernels, study="ablation"))
                  for run, kernels in zip(planned, layers, strict=False)]
    return Corners(Study(plan, [run for run, _ in pairs], [made for _, made in pairs]), tmp_path)


def test_corners_of_the_ablation_are_counted_regime_by_regime(tmp_path):
    apart, alike, few = layer(PALE, VIVID), layer(MIXED, MIXED[::-1]), layer(PALE, VIVID, unlearned=5)

    found = corners(tmp_path, [apart, alike, few, apart], [alike], one_tower=[apart])

    assert found.says("scarce") == "in 2 of 3 where photographs are scarce (4 were trained)"
    assert found.numbers() == {"says": f"the towers differ {found.says('scarce')}, "
                                       "in 0 of 1 where there are plenty (1 were trained)"}


def test_corners_of_one_seed_are_a_group_in_both_regimes(tmp_path):
    few = layer(PALE, VIVID, unlearned=5)

    ends = corners(tmp_path, [layer(PALE, VIVID), few, layer(VIVID, PALE)], [layer(PALE, VIVID)]).by_seed()

    assert list(ends) == [0]
    assert [round(end, 6) for end in ends[0]] == [round(sign * max(ends[0]), 6) for sign in (1, -1, 1)]


def test_corners_of_one_seed_begin_with_the_same_first_layer():
    towers = [run for run in get_plan("ablation").runs if run.factors["towers"]]
    began = {seed: {first_convolution(Start(run.recipe, "abcdef", seed).network()).weight.detach().numpy()
                    .tobytes() for run in towers[::5] if run.seed == seed} for seed in (0, 1)}

    assert len(towers) == 64
    assert [len(starts) for starts in began.values()] == [1, 1]
    assert began[0] != began[1]


def test_the_paper_s_network_is_begun_with_seeds_that_the_whole_run_did_not_have():
    plan, whole = get_plan("colours"), cvlib.get_recipe("alexnet_intel")
    begun, longer = (next(run.recipe for run in plan.runs if run.recipe.name.endswith(end))
                     for end in ("begun", "longer"))

    assert [run.seed for run in plan.runs if run.recipe == begun] == [1, 2, 3, 4, 5]
    assert {line.split(" ")[0] for line in differences(whole.as_dict(), begun.as_dict())} == {
        "name", "epochs", "schedule", "views"}
    assert {line.split(" ")[0] for line in differences(begun.as_dict(), longer.as_dict())} == {
        "name", "epochs"}
    assert {run.seed for run in cvlib.load_runs(recipe=whole.name)} == {0}
    assert longer.epochs < whole.schedule.at[0]
    assert [factor_at(one.schedule, 0.0, epoch) for one in (whole, begun, longer) for epoch in (0, 1, 2)
            ] == [1] * 9


def test_the_runs_that_went_on_are_those_whose_towers_did_not_differ_and_they_began_alike():
    study = cvlib.load_study("colours")
    begun = {run.seed: run for run in study.where(recipe="alexnet_intel-begun").runs}
    longer = {run.seed: run for run in study.where(recipe="alexnet_intel-longer").runs}

    assert {seed for seed, run in begun.items() if Selectivity.of(run).p_value >= 0.05} == set(longer)
    for seed, run in longer.items():
        assert run.history[:3] == begun[seed].history


def test_before_the_ablation_has_run_there_are_none(tmp_path):
    assert corners(tmp_path).by_seed() == {}
    assert corners(tmp_path).numbers() == {"says": "0 so far"}
    assert corners(tmp_path, one_tower=[layer(PALE, VIVID)]).numbers() == {"says": "0 so far"}
    assert corners(tmp_path, plenty=[layer(PALE, VIVID)]).numbers() == {
        "says": "the towers differ in 1 of 1 where there are plenty (1 were trained)"}


def test_every_committed_run_with_two_towers_is_judged():
    records = alexnets(cvlib.load_runs(), towers=2)
    raw = {one.name for one in records if one.recipe["input_scale"] == "raw"}  # with weights that grow

    found = Selectivities.of(records)

    assert len(found.networks) == len(records) > 30
    assert len({network.kernels.tobytes() for network in found.networks}) == len(records)
    assert all(network.learned.any() for network in found.networks if network.name in raw)
