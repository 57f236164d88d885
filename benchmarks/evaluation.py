"""Pictures a second of an evaluation, `cvlib.validate`'s way and torchvision's reference way.

    python benchmarks/evaluation.py [MODEL ...]      # alexnet_one_tower and resnet18 unless said

torchvision's side is its reference script: the loader's default, the transform of the weights, accuracy by
top-k in inference mode. Ours are `Crops` decoded on the fly, `evaluate`, and what a record keeps. Both have
the same photographs (imagenet-mini in $CVLIB_DATA, else drawn scenes) several times over, the same random
weights, batches of 25, two threads, and two decoding processes, whose start counts. Each of the rounds
measures both in turn. Ratios are of pictures a second, ours over theirs.
"""
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import torch
import torchvision
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

import cvlib
from cvlib.data import Crops, DatasetNotFound, Normalise, Part, load_dataset, loader, open_source
from cvlib.data.stand_in import write_stand_in
from cvlib.results import stored

CORES, BATCH, ROUNDS, TIMES, WANTED = 2, 25, 3, 5, 0.9


class Theirs(Dataset):
    """The same files, opened and transformed by torchvision."""

    def __init__(self, dataset, transform):
        self.files = [f"{dataset.pictures.root}/{path}" for path in dataset.paths]
        self.labels, self.transform = dataset.labels.tolist(), transform

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, index: int):
        image = torchvision.datasets.folder.default_loader(self.files[index])
        return self.transform(image), self.labels[index]


@torch.inference_mode()
def reference(model, batches) -> list[torch.Tensor]:
    """Loss, and how many are right at first and among five, as in torchvision's references/classification."""
    said = []
    for images, labels in batches:
        logits = model(images)
        right = logits.topk(5).indices == labels[:, None]
        said.append(torch.stack([F.cross_entropy(logits, labels, label_smoothing=0.0),
                                 right[:, 0].float().sum(), right.any(1).float().sum()]))
    return said


def ours(model, batches) -> None:
    """Everything that a record keeps."""
    said = cvlib.evaluate(model, batches)
    stored(said.log_probabilities, said.labels)


def seconds(work, *arguments) -> float:
    """Wall time of one pass."""
    start = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - start


def compare(name: str, dataset) -> None:
    """Print the ratio for one network."""
    source = cvlib.published_weights(name)
    network = getattr(torchvision.models, cvlib.models.torchvision_name(name))().eval()
    model = cvlib.create_model(name)
    cvlib.load_torchvision(model, network.state_dict())
    pictures = open_source(dataset, source.preprocess, kind="on the fly")
    mine = loader(Crops(dataset, pictures, Normalise.fixed(source.preprocess)), BATCH, workers=CORES)
    theirs = DataLoader(Theirs(dataset, source.entry.transforms()), BATCH, num_workers=CORES)
    ratios, rates = [], []
    for _ in range(ROUNDS):
        taken = seconds(reference, network, theirs), seconds(ours, model, mine)
        ratios.append(taken[0] / taken[1])
        rates.append([len(dataset) / each for each in taken])
    torchvisions, cvlibs = map(median, zip(*rates, strict=True))
    print(f"{name:<18} {cvlibs:6.1f} pictures/s, torchvision {torchvisions:6.1f}: {median(ratios):.2f} "
          f"times, {min(ratios):.2f} to {max(ratios):.2f} (wanted {WANTED})")


def main() -> None:
    """Compare each network asked for, on photographs where there are some."""
    torch.set_num_threads(CORES)
    with tempfile.TemporaryDirectory() as folder:
        try:
            root = cvlib.data.locate("imagenet-mini")
        except DatasetNotFound:
            root = write_stand_in(Path(folder), train=1, val=17)
        whole = load_dataset("imagenet", "val", root=root, sample=True)
        dataset = Part(whole, np.tile(whole.rows, TIMES))
        print(f"{len(dataset)} pictures, {ROUNDS} rounds")
        for name in sys.argv[1:] or ["alexnet_one_tower", "resnet18"]:
            compare(name, dataset)


if __name__ == "__main__":
    main()
