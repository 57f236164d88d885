"""What the ablation's records are said to show: known effects come back, and what cannot be told is said."""
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest
from drawn import style  # noqa: F401
from scipy.stats import norm, ttest_rel
from scipy.stats import t as student
from statsmodels.stats.multitest import multipletests
from studied import judged

from cvlib.analysis import MEASURES, PAPER, Ablation, RateCut, Singles, contrasts, effect_rows
from cvlib.analysis.ablation import REGIMES
from cvlib.plot import normal_plot
from cvlib.stats import lenth
from cvlib.studies import Study, get_plan

PLAN, PLAN_OF_SINGLES = get_plan("ablation"), get_plan("singles")
NAMES = [factor.name for factor in PLAN.factors]
TRUTH = {"scarce": {"dropout": -6.0, "crops": -4.0, "dropout:decay": 2.0}, "plenty": {"dropout": 3.0}}


def record(run, error, *, start=1.5):
    """A run that errs on ``error`` per cent of what it has not seen, a point less by ten views."""
    def score(accuracy, n):
        return {"accuracy": accuracy, "n": n, "log_loss": 2 - accuracy}

    right = 1 - error / 100
    return SimpleNamespace(
        data={"name": run.data_name, "hash": "0123", "classes": list("abcdef")}, name=run.name,
        split="test", seconds=60.0,
        scores={"test": score(right + 0.01, 3000), "one_view": score(right, 3000),
                "extra": score(right, 10_000)},
        measured={"train": score(1 - error / 200, 2500)},
        history=[{"val_loss": 9.0}, {"val_loss": start}, {"val_loss": 0.7}])


def study(runs=PLAN.runs, noise=1.0):
    random, records = np.random.default_rng(13), []
    for run in runs:
        coded = {name: 2 * level - 1 for name, level in run.factors.items()}
        error = 30 + random.normal(0, noise)
        for effect, size in TRUTH[run.blocks["regime"]].items():
            error += size / 2 * np.prod([coded[name] for name in effect.split(":")])
        records.append(record(run, error))
    return Study(PLAN, list(runs), records)


WHOLE = Ablation(study())


@pytest.mark.parametrize("regime", REGIMES)
def test_the_parts_effects_are_statsmodels_and_hold_the_truth(regime):
    part, effects = WHOLE.of(regime), {effect.name: effect for effect in WHOLE.effects("test", regime)}
    pairs = [effect.name.split(" ")[0] for effect in WHOLE.pairs("test", regime)]
    table = {**part.factors, "again": np.array(part.column("replicate"))}
    theirs = judged(part.score(MEASURES["test"].of), table, " + ".join([*NAMES, *pairs, "C(again)"]))

    assert list(effects) == NAMES
    assert len(pairs) == 21
    for name, effect in effects.items():
        assert effect[1:] == pytest.approx(theirs[name], rel=1e-6, abs=1e-9)
        assert effect.low - 0.4 < TRUTH[regime].get(name, 0) < effect.high + 0.4
    assert "dropout:decay" in pairs or regime == "plenty"


def test_a_measure_is_read_off_a_record_as_it_says():
    one = record(PLAN.runs[0], 30.0)
    one.scores["one_view"]["accuracy"], one.scores["extra"]["accuracy"] = 0.60, 0.73
    one.scores["extra"]["log_loss"], one.scores["one_view"]["log_loss"] = 1.0, 2.3  # kept of the test set

    read = {name: measure.of(one) for name, measure in MEASURES.items()}

    assert read == pytest.approx({
        "test": 100 - 100 * (0.60 * 3 + 0.73 * 10) / 13, "train": 15.0, "loss": 2.3,
        "views": 100 * (0.71 - 0.60), "start": 1.5})


def test_where_nothing_is_left_over_the_test_set_alone_counts():
    one = record(PLAN.runs[40], 30.0)
    del one.scores["extra"]
    one.scores["one_view"]["accuracy"] = 0.62

    assert MEASURES["test"].of(one) == pytest.approx(38)


@pytest.mark.parametrize("count", [0, 1, 8])
def test_too_few_runs_have_no_effects_and_say_so(count):
    few = Ablation(study(PLAN.runs[:count]))

    assert few.effects("test", "scarce") == few.pairs("test", "scarce") == []
    assert few.rows("test", "scarce")["names"] == ["not run yet"]
    assert few.says("lrn", "test", "scarce") == "has too few runs to tell"
    assert few.needed("test", "plenty", 1.0) is None
    assert np.isnan(few.half_width("test", "plenty"))
    assert few.normal_plot("test", "scarce")["names"] == []
    assert np.isnan(few.noise("test", "scarce"))
    assert few.numbers("test")["runs"] == count


def test_half_a_replicate_tells_the_main_effects():
    half = Ablation(study(PLAN.runs[:16]))

    assert [effect.name for effect in half.effects("test", "scarce")] == NAMES
    assert half.pairs("test", "scarce") == []


@pytest.mark.parametrize("regime", REGIMES)
def test_the_noise_is_that_between_two_seeds_of_a_corner(regime):
    part, errors = WHOLE.of(regime), {}
    for run, error in zip(part.planned, part.score(MEASURES["test"].of), strict=True):
        errors.setdefault(run.recipe.name, []).append(error)

    variances = [np.var(two, ddof=1) for two in errors.values()]
    assert WHOLE.noise("test", regime) == pytest.approx(np.sqrt(np.mean(variances)))
    assert WHOLE.noise("test", regime) == pytest.approx(1, abs=0.3)


def test_what_cannot_be_told_is_said_to_be_so():
    sure, unsure = (WHOLE.says(name, "test", "scarce") for name in ("dropout", "lighting"))

    assert sure.startswith("lowers the test error by ")
    low, high = map(float, sure.split("(")[1].rstrip(")").split(" to "))
    assert 0 < low < 6 < high < 8
    assert unsure.startswith("cannot be told to change the test error (−")
    assert WHOLE.says("dropout", "test", "plenty").startswith("raises the test error by ")


def test_a_page_s_words_hold_what_the_effects_hold():
    words, none = WHOLE.words("test"), Ablation(study(PLAN.runs[:3])).words("loss")

    dropout = next(effect for effect in WHOLE.effects("test", "plenty") if effect.name == "dropout")
    assert words["plenty_dropout"] == f"{dropout.estimate:+.1f} ({dropout.low:+.1f} to {dropout.high:+.1f})"
    assert dropout.low > 0
    assert words["scarce_dropout"].startswith("−")
    assert words["scarce_lighting"].startswith("cannot tell (−")
    assert set(words) == set(none) == {f"{regime}_{name}" for regime in REGIMES for name in NAMES}
    assert set(none.values()) == {"not run yet"}


def test_the_finding_names_what_lowers_and_what_raises_and_counts_the_rest():
    found = {regime: WHOLE.finding("test", regime) for regime in REGIMES}
    clear = {regime: [one.name for one in WHOLE.effects("test", regime) if one.is_clear]
             for regime in REGIMES}

    assert {"crops", "dropout"} <= set(clear["scarce"])
    assert found["scarce"].startswith("The test error is lowered by crops")
    assert "raised by dropout" in found["plenty"]
    assert found["scarce"].endswith(f"of {9 - len(clear['scarce'])} we cannot tell")
    assert Ablation(study(PLAN.runs[:3])).finding("test", "scarce") == "Not run yet"
    quiet = Ablation(study(PLAN.runs[:64], noise=50.0))
    assert not any(one.is_clear for one in quiet.effects("test", "scarce"))
    assert quiet.finding("test", "scarce") == "Nothing here can be told to change the test error"


def test_both_regimes_stand_part_by_part_and_what_is_missing_has_a_row():
    rows, part = WHOLE.both("test"), Ablation(study(PLAN.runs[:32])).both("test")

    assert rows["names"][:4] == ["LRN, scarce", "LRN, plenty", "overlap, scarce", "overlap, plenty"]
    effect = next(one for one in WHOLE.effects("test", "plenty") if one.name == "dropout")
    at = rows["names"].index("dropout, plenty")
    assert (rows["centres"][at], rows["lows"][at], rows["highs"][at]) == effect[1:4]
    assert len(rows["names"]) == 18
    assert part["names"][-1] == "plenty: not run yet"
    assert len(part["names"]) == 10
    assert Ablation(study(())).both("test")["names"] == ["scarce: not run yet", "plenty: not run yet"]


@pytest.mark.parametrize("noise", [1.0, 2.0])  # the pair is left after the correction, and is not
def test_pairs_that_can_be_told_are_counted_and_listed_by_their_strings(noise):
    some = Ablation(study(noise=noise))
    pairs = some.pairs("test", "scarce")
    clear = [pair for pair in pairs if pair.is_clear]
    strict = multipletests([pair.p_value for pair in pairs], 0.05, "holm")[0].sum()

    said, lines = some.pairs_say("test", "scarce"), some.pairs_table("test", "scarce").split("\n")

    assert said.startswith(f"{len(clear)} of 21 leave out zero, {strict} after ")
    assert len(lines) == len(clear)
    assert lines[0].startswith("dropout × decay  +")
    assert "dropout × decay" not in "\n".join(lines[1:])


def test_pairs_that_cannot_be_told_are_not_listed():
    nothing, once = Ablation(study(())), Ablation(study(PLAN.runs[:64]))

    assert once.pairs_say("test", "plenty") == "with one seed a corner they are the noise"
    assert nothing.pairs_say("test", "scarce") == "not run yet"
    assert once.pairs_table("test", "plenty") == nothing.pairs_table("test", "scarce") == ""


@pytest.mark.parametrize("regime", REGIMES)
def test_what_stands_beyond_the_margin_is_named_with_its_effect(regime):
    drawn, said = WHOLE.normal_plot("test", regime), WHOLE.beyond("test", regime)

    far = [name for name, effect in zip(drawn["names"], drawn["effects"], strict=True)
           if abs(effect) > drawn["margin"]]
    assert [one.rsplit(" ", 1)[0] for one in said.split(", ")] == far
    assert "dropout" in far
    assert Ablation(study(PLAN.runs[:31])).beyond("test", "scarce") == "not run yet"


def test_runs_that_learned_nothing_are_counted():
    some = study(PLAN.runs[:32])
    some.runs[3].measured["train"]["accuracy"] = some.runs[9].measured["train"]["accuracy"] = 0.17

    assert Ablation(some).numbers("test")["guessing"] == 2
    assert WHOLE.guessing == 0


def test_the_divisors_of_the_runs_with_lrn_are_averaged():
    whole = study(PLAN.runs[:32])
    for number, (run, one) in enumerate(zip(whole.planned, whole.runs, strict=True)):
        one.measured["lrn_divisors"] = {"norm1": [2.0, 3.0, 4.0 + number % 2]} if run.factors["lrn"] else {}

    ends = [one.measured["lrn_divisors"]["norm1"][2] for one in whole.runs if one.measured["lrn_divisors"]]
    assert len(ends) == 16
    assert Ablation(whole).divisors("scarce") == f"norm1 2.00 to {np.mean(ends):.2f}"
    assert WHOLE.divisors("plenty") == "not run yet"


def test_the_runs_that_an_effect_needs_grow_with_the_square_of_its_smallness():
    effect = WHOLE.effects("test", "scarce")[0]
    half = (effect.high - effect.low) / 2

    assert WHOLE.half_width("test", "scarce") == pytest.approx(half, rel=1e-12)  # balanced: all nine alike
    assert WHOLE.needed("test", "scarce", half) == 64
    assert WHOLE.needed("test", "scarce", half / 3) == pytest.approx(9 * 64, abs=1)


def test_contrasts_are_differences_of_means_and_what_is_confounded_has_one_name():
    part = WHOLE.of("plenty")
    scores, levels = part.score(MEASURES["test"].of), part.factors

    found = contrasts(levels, scores)

    assert len(found) == 30
    for name, value in found.items():
        first = name.split(" ")[0].split(":")
        high = np.prod([2 * levels[one] - 1 for one in first], axis=0) > 0
        assert value == pytest.approx(scores[high].mean() - scores[~high].mean())
    together = {pair for name in found for pair in name.split(" + ") if ":" in pair}
    assert together == {":".join(pair) for pair in combinations(NAMES, 2)}


def test_the_normal_plot_sets_effects_against_noise_in_order():
    drawn = WHOLE.normal_plot("test", "plenty")

    assert drawn["effects"] == sorted(drawn["effects"])
    assert drawn["names"][-1] == "dropout"
    assert any(name.startswith("LRN × overlap + ") or " + LRN × overlap" in name for name in drawn["names"])
    np.testing.assert_allclose(norm.cdf(drawn["scores"]), (np.arange(30) + 0.5) / 30)
    assert drawn["margin"] == lenth(drawn["effects"])


def test_a_second_replicate_that_has_begun_leaves_the_plot_balanced():
    error = {run.name: 30 + 5 * run.factors["lrn"] for run in PLAN.runs}
    begun = [*PLAN.runs[:32], *PLAN.runs[64:67]]
    some = Ablation(Study(PLAN, begun, [record(run, error[run.name]) for run in begun]))

    drawn = some.normal_plot("test", "scarce")

    assert drawn["names"][-1] == "LRN"
    np.testing.assert_allclose(drawn["effects"], [0] * 29 + [5], atol=1e-9)


def test_numbers_are_a_regime_s_effects_with_their_ends():
    numbers = WHOLE.numbers("test")

    assert (numbers["runs"], numbers["planned"]) == (128, 128)
    assert numbers["scarce_dropout_low"] < numbers["scarce_dropout"] < numbers["scarce_dropout_high"] < 0
    assert len(numbers) == 3 + 2 * 9 * 3
    assert set(PAPER) == set(NAMES)


def singles(error, *, runs=None):
    """The study, or ``runs`` of it, each with what ``error`` gives for it."""
    plan = get_plan("singles")
    runs = plan.runs if runs is None else runs
    return Singles(Study(plan, runs, [record(run, error(run)) for run in runs]))


def drawn_error():
    """Errors with the seed's own part and noise, tanh at chance or nearly there."""
    random = np.random.default_rng(3)
    return lambda run: (random.uniform(70, 83) if run.factors["tanh"]
                        else 30 + run.seed + 2 * run.factors["half"] + random.normal(0, 0.3))


def test_singles_are_paired_differences_from_the_whole_network():
    found = singles(drawn_error())
    errors = {}
    for run, one in zip(found.study.planned, found.study.runs, strict=True):
        errors.setdefault(run.recipe.name, []).append(MEASURES["test"].of(one))

    effects = found.effects("test")

    assert [effect.name for effect in effects] == list(PLAN_OF_SINGLES.runs[0].factors)
    for effect in effects:
        paired = ttest_rel(errors[f"singles-{effect.name}"], errors["singles-whole"])
        low, high = paired.confidence_interval()
        assert effect[2:] == pytest.approx((low, high, paired.pvalue))
        assert effect.is_clear == (effect.name in ("tanh", "half"))


def test_a_change_that_collapses_does_not_blur_the_others():
    widths = {effect.name: effect.high - effect.low for effect in singles(drawn_error()).effects("test")}

    assert widths.pop("tanh") > 5
    assert max(widths.values()) < 2.5


def test_singles_in_words_and_rows():
    found = singles(drawn_error())
    told, effects = found.numbers("test"), found.effects("test")

    assert told["finding"] == "The test error is raised by tanh and half the kernels; of 6 we cannot tell"
    assert told["tanh"].startswith(f"{effects[0].estimate:+.1f} (")
    assert told["holm"] == multipletests([e.p_value for e in effects], 0.05, "holm")[0].sum()
    assert found.rows("test")["names"][:2] == ["tanh", "alpha over five"]
    assert found.rows("test", without=("tanh",))["names"][0] == "alpha over five"


def test_singles_that_have_not_run_are_said_to_be_missing():
    runs = PLAN_OF_SINGLES.runs
    fewer = singles(drawn_error(), runs=[run for run in runs if not run.factors["eigenvalue"]])
    one, empty = singles(drawn_error(), runs=runs[:9]), singles(drawn_error(), runs=())

    assert fewer.numbers("test")["eigenvalue"] == "not run yet"
    assert len(fewer.effects("test")) == 7
    for few in (one, empty):
        assert (few.rows("test")["names"], few.numbers("test")["half"]) == (["not run yet"], "not run yet")
        assert few.numbers("test")["holm"] == 0
    assert effect_rows([])["names"] == ["not run yet"]


def test_lenth_s_margin_by_hand_and_among_effects_that_are_nothing():
    effects = [1, -2, 3, 4, -5, 6, 100]  # medians 4 and, of those below 15, 3.5

    assert lenth(effects) == pytest.approx(student.ppf(0.975, 7 / 3) * 1.5 * 3.5)
    random = np.random.default_rng(5).normal(size=(400, 30))
    beyond = np.mean([np.abs(row) > lenth(row) for row in random])
    assert 0.02 < beyond < 0.07


@pytest.mark.parametrize("effects", [[1, 2], [1, 2, np.nan], []])
def test_lenth_needs_three_finite_effects(effects):
    with pytest.raises(ValueError, match="three or more finite effects are needed"):
        lenth(effects)


def test_the_drawing_names_what_stands_beyond_the_margin_and_nothing_else():
    effects, scores = [-6.0, -0.4, 0.1, 0.5, 3.0], [-1.2, -0.5, 0.0, 0.5, 1.2]

    ax = normal_plot(["a", "b", "c", "d", "e:f + g:h"], effects, scores, 1.0, family="alexnet", axis="points")

    np.testing.assert_allclose(ax.collections[-1].get_offsets(), np.c_[effects, scores])
    assert [text.get_text() for text in ax.texts if text.get_text() in ("a", "b", "c", "d", "e:f + g:h")] == [
        "a", "e:f + g:h"]
    assert len({tuple(colour) for colour in ax.collections[-1].get_facecolors()[[0, 4]].tolist()}) == 1
    assert ax.get_xlabel() == "points"


def test_without_effects_there_is_one_row_that_says_so():
    ax = normal_plot([], [], [], np.nan, family="alexnet", axis="points")

    assert ax.get_xlabel() == "points"
    assert [label.get_text() for label in ax.get_yticklabels()] == ["not run yet"]


def test_after_a_cut_the_paper_s_steps_shrink_by_a_tenth_each():
    cut = RateCut.measured()

    assert cut.torchs == pytest.approx([10] * 5 + [1] * 60)
    assert cut.paper == pytest.approx([10] * 5 + [1 + 9 * 0.9**step for step in range(1, 61)])
    assert cut.numbers() == pytest.approx({
        "first": 9.1, "tenth": 1 + 9 * 0.9**10, "twice": 21, "extra": 81 * (1 - 0.9**60)})
