"""One training loop for every chapter."""
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader

from cvlib.accelerators import accelerator_for, begin_epoch, own_generator
from cvlib.checkpoint import (
    CHECKPOINT,
    check_same,
    content_of,
    load_checkpoint,
    read_progress,
    save_checkpoint,
)
from cvlib.evaluation import evaluate, on_device
from cvlib.mixing import mixer
from cvlib.optim import build_optimizer, set_rates
from cvlib.recipes import Recipe

__all__ = ["EpochStats", "Watch", "evaluate", "fit"]

Watch = Callable[[Iterable, int], Iterable]  # an epoch's batches and its number -> the same batches


@dataclass(frozen=True)
class EpochStats:
    """One epoch: mean cross-entropies in nats without smoothing, accuracies as fractions, the last rate, wall
    seconds.

    What is said of training is of its augmented pictures with dropout on, while the weights moved; what is
    said of validation is of one view by the weights at the end (averaged ones where the recipe has them).
    ``step_losses`` are the mean losses of the steps, None where the recipe does not ask for them.
    """

    epoch: int
    train_loss: float
    train_accuracy: float
    val_loss: float
    val_accuracy: float
    lr: float
    seconds: float
    step_losses: tuple[float, ...] | None = None

    def as_dict(self) -> dict:
        """What a history keeps: the fields that there are."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def fit(model: nn.Module, train_loader: DataLoader, val_loader: DataLoader, recipe: Recipe, *, seed: int = 0,
        accelerator: Accelerator | None = None, checkpoint: str | Path | None = None,
        watch: Watch | None = None) -> Iterator[EpochStats]:
    """Train ``model`` in place; yield one ``EpochStats`` after every epoch. Nothing happens until it is
    iterated: ``history = list(fit(...))``.

    ``checkpoint`` is a folder. After each epoch the run is saved there; where it holds a run of the same
    data, recipe and seed, training goes on after its last epoch and only the rest is yielded. Each epoch
    seeds Python, NumPy, torch and the loader's own generators anew from (seed, epoch), so a resumed run draws
    what an unbroken one would have drawn: on a CPU it ends with the same weights, bit for bit. The loader's
    batch size is global: several processes share each batch. ``watch(batches, epoch)`` passes an epoch's
    training batches on, one by one: for a progress bar.

    Raises ValueError where the folder holds another run (it names what differs) or a file that cannot be
    read, and FloatingPointError where loss or weights are not finite.
    """
    accelerator = accelerator or accelerator_for(recipe.precision)
    training = _Training(model, train_loader, val_loader, recipe, seed, accelerator, watch)
    saved = Path(checkpoint) / CHECKPOINT if checkpoint else None
    history = training.resume(saved) if saved and saved.exists() else []
    training.prepare()
    for epoch in range(len(history) + 1, recipe.epochs + 1):
        history.append((stats := training.epoch(epoch)).as_dict())
        if saved and accelerator.is_main_process:
            training.save(saved, history)
        if epoch == recipe.epochs:
            training.finish()
        yield stats
    if history and len(history) == recipe.epochs:
        training.finish()


class _Training:
    """What the epochs of one `fit` share."""

    def __init__(self, model, train_loader, val_loader, recipe, seed, accelerator, watch):
        self.bare, self.recipe, self.seed, self.accelerator = model, recipe, seed, accelerator
        self.given, self.val_loader = train_loader, val_loader
        self.watch = watch or (lambda batches, epoch: batches)
        own_generator(train_loader)
        self.data = {"train": content_of(train_loader.dataset), "val": content_of(val_loader.dataset)}
        self.optimizer = build_optimizer(model.to(accelerator.device), recipe)
        average = get_ema_multi_avg_fn(recipe.ema.decay) if recipe.ema else None
        self.ema = AveragedModel(model, multi_avg_fn=average, use_buffers=True) if recipe.ema else None
        self.mix = mixer(recipe.mix, model) if recipe.mix else None

    @property
    def modules(self) -> dict[str, nn.Module]:
        return {"model": self.bare} | ({"ema": self.ema} if self.ema else {})

    @property
    def identity(self) -> dict:
        return {"data": self.data, "recipe": self.recipe.as_dict(), "seed": self.seed}

    def resume(self, saved: Path) -> list[dict]:
        """The history in ``saved``, with everything put back to its end."""
        progress = read_progress(saved)
        check_same(saved.parent, progress, self.identity)
        load_checkpoint(saved, self.modules, self.optimizer)
        if self.accelerator.scaler:
            self.accelerator.scaler.load_state_dict(progress["scaler"])
        return progress["history"]

    def save(self, saved: Path, history: list[dict]) -> None:
        scaler = self.accelerator.scaler and self.accelerator.scaler.state_dict()
        save_checkpoint(saved, self.modules, self.optimizer,
                        self.identity | {"history": history, "scaler": scaler})

    def prepare(self) -> None:
        self.model, self.optimizer, self.loader = self.accelerator.prepare(self.bare, self.optimizer,
                                                                           self.given)

    def epoch(self, epoch: int) -> EpochStats:
        """One pass over the training pictures, then validation."""
        start = time.perf_counter()
        begin_epoch(self.given, self.seed, epoch)
        self.loader.set_epoch(epoch)
        loss, right, lr, steps = self._train(epoch)
        if not np.isfinite(loss) or not all(_finite(module) for module in self.modules.values()):
            raise FloatingPointError(f"loss {loss} or a weight is not finite in epoch {epoch} of recipe "
                                     f"{self.recipe.name!r}: try a lower lr, or clip_norm")
        judged = self.ema.module if self.ema else self.model
        val = evaluate(judged, self.val_loader, accelerator=self.accelerator)
        return EpochStats(epoch, loss, right, val.loss, val.accuracy, lr, time.perf_counter() - start, steps)

    def _train(self, epoch: int) -> tuple:
        """Mean training loss, accuracy, the last learning rate, and the steps' losses if asked for."""
        self.model.train()
        sums, steps, lr = torch.zeros(2, device=self.accelerator.device), [], 0.0  # .item() would stall it
        batches = self.watch(self.loader, epoch)
        for step, batch in enumerate(batches, start=(epoch - 1) * len(self.loader)):
            lr = set_rates(self.optimizer, self.recipe, step, len(self.loader))
            sums += (told := self._step(*on_device(self.given.dataset, batch)))
            steps += [told[0]] if self.recipe.step_losses else []
        loss, accuracy = (self.accelerator.reduce(sums, "sum") / len(self.given.dataset)).tolist()
        return loss, accuracy, lr, self._means(steps) if steps else None

    def _means(self, steps: list[Tensor]) -> tuple[float, ...]:
        """From the sums of each step's losses to means, to six digits."""
        sums, size = self.accelerator.reduce(torch.stack(steps), "sum"), self.given.batch_size
        counts = [min(size, len(self.given.dataset) - size * step) for step in range(len(steps))]
        return tuple(float(f"{loss / count:.6g}") for loss, count in zip(sums.tolist(), counts, strict=True))

    def _step(self, images: Tensor, labels: Tensor) -> Tensor:
        """One step of the optimizer; the sums of unsmoothed losses and of right answers, (2,)."""
        real, weights = self._shares(labels)
        if self.mix:
            images, labels = self.mix(images, labels)
        logits = self.model(images)
        losses = F.cross_entropy(logits, labels, label_smoothing=self.recipe.label_smoothing,
                                 reduction="none")
        self.accelerator.backward((losses * weights).sum() * self.accelerator.num_processes / real)
        if self.recipe.clip_norm:
            self.accelerator.clip_grad_norm_(self.bare.parameters(), self.recipe.clip_norm)
        self.optimizer.step()
        self.optimizer.zero_grad()
        if self.ema:
            self.ema.update_parameters(self.bare)
        with torch.no_grad():
            plain = F.cross_entropy(logits, labels, reduction="none")
            right = logits.argmax(1) == (labels.argmax(1) if labels.ndim == 2 else labels)
            return torch.stack([(plain * weights).sum(), (right * weights).sum()])

    def _shares(self, labels: Tensor) -> tuple[int, Tensor]:
        """How many pictures all processes' batch holds, and which of this one's count: several processes fill
        up a short last batch with pictures from the first, which must not count twice."""
        processes, count = self.accelerator.num_processes, len(labels)
        state = self.accelerator.gradient_state
        short = processes > 1 and state.end_of_dataloader and state.remainder > 0
        real = state.remainder if short else count * processes
        first = count * self.accelerator.process_index
        places = torch.arange(first, first + count, device=labels.device)
        return real, (places < real).float()

    def finish(self) -> None:
        """The averaged weights are what a run keeps."""
        if self.ema:
            self.bare.load_state_dict(self.ema.module.state_dict())


def _finite(module: nn.Module) -> bool:
    return all(torch.isfinite(tensor).all() for tensor in module.state_dict().values()
               if tensor.is_floating_point())
