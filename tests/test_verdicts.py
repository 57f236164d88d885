"""What people said of pairs and labels, and what scores do without some pictures."""
from dataclasses import dataclass

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from cvlib.analysis import Audit, LabelVerdicts, PairVerdicts, Without
from cvlib.analysis.verdicts import VERDICTS
from cvlib.data.audit import LISTED, THRESHOLD
from cvlib.results import file_list, load_runs


def pairs(*counts):
    """Rows for (distance, alike, other) each."""
    return PairVerdicts([
        {"a": f"{bits} {i}", "b": "b", "distance": str(bits), "verdict": verdict}
        for bits, alike, other in counts
        for i, verdict in enumerate(["same", "series"] * alike + ["other", "place"] * other)])


def label(path, verdict, drawn="all", split="train"):
    return {"path": path, "label": "sea", "split": split, "drawn": drawn, "verdict": verdict}


def known(name, *, test=False, size=(150, 150)):
    return {"class": name, "test": test, "size": size}


FOUND = {
    "name": "made", "pictures": {"train": 8, "test": 4}, "odd_sizes": ["t5"], "broken": {}, "threshold": 6,
    "equal_files": [], "equal_pixels": [["t1", "t2"], ["t3", "x3"]],
    "near": [["t2", "t4", 2], ["t4", "x4", 6], ["t5", "x5", 6], ["t6", "x6", 8], ["t7", "t8", 8]],
    "involved": {
        "t1": known("sea"), "t2": known("sea"), "t3": known("sea"), "t4": known("sea"),
        "t5": known("sea", size=(150, 72)), "t6": known("sea"), "t7": known("sea"), "t8": known("sea"),
        "x3": known("street", test=True), "x4": known("street", test=True), "x5": known("sea", test=True),
        "x6": known("sea", test=True)},
}
SAID = PairVerdicts([
    {"a": "x5", "b": "t5", "distance": "6", "verdict": "place"},
    {"a": "t6", "b": "x6", "distance": "8", "verdict": "series"},
])


def made(*labels):
    return Audit(FOUND, SAID, LabelVerdicts(labels))


def test_precision_is_a_share_with_statsmodels_interval():
    bits, (alike, seen, low, high) = next(iter(pairs((4, 3, 1)).precision().items()))

    assert (bits, alike, seen) == (4, 6, 8)
    assert (low, high) == pytest.approx(proportion_confint(6, 8, method="wilson"))


def test_the_threshold_ends_before_the_first_distance_that_is_in_doubt():
    assert pairs((0, 9, 0), (2, 9, 1), (4, 3, 2), (6, 9, 0)).threshold == 2
    assert pairs((0, 1, 4)).threshold == -1


def test_verdicts_are_counted_on_both_sides_of_the_threshold():
    numbers = pairs((0, 9, 0), (2, 9, 1), (4, 3, 2), (6, 0, 4)).numbers(2)

    assert (numbers["inside_alike"], numbers["inside_seen"], numbers["seen"]) == (36, 38, 56)
    assert (numbers["next"], numbers["next_alike"], numbers["next_seen"]) == (4, 6, 10)
    assert (numbers["last"], numbers["last_alike"], numbers["last_seen"]) == (6, 0, 8)
    assert numbers["inside_low"] == pytest.approx(100 * proportion_confint(36, 38, method="wilson")[0])


def test_the_eye_overrules_the_threshold_both_ways():
    assert made().near == [("t2", "t4"), ("t4", "x4"), ("t6", "x6")]


def test_a_family_is_all_that_hangs_together():
    assert made().families == [{"t1", "t2", "t4", "x4"}, {"t3", "x3"}, {"t6", "x6"}]


def test_leaks_are_test_pictures_with_kin_in_train():
    assert made().copied == {"x3"}
    assert made().leaked == {"x3", "x4", "x6"}


def test_two_test_pictures_alike_are_no_leak():
    found = FOUND | {"equal_pixels": [["x5", "x6"]], "near": []}

    assert Audit(found, PairVerdicts([]), LabelVerdicts([])).leaked == set()


def test_disputed_are_two_labels_and_what_the_eye_faults():
    audit = made(label("a", "wrong"), label("b", "both", split="test"), label("c", "right"),
                 label("d", "unclear"))

    assert audit.disputed == {"t3", "x3", "a", "b"}
    assert audit.disputed & audit.tested == {"x3", "b"}
    assert audit.labels.chosen("wrong", "unclear") == {"a", "d"}
    assert audit.in_test({"x3", "t3", "b"}) == {"x3", "b"}


def test_an_audits_numbers_are_its_counts():
    numbers = made(label("a", "wrong"), label("b", "right", drawn="all control")).numbers()

    assert {name: numbers[name] for name in (
        "pictures", "groups", "files", "two_labels", "same_label", "copied", "copied_otherwise", "within",
        "near", "near_labels", "families", "members", "largest", "leaked", "odd", "shortest")} == {
        "pictures": "12", "groups": 2, "files": 0, "two_labels": 1, "same_label": 1, "copied": 1,
        "copied_otherwise": 1, "within": 3, "near": 3, "near_labels": 1, "families": 3, "members": 8,
        "largest": 4, "leaked": 3, "odd": 1, "shortest": 72}
    assert numbers["leaked_share"] == 75
    assert (numbers["all_seen"], numbers["all_wrong"], numbers["control_seen"]) == (2, 1, 1)
    assert (numbers["all_faulty_low"], numbers["all_faulty_high"]) == pytest.approx(
        [100 * end for end in proportion_confint(1, 2, method="wilson")])
    assert numbers["control_wrong_share_high"] == pytest.approx(
        100 * proportion_confint(0, 1, method="wilson")[1])
    assert (numbers["worst"], numbers["worst_count"], numbers["wrong"]) == ("sea", 1, 1)
    assert "test_seen" not in numbers


def test_an_audit_that_is_not_there_names_its_command(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"python -m cvlib\.audit pets"):
        Audit.load("pets", tmp_path)


@dataclass
class Record:
    """What `Without` reads of a record."""

    name: str
    recipe: str
    labels: np.ndarray
    predictions: np.ndarray
    study: str = "study"


def records(number=40, seed=0):
    random = np.random.default_rng(seed)
    labels = random.integers(3, size=number)
    said = [np.where(random.random(number) < share, labels, 2 - labels) for share in (0.7, 0.9)]
    return [Record(f"run{i}", f"recipe{i}", labels, answers) for i, answers in enumerate(said)]


FILES = [f"sea/{i}.jpg" for i in range(40)]


def test_a_shift_is_the_accuracy_of_what_stays_with_statsmodels_intervals():
    runs = records()

    shift = Without(runs, FILES, FILES[:9]).shifts[0]

    right = runs[0].predictions == runs[0].labels
    kept, left = int(right[9:].sum()), int(right[:9].sum())
    assert shift.kept[0] == kept / 31
    assert shift.kept[1:] == pytest.approx(proportion_confint(kept, 31, method="wilson"))
    assert shift.left[0] == left / 9
    assert shift.difference[0] == pytest.approx(kept / 31 - left / 9)
    assert shift.difference[1:] == pytest.approx(
        confint_proportions_2indep(kept, 31, left, 9, method="newcomb"))
    assert shift.all[0] == right.mean()


def test_pairs_are_tested_with_and_without():
    runs = records()

    (*names, before, after), = Without(runs, FILES, FILES[:9]).pairs

    a, b = (run.predictions == run.labels for run in runs)
    table = [[(a & b)[9:].sum(), (a & ~b)[9:].sum()], [(~a & b)[9:].sum(), (~a & ~b)[9:].sum()]]
    assert names == ["run0", "run1"]
    assert after.p_value == pytest.approx(mcnemar(table, exact=True).pvalue)
    assert [[after.both, after.only_a], [after.only_b, after.neither]] == np.array(table).tolist()
    assert before.both + before.only_a + before.only_b + before.neither == 40


def test_a_comparison_that_hangs_on_the_pictures_left_out_is_counted():
    labels = np.zeros(40, int)
    better, worse = labels.copy(), labels.copy()
    better[12:14], worse[:12] = 1, 1
    runs = [Record("a", "a", labels, better), Record("b", "b", labels, worse)]

    numbers = Without(runs, FILES, FILES[:12]).numbers()

    assert {name: numbers[name] for name in ("left", "n", "pairs", "clear", "changed", "swapped")} == {
        "left": 12, "n": 40, "pairs": 1, "clear": 1, "changed": 1, "swapped": 1}
    assert (numbers["least"], numbers["most"]) == pytest.approx((100 * (26 / 28 - 38 / 40), 30))
    assert (numbers["up"], numbers["harder_clear"], numbers["easier_clear"]) == (1, 1, 0)
    assert (numbers["changed_low"], numbers["changed_high"]) == pytest.approx((2 * 106 / 2**14, 0.5))
    assert numbers["swapped_by"] == 25


def test_seeds_of_one_recipe_are_no_comparison():
    first, second = records()
    second.recipe = first.recipe

    assert Without([first, second], FILES, FILES[:9]).pairs == []


@pytest.mark.parametrize(("left", "words"), [
    (["elsewhere/1.jpg"], "not among the 40"), ([], "nothing to compare"), (FILES, "nothing to compare")])
def test_pictures_that_cannot_be_left_out_are_refused(left, words):
    with pytest.raises(ValueError, match=words):
        Without(records(), FILES, left)


def test_records_of_other_pictures_are_refused():
    with pytest.raises(ValueError, match="not scored on these"):
        Without([*records(), *records(seed=1)], FILES, FILES[:9])


def test_the_committed_threshold_is_the_one_that_the_pairs_justify():
    audit = Audit.load()

    assert audit.found["threshold"] == THRESHOLD == audit.pairs.threshold


def test_every_committed_verdict_is_on_something_that_was_found():
    audit = Audit.load()
    listed = {frozenset(pair[:2]): pair[2] for pair in audit.found["near"]}
    copies = {path for group in audit.found["equal_pixels"] for path in group[1:]}

    for row in audit.pairs.rows:
        pair = frozenset((row["a"], row["b"]))
        if int(row["distance"]) <= LISTED and not pair & copies:
            assert listed[pair] == int(row["distance"])
    for row in audit.labels.rows:
        assert row["path"].split("/")[2] == row["label"] != row["said"]
        assert (row["verdict"] in VERDICTS, row["path"].startswith(f"seg_{row['split']}/")) == (True, True)
    assert len({row["path"] for row in audit.labels.rows}) == len(audit.labels.rows)


def test_leaked_pictures_are_in_the_records_lists():
    audit = Audit.load()
    record = next(run for run in load_runs(data="intel") if "test" in run.scores)

    files = set(file_list(record))

    faulty = audit.leaked | audit.disputed & audit.tested

    assert len(audit.in_test(faulty)) == len(faulty)
    assert audit.in_test(faulty) <= files
    assert len(files) == audit.found["pictures"]["test"]
