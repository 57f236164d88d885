"""Errors that networks share, and errors that go one way: against other implementations and by hand."""
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from drawn import drawn, style  # noqa: F401
from scipy import stats as scipy_stats
from statsmodels.stats.contingency_tables import SquareTable

from cvlib import plot
from cvlib.analysis import Directions, Examples, SharedErrors, Symmetry, independent

CLASSES = ["cat", "dog", "eel"]


def answers(labels, predictions, *, sure=0.8, name="run"):
    """What a record says, as far as the errors of it go."""
    labels, predictions = np.asarray(labels), np.asarray(predictions)
    sure = np.broadcast_to(np.asarray(sure, float), predictions.shape)
    shares = np.repeat((1 - sure)[:, None] / 2, 3, axis=1)
    shares[np.arange(len(predictions)), predictions] = sure
    return SimpleNamespace(labels=labels, predictions=predictions, probabilities=shares, name=name,
                           data={"classes": CLASSES})


def drawn_at_random(seed, n=200, rates=(0.2, 0.4, 0.1)):
    random = np.random.default_rng(seed)
    labels = random.integers(3, size=n)
    wrong = [random.random(n) < rate for rate in rates]
    return [answers(labels, np.where(w, (labels + 1) % 3, labels)) for w in wrong]


# errors that networks share

@pytest.mark.parametrize("rates", [[0.2], [0.1, 0.5], [0.2, 0.3, 0.05, 0.9], [0.0, 1.0, 0.5]])
def test_independent_errors_are_those_of_every_outcome_added_up(rates):
    expected = np.zeros(len(rates) + 1)
    for outcome in product([0, 1], repeat=len(rates)):
        shares = [rate if err else 1 - rate for rate, err in zip(rates, outcome, strict=True)]
        expected[sum(outcome)] += np.prod(shares)

    assert independent(rates) == pytest.approx(expected)


def test_shared_errors_are_counted_and_foretold():
    labels = [0, 0, 1, 1, 1, 2, 2, 2]
    records = [answers(labels, [1, 0, 1, 1, 1, 2, 0, 0]), answers(labels, [1, 0, 1, 0, 1, 2, 0, 1])]

    shared = SharedErrors(records)

    assert shared.made.tolist() == [4, 1, 3]
    assert shared.by_rate == pytest.approx([8 * 5 / 16, 8 * (5 / 16 + 3 / 16), 8 * 3 / 16])
    assert shared.by_class[-1] == pytest.approx(2 * 1 / 2 * 1 / 2 + 3 * 0 * 1 / 3 + 3 * 2 / 3 * 2 / 3)
    assert shared.everyone.tolist() == [0, 6, 7]
    assert shared.overlap() == pytest.approx((3 / 3 + 3 / 4) / 2)
    numbers = shared.numbers()
    assert (numbers["everyone"], numbers["alike"], numbers["none"], numbers["n"]) == (3, 2, 4, "8")
    assert numbers["times"] == pytest.approx(3 / 1.5)


def test_errors_that_are_independent_are_shared_as_often_as_foretold():
    shared = SharedErrors(drawn_at_random(0, n=20_000))

    assert shared.made == pytest.approx(shared.by_rate, rel=0.1, abs=30)
    assert shared.by_class == pytest.approx(shared.by_rate, rel=0.05, abs=10)
    assert shared.by_rate.sum() == pytest.approx(20_000)
    assert shared.by_class.sum() == pytest.approx(20_000)


def test_one_network_shares_nothing_and_others_pictures_are_refused():
    first, second, _ = drawn_at_random(1)

    with pytest.raises(ValueError, match="1 records"):
        SharedErrors([first])
    with pytest.raises(ValueError, match="different pictures"):
        SharedErrors([first, answers(np.roll(second.labels, 1), second.predictions)])


# confusions that go one way

EQUAL = np.array([[70, 20, 10], [5, 80, 15], [10, 12, 78]])
UNEQUAL = np.array([[30, 12, 8], [10, 180, 10], [0, 0, 100]])


def test_symmetry_is_bowkers_where_classes_are_of_one_size():
    statistic, freedom, p = Symmetry(EQUAL, CLASSES).test()

    expected = SquareTable(EQUAL, shift_zeros=False).symmetry()
    assert (statistic, freedom, p) == pytest.approx((expected.statistic, expected.df, expected.pvalue))


def test_elsewhere_confusions_are_expected_in_proportion_to_the_pictures():
    statistic, freedom, _ = Symmetry(UNEQUAL, CLASSES).test()

    expected = [scipy_stats.chisquare([there, back], np.array([n, m]) * (there + back) / (n + m))
                for there, back, n, m in ((12, 10, 50, 200), (8, 0, 50, 100), (10, 0, 200, 100))]
    assert statistic == pytest.approx(sum(one.statistic for one in expected))
    assert freedom == 3


def test_pairs_that_are_never_confused_count_nowhere():
    statistic, freedom, p = Symmetry(np.diag([5, 6, 7]), CLASSES).test()

    assert (statistic, freedom, p) == (0, 0, 1)


def test_a_pair_has_both_ways_and_the_exact_p_value():
    pair = Symmetry(UNEQUAL, CLASSES).pair("dog", "cat")

    assert (pair.there, pair.back) == (10, 12)
    assert (pair.there_share, pair.back_share) == pytest.approx((10 / 200, 12 / 50))
    assert pair.p_value == pytest.approx(scipy_stats.binomtest(10, 22, 0.8).pvalue)
    assert pair.numbers()["there_share"] == pytest.approx(5)


def test_pairs_are_turned_and_sorted_by_their_more_frequent_way():
    pairs = Symmetry(EQUAL.T, CLASSES).pairs

    assert [(pair.one, pair.other, pair.there, pair.back) for pair in pairs] == [
        ("dog", "cat", 20, 5), ("eel", "dog", 15, 12), ("cat", "eel", 10, 10)]


def test_a_pair_is_one_sided_only_after_holms_adjustment():
    clear, unclear = (Symmetry(np.array([[80, there, 0], [3, 94, 0], [0, 0, 100]]), CLASSES)
                      for there in (20, 12))

    assert 0.05 / 3 < unclear.pair("cat", "dog").p_value < 0.05
    assert unclear.numbers()["sided"] == 0
    assert [(pair.one, pair.other) for pair in clear.one_sided()] == [("cat", "dog")]


def test_a_matrix_without_a_name_for_each_class_is_refused():
    with pytest.raises(ValueError, match=r"\(3, 3\) for 2 classes"):
        Symmetry(EQUAL, CLASSES[:2])


def matrix_as_answers(confusion):
    pairs = [(true, said) for (true, said), count in np.ndenumerate(confusion) for _ in range(count)]
    return answers(*np.array(pairs).T)


def test_directions_adjust_over_all_networks_and_pairs():
    equal, unequal = matrix_as_answers(EQUAL), matrix_as_answers(UNEQUAL)
    runs = {"a": [equal], "b": [unequal, equal], "c": []}

    directions = Directions(runs, [("dog", "cat"), ("eel", "dog")])

    raw = [Symmetry(matrix, CLASSES).pair(*pair).p_value
           for pair in directions.pairs for matrix in (EQUAL, UNEQUAL, EQUAL)]
    order = np.argsort(raw)
    holm = np.maximum.accumulate([min(1, (6 - i) * raw[place]) for i, place in enumerate(order)])
    assert [p for *_, p in directions.found] == pytest.approx([holm[list(order).index(i)] for i in range(6)])
    assert directions.shares("b", ("dog", "cat")) == pytest.approx(((5 + 5) / 2, (24 + 20) / 2))
    numbers = directions.numbers()
    assert (numbers["tests"], numbers["leaning"], numbers["leaning_back"]) == (6, 0, 6)
    assert numbers["shown"] == numbers["against"] + numbers["foretold"] == len(directions.shown)
    assert numbers["against"] >= 2
    assert directions.table().splitlines()[1].split()[:4] == ["a", "5.0", "%", "20.0"]
    with pytest.raises(ValueError, match="no run of c"):
        directions.shares("c", ("dog", "cat"))


def test_directions_of_nothing_are_refused():
    with pytest.raises(ValueError, match="nothing to compare"):
        Directions({"a": []}, [("cat", "dog")])


# mistakes by name

def test_examples_are_the_surest_that_all_make_alike():
    labels, files = [0, 0, 1, 1, 2], [f"{name}.jpg" for name in "abcde"]
    first = answers(labels, [1, 1, 0, 2, 2], sure=[0.7, 0.9, 0.8, 0.9, 0.9])
    second = answers(labels, [1, 1, 0, 0, 2], sure=[0.9, 0.6, 0.95, 0.9, 0.9])

    examples = Examples([first, second], files, 2)

    assert examples.lines() == ["c.jpg  said cat       0.80", "a.jpg  said dog       0.70"]
    assert Examples([first, second], files, 9, [("cat", "dog")]).chosen.tolist() == [0, 1]
    assert Examples([first, second], files, 9, [("dog", "cat")]).chosen.tolist() == [2]


def test_their_pictures_come_from_the_readers_own_files_by_name():
    record = answers([0, 1], [1, 0], sure=[0.9, 0.8])
    dataset = SimpleNamespace(name="pets", paths=["b.jpg", "x.jpg", "a.jpg"],
                              image=lambda place: f"picture {place}")

    images, titles = Examples([record], ["a.jpg", "b.jpg"], 6).pictures(dataset)

    assert images == ["picture 2", "picture 0"]
    assert titles == ["cat\nsaid dog", "dog\nsaid cat"]
    dataset.paths = ["b.jpg"]
    with pytest.raises(LookupError, match=r"pets has no a\.jpg and lacks 1 of 2"):
        Examples([record], ["a.jpg", "b.jpg"], 6).pictures(dataset)


def test_a_file_for_each_answer_is_needed():
    with pytest.raises(ValueError, match="1 files for 2 answers"):
        Examples([answers([0, 1], [1, 0])], ["a.jpg"])


# how they are drawn

def test_matrices_stand_on_one_scale_each_in_its_colour():
    figure = plot.confusion_matrices({"vgg": EQUAL, "resnet": UNEQUAL, "alexnet": EQUAL}, CLASSES,
                                     {"vgg": "VGG", "resnet": "ResNet", "alexnet": "AlexNet"})

    drawings = [ax.images[0] for ax in figure.axes]
    assert {drawing.get_clim() for drawing in drawings} == {(0, plot.FULL_COLOUR)}
    assert np.allclose(drawings[1].get_array(), [[0, 24, 16], [5, 0, 5], [0, 0, 0]])
    assert [ax.texts[-1].get_text() for ax in figure.axes] == ["VGG", "ResNet", "AlexNet"]
    assert {ax.texts[-1].get_color() for ax in figure.axes} == {
        plot.FAMILY[name] for name in ("vgg", "resnet", "alexnet")}


def test_matrices_are_two_in_a_row_and_legible_on_a_phone():
    titles = dict.fromkeys(plot.FAMILY, "x")
    figure = plot.confusion_matrices(dict.fromkeys(plot.FAMILY, EQUAL), CLASSES, titles)

    corners = {tuple(ax.get_position().get_points()[0].round(6)) for ax in figure.axes}
    assert [len(set(side)) for side in zip(*corners, strict=True)] == [2, 2]
    names = [[label.get_text() for label in ax.get_yticklabels()] for ax in figure.axes]
    assert names == [CLASSES, [""] * 3] * 2
    on_a_phone = 328 / (100 * figure.get_figwidth()) * 100 / 72  # pixels a point; 16 pixels of margin
    assert min(text.get_fontsize() for ax in figure.axes for text in ax.texts) * on_a_phone >= 7.9


def test_counts_stand_beside_what_is_foretold():
    ax = plot.counted(["none", "all"], [[10, 12], [3, 3]], [8, 0.5], axis="pictures",
                      labels=("seen", "by chance"))

    assert [c.get_offsets()[:, 0].tolist() for c in ax.collections] == [[10, 12], [3, 3]]
    assert {"11", "3", "8.0", "0.5", "seen", "by chance"} == set(drawn(ax))
    strokes = [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() != "-"]
    assert strokes == [8, 0.5]
