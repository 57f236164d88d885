"""What each part of AlexNet is worth, from the records of study `ablation`, beside what the paper says."""
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, nan

import numpy as np
from scipy.stats import norm

from cvlib.analysis.parts import MEASURES, PAPER
from cvlib.stats import lenth

__all__ = ["REGIMES", "Ablation", "effect_rows"]

REGIMES = ("scarce", "plenty")
FEWEST = 10  # runs beyond the coefficients, below which pairs are left in the noise


@dataclass(frozen=True)
class Ablation:
    """A `cvlib.load_study("ablation")`, or what there is of it, regime by regime.

    Effects are what a measure of `MEASURES` gains where a part is there, in its unit: below 0 the part lowers
    an error. A regime without enough runs has none.
    """

    study: object

    def of(self, regime: str):
        """The part of the study in that regime."""
        return self.study.where(regime=regime)

    def effects(self, measure: str, regime: str) -> list:
        """Those of the nine parts, with 95 % intervals by least squares, in the order of the plan. Pairs have
        their own coefficients where there are runs enough for that, else they count as noise."""
        return self._estimated(measure, regime)[:9]

    def pairs(self, measure: str, regime: str) -> list:
        """Those of pairs of parts, the alias strings that can be told; none where they count as noise."""
        return self._estimated(measure, regime)[9:]

    def _estimated(self, measure: str, regime: str) -> list:
        part = self.of(regime)
        try:
            return part.effects(MEASURES[measure].of, interactions=len(part.runs) >= 32 + FEWEST)
        except ValueError:
            return []

    def rows(self, measure: str, regime: str) -> dict[str, list]:
        """What `cvlib.plot.estimates` draws: the nine parts, as `effect_rows` has them."""
        return effect_rows(self.effects(measure, regime))

    def normal_plot(self, measure: str, regime: str) -> dict:
        """What `cvlib.plot.normal_plot` draws: ``names`` and ``effects`` of the nine parts and of all strings
        of pairs, smallest first, the normal ``scores`` that they would have if nothing had an effect, and
        Lenth's ``margin``. All is empty before a whole replicate is there."""
        part = self.of(regime)
        if len(part.runs) < 32:
            return {"names": [], "effects": [], "scores": [], "margin": nan}
        found = contrasts(part.factors, part.score(MEASURES[measure].of))
        order = sorted(found, key=found.get)
        places = (np.arange(len(order)) + 0.5) / len(order)
        return {"names": order, "effects": [found[name] for name in order],
                "scores": norm.ppf(places).tolist(), "margin": lenth(list(found.values()))}

    def noise(self, measure: str) -> float:
        """The standard deviation between two seeds of a corner of the scarce regime; NaN before there are any
        pairs."""
        part = self.of("scarce")
        values: dict[tuple, list] = {}
        for run, value in zip(part.planned, part.score(MEASURES[measure].of), strict=True):
            values.setdefault(tuple(run.factors.values()), []).append(value)
        pairs = [both for both in values.values() if len(both) == 2]
        return float(np.sqrt(np.mean([(a - b)**2 / 2 for a, b in pairs]))) if pairs else nan

    def says(self, factor: str, measure: str, regime: str) -> str:
        """A factor's effect in half a sentence: "lowers the test error by 4.1 points (3.2 to 5.0)"."""
        effect = next((one for one in self.effects(measure, regime) if one.name == factor), None)
        if effect is None:
            return "has too few runs to tell"
        kind, digits = MEASURES[measure], 1 if MEASURES[measure].unit == "points" else 2
        if not effect.is_clear:
            ends = f"{effect.low:+.{digits}f} to {effect.high:+.{digits}f}".replace("-", "−")
            return f"cannot be told to change the {kind.name} ({ends} {kind.unit})"
        verb = "raises" if effect.estimate > 0 else "lowers"
        size, low, high = (f"{value:.{digits}f}" for value in (
            abs(effect.estimate), *sorted((abs(effect.low), abs(effect.high)))))
        return f"{verb} the {kind.name} by {size} {kind.unit} ({low} to {high})"

    def table(self, measure: str) -> str:
        """A line a part: what the paper says the top-1 error falls by, and the effect on the measure in each
        regime."""
        lines = [f"{'':<10}{'paper':>6}  {'scarce':<30}{'plenty':<30}".rstrip()]
        told = {regime: {one.name: _told(one) for one in self.effects(measure, regime)} for regime in REGIMES}
        for part, said in PAPER.items():
            points = f"{-said.points:+.1f}" if said.points and measure == "test" else ""
            cells = "".join(f"{told[regime].get(part, 'not run yet'):<30}" for regime in REGIMES)
            lines.append(f"{part:<10}{points:>6}  {cells}".rstrip())
        return "\n".join(lines).replace("-", "−")

    def needed(self, measure: str, regime: str, size: float) -> int | None:
        """About how many runs it takes to tell an effect of ``size`` from nothing, were the noise what it is:
        the half-width of an interval shrinks with the root of the runs. None where there are no effects
        yet."""
        effects = self.effects(measure, regime)
        if not effects:
            return None
        half = max((effect.high - effect.low) / 2 for effect in effects)
        return ceil(len(self.of(regime).runs) * (half / size)**2)

    def numbers(self, measure: str) -> dict[str, float | int]:
        """``runs``, ``planned``, ``noise``, and for each part ``<regime>_<part>``, ``_low`` and ``_high``."""
        numbers: dict[str, float | int] = {"runs": len(self.study.runs), "planned": len(self.study.plan.runs),
                                           "noise": self.noise(measure)}
        for regime in REGIMES:
            for effect in self.effects(measure, regime):
                name = f"{regime}_{effect.name}"
                numbers |= {name: effect.estimate, f"{name}_low": effect.low, f"{name}_high": effect.high}
        return numbers


def _told(effect) -> str:
    ends = f"({effect.low:+.2f} to {effect.high:+.2f})"
    return f"{effect.estimate:+.2f} {ends}" if effect.is_clear else f"cannot tell {ends}"


def effect_rows(effects: Sequence) -> dict[str, list]:
    """What `cvlib.plot.estimates` draws of a study's effects, of `singles` too; one row "not run yet" where
    there is none."""
    if not effects:
        return {"names": ["not run yet"], "centres": [nan], "lows": [nan], "highs": [nan]}
    names, centres, lows, highs, _ = map(list, zip(*effects, strict=True))
    return {"names": names, "centres": centres, "lows": lows, "highs": highs}


def contrasts(levels: dict[str, Sequence[int]], scores: np.ndarray) -> dict[str, float]:
    """The mean score with a factor, or a product of two, high less that with it low, for all that differ:
    pairs that never do stand under one name, "a:b + c:d"."""
    coded = {name: 2 * np.asarray(column) - 1 for name, column in levels.items()}
    names = list(coded)
    columns = dict(coded) | {f"{one}:{two}": coded[one] * coded[two]
                             for i, one in enumerate(names) for two in names[i + 1:]}
    strings: dict[tuple, list[str]] = {}
    for name, column in columns.items():
        strings.setdefault(tuple(column), []).append(name)
    return {" + ".join(found): float(scores @ np.array(column)) * 2 / len(scores)
            for column, found in strings.items()}
