"""Parts left out of a drawing, and parts hidden: what a network says then, against loops and hands."""
import numpy as np
import pytest
import torch
from scipy import stats as scipy_stats
from torch.testing import assert_close

from cvlib import plot, scenes
from cvlib.analysis import Occluded, Removal
from cvlib.probe import occlusion

CLASSES = ["cat", "dog", "eel"]
STREET, GLACIER, MOUNTAIN = (scenes.CLASSES.index(name) for name in ("street", "glacier", "mountain"))


def changed(index, part):
    whole, without = (np.asarray(scenes.draw("val", index, without=w), int) for w in (None, part))
    return np.abs(whole - without).max(2)


@pytest.mark.parametrize(("name", "part"), [
    (name, part) for name, parts in scenes.PARTS.items() for part in parts
])
def test_leaving_a_part_out_changes_some_pixels_and_leaves_the_others_alone(name, part):
    shares = [(changed(index, part) > 0).mean() for index in range(scenes.CLASSES.index(name), 60, 6)]

    assert max(shares) > 0
    assert min(shares) < 0.9


def test_houses_stand_above_the_road_and_marks_on_it():
    houses, marks = (np.mean([changed(index, part) > 12 for index in range(STREET, 120, 6)], axis=0)
                     for part in ("houses", "marks"))

    rows = np.arange(150)
    assert (houses.sum(1) * rows).sum() / houses.sum() < 60 < (marks.sum(1) * rows).sum() / marks.sum()
    assert houses.mean() > 10 * marks.mean() > 0


def test_a_mountain_without_snow_is_darker_where_it_changed():
    for index in range(MOUNTAIN, 60, 6):
        whole, bare = (np.asarray(scenes.draw("val", index, without=part), float).mean(2)
                       for part in (None, "snow"))
        where = changed(index, "snow") > 12
        assert not where.any() or bare[where].mean() < whole[where].mean()


@pytest.mark.parametrize(("index", "part"), [
    (STREET, "snow"), (GLACIER, "houses"), (0, "houses"), (STREET, ""),
])
def test_a_part_that_a_class_does_not_have_cannot_be_left_out(index, part):
    with pytest.raises(ValueError, match=f"val {index} is of {scenes.CLASSES[index]}"):
        scenes.draw("val", index, without=part)


# what a removal does

BEFORE = np.array([[.6, .3, .1], [.2, .7, .1], [.3, .5, .2], [.1, .8, .1]])
AFTER = np.array([[.5, .1, .4], [.5, .4, .1], [.2, .2, .6], [.2, .7, .1]])


def test_a_removal_counts_names_before_and_after():
    numbers = Removal(BEFORE, AFTER, CLASSES, "cat", "dog").numbers()

    counts = [numbers[name] for name in ("n", "right", "right_after", "taken", "taken_after")]
    assert counts == [4, 1, 2, 3, 1]
    assert (numbers["instead"], numbers["instead_count"], numbers["repaired"]) == ("eel", 1, 1)
    assert numbers["taken_p"] == pytest.approx(scipy_stats.binomtest(2, 2).pvalue)
    assert numbers["right_p"] == pytest.approx(scipy_stats.binomtest(0, 1).pvalue)


def test_the_changes_of_probability_are_paired():
    numbers = Removal(BEFORE, AFTER, CLASSES, "cat", "dog").numbers()

    expected = scipy_stats.ttest_rel(AFTER[:, 1], BEFORE[:, 1])
    interval = [100 * end for end in expected.confidence_interval(0.95)]
    assert numbers["other_change"] == pytest.approx(100 * (AFTER - BEFORE)[:, 1].mean())
    assert [numbers["other_change_low"], numbers["other_change_high"]] == pytest.approx(interval)
    assert numbers["change"] == pytest.approx(100 * (AFTER - BEFORE)[:, 0].mean())


@pytest.mark.parametrize(("before", "after", "says"), [
    (BEFORE, AFTER[:3], r"\(3, 3\) after"), (BEFORE[:, :2], AFTER[:, :2], "of 3 classes"),
    (BEFORE[:1], AFTER[:1], "1 pictures"),
])
def test_probabilities_that_do_not_belong_together_are_refused(before, after, says):
    with pytest.raises(ValueError, match=says):
        Removal(before, after, CLASSES, "cat", "dog")


# what a grey square does

def brightness(images):
    """Two classes: the mean of the picture's left half, and the rest."""
    left = images[..., :images.shape[-1] // 2].mean((1, 2, 3)) / 255
    return torch.stack([left, 1 - left], dim=1)


@pytest.mark.parametrize(("side", "stride", "size"), [(4, 2, (12, 16)), (5, 3, (12, 17)), (12, 1, (12, 12))])
def test_occlusion_is_what_a_loop_over_the_places_gives(side, stride, size):
    image = 255 * torch.rand(3, *size, generator=torch.Generator().manual_seed(0))
    seen = []

    falls = occlusion(lambda images: (seen.append(len(images)), brightness(images))[1], image, 1, side=side,
                      stride=stride, grey=90.0)

    rows, columns = (1 + (length - side) // stride for length in size)
    expected = torch.empty(rows, columns)
    for row in range(rows):
        for column in range(columns):
            hidden = image.clone()
            top, left = row * stride, column * stride
            hidden[:, top:top + side, left:left + side] = 90.0
            expected[row, column] = brightness(image[None])[0, 1] - brightness(hidden[None])[0, 1]
    assert_close(falls, expected)
    assert seen == [1 + rows * columns]


def test_a_square_that_hides_what_the_class_is_read_from_makes_it_fall():
    image = torch.full((3, 8, 16), 255.0)

    falls = occlusion(brightness, image, 0, side=4, stride=4)

    assert (falls[:, :2] > 0).all()
    assert (falls[:, 2:] == 0).all()
    assert image.min() == 255


@pytest.mark.parametrize(("side", "stride"), [(9, 1), (0, 1), (4, 0)])
def test_a_square_that_does_not_fit_is_refused(side, stride):
    with pytest.raises(ValueError, match="a square of"):
        occlusion(brightness, torch.zeros(3, 8, 16), 0, side=side, stride=stride)


def test_occlusion_is_compared_with_where_the_thing_is():
    covers = np.array([[[1.0, 0.6], [0, 0]], [[0, 0.5], [0, 0.2]], [[0, 0], [0, 0]]])
    falls = np.array([[[0.4, 0.2], [0.1, 0.1]], [[0.0, 0.3], [0.2, 0.9]], [[1, 2], [3, 4]]])

    occluded = Occluded(falls, covers)

    assert occluded.contrasts == pytest.approx([0.3 - 0.1, 0.3 - 0.1])
    assert occluded.correlations == pytest.approx([
        scipy_stats.spearmanr(fall.ravel(), cover.ravel()).statistic for fall, cover in
        zip(falls[:2], covers[:2], strict=True)])
    assert occluded.numbers()["contrast"] == pytest.approx(20)
    assert occluded.numbers()["n"] == 2


def test_maps_that_do_not_fit_the_truth_are_refused():
    with pytest.raises(ValueError, match=r"maps \(2, 2, 2\) for covers \(2, 2, 3\)"):
        Occluded(np.zeros((2, 2, 2)), np.zeros((2, 2, 3)))
    with pytest.raises(ValueError, match="two or more"):
        Occluded(np.zeros((2, 2, 2)), np.zeros((2, 2, 2)))


def test_signed_values_have_paper_at_zero_and_ends_apart():
    picture = plot.in_colours([[-2, -1, 0, 1, 5]], 1)

    assert picture.shape == (1, 5, 3)
    assert (picture[0, 0] == picture[0, 1]).all()
    assert picture[0, 2].min() > 248
    assert picture[0, 1, 2] > picture[0, 1, 0]
    assert picture[0, 3, 0] > picture[0, 3, 2]
    assert (picture[0, 3] == picture[0, 4]).all()
