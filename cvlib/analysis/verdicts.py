"""What an eye said of pairs of pictures and of labels that a rule had picked out.

Both lists were made by one judge who saw distances and labels: it is a second opinion, not the truth.
"""
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from cvlib.stats import wilson_interval

__all__ = ["VERDICTS", "LabelVerdicts", "PairVerdicts"]

Row = Mapping[str, str]
ALIKE = ("same", "series")
FAULTY = ("wrong", "both")
VERDICTS = ("right", "wrong", "both", "unclear")


@dataclass(frozen=True)
class PairVerdicts:
    """Rows of a, b, distance and verdict: the "same" photograph, or of one "series" (alike, both of them);
    the same "place" another day, or an "other" one."""

    rows: Sequence[Row]

    def alike(self) -> dict[frozenset[str], bool]:
        """Of every pair that was looked at."""
        return {frozenset((row["a"], row["b"])): row["verdict"] in ALIKE for row in self.rows}

    def precision(self) -> dict[int, tuple[int, int, float, float]]:
        """By distance: pairs that are alike, pairs looked at, and Wilson's interval of the share."""
        looked = Counter(int(row["distance"]) for row in self.rows)
        alike = Counter(int(row["distance"]) for row in self.rows if row["verdict"] in ALIKE)
        return {bits: (alike[bits], seen, *wilson_interval(alike[bits], seen))
                for bits, seen in sorted(looked.items())}

    @property
    def threshold(self) -> int:
        """The largest distance up to which, at each, Wilson's interval says that most pairs are alike; -1
        where there is none."""
        best = -1
        for bits, (*_, low, _) in self.precision().items():
            if low <= 0.5:
                break
            best = bits
        return best

    def numbers(self, threshold: int) -> dict[str, float | int]:
        """Up to the threshold ``inside_alike`` of ``inside_seen``, a share of ``inside_low`` per cent or
        more; at the ``next`` distance ``next_alike`` of ``next_seen``, ``next_share`` per cent with Wilson's
        ``next_low`` and ``next_high``; ``seen`` in all, and at the ``last`` distance ``last_alike`` of
        ``last_seen``. Of what nobody looked at nothing is said."""
        looked, numbers = self.precision(), {"seen": len(self.rows)}
        inside = [row[:2] for bits, row in looked.items() if bits <= threshold]
        if inside:
            alike, seen = map(sum, zip(*inside, strict=True))
            numbers |= {"inside_alike": alike, "inside_seen": seen,
                        "inside_low": 100 * wilson_interval(alike, seen)[0]}
        beyond = [bits for bits in looked if bits > threshold]
        if beyond:
            (alike, seen, low, high), last = looked[beyond[0]], looked[beyond[-1]]
            numbers |= {"next": beyond[0], "next_alike": alike, "next_seen": seen,
                        "next_share": 100 * alike / seen, "next_low": 100 * low, "next_high": 100 * high,
                        "last": beyond[-1], "last_alike": last[0], "last_seen": last[1]}
        return numbers


@dataclass(frozen=True)
class LabelVerdicts:
    """Rows of path, split ("train" or "test"), label, said, drawn and verdict.

    ``drawn`` says why it was looked at: among the most suspect of "all", of the "test" set, or by lot as a
    "control" (or several of these). A label is "right" or "wrong", "both" it and what the networks said fit,
    or it is "unclear".
    """

    rows: Sequence[Row]

    def chosen(self, *verdicts: str) -> set[str]:
        """Pictures whose label was given one of ``verdicts``."""
        return {row["path"] for row in self.rows if row["verdict"] in verdicts}

    @property
    def faulty(self) -> set[str]:
        """Pictures whose label is wrong, or one of two that fit."""
        return self.chosen(*FAULTY)

    @property
    def tested(self) -> set[str]:
        """Pictures of the test set."""
        return {row["path"] for row in self.rows if row["split"] == "test"}

    def counts(self, drawn: str) -> Counter:
        """How often which verdict was given to labels ``drawn`` so."""
        return Counter(row["verdict"] for row in self.rows if drawn in row["drawn"].split())

    def share(self, drawn: str, verdicts: Collection[str] = FAULTY) -> tuple[float, float, float]:
        """The share of ``verdicts`` among labels ``drawn`` so, and Wilson's interval; raises ValueError where
        nobody looked at one."""
        counts = self.counts(drawn)
        said, seen = sum(counts[verdict] for verdict in verdicts), counts.total()
        low, high = wilson_interval(said, seen)
        return said / seen, low, high

    def numbers(self) -> dict[str, float | int | str]:
        """For each of "all", "test" and "control" that somebody looked at: ``all_seen`` labels, ``all_right``
        and so on of them, and in per cent, ``all_faulty`` with ``all_faulty_low`` and
        ``all_faulty_high``, ``all_wrong_share`` likewise. ``worst`` is the class that most wrong labels name,
        ``worst_count`` of ``wrong``."""
        numbers = {}
        for drawn in ("all", "test", "control"):
            counts = self.counts(drawn)
            if counts:
                numbers |= {f"{drawn}_{verdict}": counts[verdict] for verdict in VERDICTS}
                numbers |= {f"{drawn}_seen": counts.total()} | {
                    f"{drawn}_{name}{end}": 100 * value
                    for name, verdicts in (("faulty", FAULTY), ("wrong_share", ("wrong",)))
                    for end, value in zip(("", "_low", "_high"), self.share(drawn, verdicts), strict=True)}
        wrong = Counter(row["label"] for row in self.rows if row["verdict"] == "wrong")
        if wrong:
            (worst, count), = wrong.most_common(1)
            numbers |= {"worst": worst, "worst_count": count, "wrong": wrong.total()}
        return numbers
