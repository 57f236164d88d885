"""The paper's own results beside lines of its source's logs."""
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["PUBLISHED", "Published"]


@dataclass(frozen=True)
class Published:
    """Two errors in per cent, or two gains in points: ``printed`` at a ``place`` of the paper; what was
    ``logged``, with more digits, and ``where``: one line, or two whose difference it is."""

    what: str
    place: str
    printed: tuple[float, float]
    logged: tuple[float, float]
    where: str

    @property
    def agrees(self) -> bool:
        """Whether the logged pair, rounded as the paper rounds, is the printed one."""
        return all(abs(printed - logged) <= 0.05 + 1e-9
                   for printed, logged in zip(self.printed, self.logged, strict=True))

    @classmethod
    def table(cls, lines: Sequence["Published"]) -> str:
        """A line each: printed, logged, and where."""
        return "\n".join(f"{one.what:<21}{_pair(one.printed, 1):>11}{_pair(one.logged, 3):>16}  {one.where}"
                         for one in lines)


def _pair(values: tuple[float, float], digits: int) -> str:
    return " / ".join(f"{value:.{digits}f}" for value in values)


PUBLISHED = (  # computerhistory/AlexNet-Source-Code at 2f8b81f, layers/layer-params-*.cfg; top-1 and top-5;
    # 2010, half and fine stand for 145-2010, 145-half and 146-2012-2011
    Published("2010 test, ten views", "table 1", (37.5, 17.0), (37.4727, 16.9987), "2010:178"),
    Published("2010 test, one view", "footnote 5", (39.0, 18.3), (39.0247, 18.2953), "2010:180"),
    Published("2012, one network", "table 2", (40.7, 18.2), (40.6640, 18.2100), "145:182"),
    Published("2012, pre-trained", "table 2", (39.0, 16.6), (38.9900, 16.6220), "fine:195"),
    Published("gain of two GPUs", "section 3.2", (1.7, 1.2), (1.695, 1.230), "half:100 - 2010:178"),
    Published("gain of LRN", "section 3.3", (1.4, 1.2), (1.370, 1.152), "148:148 - 145:182"),
    Published("gain of overlap", "section 3.4", (0.4, 0.3), (0.394, 0.300), "147:174 - 145:182"),
)
