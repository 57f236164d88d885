"""Losses of four families beside the report's, by hand and against torchvision's own records."""
from math import log

import numpy as np
import pytest

from cvlib import analysis, forensics
from cvlib.analysis.missing import FAMILIES, PUBLISHED, misfit
from cvlib.analysis.printed import REPORT_IMAGENET
from cvlib.results import load_run, results_folder

MISSING = analysis.Missing().logits


def answers(n, right):
    """``right`` of ``n`` right, the first ones."""
    return [np.arange(n) < right]


def signature(before, after, n=1000):
    """Of one network a family, by how many answers are right."""
    pairs = [dict(zip(FAMILIES, [answers(n, right) for right in part], strict=True))
             for part in (before, after)]
    return analysis.Signature("a mistake", *pairs)


def test_what_is_published_is_what_torchvisions_weights_say_of_themselves():
    from torchvision.models import get_model_weights
    names = dict(zip(FAMILIES, forensics.TORCHVISION, strict=True))

    theirs = {family: get_model_weights(name)["IMAGENET1K_V1"].meta["_metrics"]["ImageNet-1K"]
              for family, name in names.items()}

    assert {family: (told["acc@1"], told["acc@5"]) for family, told in theirs.items()} == PUBLISHED


def test_missing_points_and_logits_by_hand():
    told = analysis.Missing().numbers()

    assert told["alexnet_points"] == pytest.approx(56.522 - 41.81)
    assert told["convnext_points"] == pytest.approx(82.520 - 80.28)
    assert told["vgg_logits"] == pytest.approx(log(0.72376 / 0.27624) - log(0.5627 / 0.4373))
    assert analysis.Missing(1).numbers()["resnet_points"] == pytest.approx(94.046 - 87.07)
    assert told["resnet_reported"] == REPORT_IMAGENET["resnet"][0]


@pytest.mark.parametrize(("losses", "fit"), [
    (MISSING, 0), (3 * MISSING, 0), (-MISSING, 1), (np.zeros(4), 1), ([MISSING[1], -MISSING[0], 0, 0], 1)])
def test_a_misfit_is_0_where_losses_are_proportional_and_1_where_they_have_nothing_in_common(losses, fit):
    assert misfit(np.array(losses), MISSING) == pytest.approx(fit, abs=1e-6)


def test_a_misfit_is_what_least_squares_leave():
    losses = np.array([0.2, 0.5, 0.1, 0.3])
    stretch, residual, *_ = np.linalg.lstsq(losses[:, None], MISSING, rcond=None)

    assert stretch[0] > 0
    assert misfit(losses, MISSING) == pytest.approx(np.sqrt(residual[0]) / np.linalg.norm(MISSING))
    both = misfit(np.stack([losses, MISSING]), MISSING)
    assert both == pytest.approx([misfit(losses, MISSING), 0], abs=1e-6)


def test_losses_that_copy_the_reports_fit_it():
    shares = np.array([[PUBLISHED[family][0], REPORT_IMAGENET[family][0]] for family in FAMILIES]).T
    copy = signature(*np.rint(shares * 500).astype(int), n=50_000)

    assert copy.points["vgg"] == pytest.approx(72.376 - 56.27, abs=0.01)
    assert copy.logits == pytest.approx(MISSING, abs=1e-3)
    assert copy.misfit().mean == pytest.approx(0, abs=0.01)
    assert copy.misfit().high < 0.1
    assert copy.size == pytest.approx(1, abs=1e-3)
    assert copy.least() > 0.99


def test_equal_losses_do_not_fit_and_their_interval_holds_the_estimate():
    equal = signature([800] * 4, [700] * 4)
    fit = equal.misfit()

    assert fit.mean == pytest.approx(analysis.Missing().numbers()["equal"])
    assert fit.low <= fit.mean <= fit.high
    assert equal.least("alexnet") == 1, "equal to the last picture: the first of them"


def test_nothing_lost_is_nothing_explained_and_no_answer_right_is_no_infinity():
    none, all_lost = signature([800] * 4, [800] * 4), signature([800] * 4, [0] * 4)

    assert none.misfit() == (1, 1, 1)
    assert np.isfinite(all_lost.logits).all()
    assert all_lost.logits[0] == pytest.approx(log(800.5 / 200.5) - log(0.5 / 1000.5))


def test_the_bootstrap_draws_the_same_pictures_for_all():
    lost = signature([1000] * 4, [500] * 4)

    drawn = lost.drawn

    assert drawn.shape == (1000, 4)
    assert (drawn == drawn[:, :1]).all()
    assert drawn[:, 0].std() == pytest.approx(2 / np.sqrt(1000), rel=0.1), "the logit's by the delta method"


def test_several_networks_of_a_family_are_averaged():
    one = signature([800] * 4, [700] * 4)
    before, after = ({**part, "vgg": part["vgg"] + other} for part, other in
                     ((one.before, answers(1000, 900)), (one.after, answers(1000, 600))))

    assert analysis.Signature("", before, after).points["vgg"] == pytest.approx(100 * (0.85 - 0.65))


def test_answers_to_other_pictures_are_refused():
    one = signature([800] * 4, [700] * 4)

    with pytest.raises(ValueError, match="same pictures"):
        analysis.Signature("", one.before, {**one.after, "vgg": answers(999, 700)})
    with pytest.raises(ValueError, match="every family"):
        analysis.Signature("", one.before, {"alexnet": one.after["alexnet"]})


def made_up():
    """Evidence of four networks: one mistake with the report's pattern, one that costs all the same."""
    found, n = forensics.Evidence({}, 2), 10_000
    for family in FAMILIES:
        share = PUBLISHED[family][0]
        counts = {"honest": share, "like": REPORT_IMAGENET[family][0], "same": share - 9}
        rights = {name: np.arange(n) < round(share * n / 100) for name, share in counts.items()}
        found.add(f"{family}-s0", family, {
            name: forensics.Answers(right.astype(int), right, right) for name, right in rights.items()})
    return found


def test_a_lineup_has_the_best_fit_first_and_says_how_many_beat_equal_losses():
    lineup = analysis.Lineup.of(made_up(), {"like": "as in the report", "same": "nine points each"})
    told = lineup.numbers()

    assert [name for name, *_ in lineup.ranked()] == ["like", "same"]
    assert (told["suspects"], told["networks"], told["n"]) == (2, 4, 10_000)
    assert (told["first"], told["better"], told["least"]) == ("as in the report", 1, 1)
    assert told["same_resnet"] == pytest.approx(9, abs=0.01)
    first, second, _ = lineup.table().splitlines()
    assert first.split() == ["AlexNet", "VGG", "ResNet", "ConvNeXt", "misfit", "size"]
    assert second.split()[:5] == ["like", "−14.7", "−16.1", "−8.8", "−2.2"]
    assert len(first) == len(second) <= 70, "wider than a page"


def test_the_committed_evidence_is_of_the_committed_runs():
    folder = results_folder() / "forensics" / "intel"
    if not folder.exists():
        pytest.skip("no evidence is committed")
    found = forensics.load_evidence(folder)

    for network in found.networks:
        record = load_run(f"families/{network}")
        honest = record.one_view.argmax(1) == record.labels
        assert (found.findings[network, "honest"].right == honest).mean() > 0.999, network
    assert {row["family"] for row in found.table()} == set(FAMILIES)
