"""What each part of AlexNet is worth, from the records of study `ablation`, beside what the paper says."""
from dataclasses import dataclass
from math import ceil, isnan, nan

import numpy as np
from scipy.stats import norm

from cvlib.analysis.parts import CALLED, MEASURES, PAPER, called
from cvlib.analysis.told import contrasts, effect_finding, effect_rows, effect_text
from cvlib.stats import holm, lenth

__all__ = ["REGIMES", "Ablation"]

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
        """What `cvlib.plot.estimates` draws: the nine parts by their names on a page, or "not run yet"."""
        return effect_rows([one._replace(name=CALLED[one.name]) for one in self.effects(measure, regime)])

    def normal_plot(self, measure: str, regime: str) -> dict:
        """What `cvlib.plot.normal_plot` draws: ``names`` and ``effects`` of the nine parts and of all strings
        of pairs, of the means of each corner, smallest first, the normal ``scores`` that they would have if
        nothing had an effect, and Lenth's ``margin``. All is empty before each corner has a run."""
        corners = self._corners(measure, regime)
        if len(corners) < 32:
            return {"names": [], "effects": [], "scores": [], "margin": nan}
        levels = dict(zip(PAPER, zip(*corners, strict=True), strict=True))
        found = contrasts(levels, np.array([np.mean(values) for values in corners.values()]))
        order = sorted(found, key=found.get)
        places = (np.arange(len(order)) + 0.5) / len(order)
        return {"names": list(map(called, order)), "effects": [found[name] for name in order],
                "scores": norm.ppf(places).tolist(), "margin": lenth(list(found.values()))}

    def beyond(self, measure: str, regime: str) -> str:
        """Half a sentence: what stands outside the margin of the `normal_plot`, with its effect."""
        drawn = self.normal_plot(measure, regime)
        far = [f"{name} {effect:+.1f}" for name, effect in zip(drawn["names"], drawn["effects"], strict=True)
               if abs(effect) > drawn["margin"]]
        return ", ".join(far).replace("-", "−") or ("nothing" if drawn["names"] else "not run yet")

    def noise(self, measure: str, regime: str) -> float:
        """The standard deviation between two seeds of a corner; NaN before there are any pairs."""
        pairs = [both for both in self._corners(measure, regime).values() if len(both) == 2]
        return float(np.sqrt(np.mean([(a - b)**2 / 2 for a, b in pairs]))) if pairs else nan

    def _corners(self, measure: str, regime: str) -> dict[tuple[int, ...], list[float]]:
        """By the levels of the parts, in the order of `PAPER`, what the runs with them measured."""
        part, values = self.of(regime), {}
        for run, value in zip(part.planned, part.score(MEASURES[measure].of), strict=True):
            values.setdefault(tuple(run.factors[name] for name in PAPER), []).append(value)
        return values

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

    def words(self, measure: str) -> dict[str, str]:
        """For a page's table, ``<regime>_<part>``: the effect with its interval, or "cannot tell" with it,
        or "not run yet"."""
        digits, told = 1 if MEASURES[measure].unit == "points" else 2, {}
        for regime in REGIMES:
            found = {one.name: effect_text(one, digits) for one in self.effects(measure, regime)}
            told |= {f"{regime}_{part}": found.get(part, "not run yet").replace("-", "−") for part in PAPER}
        return told

    def finding(self, measure: str, regime: str) -> str:
        """`effect_finding` of the nine parts."""
        return effect_finding(self.effects(measure, regime), MEASURES[measure].name, CALLED)

    def both(self, measure: str) -> dict[str, list]:
        """What `cvlib.plot.estimates` draws of both regimes: a row for each part in each, and one for a
        regime that was not run yet."""
        found = {regime: {one.name: one for one in self.effects(measure, regime)} for regime in REGIMES}
        rows = [found[regime][part]._replace(name=f"{CALLED[part]}, {regime}")
                for part in PAPER for regime in REGIMES if found[regime]]
        gone = [(f"{regime}: not run yet", nan, nan, nan, nan) for regime in REGIMES if not found[regime]]
        return effect_rows([*rows, *gone])

    def pairs_say(self, measure: str, regime: str) -> str:
        """In half a sentence how many pairs, by their alias strings, have an effect: by their own 95 %
        intervals, and after Holm's correction for all of them."""
        pairs = self.pairs(measure, regime)
        if not pairs:
            return "not run yet" if not self.of(regime).runs else "with one seed a corner they are the noise"
        strict = sum(p < 0.05 for p in holm([pair.p_value for pair in pairs]))
        return (f"{sum(pair.is_clear for pair in pairs)} of {len(pairs)} leave out zero, {strict} after "
                "Holm's correction for all of them")

    def pairs_table(self, measure: str, regime: str) -> str:
        """A line for each of the strings whose own interval leaves out zero, the largest first."""
        clear = sorted((pair for pair in self.pairs(measure, regime) if pair.is_clear),
                       key=lambda pair: -abs(pair.estimate))
        width = max((len(called(pair.name)) for pair in clear), default=0)
        return "\n".join(f"{called(pair.name):<{width}}  {effect_text(pair, 1)}" for pair in clear)

    def divisors(self, regime: str) -> str:
        """How far LRN's divisors reach in the runs that have it, in half a sentence: means of the 1 and 99 %
        quantiles of each layer."""
        found: dict[str, list] = {}
        for run in self.of(regime).runs:
            for layer, values in run.measured.get("lrn_divisors", {}).items():
                found.setdefault(layer, []).append(values)
        means = {layer: np.mean(values, axis=0) for layer, values in found.items()}
        return "; ".join(f"{layer} {low:.2f} to {high:.2f}" for layer, (low, _, high) in means.items()
                         ) or "not run yet"

    def half_width(self, measure: str, regime: str) -> float:
        """Of the widest of the nine intervals: an effect that is smaller these runs cannot be counted on to
        show. NaN where there are no effects yet."""
        return max(((effect.high - effect.low) / 2 for effect in self.effects(measure, regime)), default=nan)

    def needed(self, measure: str, regime: str, size: float) -> int | None:
        """About how many runs it takes to tell an effect of ``size`` from nothing, were the noise what it is:
        the half-width of an interval shrinks with the root of the runs. None where there are no effects
        yet."""
        half = self.half_width(measure, regime)
        return None if isnan(half) else ceil(len(self.of(regime).runs) * (half / size)**2)

    @property
    def guessing(self) -> int:
        """How many runs learned nothing: of their training photographs they name a tenth more than chance or
        less."""
        return sum(run.measured["train"]["accuracy"] <= 1 / len(run.data["classes"]) + 0.1
                   for run in self.study.runs)

    def numbers(self, measure: str) -> dict[str, float | int]:
        """``runs``, ``planned``, ``guessing``, and for each part ``<regime>_<part>``, ``_low`` and
        ``_high``."""
        numbers: dict[str, float | int] = {"runs": len(self.study.runs), "planned": len(self.study.plan.runs),
                                           "guessing": self.guessing}
        for regime in REGIMES:
            for effect in self.effects(measure, regime):
                name = f"{regime}_{effect.name}"
                numbers |= {name: effect.estimate, f"{name}_low": effect.low, f"{name}_high": effect.high}
        return numbers
