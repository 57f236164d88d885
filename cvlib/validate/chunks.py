"""Answers in parts, each whole or not there: what is done stays done when a session ends."""
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cvlib.atomic import replaced
from cvlib.results import TopPredictions
from cvlib.results.predictions import read_predictions, write_predictions

__all__ = ["Answers", "Chunks", "refuse_other"]

STATE = "evaluation.json"
Answers = Mapping[str, tuple[np.ndarray, Any]]  # split -> labels, and what `stored` gave


class Chunks:
    """Pictures 0 ... ``total`` - 1 in parts of ``size``, their answers as files in ``folder``.

    ``identity`` is what decides the answers; ``splits`` what a part holds answers of, the first under plain
    names. Raises ValueError where the folder holds another evaluation's and names what differs.
    """

    def __init__(self, folder: Path, identity: dict[str, Any], total: int, size: int, splits: Sequence[str]):
        self.folder, self.total, self.size, self.splits = folder, total, size, list(splits)
        self.identity = json.loads(json.dumps(identity | {"chunk": size, "total": total}))
        refuse_other(folder, self._state()["identity"] if self.begun else {}, self.identity)

    @property
    def begun(self) -> bool:
        """Whether somebody has been here."""
        return (self.folder / STATE).is_file()

    @property
    def parts(self) -> list[range]:
        """The pictures of each part."""
        return [range(start, min(start + self.size, self.total))
                for start in range(0, self.total, self.size)]

    def missing(self) -> list[range]:
        """The parts that have no answers yet, or a file that cannot be read."""
        return [part for part in self.parts if self._read(part) is None]

    def keep(self, part: range, answers: Answers) -> None:
        """Write the answers of a part, whole or not at all."""
        write_predictions(self._file(part), answers, self.splits[0])

    def all(self) -> Answers:
        """The answers to all pictures in their order; raises ValueError that names a part which is not there.
        """
        read = {part: self._read(part) for part in self.parts}
        absent = [str(self._file(part)) for part, answers in read.items() if answers is None]
        if absent:
            raise ValueError(f"{absent[0]} is not there or cannot be read: go on with --resume")
        return {split: _joined([answers[split] for answers in read.values()]) for split in self.splits}

    def sittings(self) -> list[dict]:
        """The environments of those who wrote parts, the first first."""
        return self._state()["sittings"] if self.begun else []

    def begin(self, environment: dict) -> None:
        """Note on what the parts that come now are made."""
        self._write([*self.sittings(), environment | {"pictures": 0, "seconds": 0.0}])

    def count(self, pictures: int, seconds: float) -> None:
        """Note that this sitting has done so many more."""
        *earlier, now = self.sittings()
        self._write([*earlier, now | {"pictures": now["pictures"] + pictures,
                                      "seconds": round(now["seconds"] + seconds, 3)}])

    def clear(self) -> None:
        """Remove the parts: the record holds all of them."""
        for file in self.folder.iterdir() if self.folder.is_dir() else ():
            file.unlink()
        if self.folder.is_dir():
            self.folder.rmdir()

    def _state(self) -> dict[str, Any]:
        file = self.folder / STATE
        try:
            state = json.loads(file.read_text())
            return {"identity": state["identity"], "sittings": state["sittings"]}
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{file} is cut or no JSON ({error}): delete {self.folder}, and the evaluation "
                             "starts again") from error

    def _write(self, sittings: list[dict]) -> None:
        with replaced(self.folder / STATE) as temporary:
            temporary.write_text(json.dumps({"identity": self.identity, "sittings": sittings}, indent=1))

    def _file(self, part: range) -> Path:
        return self.folder / f"{part.start:06d}.npz"

    def _read(self, part: range) -> Answers | None:
        try:
            answers = read_predictions(self._file(part), self.splits, self.splits[0])
        except ValueError:
            return None
        whole = set(answers) == set(self.splits) and all(len(labels) == len(part)
                                                         for labels, _ in answers.values())
        return answers if whole else None


def _joined(parts: Sequence[tuple[np.ndarray, Any]]) -> tuple[np.ndarray, Any]:
    labels, said = zip(*parts, strict=True)
    if isinstance(said[0], TopPredictions):
        return np.concatenate(labels), TopPredictions(*(
            np.concatenate([getattr(one, name) for one in said]) for name in ("classes", "values", "true")))
    return np.concatenate(labels), np.concatenate(said)


def refuse_other(folder: Path, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raise ValueError that names what differs between two evaluations, where ``before`` says anything."""
    differ = [f"{name} {_short(before.get(name))}, now {_short(now.get(name))}"
              for name in {**now, **before} if before and before.get(name) != now.get(name)]
    if differ:
        raise ValueError(f"{folder} holds another evaluation: {'; '.join(differ)}. Choose another --out, or "
                         "delete that folder")


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
