"""The folder of a run: who may write in it, and what it keeps beside the record."""
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from torch import Tensor, nn

from cvlib.atomic import replaced
from cvlib.checkpoint import CHECKPOINT
from cvlib.results import RECORD
from cvlib.tensors import load_tensors, read_text, save_tensors

__all__ = ["PREPROCESS", "WEIGHTS", "RunFolder"]

WEIGHTS, PREPROCESS = "model.safetensors", "preprocess.safetensors"
SITTINGS, FIRST = "sittings.json", "first_layers.safetensors"


class RunFolder:
    """``out/name``. Raises NotADirectoryError or PermissionError at once where ``out`` cannot be a folder or
    cannot be written in."""

    def __init__(self, out: str | Path, name: str):
        self.out, self.path = Path(out), Path(out) / name
        existing = next(p for p in (self.path, *self.path.resolve().parents) if p.exists())
        if not existing.is_dir():
            raise NotADirectoryError(f"{existing} is a file: --out must be a folder, or not there yet")
        if not os.access(existing, os.W_OK | os.X_OK):
            raise PermissionError(f"{existing} cannot be written in: choose another --out")

    def begun(self) -> str | None:
        """The file that says that a run was finished, else that it was begun; None in a new folder."""
        return next((name for name in (RECORD, CHECKPOINT) if (self.path / name).exists()), None)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder; raises BlockingIOError where another process, or another loop here, does."""
        self.out.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.out / f".{self.path.name}.lock", timeout=0, mode=0o666, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            raise BlockingIOError(f"{self.path} is being written by another process, or by another loop in "
                                  "this one: wait for its end, or choose another --out") from None
        try:
            for left in self.path.glob(".*.tmp"):  # by a process that was killed while it wrote
                left.unlink(missing_ok=True)
            yield
        finally:
            lock.release()

    def begin_sitting(self, environment: dict, epochs_done: int) -> None:
        """Keep on what the epochs after ``epochs_done`` are trained."""
        earlier = [one for one in self.sittings() if one["after_epoch"] < epochs_done]
        with replaced(self.path / SITTINGS) as temporary:
            temporary.write_text(json.dumps([*earlier, {"after_epoch": epochs_done} | environment], indent=1))

    def sittings(self) -> list[dict]:
        """The environments of a run that was trained in one or more sittings, the first first; raises
        ValueError that names a list which is cut."""
        path = self.path / SITTINGS
        try:
            return json.loads(path.read_text()) if path.exists() else []
        except ValueError as error:
            raise ValueError(f"{path} is cut or no JSON ({error}): delete it, and the record will name the "
                             "sittings from now on alone") from error

    def save_weights(self, model: nn.Module, normalise: nn.Module, text: dict) -> None:
        """The network, and what happens to a picture before it, so that both can be used without the data.
        """
        described = {name: json.dumps(value) for name, value in text.items()}
        save_tensors(self.path / PREPROCESS, dict(normalise.named_buffers()), described)
        save_tensors(self.path / WEIGHTS, model.state_dict(), described)

    def load_weights(self, model: nn.Module) -> None:
        """Fill ``model`` as `save_weights` left it.

        Raises FileNotFoundError where the weights did not come with the record, ValueError for a file that is
        cut or does not fit, with what to do.
        """
        path = self.path / WEIGHTS
        if not path.is_file():
            raise FileNotFoundError(f"{path} is not there: a committed record comes without its weights; the "
                                    "same command with another --out trains them again")
        try:
            model.load_state_dict(load_tensors(path))
        except (ValueError, RuntimeError) as error:
            raise ValueError(f"{path} does not fit this network or is cut ({error}): delete {self.path} and "
                             "run it again") from error

    def keep_first_layer(self, weight: Tensor) -> None:
        """Keep the first layer of every run in ``out`` in one file, as float16."""
        path = self.out / FIRST
        with FileLock(self.out / f".{FIRST}.lock", mode=0o666):
            kept = load_tensors(path) if path.is_file() else {}
            text = read_text(path) if path.is_file() else {}
            save_tensors(path, kept | {self.path.name: weight.detach().half()}, text)
