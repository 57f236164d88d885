"""What torchvision's weights name is what our pictures go through, pixel for pixel."""
import numpy as np
import pytest
import torch
import torchvision
from torch.testing import assert_close
from torchvision.models import get_model_weights

import cvlib
from conftest import picture
from cvlib.data import Normalise, Preprocess
from cvlib.data.decode import open_picture
from cvlib.data.preprocess import SCALES
from cvlib.models import TORCHVISION_NAMES
from cvlib.published import published_weights

FOUR = ["alexnet_one_tower", "vgg19", "resnet152", "convnext_tiny"]
OFFERED = [(name, entry.name) for name, theirs in TORCHVISION_NAMES.items()
           for entry in get_model_weights(theirs) if "FEATURES" not in entry.name]  # those know no classes


def ours(preprocess, image):
    pixels = torch.from_numpy(np.array(preprocess.cropped(image))).permute(2, 0, 1)[None]
    return Normalise.fixed(preprocess)(pixels)[0]


def theirs(name, tag):
    return torchvision.models.get_model_weights(TORCHVISION_NAMES[name])[tag].transforms()


@pytest.mark.parametrize(("name", "tag"), OFFERED, ids=str)
def test_a_picture_goes_through_what_the_weights_name(name, tag):
    preprocess, image = published_weights(name, tag).preprocess, picture(331, 260)

    assert_close(ours(preprocess, image), theirs(name, tag)(image), rtol=0, atol=2e-6)


@pytest.mark.data
@pytest.mark.parametrize("name", FOUR)
def test_of_a_hundred_photographs_every_byte_is_torchvisions(name, imagenet_mini):
    dataset = cvlib.load_dataset("imagenet", "val", root=imagenet_mini, sample=True)
    preprocess, transform = published_weights(name).preprocess, theirs(name, "IMAGENET1K_V1")
    transform.mean, transform.std = [0.0] * 3, [1 / 255] * 3  # as bytes

    different = [path for path, (image, _) in zip(dataset.paths, dataset, strict=True)
                 if not np.array_equal(np.asarray(preprocess.cropped(image)),
                                       transform(image).permute(1, 2, 0).round().numpy())]

    assert len(dataset) == 100
    assert different == []


def test_the_four_are_resized_to_what_their_weights_name():
    sizes = {name: published_weights(name).preprocess.size for name in FOUR}

    assert sizes == {"alexnet_one_tower": 256, "vgg19": 256, "resnet152": 256, "convnext_tiny": 236}
    assert published_weights("resnet152", "IMAGENET1K_V2").preprocess.size == 232
    assert all(published_weights(name).preprocess.mean == SCALES["imagenet"][0] for name in FOUR)
    assert published_weights("vgg19").preprocess == Preprocess(256, 224, "shorter", "bilinear",
                                                               *SCALES["imagenet"])


@pytest.mark.parametrize(("name", "top1", "top5"), [
    ("alexnet_one_tower", 0.56522, 0.79066), ("vgg19", 0.72376, 0.90876), ("resnet152", 0.78312, 0.94046),
    ("convnext_tiny", 0.82520, 0.96146),
])
def test_the_scores_are_those_of_torchvisions_documentation(name, top1, top5):
    assert (published_weights(name).top1, published_weights(name).top5) == pytest.approx((top1, top5))


def test_an_upright_camera_is_the_one_thing_that_torchvision_sees_otherwise(tmp_path):
    exif = picture(60, 40).getexif()
    exif[0x0112] = 6
    picture(60, 40).save(tmp_path / "turned.jpg", exif=exif)

    upright = open_picture(tmp_path / "turned.jpg")

    assert upright.size == (40, 60)
    assert torchvision.datasets.folder.default_loader(str(tmp_path / "turned.jpg")).size == (60, 40)


def test_weights_that_are_not_offered_are_answered_with_those_that_are():
    with pytest.raises(ValueError, match="'V9' of resnet152; it has IMAGENET1K_V1, IMAGENET1K_V2"):
        published_weights("resnet152", "V9")
    with pytest.raises(ValueError, match="no weights for alexnet_mini"):
        published_weights("alexnet_mini")


@pytest.mark.parametrize("values", [{"mean": "picture"}, {"mean": "channel"},
                                    {"mean": (1.0, 2.0, 3.0), "std": "channel"}])
def test_what_only_a_data_set_can_say_is_not_fixed(values):
    with pytest.raises(ValueError, match="are a data set's"):
        Normalise.fixed(Preprocess(32, 28, **values))
