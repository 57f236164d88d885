"""Which AlexNets among the records are counted where a page speaks of all of them."""
from collections.abc import Iterable
from pathlib import Path

from cvlib.analysis.selectivity import first_layer, towers_of
from cvlib.results import RunRecord

__all__ = ["APART", "alexnets"]

FAMILY = "alexnet"
APART = ("ablation", "colours", "singles", "starts")  # differ by design, share a start or have but begun


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
