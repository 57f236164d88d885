"""Which AlexNets among the records are counted where a page speaks of all of them."""
from collections.abc import Iterable
from pathlib import Path

from cvlib.analysis.selectivity import first_layer, towers_of
from cvlib.probe import first_convolution
from cvlib.results import RunRecord
from cvlib.starting import Start

__all__ = ["APART", "alexnets", "begun_from"]

FAMILY = "alexnet"
APART = ("ablation", "singles", "starts")  # chapter 8's: they differ by design, and many share a start


def alexnets(records: Iterable[RunRecord], *, towers: int | None = None,
             out: str | Path | None = None) -> list[RunRecord]:
    """Those of ``records`` that are trained AlexNets, with so many ``towers`` (None: any), each once and in
    their order; those of the studies `APART` are left out.

    Of records whose first layers, in ``out`` or the committed results, are equal bit for bit, as of a run
    that stands in two studies, the first stays. Raises ValueError as `first_layer` does.
    """
    known: dict[bytes, RunRecord] = {}
    for record in records:
        ours = record.kind == "run" and record.recipe["model"].startswith(FAMILY)
        if ours and record.study not in APART and towers in (None, towers_of(record.recipe)):
            known.setdefault(first_layer(record, out=out).tobytes(), record)
    return list(known.values())


def begun_from(records: Iterable[RunRecord]) -> int:
    """How many first layers the networks of ``records`` grew from: runs with one seed often began with the
    same weights. Raises ValueError as `Start.of` does."""
    return len({first_convolution(Start.of(record).network()).weight.detach().numpy().tobytes()
                for record in records})
