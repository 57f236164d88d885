"""Networks watched while they run: what is seen is what is there, and nothing is left behind."""
from typing import NamedTuple

import numpy as np
import pytest
import torch
import torchvision
from torch import nn
from torch.testing import assert_close
from torch.utils.data import DataLoader, Dataset, TensorDataset
from torchvision.models.feature_extraction import create_feature_extractor

import cvlib
from cvlib.layers import LocalResponseNorm
from cvlib.probe import capture_activations, divisors, first_convolution, lrn_divisors, lrn_measures

QUANTILES = (0.01, 0.5, 0.99)


def norm(alpha=1e-2):
    return LocalResponseNorm(5, alpha, divide_by_size=False)


class Batch(NamedTuple):
    images: torch.Tensor
    labels: torch.Tensor
    plan: torch.Tensor


class Unfinished(Dataset):
    """Bytes until `finish` scales them, as the course's own data sets give them."""

    def __init__(self, images):
        self.images = images

    def __len__(self):
        return len(self.images)

    def __getitems__(self, indices):
        return Batch(self.images[indices], torch.zeros(len(indices)), torch.zeros(1))

    def finish(self, batch):
        return batch.images.float() - 100, batch.labels


def test_divisors_are_those_of_the_pictures_in_evaluation_mode():
    images = 30 * torch.randn(40, 8, 9, 9, generator=torch.Generator().manual_seed(0))
    model = nn.Sequential(nn.Dropout(), norm())

    said = lrn_divisors(model, DataLoader(TensorDataset(images, torch.zeros(40)), batch_size=7))

    assert_close(said["1"], np.quantile(norm().divisor(images), QUANTILES).tolist())


@pytest.mark.parametrize("width", [7, 16, 32, 55])
def test_no_column_of_a_map_is_preferred(width, monkeypatch):
    monkeypatch.setattr(divisors, "MOST", 400)
    columns = torch.arange(width).float().expand(6, 4, width, width).contiguous() ** 0.5
    model = nn.Sequential(LocalResponseNorm(1, 1.0, divide_by_size=False))

    said = lrn_divisors(model, [(columns, torch.zeros(6))], (0.1, 0.3, 0.5, 0.7, 0.9))

    exact = np.quantile(2 + np.arange(width), (0.1, 0.3, 0.5, 0.7, 0.9))
    assert np.abs(np.array(said["0"]) - exact).max() <= 0.04 * width + 1


def test_memory_is_flat_however_many_the_pictures(monkeypatch):
    monkeypatch.setattr(divisors, "MOST", 1000)
    lengths, add = [], divisors._Sample.add
    monkeypatch.setattr(divisors._Sample, "add",
                        lambda self, values: (add(self, values), lengths.append(len(self.values))))
    generator = torch.Generator().manual_seed(0)
    batches = [(30 * torch.randn(8, 8, 9, 9, generator=generator), None) for _ in range(60)]

    said = lrn_divisors(nn.Sequential(norm()), batches)["0"]

    exact = np.quantile(norm().divisor(torch.cat([images for images, _ in batches])), QUANTILES)
    assert max(lengths) <= 1000
    assert lengths[-1] > 500
    assert_close(said[1], exact[1], rtol=0.05, atol=0)
    assert said == lrn_divisors(nn.Sequential(norm()), batches)["0"]


def test_later_pictures_weigh_as_much_as_the_first(monkeypatch):
    monkeypatch.setattr(divisors, "MOST", 1000)
    batches = [(torch.full((8, 8, 9, 9), float(i)), None) for i in range(60)]
    model = nn.Sequential(LocalResponseNorm(1, 1.0, divide_by_size=False))

    low, middle, high = lrn_divisors(model, batches)["0"]

    assert low <= 3
    assert 2 + 27**2 <= middle <= 2 + 32**2
    assert high >= 2 + 58**2


def test_a_data_set_may_finish_its_batches():
    images = torch.from_numpy(np.random.default_rng(0).integers(256, size=(24, 8, 9, 9), dtype=np.uint8))
    loader = DataLoader(Unfinished(images), batch_size=8, collate_fn=lambda batch: batch)

    said = lrn_divisors(nn.Sequential(norm()), loader)

    assert_close(said["0"], np.quantile(norm().divisor(images.float() - 100), QUANTILES).tolist())


def test_several_views_of_a_picture_are_several_pictures():
    images = torch.ones(2, 5, 8, 3, 3)

    said = lrn_divisors(nn.Sequential(norm()), [(images, None)])

    assert said == lrn_divisors(nn.Sequential(norm()), [(images.flatten(0, 1), None)])


def test_layers_are_named_shortly_where_that_says_which():
    towers = nn.ModuleDict({"left": nn.Sequential(), "right": nn.Sequential()})
    for tower in towers.values():
        tower.add_module("norm1", norm())
    model = nn.Sequential(towers["left"], towers["right"])
    model.add_module("norm2", norm())

    assert list(lrn_divisors(model, [(torch.ones(2, 8, 9, 9), None)])) == ["0.norm1", "1.norm1", "norm2"]
    small = cvlib.create_model("alexnet_mini", num_classes=2, image_size=64)
    assert list(lrn_divisors(small, [(torch.ones(2, 3, 64, 64), None)])) == ["norm1", "norm2"]


def test_a_network_without_response_normalisation_reads_nothing():
    assert lrn_divisors(nn.Conv2d(3, 4, 3), iter(lambda: 1 / 0, None)) == {}


def test_a_record_has_the_odd_percentiles_of_both_networks():
    torch.manual_seed(0)
    start, trained = norm(alpha=1e-2), norm(alpha=1e-1)
    batches = [(torch.randn(8, 8, 9, 9), None)]

    measured = lrn_measures(nn.Sequential(trained), nn.Sequential(start), batches)

    for name, layer in (("start", start), ("trained", trained)):
        expected = np.quantile(layer.divisor(batches[0][0]).numpy(), np.arange(1, 100, 2) / 100)
        assert_close(torch.tensor(measured["lrn_percentiles"][name]["0"]), torch.tensor(expected).float(),
                     rtol=1e-5, atol=0)
    assert measured["lrn_divisors"] == lrn_divisors(nn.Sequential(trained), batches)


def broken_loader():
    yield torch.ones(2, 8, 9, 9), None
    raise OSError("a picture is gone")


def test_modes_are_given_back_and_hooks_are_gone_also_when_the_loader_breaks():
    model = nn.Sequential(nn.BatchNorm2d(8), norm(), nn.Dropout())
    model[0].eval()

    with pytest.raises(OSError, match="gone"):
        lrn_divisors(model, broken_loader())

    assert [module.training for module in model.modules()] == [True, False, True, True]
    assert not any(module._forward_hooks for module in model.modules())


def test_activations_are_what_the_layers_gave_even_where_the_next_overwrites_it():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(inplace=True))
    images = torch.randn(2, 3, 5, 5)

    seen = capture_activations(model, images, ["0", "1"])

    assert_close(seen["0"], model[0](images).detach())
    assert_close(seen["1"], model[0](images).relu().detach())
    assert not seen["0"].requires_grad


def test_activations_of_torchvisions_resnet_are_those_of_its_feature_extractor():
    torch.manual_seed(0)
    model, images = torchvision.models.resnet18(), torch.randn(2, 3, 64, 64)
    extractor = create_feature_extractor(model, ["layer2.0.conv1"]).eval()

    seen = capture_activations(model, images, ["layer2.0.conv1", "fc"])

    assert_close(seen["layer2.0.conv1"], extractor(images)["layer2.0.conv1"].detach())
    assert seen["fc"].shape == (2, 1000)
    assert model.training


@pytest.mark.parametrize(("name", "said"), [
    ("layer1.0.convv1", "nearest are layer1.0.conv1"), ("conv2", "several modules are called 'conv2'"),
    ("layer1.0.relu", "ran 2 times"),
])
def test_a_name_that_does_not_say_which_is_refused(name, said):
    with pytest.raises(ValueError, match=said):
        capture_activations(torchvision.models.resnet18(), torch.ones(1, 3, 64, 64), [name])


def test_the_first_convolution_reads_the_picture():
    assert first_convolution(torchvision.models.resnet18()).weight.shape == (64, 3, 7, 7)
    with pytest.raises(ValueError, match="Linear has no convolution"):
        first_convolution(nn.Linear(2, 2))
