"""Named tensors and a few lines of text in one .safetensors file, replaced as a whole. No pickle."""
import errno
from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from cvlib.atomic import replaced

__all__ = ["load_tensors", "read_text", "save_tensors"]


def save_tensors(path: Path, tensors: Mapping[str, Tensor], text: Mapping[str, str] | None = None) -> None:
    """Write ``tensors`` from any device, and ``text``, to ``path``; raises OSError where the disk is full."""
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    with replaced(path) as temporary:
        try:
            save_file(plain, temporary, dict(text or {}))
        except SafetensorError as error:  # how safetensors reports what the disk says
            raise OSError(errno.EIO, f"it could not be written ({error}): is the disk full?",
                          str(path)) from error


def load_tensors(path: Path) -> dict[str, Tensor]:
    """The tensors of ``path``, on the CPU; raises as `read_text` does."""
    with _opened(path) as file:
        return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118


def read_text(path: Path) -> dict[str, str]:
    """The text beside the tensors. Raises FileNotFoundError, and ValueError that names a file which is cut,
    empty or of another kind."""
    with _opened(path) as file:
        return file.metadata() or {}


def _opened(path: Path):
    try:
        return safe_open(path, "pt")
    except FileNotFoundError:
        raise
    except (SafetensorError, OSError, ValueError) as error:
        raise ValueError(f"{path} is cut, empty or no .safetensors file ({error})") from error
