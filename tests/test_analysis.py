"""What a chapter says of records and networks, against small ones that can be counted by hand."""
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from scipy import stats as scipy_stats
from sklearn.metrics import confusion_matrix

import cvlib
from cvlib.analysis import (
    Answers,
    Calibration,
    ColourRule,
    Coverage,
    Divisors,
    Mistakes,
    Seeds,
    Shares,
    Versus,
    colour_shares,
)
from cvlib.results import RunRecord

LABELS = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 2])
FIRST = np.array([0, 0, 1, 1, 1, 1, 2, 2, 1, 0])
SECOND = np.array([0, 1, 1, 1, 1, 0, 2, 2, 1, 1])


def said(predictions, sure):
    """Log-probabilities of three classes, with probability ``sure`` for what was said."""
    shares = np.repeat((1 - np.asarray(sure))[:, None] / 2, 3, axis=1)
    shares[np.arange(len(predictions)), predictions] = sure
    return np.log(shares).astype(np.float16)


def record(seed, predictions, sure, *, accuracy=0.7, val=0.6, seconds=600.0):
    epochs = [{"epoch": 1, "val_accuracy": 0.5, "seconds": seconds / 2},
              {"epoch": 2, "val_accuracy": val - 0.01, "seconds": seconds / 2}]
    return RunRecord(
        recipe={"name": "tiny", "epochs": 2}, seed=seed, history=epochs, labels=LABELS,
        data={"name": "pets", "hash": "ab", "classes": ["cat", "dog", "eel"],
              "sizes": {"train": 1200, "val": 100}},
        scores={"test": {"n": 10, "accuracy": accuracy, "accuracy_interval": [0.4, 0.9]},
                "val": {"n": 100, "accuracy": val}},
        log_probabilities=said(predictions, sure), environments=[{"device": "cpu", "torch": "2.14"}])


SURE = np.array([0.9, 0.6, 0.5, 0.95, 0.92, 0.91, 0.8, 0.7, 0.97, 0.55])
RECORDS = [record(0, FIRST, SURE), record(1, SECOND, SURE - 0.11, accuracy=0.5, val=0.62, seconds=1500.0),
           record(2, FIRST, SURE, accuracy=0.66, val=0.58)]


def test_answers_are_a_share_with_its_interval():
    answers = Answers.to(LABELS, FIRST)

    interval = scipy_stats.binomtest(7, 10).proportion_ci(method="wilson")
    assert answers == Answers(7, 10)
    assert answers.numbers() == {"accuracy": pytest.approx(70), "low": pytest.approx(100 * interval.low),
                                 "high": pytest.approx(100 * interval.high), "n": "10",
                                 "right": "7"}


def test_answers_to_other_pictures_are_refused():
    with pytest.raises(ValueError, match="9 answers to 10 pictures"):
        Answers.to(LABELS, FIRST[:9])


def test_the_shares_of_a_network_are_those_of_its_weights():
    model = cvlib.create_model("alexnet")
    counted = {name: module.weight.numel() + module.bias.numel() for name, module in model.named_modules()
               if isinstance(module, torch.nn.Conv2d | torch.nn.Linear)}

    shares = Shares(cvlib.cost.layer_costs(model, (3, 224, 224)))

    assert dict(zip(shares.names, shares.parameters, strict=True)) == pytest.approx(
        {name.rpartition(".")[2]: count / sum(counted.values()) for name, count in counted.items()})
    numbers = shares.numbers()
    assert (numbers["parameters"], numbers["classes_out"]) == ("60,965,224", 1000)
    assert numbers["conv_share"] + numbers["fc_share"] == pytest.approx(100)
    assert numbers["fc6_share"] == pytest.approx(100 * 37_752_832 / 60_965_224)


def layer(name, kind, output, parameters, macs):
    return SimpleNamespace(name=name, short=name.rpartition(".")[2], kind=kind, output=output,
                           parameters=parameters, macs=macs)


def test_work_and_parameters_are_shared_apart():
    costs = [layer("a.conv", "Conv2d", (4, 8, 8), 100, 9000), layer("relu", "ReLU", (4, 8, 8), 0, 0),
             layer("b.conv", "Conv2d", (4, 8, 8), 200, 500), layer("fc", "Linear", (7,), 700, 500)]

    shares = Shares(costs)

    assert shares.names == ["a.conv", "b.conv", "fc"]
    assert shares.parameters == [0.1, 0.2, 0.7]
    assert shares.work == [0.9, 0.05, 0.05]
    assert shares.megabytes("a.conv", "fc") == 4 * 800 / 1e6
    numbers = shares.numbers()
    assert (numbers["b_conv_share"], numbers["classes_out"]) == (20, 7)
    assert (numbers["conv_work"], numbers["fc_work"]) == (95, 5)


def test_a_network_without_parameters_shares_nothing():
    with pytest.raises(ValueError, match="1 layers with 0 parameters"):
        Shares([layer("relu", "ReLU", (4, 8, 8), 0, 0)])


def test_seeds_have_students_interval_and_the_extremes():
    numbers = Seeds(RECORDS).numbers()

    tests = np.array([70, 50, 66])
    low, high = scipy_stats.t.interval(0.95, 2, tests.mean(), scipy_stats.sem(tests))
    val_low, val_high = scipy_stats.t.interval(0.95, 2, 60, scipy_stats.sem([60, 62, 58]))
    assert numbers == {
        "mean": pytest.approx(62), "low": pytest.approx(low), "high": pytest.approx(high),
        "half": pytest.approx((high - low) / 2), "t_factor": pytest.approx(scipy_stats.t.ppf(0.975, 2)),
        "next_low": pytest.approx(62 - (high - low)), "next_high": pytest.approx(62 + (high - low)),
        "next_half": pytest.approx(high - low), "differ": 0, "p_low": pytest.approx(0.5), "p_high": 1.0,
        "spread": pytest.approx(20), "one_low": 40, "one_high": 90, "val": pytest.approx(60),
        "val_half": pytest.approx((val_high - val_low) / 2), "single": pytest.approx(59),
        "end_low": pytest.approx(57), "end_high": pytest.approx(61), "minutes": "10 to 25", "seeds": 3,
        "n": "10", "train": "1,200", "val_n": "100", "epochs": 2, "device": "cpu", "torch": "2.14"}


def test_times_that_round_alike_are_one_time():
    assert Seeds([RECORDS[0], RECORDS[2]]).minutes == "10"


@pytest.mark.parametrize(("other", "complaint"), [
    (replace(RECORDS[1], recipe={"name": "tiny", "epochs": 3}), "no seed of"),
    (replace(RECORDS[1], data=RECORDS[1].data | {"hash": "cd"}), "no seed of"),
    (replace(RECORDS[1], seed=0), "comes twice"),
])
def test_runs_that_differ_in_more_than_the_seed_are_refused(other, complaint):
    with pytest.raises(ValueError, match=complaint):
        Seeds([RECORDS[0], other])


def test_mistakes_are_pooled_over_the_records():
    mistakes = Mistakes(RECORDS)

    pooled = sum(confusion_matrix(LABELS, predictions) for predictions in (FIRST, SECOND, FIRST))
    assert mistakes.confusion.tolist() == pooled.tolist()
    numbers = mistakes.numbers()
    assert (numbers["wrong"], numbers["favourite"], numbers["favourite_count"]) == (11, "dog", 8)
    assert (numbers["true"], numbers["said"]) == ("cat", "dog")
    assert (numbers["worst"], numbers["back"]) == pytest.approx((100 * 4 / 9, 100 / 9))


def test_the_surest_agreed_mistakes_come_first_and_the_least_sure_record_counts():
    mistakes = Mistakes(RECORDS)

    assert mistakes.agreed.nonzero()[0].tolist() == [2, 8]
    assert mistakes.surest(6).tolist() == [8, 2]
    assert mistakes.surest(1).tolist() == [8]
    assert mistakes.numbers()["agreed"] == 2
    assert mistakes.numbers()["surest"] == pytest.approx(86, abs=0.1)


def test_a_network_that_errs_never_has_no_favourite():
    assert Mistakes([record(0, LABELS, SURE)]).numbers() == {"wrong": 0, "agreed": 0}


def test_records_of_other_pictures_are_refused():
    other = replace(RECORDS[1], labels=LABELS[::-1])

    with pytest.raises(ValueError, match="answered different pictures"):
        Mistakes([RECORDS[0], other])


def test_coverage_answers_the_surest_pictures_first():
    coverage = Coverage(RECORDS[:2], [0.1, 0.5, 1.0])

    assert coverage.pictures.tolist() == [6, 6, 8]
    assert (coverage.right + coverage.wrong).sum(1).tolist() == [2, 10, 20]
    assert coverage.right[-1].tolist() == [3, 5, 4]
    assert coverage.wrong[0].tolist() == [0, 0, 1]
    assert coverage.says() == ["10 % answered, 50.0 % of them right", "50 % answered, 70.0 % of them right",
                               "100 % answered, 60.0 % of them right"]


def test_coverage_speaks_of_the_half_that_is_surest():
    numbers = Coverage(RECORDS[:2], [0.1, 0.5, 1.0]).numbers()

    alone = []
    for one in RECORDS[:2]:
        surest = np.argsort(-one.probabilities.max(1), kind="stable")[:5]
        alone.append(100 * (one.predictions == LABELS)[surest].mean())
    assert (numbers["wrong"], numbers["count"]) == (3, "10")
    assert (numbers["right_low"], numbers["right_high"]) == (min(alone), max(alone))
    assert (numbers["quiet"], numbers["shy"], numbers["loud"]) == ("cat", "eel", "dog")
    assert (numbers["quiet_share"], numbers["shy_share"], numbers["loud_share"]) == pytest.approx(
        (100 / 6, 300 / 8, 100))


def test_a_coverage_that_was_not_counted_is_refused():
    with pytest.raises(ValueError, match=r"coverage 0\.3 is none of the 2"):
        Coverage(RECORDS, [0.25, 0.5]).numbers(at=0.3)


def test_divisors_say_how_much_smaller_the_output_gets():
    numbers = Divisors({"stages.norm1": [2.0, 2.5, 4.0]}).numbers()

    assert numbers == {"norm1_low": 2.0, "norm1_mid": 2.5, "norm1_high": 4.0,
                       "norm1_fall": pytest.approx(100 - 100 * 4**-0.75 / 2**-0.75),
                       "norm1_source_mid": pytest.approx(2.1), "norm1_source_high": 2.4}


class Painted:
    """Pictures as a source and as a data set: ``pixels`` (N, H, W, 3)."""

    def __init__(self, pixels, labels=()):
        self.pixels, self.labels = np.asarray(pixels, np.uint8), np.asarray(labels)

    def __len__(self):
        return len(self.pixels)

    def stored(self, indices):
        return self.pixels[indices]


def test_colour_shares_are_counted_picture_by_picture():
    random = np.random.default_rng(0)
    pixels = random.integers(256, size=(300, 5, 4, 3), dtype=np.uint8)

    shares = colour_shares(Painted(pixels))

    edges = [[0, 64, 128, 192, 256]] * 3
    by_hand = [np.histogramdd(picture.reshape(-1, 3), bins=edges)[0].ravel() / 20 for picture in pixels]
    assert np.allclose(shares**2, by_hand)


def test_the_colour_rule_sees_colours_and_no_places(monkeypatch):
    monkeypatch.setattr(cvlib.data, "open_source", lambda dataset, preprocess: dataset, raising=False)
    left = np.zeros((40, 8, 8, 3), np.uint8)
    left[:, :, :4] = 255
    red = left * np.array([1, 0, 0], np.uint8)
    coloured = Painted(np.concatenate([left, red]), np.repeat([0, 1], 40))
    placed = Painted(np.concatenate([left, left[:, :, ::-1]]), np.repeat([0, 1], 40))

    assert ColourRule(coloured, None).answers(coloured) == Answers(80, 80)
    assert ColourRule(placed, None).answers(placed) == Answers(40, 80)


def test_the_errors_promised_are_those_of_the_probabilities():
    calibration = Calibration.of(RECORDS[:1])

    whole, half = calibration.surest(1), calibration.surest(0.5)

    assert (whole.count, whole.made) == (10, 3)
    assert whole.promised == pytest.approx((1 - SURE).sum(), abs=0.01)
    surest = np.argsort(-SURE)[:5]
    assert (half.count, half.made) == (5, (FIRST != LABELS)[surest].sum())
    assert half.promised == pytest.approx((1 - SURE[surest]).sum(), abs=0.01)
    numbers = calibration.numbers()
    assert (numbers["n"], numbers["made"], numbers["half_n"]) == ("10", "3", "5")
    assert numbers["made_share"] == pytest.approx(30)
    assert numbers["half_promised_share"] == pytest.approx(100 * (1 - SURE[surest]).mean(), abs=0.1)


def test_steps_of_probability_hold_every_answer_once():
    calibration = Calibration.of(RECORDS)

    steps = calibration.steps()

    assert sum(step.count for step in steps) == 30
    assert sum(step.made for step in steps) == 3 + 5 + 3
    assert sum(step.promised for step in steps) == pytest.approx(calibration.surest(1).promised)
    promised = [step.promised / step.count for step in steps]
    assert promised == sorted(promised)
    assert all(0 <= share - round(share, 1) + 0.06 <= 0.16 for share in promised)


def test_a_single_view_is_calibrated_apart():
    both = [replace(one, others={"one_view": (LABELS, said(SECOND, SURE))}) for one in RECORDS[:1]]

    assert Calibration.of(both, one_view=True).surest(1).made == (SECOND != LABELS).sum()
    assert Calibration.of(both).surest(1).made == (FIRST != LABELS).sum()


@pytest.mark.parametrize("share", [0, 1.5])
def test_only_a_share_of_the_answers_is_surest(share):
    with pytest.raises(ValueError, match="a share of the answers"):
        Calibration.of(RECORDS).surest(share)


def test_answers_that_all_records_give_alike_are_counted_with_what_is_right():
    alike = Mistakes(RECORDS).alike(0.8)

    least = np.minimum(SURE, SURE - 0.11)
    same = (FIRST == SECOND) & (least >= 0.8)
    assert alike == Answers(int((FIRST == LABELS)[same].sum()), int(same.sum()))
    assert alike.n < 10


def test_two_seeds_that_differ_are_put_to_mcnemar():
    pairs = Seeds(RECORDS).pairs()

    only_first = ((FIRST == LABELS) & (SECOND != LABELS)).sum()
    only_second = ((FIRST != LABELS) & (SECOND == LABELS)).sum()
    assert [(pair.only_a, pair.only_b) for pair in pairs] == [
        (only_first, only_second), (0, 0), (only_second, only_first)]


def changed_to(*accuracies):
    return [replace(record(seed, FIRST, SURE, accuracy=accuracy), recipe={"name": "other", "epochs": 2})
            for seed, accuracy in enumerate(accuracies)]


def test_two_recipes_differ_by_the_means_of_their_seeds():
    versus = Versus(changed_to(0.5, 0.52, 0.48), RECORDS)

    expected = scipy_stats.ttest_ind([0.5, 0.52, 0.48], [0.7, 0.5, 0.66], equal_var=False)
    ends = expected.confidence_interval(0.95)
    assert versus.numbers() == {
        "mean": pytest.approx(50), "change": pytest.approx(-12), "points": pytest.approx(12), "seeds": 3,
        "low": pytest.approx(100 * ends.low), "high": pytest.approx(100 * ends.high)}


def test_recipes_on_other_pictures_are_not_compared():
    elsewhere = [replace(one, data=one.data | {"hash": "cd"}) for one in changed_to(0.5, 0.6)]

    with pytest.raises(ValueError, match="trained on different pictures"):
        Versus(elsewhere, RECORDS)


def test_classes_answered_less_than_asked_are_all_named():
    coverage = Coverage(RECORDS, [0.5, 1.0])

    answered = 100 * (coverage.right + coverage.wrong)[0] / coverage.pictures
    below = [name for name, share in sorted(zip(coverage.classes, answered, strict=True), key=lambda p: p[1])
             if share < 50]
    said_below = coverage.numbers()["below"].replace(" and ", ", ").split(", ")
    assert [part.split(" (")[0] for part in said_below] == below
