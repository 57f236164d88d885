"""One training loop for every chapter."""
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import log
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from accelerate.utils import set_seed
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader

from cvlib.checkpoint import CHECKPOINT, load_checkpoint, read_progress, save_checkpoint
from cvlib.optim import build_optimizer, lr_at
from cvlib.recipes import Recipe

__all__ = ["EpochStats", "Predictions", "accelerator_for", "evaluate", "fit"]

PRECISIONS = {"float32": "no", "bfloat16": "bf16", "float16": "fp16"}  # ours -> accelerate's


@dataclass(frozen=True)
class EpochStats:
    """One epoch: mean losses in nats, accuracy as a fraction, the last step's learning rate, wall seconds."""

    epoch: int
    train_loss: float
    val_loss: float
    val_accuracy: float
    lr: float
    seconds: float


@dataclass(frozen=True)
class Predictions:
    """What a network says of a data set: (N,) labels, (N, C) probabilities, mean loss in nats."""

    labels: np.ndarray
    probabilities: np.ndarray
    loss: float
    paths: list[str] | None

    @property
    def accuracy(self) -> float:
        """Top-1, a fraction."""
        return float((self.probabilities.argmax(1) == self.labels).mean())


def accelerator_for(recipe: Recipe) -> Accelerator:
    """An Accelerator with the recipe's precision; a former one of another precision is dropped.

    Raises ValueError for float16 on a processor, which accelerate would quietly train in float32.
    """
    precision = PRECISIONS[recipe.precision]
    if AcceleratorState._shared_state and AcceleratorState().mixed_precision != precision:
        AcceleratorState._reset_state()
    accelerator = Accelerator(mixed_precision=precision)
    if precision == "fp16" and accelerator.device.type == "cpu":
        raise ValueError("precision float16 needs a graphics card: take bfloat16 or float32 on a processor")
    return accelerator


def fit(model: nn.Module, train_loader: DataLoader, val_loader: DataLoader, recipe: Recipe, *, seed: int = 0,
        accelerator: Accelerator | None = None, checkpoint: str | Path | None = None) -> Iterator[EpochStats]:
    """Train ``model`` in place; yield one ``EpochStats`` after every epoch. Nothing happens until it is
    iterated: ``history = list(fit(...))``.

    ``checkpoint`` is a folder. After each epoch the run is saved there; where it holds a run of the same
    recipe and seed, training goes on after its last epoch and only the rest is yielded. Each epoch seeds
    Python, NumPy, torch and the loader's own generators anew from (seed, epoch), so a resumed run draws what
    an unbroken one would have drawn: on a CPU it ends with the same weights, bit for bit.

    Raises ValueError where the folder holds a run of another recipe or seed, and FloatingPointError where the
    loss is not finite.
    """
    accelerator = accelerator or accelerator_for(recipe)
    optimizer = build_optimizer(model, recipe)
    saved = Path(checkpoint) / CHECKPOINT if checkpoint else None
    history = _resume(saved, model, optimizer, recipe, seed, accelerator)
    given = train_loader
    model, optimizer, train_loader, val_loader = accelerator.prepare(model, optimizer, train_loader,
                                                                     val_loader)

    for epoch in range(len(history) + 1, recipe.epochs + 1):
        start = time.perf_counter()
        _begin_epoch(given, seed, epoch)
        train_loader.set_epoch(epoch)
        train_loss, lr = _train_epoch(model, train_loader, optimizer, recipe, epoch, accelerator)
        val = evaluate(model, val_loader, accelerator=accelerator)
        stats = EpochStats(epoch, train_loss, val.loss, val.accuracy, lr, time.perf_counter() - start)
        history.append(asdict(stats))
        if saved and accelerator.is_main_process:
            progress = {"recipe": recipe.as_dict(), "seed": seed, "history": history,
                        "scaler": accelerator.scaler and accelerator.scaler.state_dict()}
            save_checkpoint(saved, accelerator.unwrap_model(model), optimizer, progress)
        yield stats


def _train_epoch(model, loader, optimizer, recipe, epoch, accelerator) -> tuple[float, float]:
    """Mean training loss and the last learning rate."""
    model.train()
    loss_sum, seen = torch.zeros((), device=accelerator.device), 0
    for step, (images, labels) in enumerate(loader, start=(epoch - 1) * len(loader)):
        lr = lr_at(recipe, step, len(loader))
        for group in optimizer.param_groups:
            group["lr"] = lr
        loss = F.cross_entropy(model(images), labels, label_smoothing=recipe.label_smoothing)
        accelerator.backward(loss)
        optimizer.step()
        optimizer.zero_grad()
        loss_sum += loss.detach() * len(labels)  # stays on the device: .item() here would stall it
        seen += len(labels)
    mean = accelerator.reduce(loss_sum / seen, "mean").item()
    if not np.isfinite(mean):
        raise FloatingPointError(f"epoch {epoch}: the loss is {mean}; lower lr ({recipe.lr}) or warm up")
    return mean, lr


@torch.no_grad()
def evaluate(model: nn.Module, loader: DataLoader, *, views: int = 1,
             accelerator: Accelerator | None = None) -> Predictions:
    """Run ``model`` over ``loader`` in evaluation mode.

    With several ``views`` of a picture, batches are (N, views, C, H, W), and the probabilities are averaged
    over the views (Sec. 4.1 of the AlexNet paper). Raises ValueError for batches of another shape.
    """
    accelerator = accelerator or Accelerator()
    model.to(accelerator.device).eval()
    everything = []
    for images, labels in accelerator.prepare(loader):
        if images.shape[1:-3] != ((views,) if views > 1 else ()):
            raise ValueError(f"batches of shape {tuple(images.shape)} do not hold {views} view(s) a picture")
        with accelerator.autocast():
            logits = model(images.flatten(0, -4))
        log_probabilities = logits.float().log_softmax(1).unflatten(0, (len(labels), views))
        log_mean = log_probabilities.logsumexp(1) - log(views)
        everything.append(accelerator.gather_for_metrics((log_mean, labels)))
    log_probabilities, labels = map(torch.cat, zip(*everything, strict=True))
    return Predictions(labels.cpu().numpy(), log_probabilities.exp().cpu().numpy(),
                       F.nll_loss(log_probabilities, labels).item(), getattr(loader.dataset, "paths", None))


def _resume(saved: Path | None, model, optimizer, recipe: Recipe, seed: int, accelerator) -> list[dict]:
    """The history of the run in ``saved``, with model, optimizer and loss scale put back to its end."""
    if saved is None or not saved.exists():
        return []
    progress = read_progress(saved)
    if (progress["recipe"], progress["seed"]) != (recipe.as_dict(), seed):
        other = f"{progress['recipe']['name']!r}, {progress['seed']}"
        raise ValueError(f"{saved.parent} holds a run of another recipe or seed ({other}): choose another "
                         "folder or delete that one")
    load_checkpoint(saved, model, optimizer)
    if accelerator.scaler:
        accelerator.scaler.load_state_dict(progress["scaler"])
    return progress["history"]


def _begin_epoch(loader: DataLoader, seed: int, epoch: int) -> None:
    """Everything random in this epoch follows from (seed, epoch): nothing is carried over from the last."""
    epoch_seed = int(np.random.SeedSequence([seed, epoch]).generate_state(1)[0])
    set_seed(epoch_seed, device_specific=True)
    for owner in (loader, loader.sampler):
        if getattr(owner, "generator", None) is not None:
            owner.generator.manual_seed(epoch_seed)
    if hasattr(loader.dataset, "set_epoch"):
        loader.dataset.set_epoch(epoch)
