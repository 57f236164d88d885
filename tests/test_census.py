"""The census of public AlexNets: its counts, against those that were taken when it was made."""
from dataclasses import replace

import pytest

import cvlib
from cvlib.analysis import Census

# As written down beside the table when it was made, question by question, before this code was.
WRITTEN_DOWN = {
    "rows": 80, "pytorch": 45, "tensorflow": 16, "keras": 4, "theano": 2, "caffe": 2, "lone_frameworks": 11,
    "lrn": 55, "batch_norm": 6, "no_norm": 19,
    "inert": 34, "alive": 18, "mixed": 1, "undecidable": 2, "decided": 52,
    "pytorch_lrn": 32, "pytorch_inert": 26, "pytorch_alive": 4, "pytorch_undecidable": 2,
    "others_lrn": 23, "others_inert": 8, "others_alive": 14, "others_undecidable": 0,
    "ilsvrc_lrn": 21, "ilsvrc_alive": 12, "ilsvrc_inert": 9,
    "pytorch_ilsvrc_alive": 3, "pytorch_ilsvrc_inert": 7,
    "small": 53, "large": 20, "unknown_scale": 7, "pytorch_small": 38,
    "k_two": 39, "k_one": 15, "k_five": 1,
    "divided": 35, "printed": 12, "pre_divided": 6, "undivided_k_one": 2, "says_they_differ": 1,
    "printed_exactly": 5, "printed_exactly_inert": 1,
    "source_exactly": 22, "source_exactly_inert": 19, "source_exactly_alive": 2,
    "ten_times": 6, "written_ten": 5,
    "window_wrong": 13, "radius_five": 7, "all_channels": 2, "window_undefined": 1,
    "before_activation": 5, "after_pool": 6, "extra": 5,
    "towers_dropped": 62, "towers_grouped": 13, "towers_real": 4, "towers_apart": 1,
    "takes_227": 35, "takes_224": 29, "calls_224_wrong": 6, "argues_for_224": 1, "no_padding_224": 8,
    "colour_read": 62, "colour": 14, "colour_eigenvalue": 8, "colour_units": 5, "colour_root": 1,
    "colour_eigenvalue_clean": 5, "colour_eigenvalue_order": 2, "colour_eigenvalue_late": 1,
    "beside_paper": 8, "beside_paper_result": 7,
    "follows_paper": 11, "follows_paper_inert": 7, "follows_paper_absent": 2, "follows_paper_alive": 2,
    "result": 18, "result_alive": 7, "result_inert": 3, "result_absent": 8, "result_batch_norm": 2,
}


@pytest.fixture(scope="module")
def census():
    return Census.read()


def test_every_count_is_the_one_written_down(census):
    numbers = census.numbers()

    assert {name: numbers[name] for name in WRITTEN_DOWN} == WRITTEN_DOWN


def test_the_k_of_a_library_is_told_from_a_written_one(census):
    numbers = census.numbers()

    assert (numbers["k_two_written"], numbers["k_two_by_default"]) == (37, 2)  # theano_alexnet and chainer


def test_verdicts_scales_and_kinds_leave_no_row_out(census):
    numbers = census.numbers()

    assert numbers["lrn"] + numbers["batch_norm"] + numbers["no_norm"] == numbers["rows"]
    assert numbers["small"] + numbers["large"] + numbers["unknown_scale"] == numbers["rows"]
    assert sum(numbers[name] for name in ("inert", "alive", "mixed", "undecidable")) == numbers["lrn"]
    towers = [numbers[f"towers_{name}"] for name in ("dropped", "grouped", "real", "apart")]
    assert sum(towers) == numbers["rows"]
    assert census.count("lrn", "absent") == 0


def test_a_row_changed_changes_its_counts_only(census):
    first = dict(census.rows[0])  # inert, alpha/n, k 2, window 5, unit variance
    changed = replace(census, rows=(first | {"verdict": "alive", "lrn_window": "11 (radius 5)"},
                                    *census.rows[1:])).numbers()

    before = census.numbers()
    differ = {name: changed[name] - before[name] for name in before if changed[name] != before[name]}
    assert {name: differ[name] for name in ("inert", "alive", "radius_five", "window_wrong")} == {
        "inert": -1, "alive": 1, "radius_five": 1, "window_wrong": 1}
    assert differ["source_exactly"] == -1
    assert "k_two" not in differ
    assert "takes_227" not in differ


def test_a_question_that_nobody_asked_is_refused(census):
    with pytest.raises(ValueError, match="no question colour_blind; there are absent, after_pool, alive"):
        census.where("lrn", "colour_blind")


def test_a_census_of_ones_own_is_read_from_its_file(tmp_path, census):
    path = tmp_path / "mine.csv"
    path.write_text("framework,verdict\nPyTorch,inert\nJAX,alive\n")

    assert Census.read(path).count("pytorch") == Census.read(path).count("alive") == 1


def test_it_lies_among_the_records_and_is_no_record(census):
    assert "census" not in {record.study for record in cvlib.load_runs()}
    assert len({row["repo"] for row in census.rows}) == len(census.rows)
