"""The census of public AlexNets: one row a repository, and what is counted in it."""
import csv
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cvlib.results import results_folder

__all__ = ["Census"]

Row = Mapping[str, str]
FOREIGN = ("(partial run", "(not own training", "(issue, approximate")  # no result of that repository's own


def says(column: str, pattern: str) -> Callable[[Row], bool]:
    """Whether a row's ``column`` begins with the regular expression ``pattern``."""
    return lambda row: re.match(pattern, row[column]) is not None


def holds(column: str, pattern: str) -> Callable[[Row], bool]:
    """Whether a row's ``column`` has the regular expression ``pattern`` anywhere."""
    return lambda row: re.search(pattern, row[column]) is not None


def not_(question: Callable[[Row], bool]) -> Callable[[Row], bool]:
    return lambda row: not question(row)


def own_result(row: Row) -> bool:
    """An error or an accuracy on all of ImageNet, from a training of the repository's own."""
    claim = row["full_imagenet_claim"]
    return claim != "no" and not any(reason in claim for reason in FOREIGN)


QUESTIONS: dict[str, Callable[[Row], bool]] = {
    "pytorch": says("framework", "PyTorch"), "not_pytorch": not_(says("framework", "PyTorch")),
    "tensorflow": says("framework", "TensorFlow"),
    "keras": says("framework", "Keras"), "theano": says("framework", "Theano"),
    "caffe": says("framework", "Caffe"),
    "lrn": says("norm_kind", "LRN"), "batch_norm": says("norm_kind", "BN"),
    "no_norm": says("norm_kind", "none"),
    "inert": says("verdict", "inert"), "alive": says("verdict", "alive"), "mixed": says("verdict", "mixed"),
    "undecidable": says("verdict", "undecidable"), "absent": says("verdict", "absent"),
    "ilsvrc": says("dataset", "ILSVRC"),
    "large": says("input_scale", "0-255|raw "), "unknown_scale": says("input_scale", r"\?"),
    "small": not_(says("input_scale", r"0-255|raw |\?")),
    "k_two": says("lrn_k", "2"), "k_one": says("lrn_k", "1"), "k_five": says("lrn_k", "5"),
    "by_default": holds("lrn_params", "library default"),
    "divided": says("lrn_convention", "alpha/n"), "printed": says("lrn_convention", "paper formula"),
    "pre_divided": says("lrn_convention", "alpha pre-divided"),
    "undivided_k_one": says("lrn_convention", "undivided"),
    "says_they_differ": holds("notes", "states the alpha/n difference"),
    "alpha": holds("lrn_params", r"alpha 1e-4\b"), "window_five": says("lrn_window", r"5(?!, then)"),
    "radius_five": says("lrn_window", "11 "), "all_channels": says("lrn_window", "all channels"),
    "window_undefined": says("lrn_window", "undefined"),
    "window_wrong": not_(says("lrn_window", r"5(?!, then)|undefined|-")),
    "written_ten": holds("lrn_params", "10e-4"), "ten_times": holds("lrn_params", "10e-4|alpha 1e-3"),
    "before_activation": says("lrn_place", "before"), "after_pool": holds("lrn_place", r"after pool\b"),
    "extra": holds("lrn_place", "also after conv5|also conv5|all five convs"),
    "towers_dropped": says("towers", "dropped"), "towers_grouped": says("towers", "groups"),
    "towers_real": says("towers", "real"), "towers_apart": says("towers", "two towers that never"),
    "takes_227": holds("input_size", "^227|padded to 227"), "takes_224": says("input_size", "224(?! padded)"),
    "calls_224_wrong": says("states_224_is_mistake", "yes"),
    "argues_for_224": holds("notes", "rejects 227"),
    "no_padding": says("conv1_pad", "0"),
    "colour_read": not_(says("pca_colour", r"\?")), "colour": not_(says("pca_colour", r"\?|none")),
    "colour_eigenvalue": says("pca_colour", "eigenvalue"), "colour_root": says("pca_colour", "sqrt"),
    "colour_units": says("pca_colour", "wrong units"),
    "colour_order": holds("pca_colour", "reversed|opposite order"),
    "colour_late": holds("pca_colour", "sd .01"),
    "colour_plausible": says("pca_colour", r"sqrt|eigenvalue(?!.*(reversed|opposite order|sd \.01))"),
    "no_colour": says("pca_colour", "none"),
    "towers_meet": says("towers", "real|groups"),
    "over_window": says("lrn_convention", "alpha/n|alpha pre-divided"),
    "pooling_read": not_(says("pooling_3_2", r"\?")), "pools_apart": says("pooling_3_2", "no "),
    "start_read": not_(says("init", r"\?")),
    "hundredth": says("init", r"((conv|truncated|every parameter.*) )?N\(0,\.01\)|conv \.01\b"),
    "small_biases": says("init", r"library default|msra|every parameter|.*\bbias (is )?(0|\.1)\b"),
    "paper_start": says("init", r"N\(0,\.01\); bias 1 on conv2/4/5, fc6, fc7\b"),
    "beside_paper": says("result_set_beside_paper", "yes"),
    "follows_paper": says("says_follows_paper", "yes"), "result": own_result, "reread": says("reread", "yes"),
}
COUNTS = {  # the number's name: the questions that all have the answer yes
    **{name: (name,) for name in ("pytorch", "tensorflow", "keras", "theano", "caffe", "lrn", "batch_norm",
                                  "no_norm", "small", "large", "unknown_scale", "towers_dropped", "colour",
                                  "towers_grouped", "towers_real", "towers_apart", "takes_227", "takes_224",
                                  "colour_read", "colour_eigenvalue", "colour_units", "colour_root",
                                  "beside_paper", "follows_paper", "result", "reread")},
    **{name: ("lrn", name) for name in ("inert", "alive", "mixed", "undecidable", "k_two", "k_one", "k_five",
                                        "divided", "printed", "pre_divided", "undivided_k_one",
                                        "says_they_differ", "radius_five", "all_channels", "window_wrong",
                                        "window_undefined", "written_ten", "ten_times", "before_activation",
                                        "after_pool", "extra")},
    **{f"{where}_{verdict}": ("lrn", where, verdict) for where in ("pytorch", "ilsvrc", "k_two", "ten_times")
       for verdict in ("inert", "alive", "undecidable")},
    "pytorch_lrn": ("pytorch", "lrn"), "ilsvrc_lrn": ("ilsvrc", "lrn"), "pytorch_small": ("pytorch", "small"),
    "pytorch_ilsvrc_inert": ("pytorch", "ilsvrc", "inert"),
    "pytorch_ilsvrc_alive": ("pytorch", "ilsvrc", "alive"),
    "k_two_by_default": ("lrn", "k_two", "by_default"),
    "printed_exactly": ("lrn", "printed", "k_two", "alpha", "window_five"),
    "printed_exactly_inert": ("lrn", "printed", "k_two", "alpha", "window_five", "inert"),
    "source_exactly": ("lrn", "divided", "k_two", "alpha", "window_five"),
    "source_exactly_inert": ("lrn", "divided", "k_two", "alpha", "window_five", "inert"),
    "source_exactly_alive": ("lrn", "divided", "k_two", "alpha", "window_five", "alive"),
    "calls_224_wrong": ("takes_227", "calls_224_wrong"), "argues_for_224": ("argues_for_224",),
    "no_padding_224": ("takes_224", "no_padding"),
    "colour_eigenvalue_order": ("colour_eigenvalue", "colour_order"),
    "colour_eigenvalue_late": ("colour_eigenvalue", "colour_late"),
    "beside_paper_result": ("beside_paper", "result"),
    **{f"{kind}_{verdict}": (kind, verdict) for kind in ("result", "follows_paper")
       for verdict in ("alive", "inert", "absent")},
    "result_batch_norm": ("result", "batch_norm"),
}


@dataclass(frozen=True)
class Census:
    """Rows of a census of public implementations, a repository each, every column as text.

    The columns are those of ``results/census/replications.csv``; how they came about stands in chapter 04.
    """

    rows: Sequence[Row]

    @classmethod
    def read(cls, path: str | Path | None = None) -> "Census":
        """The census in a csv file: the committed one, unless said."""
        path = path or results_folder() / "census" / "replications.csv"
        with open(path, newline="", encoding="utf-8") as file:
            return cls(tuple(csv.DictReader(file)))

    def where(self, *questions: str) -> "Census":
        """The rows of which every question is true. Raises ValueError that lists the questions there are."""
        unknown = [name for name in questions if name not in QUESTIONS]
        if unknown:
            raise ValueError(f"no question {', '.join(unknown)}; there are {', '.join(sorted(QUESTIONS))}")
        return Census(tuple(row for row in self.rows if all(QUESTIONS[name](row) for name in questions)))

    def count(self, *questions: str) -> int:
        """How many rows have the answer yes to every question. Raises ValueError as `where` does."""
        return len(self.where(*questions).rows)

    def by_scale(self) -> tuple[list[str], list[list[int]]]:
        """Rows with LRN by the scale of their input and their framework: names, and for each how many can
        act, are inert, and are mixed or undecided."""
        scales = {"small": "0–1 or unit", "large": "0–255"}
        cells = {f"{inputs}, {called}": self.where("lrn", scale, who) for scale, inputs in scales.items()
                 for who, called in (("pytorch", "PyTorch"), ("not_pytorch", "others"))}
        cells["scale unknown"] = self.where("lrn", "unknown_scale")
        counts = [[cell.count("alive"), cell.count("inert")] for cell in cells.values()]
        return [*cells], [[*count, len(cell.rows) - sum(count)]
                          for count, cell in zip(counts, cells.values(), strict=True)]

    def numbers(self) -> dict[str, int]:
        """Every count of the page: ``rows``, ``frameworks``, and one for each name in COUNTS; ``decided`` is
        alive or inert, ``others_...`` all frameworks but PyTorch, ``lone_frameworks`` those with one row,
        and ``colour_eigenvalue_clean`` has neither of the two faults counted beside it."""
        frameworks = Counter(row["framework"] for row in self.rows)
        numbers = {"rows": len(self.rows), "frameworks": len(frameworks),
                   "lone_frameworks": list(frameworks.values()).count(1)}
        numbers |= {name: self.count(*questions) for name, questions in COUNTS.items()}
        others = {f"others_{name}": numbers[name] - numbers[f"pytorch_{name}"]
                  for name in ("lrn", "inert", "alive", "undecidable")}
        faulty = numbers["colour_eigenvalue_order"] + numbers["colour_eigenvalue_late"]
        return numbers | others | {
            "decided": numbers["alive"] + numbers["inert"],
            "colour_eigenvalue_clean": numbers["colour_eigenvalue"] - faulty,
            "read_once": numbers["rows"] - numbers["reread"],
            "k_two_written": numbers["k_two"] - numbers["k_two_by_default"]}
