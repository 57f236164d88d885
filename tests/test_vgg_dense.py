"""Dense evaluation against sliding crops by hand."""
import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.testing import assert_close

import cvlib
from cvlib.models.vgg import COLUMNS, VGG, initialise
from cvlib.models.vgg_dense import DenseVGG, class_posteriors, multi_scale, rescaled
from cvlib.models.vgg_mini import vgg_mini


def narrow(column="D", image_size=64, **options):
    torch.manual_seed(1)
    model = VGG(COLUMNS[column], (3, 4, 4, 5, 6), 7, num_classes=5, in_channels=3, image_size=image_size,
                **options)
    return initialise(model, "kaiming").eval()


@pytest.mark.parametrize(("build", "size"), [
    (lambda: narrow("E", 224), 224), (lambda: narrow("A", 224, norm="lrn"), 224),
    (lambda: vgg_mini(5).eval(), 112), (lambda: vgg_mini(5, image_size=64, norm="batch").eval(), 64),
])
def test_on_pictures_of_its_own_size_it_is_the_plain_network(build, size):
    torch.manual_seed(0)
    model, images = build(), torch.randn(2, 3, size, size)

    dense = DenseVGG(model)

    with torch.no_grad():
        plain = model(images)
        assert_close(dense(images), plain, rtol=1e-5, atol=1e-5 * plain.abs().max().item())
        assert dense.score_map(images).shape == (2, 5, 1, 1)


def test_its_convolutions_are_those_of_section_3_2_and_in_the_models_memory():
    with torch.device("meta"):
        layers = dict(DenseVGG(cvlib.models.build("vgg16")).head.named_children())
    model = narrow()

    assert {name: layer.kernel_size for name, layer in layers.items() if isinstance(layer, nn.Conv2d)} == {
        "fc6": (7, 7), "fc7": (1, 1), "fc8": (1, 1)}
    assert list(layers) == ["fc6", "relu6", "drop6", "fc7", "relu7", "drop7", "fc8"]
    for ours, theirs in zip(DenseVGG(model).head.parameters(), model.head.parameters(), strict=True):
        assert ours.data_ptr() == theirs.data_ptr()


@pytest.mark.parametrize("shape", [(64, 64), (96, 160), (100, 127)])
def test_each_place_of_the_score_map_is_the_head_on_its_window_of_the_last_map(shape):
    model, images = narrow(), torch.randn(2, 3, *shape)

    scores, maps = DenseVGG(model).score_map(images), model.stages(images)

    assert scores.shape[2:] == (shape[0] // 32 - 1, shape[1] // 32 - 1)
    for row in range(scores.shape[2]):
        for column in range(scores.shape[3]):
            assert_close(scores[:, :, row, column], model.head(maps[:, :, row:row + 2, column:column + 2]))


def test_without_padding_it_is_the_mean_of_crops_that_slide_by_32_pixels():
    """A without its zeros: 182 pixels leave 2 places, by 180, 90, 88, 44, 40, 20, 16, 8 and 4."""
    model = narrow("A", norm="batch")
    for layer in model.stages:
        if isinstance(layer, nn.Conv2d):
            layer.padding = (0, 0)
    model.reads = (3, 182, 182)
    images = torch.randn(1, 3, 182 + 32, 182 + 64)

    crops = [model(images[:, :, 32 * row:32 * row + 182, 32 * column:32 * column + 182])
             for row in range(2) for column in range(3)]

    assert_close(DenseVGG(model)(images), torch.stack(crops).mean(dim=0))


def test_with_padding_a_crop_differs_near_its_border_alone():
    """A crop is padded with zeros, the whole picture has its pixels there (Sec. 3.2)."""
    model, images = narrow(), torch.randn(1, 3, 96, 96)

    crop = model(images[:, :, :64, :64])
    place = DenseVGG(model).score_map(images)[:, :, 0, 0]

    assert (crop - place).abs().max() > 1e-3


@pytest.mark.parametrize("shape", [(1, 3, 63, 64), (1, 1, 64, 64), (3, 64, 64)])
def test_a_picture_too_small_is_refused(shape):
    with pytest.raises(ValueError, match=r"reads pictures \(N, 3, H, W\) of at least 64 pixels a side, not"):
        DenseVGG(narrow())(torch.zeros(shape))


def test_the_sizes_are_those_of_section_4_2():
    assert multi_scale(256) == (224, 256, 288)
    assert multi_scale(384) == (352, 384, 416)
    assert multi_scale(256, 512) == (256, 384, 512)


@pytest.mark.parametrize(("shape", "size", "after"), [
    ((80, 120), 64, (64, 96)), ((90, 60), 64, (96, 64)), ((50, 50), 75, (75, 75)), ((101, 67), 64, (96, 64)),
])
def test_pictures_keep_their_shape_when_their_smaller_side_is_set(shape, size, after):
    assert rescaled(torch.rand(1, 3, *shape), size).shape[2:] == after


def test_posteriors_are_means_of_softmaxes_over_sizes_and_mirror_images():
    model, images = vgg_mini(6, image_size=64).train(), torch.randn(2, 3, 70, 90)
    model.stages.conv1_1.weight.data.mul_(0.2)

    posteriors = class_posteriors(model, images, (64, 96))

    views = [F.interpolate(images, size=size, mode="bilinear", antialias=True)
             for size in ((64, 82), (96, 123))]
    by_hand = sum(DenseVGG(model)(view).softmax(dim=1) for one in views for view in (one, one.flip(-1))) / 4
    assert_close(posteriors, by_hand)
    assert_close(posteriors.sum(dim=1), torch.ones(2))
    assert not model.training
    assert_close(class_posteriors(model, images, flip=False), DenseVGG(model)(images).softmax(dim=1))
