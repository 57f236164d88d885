"""The road from ResNet-50 to ConvNeXt-T against the paper's tables and text, and torchvision at both ends."""
from pathlib import Path

import pytest
import torch
import torchvision
import yaml
from torch import nn
from torch.nn import functional as F
from torch.testing import assert_close

import cvlib
from cvlib import models
from cvlib.cost import count_macs, count_parameters
from cvlib.layers import DropPath, LayerNorm2d, LayerScale
from cvlib.models.roadmap import convnext_roadmap
from cvlib.models.roadmap_steps import LAST, STEPS, Design, design_of

FACTS = yaml.safe_load((Path(__file__).parent / "architecture_facts.yaml").read_text())["convnext"]
TABLE_10, TABLE_11 = FACTS["roadmap_resnet50_swin_t"], FACTS["roadmap_resnet200_swin_b"]
NARROW = {"depths": [[1, 1, 2, 1], [1, 1, 3, 1]], "widths": [8, 12]}
NAMES = [name for name, _ in TABLE_10["steps"]]


def at(step, **options):
    """The network after a step, by the step's number or by its name."""
    step = NAMES.index(step) if isinstance(step, str) else step
    with torch.device("meta"):
        return convnext_roadmap(step=step, **options)


def gflops(model):
    return round(count_macs(model, (3, 224, 224)) / 1e9, 2)


def kinds(module, kind):
    return [part for part in module.modules() if isinstance(part, kind)]


def second_block(step):
    """A block that keeps its shape."""
    return at(step).stages.res2.blocks[1]


def test_the_steps_are_the_rows_of_table_10():
    assert [step.name for step in STEPS] == NAMES


@pytest.mark.parametrize(("name", "printed"), TABLE_10["steps"])
def test_each_step_costs_what_table_10_prints_but_for_the_last_two(name, printed):
    counted = gflops(at(name))

    assert counted == TABLE_10["counted_otherwise"].get(name, printed)
    assert (counted != printed) == (name in NAMES[-2:])


@pytest.mark.parametrize("step", [*range(8), LAST])
def test_each_step_costs_what_table_11_prints(step):
    start = 84 if step else 64  # Appendix C: with the stage ratio, to keep the FLOPs

    model = at(step, depths=TABLE_11["depths"], widths=[start, 128])

    assert gflops(model) == TABLE_11["gflops"][step]
    assert set(TABLE_11["gflops"][7:LAST]) == {14.81}
    if step == 0:
        assert count_parameters(model) == TABLE_11["resnet200_check"]["params"]


def test_with_kernels_of_3_the_step_changes_nothing_and_the_road_goes_on_from_it():
    before, same = at("move up depthwise conv"), at("kernel size → 7", kernel_size=3)
    shapes = [{key: value.shape for key, value in model.state_dict().items()} for model in (before, same)]
    last = at(LAST, kernel_size=3)

    assert shapes[0] == shapes[1]
    assert gflops(same) == gflops(before) == dict(TABLE_10["steps"])["move up depthwise conv"]
    assert last.stages.res4.blocks[0].branch.depthwise.kernel_size == (3, 3)
    assert count_macs(last, (3, 224, 224)) < count_macs(at(LAST), (3, 224, 224))


@pytest.mark.parametrize("kernel_size", [5, 9, 11])
@pytest.mark.parametrize(("table", "options"), [
    (TABLE_10, {}), (TABLE_11, {"depths": TABLE_11["depths"], "widths": [64, 128]}),
])
def test_each_kernel_size_costs_what_its_row_prints(table, options, kernel_size):
    assert gflops(at("kernel size → 7", kernel_size=kernel_size, **options)) == table["kernels"][kernel_size]


def randomised(model):
    torch.manual_seed(0)
    for name, parameter in model.named_parameters():
        if parameter.dim() == 1 or "layer_scale" in name:
            parameter.data.uniform_(0.5, 1.5)
    for name, statistic in model.named_buffers():
        if "running" in name:
            statistic.uniform_(0.5, 1.5)
    return model.eval()


def assert_same(ours, theirs):
    """To a hundred-thousandth of the largest value."""
    scale = theirs.abs().max()
    assert scale > 0
    assert_close(ours / scale, theirs / scale, rtol=0, atol=1e-5)


@pytest.mark.parametrize(("step", "name"), [(0, "resnet50"), (LAST, "convnext_tiny")])
def test_both_ends_compute_what_torchvision_computes(step, name):
    theirs = randomised(torchvision.models.get_model(name, num_classes=10))
    ours = at(step, num_classes=10).to_empty(device="cpu").eval()
    images = torch.randn(1, 3, 64, 64)

    cvlib.load_torchvision(ours, theirs.state_dict())
    logits, expected = ours(images), theirs(images)
    logits.square().sum().backward()
    expected.square().sum().backward()

    assert_same(logits, expected)
    assert count_parameters(ours) == count_parameters(theirs)
    gradients = {key: parameter.grad for key, parameter in theirs.named_parameters()}
    cvlib.load_torchvision(ours, {**theirs.state_dict(), **gradients})  # theirs by our names
    for parameter in ours.parameters():
        assert_same(parameter.grad, parameter.detach())


def test_the_last_step_is_convnext_tiny():
    torch.manual_seed(0)
    last = models.build("convnext_roadmap", num_classes=5, drop_path=0.1)
    torch.manual_seed(0)
    tiny = models.build("convnext_tiny", num_classes=5)

    assert list(last.state_dict()) == list(tiny.state_dict())
    assert_close(last.state_dict(), tiny.state_dict(), rtol=0, atol=0)
    assert [part.p for part in kinds(last, DropPath)] == [part.p for part in kinds(tiny, DropPath)]


@pytest.mark.parametrize(("step", "depths"), [(0, [3, 4, 6, 3]), (1, [3, 3, 9, 3]), (LAST, [3, 3, 9, 3])])
def test_the_stage_ratio_is_that_of_section_2_2(step, depths):
    assert [len(stage.blocks) for stage in at(step).stages] == depths


def test_the_patchify_stem_is_one_convolution_whose_norm_comes_last():
    stems = {name: list(at(name).stem) for name in (NAMES[1], NAMES[2], NAMES[-2], NAMES[-1])}

    assert [type(part) for part in stems["stage ratio"]] == [nn.Conv2d, nn.BatchNorm2d, nn.ReLU, nn.MaxPool2d]
    for name in NAMES[2], NAMES[-2]:
        (patches,) = stems[name]
        assert (patches.kernel_size, patches.stride, patches.padding) == ((4, 4), (4, 4), (0, 0))
    assert [type(part) for part in stems[NAMES[-1]]] == [nn.Conv2d, LayerNorm2d]


def test_depthwise_convolutions_have_a_group_a_map_and_then_the_widths_of_swin_t():
    before, after, wide = (at(name).stages for name in NAMES[2:5])

    assert {conv.groups for conv in kinds(before, nn.Conv2d)} == {1}
    assert [block.branch.depthwise.groups for block in after.res3.blocks] == [128] * 3
    assert [stage.blocks[0].branch.depthwise.groups for stage in wide] == [96, 192, 384, 768]


@pytest.mark.parametrize(("name", "part"), [
    ("increase width", "a"), ("inverting dimensions", "b"), ("move up depthwise conv", "c"),
])
def test_the_block_has_the_convolutions_of_figure_3(name, part):
    convolutions = kinds(second_block(name), nn.Conv2d)

    shapes = [[conv.kernel_size[0], conv.in_channels, conv.out_channels] for conv in convolutions]
    assert shapes == FACTS["figure_3"][part]
    assert [conv.groups for conv in convolutions] == [inner if kernel == 3 else 1
                                                      for kernel, inner, _ in shapes]


@pytest.mark.parametrize(("name", "sides"), [
    ("ResNet-50", [56, 28, 14, 7]), ("“patchify” stem", [56, 28, 14, 7]),
    ("move up depthwise conv", [56, 28, 14, 7]), ("separate d.s. conv", [56, 28, 14, 7]),
])
def test_the_first_block_of_a_stage_halves_the_maps_until_a_layer_of_its_own_does(name, sides):
    model, maps = at(name), torch.empty(1, 3, 224, 224, device="meta")

    maps, found, strides = model.stem(maps), [], {}
    for label, stage in model.stages.named_children():
        maps = stage(maps)
        found.append(maps.shape[-1])
        strides[label] = {conv.stride[0]: conv.kernel_size[0] for conv in kinds(stage, nn.Conv2d)
                          if conv.stride[0] > 1 and conv.kernel_size[0] > 1}

    assert found == sides
    kernel = 2 if name == NAMES[-1] else 3
    assert strides == {"res2": {}, "res3": {2: kernel}, "res4": {2: kernel}, "res5": {2: kernel}}


@pytest.mark.parametrize(("name", "order"), [
    ("kernel size → 7", "depthwise norm1 act1 pointwise1 norm2 act2 pointwise2 norm3 drop + act"),
    ("ReLU → GELU", "depthwise norm1 act1 pointwise1 norm2 act2 pointwise2 norm3 drop + act"),
    ("fewer activations", "depthwise norm1 pointwise1 norm2 act pointwise2 norm3 drop +"),
    ("fewer norms", "depthwise norm pointwise1 act pointwise2 drop +"),
    ("BN → LN", "depthwise norm pointwise1 act pointwise2 drop +"),
    ("separate d.s. conv", "depthwise norm pointwise1 act pointwise2 scale drop +"),
])
def test_a_block_has_the_parts_of_section_2_6_in_their_order(name, order):
    block = second_block(name)

    parts = [*dict(block.branch.named_children()), "+"]
    assert " ".join(parts + ["act"] * (not isinstance(block.act, nn.Identity))) == order
    assert len(kinds(block, nn.ReLU)) == (3 if name == "kernel size → 7" else 0)


def test_norms_change_their_kind_at_once_and_biases_come_where_no_batchnorm_follows():
    before, after = (second_block(name).branch for name in NAMES[-3:-1])

    assert [type(branch.norm) for branch in (before, after)] == [nn.BatchNorm2d, LayerNorm2d]
    assert [conv.bias is not None for conv in kinds(before, nn.Conv2d)] == [False, True, True]
    assert [conv.bias is not None for conv in kinds(after, nn.Conv2d)] == [True, True, True]
    assert kinds(at("BN → LN"), nn.BatchNorm2d) == []
    assert len(kinds(at("fewer norms"), nn.BatchNorm2d)) == len(kinds(at("BN → LN"), LayerNorm2d)) == 18


def test_with_separate_downsampling_norms_stand_where_the_resolution_changes():
    model = at(LAST)

    assert [[name for name, _ in stage.named_children()] for stage in model.stages] == [
        ["blocks"], *[["downsample", "blocks"]] * 3]
    assert [type(part) for part in model.stages.res4.downsample] == [LayerNorm2d, nn.Conv2d]
    assert [name for name, _ in model.head.named_children()] == ["pool", "flatten", "norm", "fc"]
    assert [name for name, _ in at(LAST - 1).head.named_children()] == ["pool", "flatten", "fc"]


def test_layer_scale_comes_last_unless_it_is_asked_for():
    counts = [len(kinds(at(step, **options), LayerScale)) for step, options in (
        (0, {}), (LAST - 1, {}), (LAST, {}), (LAST, {"layer_scale": 0}), (0, {"layer_scale": 1e-6}))]

    assert counts == [0, 0, 18, 0, 16]
    assert kinds(at(0, layer_scale=0.5), LayerScale)[0].start == 0.5


@pytest.mark.parametrize("step", range(LAST + 1))
def test_every_step_of_a_narrow_road_learns_eight_pictures(step):
    torch.manual_seed(0)
    model = models.build("convnext_roadmap", num_classes=2, step=step, **NARROW).train()
    images, labels = torch.randn(8, 3, 32, 32), torch.arange(8) % 2
    optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3)

    losses = []
    for _ in range(20):
        loss = F.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

    assert losses[-1] < 0.3 < 0.6 < losses[0]


def test_a_narrow_road_takes_its_own_widths_and_depths_where_the_paper_takes_its():
    wide = [at(step, **NARROW).stages.res2.blocks[0].branch.depthwise.out_channels for step in (3, 4)]
    blocks = [[len(stage.blocks) for stage in at(step, **NARROW).stages] for step in (0, 1)]

    assert wide == [8, 12]
    assert blocks == NARROW["depths"]
    assert design_of(4) == Design(depths=(3, 3, 9, 3), width=96, patchify=True, depthwise=True)


@pytest.mark.parametrize(("options", "said"), [
    ({"step": 13}, "step is 0 ... 12, from ResNet-50 to ConvNeXt-T, not 13"),
    *(({"step": step}, "step is 0") for step in (-1, "3", 3.0, True)),
    ({"kernel_size": 6}, "kernel_size is one of"), ({"kernel_size": [7]}, "kernel_size is one of"),
    ({"kernel_size": 5, "step": 6}, "from step 7 on, not 5 at step 6"),
    ({"depths": [3, 4, 6, 3]}, "depths are those before and after"),
    ({"depths": [[3, 4, 6], [3, 3, 9]]}, "4 whole numbers each"), ({"depths": "3463"}, "depths are those"),
    ({"widths": [64]}, "widths are those before and after"), ({"widths": [64, 0]}, "1 whole number each"),
    ({"widths": 64}, "widths are those"), ({"drop_path": 1}, "a share below 1"),
])
def test_what_the_road_does_not_have_is_refused(options, said):
    with pytest.raises(ValueError, match=said):
        models.build("convnext_roadmap", **options)
