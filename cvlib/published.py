"""What torchvision publishes with its weights: how pictures are prepared, the scores, the classes, the file.

One source: torchvision's own entry of the weights. Nothing of it is typed here.
"""
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

from torch import Tensor
from torch.hub import get_dir

from cvlib.data.preprocess import Preprocess
from cvlib.models import torchvision_name
from cvlib.mounts import attached

__all__ = ["FIRST", "Published", "published_weights"]

FIRST = "IMAGENET1K_V1"  # the weights of the papers' recipes; V2 are of a longer training
BYTE = 255  # torchvision's means and deviations are of pictures in 0 ... 1


@dataclass(frozen=True)
class Published:
    """torchvision's weights ``tag`` of the network ``name`` (ours).

    ``preprocess`` is what the weights ask for, ``top1`` and ``top5`` what torchvision measured with it on the
    50,000 (fractions), ``categories`` the names of the outputs in their order, ``macs`` those of a picture.
    """

    name: str
    tag: str
    entry: Any

    @property
    def preprocess(self) -> Preprocess:
        """Resize, crop, filter, mean and deviation, as ``entry.transforms()`` has them."""
        said = self.entry.transforms()
        (size,), (crop,) = said.resize_size, said.crop_size
        mean, std = (tuple(round(BYTE * value, 6) for value in three) for three in (said.mean, said.std))
        return Preprocess(size, crop, "shorter", said.interpolation.value, mean, std)

    @property
    def categories(self) -> tuple[str, ...]:
        """Names of the outputs: "crane bird" is 134, "crane" 517."""
        return tuple(self.entry.meta["categories"])

    @property
    def top1(self) -> float:
        """One centre crop, a fraction."""
        return self.entry.meta["_metrics"]["ImageNet-1K"]["acc@1"] / 100

    @property
    def top5(self) -> float:
        """One centre crop, a fraction."""
        return self.entry.meta["_metrics"]["ImageNet-1K"]["acc@5"] / 100

    @property
    def file(self) -> Path:
        """Where they lie, or would: in a data set that is attached on Kaggle, else in torchvision's cache."""
        name = Path(self.entry.url).name
        return attached(name) or Path(get_dir()) / "checkpoints" / name

    @cached_property
    def is_as_published(self) -> bool:
        """Whether the file is the published one: its name holds the first digits of its SHA-256.

        torchvision looks at them when it downloads, and never again.
        """
        digits = re.search(r"-([0-9a-f]{8,})\.", self.file.name)
        with open(self.file, "rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest().startswith(digits.group(1))

    def tensors(self) -> Mapping[str, Tensor]:
        """torchvision's state dict, from its `file` or the network.

        Raises OSError where it cannot be fetched, with the ways out, and ValueError for a file that is cut.
        """
        name, folder = self.file.name, self.file.parent
        if attached(name) and not self.is_as_published:
            raise ValueError(f"{self.file} is cut or another file: attach it anew")
        try:
            return self.entry.get_state_dict(progress=False, check_hash=True, weights_only=True,
                                             model_dir=str(folder))
        except OSError as error:
            raise OSError(f"torchvision's weights of {self.name} are not in its cache and cannot be fetched "
                          f"from {self.entry.url} ({error}): put that file, {name}, into {folder}, or on "
                          "Kaggle attach a data set that holds it, or try again with a network") from error
        except (RuntimeError, EOFError, UnpicklingError) as error:
            raise ValueError(f"{name} in {folder} is cut or another file ({error}): "
                             "delete it, so that it is fetched again") from error


def published_weights(name: str, tag: str = FIRST) -> Published:
    """The weights ``tag`` of a network; raises ValueError that lists the networks or the tags there are."""
    from torchvision.models import get_model_weights

    entries = {entry.name: entry for entry in get_model_weights(torchvision_name(name))}
    if tag not in entries:
        raise ValueError(f"torchvision has no weights {tag!r} of {name}; it has {', '.join(entries)}")
    return Published(name, tag, entries[tag])
