"""Two models' answers to the same pictures as tosses of a coin."""
from dataclasses import dataclass
from math import floor

from scipy import stats

__all__ = ["Tosses"]


@dataclass(frozen=True)
class Tosses:
    """Models A and B and ``n`` pictures: accuracies ``a`` and ``b``, and the share ``alone`` of the pictures
    that one of the two alone has right, all in per cent and as near as whole pictures allow.

    Raises ValueError for no pictures and for shares outside 0 ... 100.
    """

    n: int
    a: float
    b: float
    alone: float

    def __post_init__(self):
        if self.n < 1 or not all(0 <= share <= 100 for share in (self.a, self.b, self.alone)):
            raise ValueError(f"{self}: pictures are 1 or more, shares lie in 0 ... 100")

    @property
    def right(self) -> tuple[int, int]:
        """The pictures that A and that B has right."""
        return self._pictures(self.a), self._pictures(self.b)

    @property
    def ends(self) -> tuple[int, int]:
        """The fewest and the most pictures that one alone may have right, with these accuracies."""
        a, b = self.right
        return abs(a - b), min(a + b, 2 * self.n - a - b)

    @property
    def tosses(self) -> int:
        """The pictures that one alone has right: as asked, but possible, and odd where A and B are an odd
        number apart."""
        least, most = self.ends
        asked = max(self._pictures(self.alone), least)
        return min(asked + (asked - least) % 2, most)

    @property
    def only(self) -> tuple[int, int]:
        """The pictures that A alone, and that B alone has right."""
        a, b = self.right
        return (self.tosses + a - b) // 2, (self.tosses - a + b) // 2

    @property
    def both(self) -> int:
        """The pictures that both have right."""
        return self.right[0] - self.only[0]

    @property
    def p_value(self) -> float:
        """McNemar's exact two-sided one."""
        return min(1.0, 2 * float(stats.binom.cdf(min(self.only), self.tosses, 0.5)))

    @property
    def says(self) -> str:
        """In words."""
        a, b = self.only
        p = f"p = {self.p_value:.3f}" if self.p_value >= 0.001 else "p < 0.001"
        asked, (least, most) = self._pictures(self.alone), self.ends
        word = "fewer" if asked < least else "more" if asked > most else ""
        limit = f"; no {word} are possible" if word else ""
        return f"one alone is right on {self.tosses:,} pictures, A on {a:,} and B on {b:,}: {p}{limit}"

    def _pictures(self, share: float) -> int:
        return floor(self.n * share / 100 + 0.5)
