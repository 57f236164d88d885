"""Two-level factorial designs: every corner of the factors, or a fraction whose confounding is computed.

The language is that of Box, Hunter and Hunter, Statistics for Experimenters (2005), chapters 5 and 6: factors
are letters, a generator "D=ABC" sets D to the product of A, B and C coded as -1 and +1, and a *word* is a
product of letters that is the same in every run.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from math import prod

import numpy as np

__all__ = ["Design", "strength", "telling_order"]

LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"  # I is the identity


@dataclass(frozen=True)
class Design:
    """The runs in which the factors ``names`` are set low (0) or high (1).

    A is the first name, B the second ... (no I). ``generators``, such as "F=BCDE G=-ACDE", are of the last
    factors in terms of those before, which go through all their corners; none is a full factorial. Raises
    ValueError for generators that do not fit the names, or that keep two factors together in every run.
    """

    names: tuple[str, ...]
    generators: str = ""

    def __post_init__(self):
        object.__setattr__(self, "names", tuple(self.names))
        if not 0 < len(self.names) <= len(LETTERS) or len(set(self.names)) < len(self.names):
            raise ValueError(f"a design needs 1 ... {len(LETTERS)} factors of different names, not "
                             f"{self.names}")
        basic = len(self.names) - len(self._products)
        if basic < 1 or list(self._products) != list(self.letters[basic:]):
            raise ValueError(f"the {len(self._products)} generators must be of the last factors of "
                             f"{self.letters}, not of {', '.join(self._products)}")
        for letter, (_, word) in self._products.items():
            if not word or len(set(word)) < len(word) or set(word) - set(self.letters[:basic]):
                raise ValueError(f"generator {letter}={word}: a product of letters of "
                                 f"{self.letters[:basic]}, each once")
        short = [word.lstrip("-") for word in self.words if len(word.lstrip("-")) < 3]
        if short:
            raise ValueError(f"{', '.join(short)}: these factors are never set apart from each other")

    @property
    def letters(self) -> str:
        """Those in use, a factor each."""
        return LETTERS[:len(self.names)]

    @cached_property
    def _products(self) -> dict[str, tuple[int, str]]:
        """For each generated letter the sign and the letters of its product."""
        pairs = [generator.partition("=") for generator in self.generators.split()]
        signed = {letter: (-1 if word.startswith("-") else 1, word.lstrip("-")) for letter, _, word in pairs}
        if len(signed) < len(pairs):
            raise ValueError(f"a factor has two generators in {self.generators!r}")
        return signed

    @cached_property
    def levels(self) -> np.ndarray:
        """(runs, factors), 0 low and 1 high, in standard order: A changes fastest."""
        corners = product((0, 1), repeat=len(self.names) - len(self._products))
        columns = dict(zip(self.letters, 2 * np.array([row[::-1] for row in corners]).T - 1, strict=False))
        for letter, (sign, word) in self._products.items():
            columns[letter] = sign * prod(columns[each] for each in word)
        return (np.stack(list(columns.values()), axis=1) + 1) // 2

    @cached_property
    def words(self) -> list[str]:
        """The defining relation without I, shortest first; "-ABD" where the product is -1 in every run."""
        found = []
        generating = [(sign, frozenset(letter + word)) for letter, (sign, word) in self._products.items()]
        for count in range(1, len(generating) + 1):
            for some in combinations(generating, count):
                word = frozenset()
                for _, letters in some:
                    word ^= letters
                found.append(_spelled(prod(sign for sign, _ in some), word))
        return sorted(found, key=lambda word: (len(word.lstrip("-")), word.lstrip("-")))

    @property
    def resolution(self) -> int | None:
        """The letters of the shortest word: at 3 main effects are confounded with pairs of factors, at 4 with
        triples at most, and pairs with pairs. None for a full factorial."""
        return len(self.words[0].lstrip("-")) if self.words else None

    def aliases(self, order: int = 2) -> dict[str, list[str]]:
        """What each effect of up to ``order`` letters is confounded with, of up to as many; "-AB" where the
        two go against each other."""
        effects = [frozenset(some) for count in range(1, order + 1)
                   for some in combinations(self.letters, count)]
        words = [(-1 if word.startswith("-") else 1, frozenset(word.lstrip("-"))) for word in self.words]
        return {_spelled(1, effect): [_spelled(sign, effect ^ word) for sign, word in words
                                      if 0 < len(effect ^ word) <= order] for effect in effects}

    def named(self, effect: str) -> str:
        """An effect in the factors' names: "AB" as "crops:flips", the sign kept."""
        names = [self.names[self.letters.index(letter)] for letter in effect.lstrip("-")]
        return ("-" if effect.startswith("-") else "") + ":".join(names)


def _spelled(sign: int, letters: frozenset) -> str:
    return ("-" if sign < 0 else "") + "".join(sorted(letters))


def strength(levels: np.ndarray) -> int:
    """The greatest t such that in any t columns every combination of levels stands equally often.

    At 1 each factor is balanced, at 2 any two are orthogonal too; a regular design of resolution R has R - 1.
    ``levels`` is (runs, factors) of 0 and 1.
    """
    factors = levels.shape[1]
    for size in range(1, factors + 1):
        for columns in combinations(range(factors), size):
            codes = levels[:, columns] @ (2 ** np.arange(size))
            if len(set(np.bincount(codes, minlength=2**size))) > 1:
                return size - 1
    return factors


def telling_order(levels: Sequence[Sequence[int]]) -> list[int]:
    """The order of the runs in which those made so far tell most about the main effects: each next one, of
    ``levels`` (runs, factors) of 0 and 1, adds most to the determinant of their normal equations."""
    x = np.c_[np.ones(len(levels)), 2 * np.asarray(levels) - 1]
    information, order = 1e-3 * np.eye(x.shape[1]), []  # a little at first, or no run alone could be judged
    while len(order) < len(x):
        gains = np.einsum("ri,ij,rj->r", x, np.linalg.inv(information), x).round(6)  # ties are no rounding's
        gains[order] = -1
        order.append(int(gains.argmax()))
        information += np.outer(x[order[-1]], x[order[-1]])
    return order
