"""What the source's own logs say of its normalisers."""
from collections.abc import Sequence
from dataclasses import dataclass

from cvlib.stats import wilson_interval

__all__ = ["LOGS", "LogLine", "SourceLogs"]

PICTURES = 50_000  # ILSVRC-2012's validation set


@dataclass(frozen=True)
class LogLine:
    """Errors of one network as logged, fractions by ten views on ILSVRC-2012's validation set, and where."""

    net: str
    what: str
    top1: float
    top5: float
    where: str


LOGS = (  # computerhistory/AlexNet-Source-Code at 2f8b81f, folder layers
    LogLine("145", "as published", 0.406640, 0.182100, "layer-params-145.cfg:182"),
    LogLine("148", "no norm at all", 0.420340, 0.193620, "layer-params-148.cfg:148"),
    LogLine("169", "of January 2013", 0.405960, 0.181120, "layer-params-169.cfg:202"),
    LogLine("170", "of January 2013", 0.405280, 0.180480, "layer-params-170.cfg:205"),
    LogLine("167", "no norm in layer 2", 0.404880, 0.181180, "layer-params-167.cfg:185"),
    LogLine("131", "earlier, k = 1", 0.409340, 0.185740, "layer-params-131.cfg:175"),
    LogLine("135", "earlier, k = 2", 0.410700, 0.184160, "layer-params-135.cfg:177"),
)


@dataclass(frozen=True)
class SourceLogs:
    """Logged errors, compared in pairs."""

    lines: Sequence[LogLine] = LOGS

    def change(self, net: str, base: str) -> tuple[float, float]:
        """Top-1 and top-5 error of ``net`` less those of ``base``, in points. Raises KeyError for a net that
        is not logged."""
        logged = {line.net: line for line in self.lines}
        return (100 * (logged[net].top1 - logged[base].top1), 100 * (logged[net].top5 - logged[base].top5))

    def numbers(self) -> dict[str, float]:
        """In points, ``_top1`` and ``_top5``: ``norms`` what the removal of all norms adds, ``second`` and
        ``second_other`` that of layer 2's against two runs of its weeks, whose learning rates fall less far
        (line 8 of each file), ``k`` the step from 1 to 2;
        ``half_width`` is half of Wilson's 95 % interval of one network's top-1 error on these pictures."""
        pairs = {"norms": ("148", "145"), "second": ("167", "169"), "second_other": ("167", "170"),
                 "k": ("135", "131")}
        numbers = {f"{name}_{what}": change for name, pair in pairs.items()
                   for what, change in zip(("top1", "top5"), self.change(*pair), strict=True)}
        low, high = wilson_interval(round(PICTURES * self.lines[0].top1), PICTURES)
        return numbers | {"half_width": 50 * (high - low)}
