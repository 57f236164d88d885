"""Devices, precision and processes, through accelerate; and what is random in an epoch."""
import numpy as np
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from accelerate.utils import DataLoaderConfiguration, set_seed
from torch.utils.data import DataLoader, RandomSampler

__all__ = ["accelerator_for", "begin_epoch", "checked_seed", "own_generator"]

PRECISIONS = {"float32": "no", "bfloat16": "bf16", "float16": "fp16"}  # ours -> accelerate's


def accelerator_for(precision: str = "float32") -> Accelerator:
    """An Accelerator with that precision, whose processes share each batch; a former one of another precision
    is dropped.

    Raises ValueError for float16 on a processor, which accelerate would quietly train in float32.
    """
    wanted = PRECISIONS[precision]
    if AcceleratorState._shared_state and AcceleratorState().mixed_precision != wanted:
        AcceleratorState._reset_state()
    accelerator = Accelerator(mixed_precision=wanted, dataloader_config=DataLoaderConfiguration(
        split_batches=True, non_blocking=True))
    if wanted == "fp16" and accelerator.device.type == "cpu":
        raise ValueError("precision float16 needs a GPU: take bfloat16 or float32 on a processor")
    return accelerator


def checked_seed(seed: int) -> int:
    """``seed`` as a plain int; raises ValueError unless it is a whole number in 0 ... 2**63 - 1."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < 2**63:
        raise ValueError(f"a seed is a whole number in 0 ... 2**63 - 1, not {seed!r}")
    return int(seed)


def own_generator(loader: DataLoader) -> None:
    """Give a shuffling loader a generator of its own, as several processes need: one shuffles alike then."""
    if isinstance(loader.sampler, RandomSampler) and loader.sampler.generator is None:
        loader.sampler.generator = torch.Generator()


def begin_epoch(loader: DataLoader, seed: int, epoch: int) -> None:
    """Everything random in this epoch follows from (seed, epoch): nothing is carried over from the last."""
    epoch_seed = int(np.random.SeedSequence([seed, epoch]).generate_state(1)[0])
    set_seed(epoch_seed, device_specific=True)
    for owner in (loader, loader.sampler):
        if getattr(owner, "generator", None) is not None:
            owner.generator.manual_seed(epoch_seed)
    if hasattr(loader.dataset, "set_epoch"):
        loader.dataset.set_epoch(epoch)
