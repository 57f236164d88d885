"""torchvision's weights: which there are of a network, and the file that holds them."""
import hashlib
import re
from pathlib import Path
from pickle import UnpicklingError

from torch import Tensor

from cvlib.models import torchvision_name
from cvlib.mounts import attached

__all__ = ["weights_file", "weights_of"]

FIRST = "IMAGENET1K_V1"
HASH = re.compile(r"-([0-9a-f]{8,})\.")  # in a file's name: how the hash of its content begins


def weights_file(name: str, tag: str = "") -> str:
    """The name of the file with torchvision's weights of our network ``name``, its first ones unless ``tag``
    says which. Raises ValueError where torchvision has none, or none of that tag."""
    return Path(_entry(name, tag).url).name


def weights_of(name: str, tag: str = "") -> dict[str, Tensor]:
    """torchvision's state dict: from a data set that is attached on Kaggle, from torchvision's cache, or from
    the network. Raises as `weights_file` does, OSError where it cannot be had, with the ways out, and
    ValueError that names a file which is cut."""
    from torch.hub import get_dir

    entry, file = _entry(name, tag), weights_file(name, tag)
    cache, beside = Path(get_dir()) / "checkpoints", attached(file)
    if beside and not _whole(beside):
        raise ValueError(f"{beside} is cut or another file: attach it anew")
    place = {"model_dir": str(beside.parent)} if beside else {}
    try:
        return entry.get_state_dict(progress=False, check_hash=True, weights_only=True, **place)
    except OSError as error:
        raise OSError(f"torchvision's weights of {name} are not in its cache and cannot be fetched from "
                      f"{entry.url} ({error}): put that file, {file}, into {cache}, or on Kaggle attach a "
                      "data set that holds it, or try again with a network") from error
    except (RuntimeError, EOFError, UnpicklingError) as error:
        raise ValueError(f"{file} in {cache} is cut or another file ({error}): delete it, so that it is "
                         "fetched again") from error


def _entry(name: str, tag: str):
    from torchvision.models import get_model_weights

    tags = {weights.name: weights for weights in get_model_weights(torchvision_name(name))}
    if (tag or FIRST) not in tags:
        raise ValueError(f"torchvision has no weights {tag!r} of {name}; it has {', '.join(tags)}")
    return tags[tag or FIRST]


def _whole(path: Path) -> bool:
    """Whether the content has the hash that the file's name gives."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return digest.startswith(HASH.search(path.name)[1])
