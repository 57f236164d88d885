"""A stand-in for ImageNet where there is none: drawn scenes in Kaggle's tree, for tests and for a first read.
"""
from pathlib import Path

from cvlib.data.drawn import open_drawn
from cvlib.data.imagenet_hints import PICTURES
from cvlib.data.imagenet_tables import MAPPING, SOLUTION, synsets
from cvlib.data.images import ImageDataset

__all__ = ["PLACES", "write_stand_in"]

PLACES = {  # a drawn scene -> the synset whose place it takes
    "buildings": "n03877845", "forest": "n09468604", "glacier": "n09332890", "mountain": "n09193705",
    "sea": "n09428293", "street": "n06794110",
}  # palace, valley, lakeside, alp, seashore, street sign


def write_stand_in(root: str | Path, *, train: int = 20, val: int = 10) -> Path:
    """Write ``train`` and ``val`` drawn scenes of each of six classes below ``root``, and the two tables.

    All 1,000 synsets stand in the mapping, with torchvision's names, and six of them have pictures: read it
    with ``sample=True``. As in ImageNet validation pictures lie loose and rows hold boxes, and a test picture
    has no label.
    """
    from torchvision.models import AlexNet_Weights

    root, drawn = Path(root), open_drawn()
    names = AlexNet_Weights.IMAGENET1K_V1.meta["categories"]
    lines = [f"{synset} {name}" for synset, name in zip(synsets(), names, strict=True)]
    rows = ["ImageId,PredictionString"]
    for number, (picture, synset) in enumerate(_first(drawn["val"], val), 1):
        name = f"ILSVRC2012_val_{number:08d}"
        _save(picture, root / PICTURES / "val" / f"{name}.JPEG")
        rows.append(f"{name},{synset} 1 1 148 148 {synset} 9 9 60 60 ")
    for number, (picture, synset) in enumerate(_first(drawn["train"], train), 1):
        _save(picture, root / PICTURES / "train" / synset / f"{synset}_{number}.JPEG")
    _save(drawn["test"].image(0), root / PICTURES / "test" / "ILSVRC2012_test_00000001.JPEG")
    (root / MAPPING).write_text("\n".join(lines) + "\n")
    (root / SOLUTION).write_text("\n".join(rows) + "\n")
    return root


def _first(dataset: ImageDataset, count: int):
    """The first ``count`` pictures of each class, in the order of the drawn set, with their synsets."""
    taken = dict.fromkeys(range(len(dataset.classes)), 0)
    for index, label in enumerate(dataset.labels.tolist()):
        taken[label] += 1
        if taken[label] <= count:
            yield dataset.image(index), PLACES[dataset.classes[label]]


def _save(picture, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, "JPEG", quality=90)
