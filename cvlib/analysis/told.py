"""Effects in words, and in the rows of a chart."""
from collections.abc import Mapping, Sequence
from math import nan

import numpy as np

__all__ = ["contrasts", "effect_finding", "effect_rows", "effect_text"]


def effect_text(effect, digits: int = 2) -> str:
    """"-1.20 (-1.70 to -0.70)", or "cannot tell (-0.30 to +0.50)" where the interval holds zero."""
    ends = f"({effect.low:+.{digits}f} to {effect.high:+.{digits}f})"
    return f"{effect.estimate:+.{digits}f} {ends}" if effect.is_clear else f"cannot tell {ends}"


def effect_finding(effects: Sequence, what: str, called: Mapping[str, str]) -> str:
    """A sentence without its full stop: which effects are told to lower ``what``, which to raise it, and of
    how many that cannot be said. ``called`` are their names on the page."""
    if not effects:
        return "Not run yet"
    kinds = {verb: [called.get(one.name, one.name) for one in effects
                    if one.is_clear and (one.estimate > 0) is up]
             for verb, up in (("lowered", False), ("raised", True))}
    said = [f"{verb} by {_listed(names)}" for verb, names in kinds.items() if names]
    if not said:
        return f"Nothing here can be told to change the {what}"
    rest = sum(not one.is_clear for one in effects)
    return f"The {what} is {', and '.join(said)}" + (f"; of {rest} we cannot tell" if rest else "")


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


def _listed(names: Sequence[str]) -> str:
    """a, b and c."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
