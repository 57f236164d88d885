"""On a GPU: `pytest -m gpu tests`. Nobody has run these yet."""
from dataclasses import replace

import pytest
import torch

import cvlib
from cvlib.models.two_gpu import TwoGPUAlexNet

RECIPE = replace(cvlib.get_recipe("alexnet_quick"), name="tiny", epochs=3, batch_size=16)


@pytest.mark.gpu
@pytest.mark.parametrize("precision", ["float32", "float16"])
def test_a_run_takes_the_card_learns_and_is_resumed(stripes, tmp_path, precision):
    recipe = replace(RECIPE, precision=precision)
    next(iter(cvlib.Run(recipe, data=str(stripes), out=tmp_path)))

    run = cvlib.Run(recipe, data=str(stripes), out=tmp_path, resume=True)
    epochs = [stats.epoch for stats in run]

    assert epochs == [2, 3]
    assert run.record.environments[-1]["device"] == torch.cuda.get_device_name()
    assert run.record.scores["test"]["accuracy"] > 0.8


@pytest.mark.gpu
def test_ten_crops_are_scored_on_the_card_as_on_the_processor(stripes, tmp_path):
    run = cvlib.Run(RECIPE, data=str(stripes), out=tmp_path)
    list(run)
    validation = cvlib.Validation("alexnet_mini", run.folder, data=str(stripes), split="test", views=10,
                                  batch_size=3, chunk=9, out=tmp_path / "again")

    assert list(validation) == [9, 18, 24]

    cpu = run.model.cpu().eval()
    with torch.no_grad():
        expected = torch.cat([cpu(images).log_softmax(1) for images, _ in
                              map(run.loader("test").dataset.finish, run.loader("test"))])
    said = torch.from_numpy(validation.record.others["one_view"][1].astype("float32"))
    torch.testing.assert_close(said, expected, rtol=1e-2, atol=1e-2)


@pytest.mark.gpu
def test_lrn_on_the_card_is_lrn_on_the_processor():
    norm, x = cvlib.layers.LocalResponseNorm(divide_by_size=True, groups=2), 30 * torch.randn(2, 16, 5, 5)

    torch.testing.assert_close(norm(x.cuda()).cpu(), norm(x), rtol=1e-5, atol=1e-4)


@pytest.mark.gpu
@pytest.mark.parametrize("devices", [("cuda:0", "cuda:0"), ("cuda:0", "cuda:1")])
def test_two_towers_on_cards_are_the_grouped_network_on_the_processor(devices):
    if torch.cuda.device_count() <= int(devices[1][-1]):
        pytest.skip("one card")
    torch.manual_seed(0)
    grouped = cvlib.create_model("alexnet_mini", num_classes=5, image_size=64).double().eval()
    two, images = TwoGPUAlexNet.from_alexnet(grouped, devices), 60 * torch.randn(4, 3, 64, 64).double()

    for model in (grouped, two):
        model(images).square().sum().backward()
        torch.optim.SGD(model.parameters(), lr=1e-3).step()

    assert [str(device) for device in two.devices] == list(devices)
    for own, whole in zip(two.to_alexnet().cpu().parameters(), grouped.parameters(), strict=True):
        torch.testing.assert_close(own, whole, rtol=0, atol=1e-10)
    assert two.traffic.back == two.traffic.forward
