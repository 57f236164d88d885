"""What training holds in memory, against arithmetic by hand, PyTorch's allocator and the paper's layers."""
import weakref
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import torchvision
import yaml
from torch import nn
from torch.nn import functional as F
from torch.profiler import ProfilerActivity, profile
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

import cvlib
from cvlib.memory import inference_memory, training_memory
from cvlib.optim import build_optimizer

FACTS = yaml.safe_load((Path(__file__).parent / "architecture_facts.yaml").read_text())["alexnet"]
SCALAR = 64  # bytes: the loss, and what is kept beside it
GTX_580 = 3 * 2**30
TWO_LAYERS = [nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 10)]  # 8 x 8 pixels


def on_meta(name, **options):
    with torch.device("meta"):
        return cvlib.models.build(name, **options)


def rows(memory):
    return {layer.name: layer for layer in memory.layers}


def test_two_layers_by_hand():
    memory = training_memory(nn.Sequential(*TWO_LAYERS), (3, 8, 8), 5)

    values = {name: (row.parameters, row.activations, row.output) for name, row in rows(memory).items()}
    assert values == {
        "0": (4 * (4 * 27 + 4), 0, 4 * 5 * 4 * 36),  # what it keeps is the batch
        "1": (0, 4 * 5 * 4 * 36, 4 * 5 * 4 * 36),
        "2": (0, 0, 0),
        "3": (4 * 1450, 0, 4 * 5 * 10),  # what it keeps is the ReLU's, seen otherwise
        "loss": (0, 4 * 5 * 10 + 4, 0),  # log-probabilities, and the number of pictures
    }
    assert memory.batch == 5 * (4 * 3 * 64 + 8)
    assert (memory.parameters, memory.gradients, memory.state) == (4 * 1562,) * 3
    assert memory.total == 3 * 4 * 1562 + 2880 + 204 + memory.batch
    assert memory.in_pairs == 3 * 4 * 1562 + 2 * (2880 + 200) + memory.batch


class Twice(nn.Module):
    """A layer that runs twice, and a frozen one."""

    def __init__(self):
        super().__init__()
        self.mix, self.still, self.act = nn.Linear(6, 6), nn.Linear(6, 6), nn.Sigmoid()
        self.still.requires_grad_(False)

    def forward(self, x):
        return self.act(self.still(self.act(self.mix(self.act(self.mix(x))))))


def test_a_layer_that_runs_twice_keeps_twice_and_what_is_frozen_learns_nothing():
    memory = training_memory(Twice(), (6,), 7, optimizer="adam")

    values = {name: (row.parameters, row.trainable, row.activations) for name, row in rows(memory).items()}
    assert values["mix"] == (4 * 42, 4 * 42, 0)
    assert values["still"] == (4 * 42, 0, 0)
    assert values["act"] == (0, 0, 3 * 4 * 7 * 6)
    assert rows(memory)["act"].output == 3 * 4 * 7 * 6
    assert (memory.parameters, memory.gradients, memory.state) == (2 * 4 * 42, 4 * 42, 2 * 4 * 42)


class Slice(nn.Module):
    def __init__(self):
        super().__init__()
        self.mix = nn.Linear(2, 3)

    def forward(self, x):
        return self.mix((2 * x)[:, :2])


def test_a_part_of_a_tensor_keeps_the_whole_of_it():
    memory = training_memory(Slice(), (6,), 7)

    assert rows(memory)["mix"].activations == 4 * 7 * 6


class PlusOne(nn.Module):
    """What it gives nobody keeps."""

    def forward(self, x):
        return x + 1


def test_what_one_layer_gives_is_not_taken_for_another_s_that_is_gone():
    memory = training_memory(nn.Sequential(*[PlusOne() for _ in range(200)]), (6,), 7)

    assert {row.output for row in memory.layers if row.kind == "PlusOne"} == {4 * 7 * 6}


NETWORKS = {
    "alexnet_mini": (lambda: cvlib.models.build("alexnet_mini", num_classes=6), 112),
    "as it ran": (lambda: cvlib.models.build("alexnet_mini", num_classes=6,
                                             differences=("order", "second_norm", "dropout")), 112),
    "resnet18": (torchvision.models.resnet18, 64),
    "squeezenet1_1": (torchvision.models.squeezenet1_1, 64),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_activations_are_what_the_allocator_still_holds_after_a_forward_pass(name):
    build, size = NETWORKS[name]
    model = build().train()
    images, labels = torch.randn(3, 3, size, size), torch.zeros(3, dtype=torch.long)

    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
        loss = F.cross_entropy(model(images), labels)
    held = sum(event.self_cpu_memory_usage for event in profiler.key_averages())

    assert loss.requires_grad
    assert held == pytest.approx(training_memory(model, (3, size, size), 3).activations, abs=SCALAR)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
def test_gradients_and_state_are_those_of_a_real_step(optimizer):
    model = cvlib.models.build("alexnet_mini", num_classes=6)
    recipe = replace(cvlib.get_recipe("alexnet_mini"), optimizer=optimizer)
    stepper = build_optimizer(model, recipe)
    model(torch.randn(2, 3, 112, 112)).sum().backward()
    stepper.step()

    memory = training_memory(model, (3, 112, 112), 2, optimizer=optimizer)

    assert memory.parameters == sum(one.nbytes for one in model.parameters())
    assert memory.gradients == sum(one.grad.nbytes for one in model.parameters())
    assert memory.state == sum(value.nbytes for state in stepper.state.values() for value in state.values()
                               if torch.is_tensor(value) and value.ndim)


def test_the_published_network_keeps_its_neurons_and_its_parameters():
    facts = FACTS["two_tower_grouped"]

    memory = training_memory(on_meta("alexnet"), (3, 224, 224), 128)

    assert memory.parameters == 4 * facts["params_total"]
    kept = rows(memory)
    for name in ("conv1", "conv2", "conv3", "conv4", "conv5"):
        relu = kept[f"stages.{name.replace('conv', 'relu')}"]
        assert relu.activations == relu.output == 4 * 128 * facts["layers"][name]["neurons"]
        assert kept[f"stages.{name}"].parameters == 4 * facts["layers"][name]["params"]


def test_the_published_network_is_held_in_3_gb_whichever_way_one_counts():
    kept = {name: training_memory(on_meta(name), (3, 224, 224), 128) for name in ("alexnet", "alexnet_2012")}

    assert all(memory.fits(GTX_580) and memory.in_pairs < GTX_580 for memory in kept.values())
    assert 2.0 < kept["alexnet"].numbers()["total"] < 2.1
    assert 2.4 < kept["alexnet_2012"].numbers()["in_pairs"] < 2.5


class Live(TorchDispatchMode):
    """The bytes of all storages that are there ``now``, and their ``peak``."""

    def __init__(self, tensors):
        super().__init__()
        self.held, self.now, self.peak = {}, 0, 0
        for tensor in tensors:
            self.watch(tensor)

    def watch(self, tensor):
        storage = tensor.untyped_storage()
        if storage._cdata not in self.held:
            self.held[storage._cdata] = storage.nbytes()
            self.now += storage.nbytes()
            self.peak = max(self.peak, self.now)
            weakref.finalize(storage, self.gone, storage._cdata)

    def gone(self, key):
        self.now -= self.held.pop(key)

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        output = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(output):
            if torch.is_tensor(tensor):
                self.watch(tensor)
        return output


@pytest.mark.parametrize("name", ["alexnet", "alexnet_2012"])
def test_the_total_is_nearly_the_peak_of_a_step(name):
    model = on_meta(name).train()
    images, labels = (torch.empty(64, 3, 224, 224, device="meta"),
                      torch.empty(64, dtype=torch.long, device="meta"))
    stepper = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, foreach=False)

    with Live([*model.parameters(), images, labels]) as live:
        for _ in range(2):
            stepper.zero_grad()
            live.peak = live.now
            loss = F.cross_entropy(model(images), labels)
            forward = live.now
            loss.backward()
            peak = live.peak
            del loss
            stepper.step()

    memory = training_memory(model, (3, 224, 224), 64)
    held = memory.parameters + memory.state + memory.activations + memory.batch
    assert forward == pytest.approx(held, abs=SCALAR)
    assert 0.9 < memory.total / peak < 1


@pytest.mark.parametrize("name", ["alexnet", "alexnet_2012", "alexnet_half"])
def test_the_largest_batch_is_the_largest(name):
    model = on_meta(name)

    most = training_memory(model, (3, 224, 224), 128).largest_batch(GTX_580)

    assert training_memory(model, (3, 224, 224), most - 1).fits(GTX_580)
    assert not training_memory(model, (3, 224, 224), most + 1).fits(GTX_580)
    assert training_memory(model, (3, 224, 224), 128).largest_batch(2**20) == 0


class Tower(nn.Module):
    """One GPU's half of `alexnet`, by Sec. 3.5; the last layer is on the first."""

    def __init__(self, *, last):
        super().__init__()
        whole = cvlib.models.build("alexnet").stages
        self.apart = nn.Sequential(
            nn.ZeroPad2d((0, 3, 0, 3)), nn.Conv2d(3, 48, 11, 4), nn.ReLU(), whole.norm1, whole.pool1,
            nn.Conv2d(48, 128, 5, padding=2), nn.ReLU(), whole.norm2, whole.pool2)
        whole.norm1.groups = whole.norm2.groups = 1
        self.met = nn.Sequential(nn.Conv2d(256, 192, 3, padding=1), nn.ReLU(),
                                 nn.Conv2d(192, 192, 3, padding=1), nn.ReLU(),
                                 nn.Conv2d(192, 128, 3, padding=1), nn.ReLU(), whole.pool5, nn.Flatten())
        self.fc6 = nn.Sequential(nn.Linear(9216, 2048), nn.ReLU(), nn.Dropout())
        self.fc7 = nn.Sequential(nn.Linear(4096, 2048), nn.ReLU(), nn.Dropout())
        self.fc8 = nn.Linear(4096, 1000) if last else nn.Identity()


class Towers(nn.Module):
    def __init__(self):
        super().__init__()
        self.towers = nn.ModuleList([Tower(last=True), Tower(last=False)])

    def forward(self, x):
        parts = [x, x]
        for name in ("apart", "met", "fc6", "fc7"):
            parts = [getattr(tower, name)(part) for tower, part in zip(self.towers, parts, strict=True)]
            parts = [torch.cat(parts, 1) for _ in self.towers]  # each GPU has its own copy
        return self.towers[0].fc8(parts[0])


def test_a_tower_of_two_holds_a_little_more_than_half():
    with torch.device("meta"):
        model = Towers()

    memory = training_memory(model, (3, 224, 224), 128)
    whole = training_memory(on_meta("alexnet"), (3, 224, 224), 128)
    first, second = memory.part("towers.0"), memory.part("towers.1")

    assert first.parameters + second.parameters == whole.parameters
    assert first.parameters - second.parameters == 4 * FACTS["two_tower_grouped"]["layers"]["fc8"]["params"]
    assert whole.batch == first.batch == second.batch
    padded, crossing = 3 * 227**2, 128 * 169  # both read the picture, and what crosses stands on both
    assert second.activations > whole.activations / 2
    assert second.activations - whole.activations / 2 < 4 * 128 * (padded / 2 + crossing + 9216 + 8192)
    assert 0.5 < first.total / whole.total < 0.6


def test_a_part_is_known_by_its_whole_name_and_one_that_is_not_there_is_named():
    memory = training_memory(nn.Sequential(*TWO_LAYERS), (3, 8, 8), 5)
    eleven = training_memory(nn.Sequential(*(nn.Linear(2, 2) for _ in range(11))), (2,), 5)

    assert memory.part("3").parameters == 4 * 1450
    assert eleven.part("1").parameters == 4 * 6
    with pytest.raises(ValueError, match="below 'towers'; there are 0, 1, 2, 3, loss"):
        memory.part("towers")


def test_the_network_is_left_as_it_was():
    model = torchvision.models.resnet18()
    model.bn1.eval()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}

    training_memory(model, (3, 64, 64), 2)

    assert (model.training, model.bn1.training) == (True, False)
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())
    assert all(one.grad is None for one in model.parameters())
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())


@pytest.mark.parametrize(("optimizer", "batch_size", "said"), [
    ("rmsprop", 1, "optimizer is one of sgd, adam, adamw, not 'rmsprop'"),
    (["sgd"], 1, "optimizer is one of sgd, adam, adamw, not"),
    ("sgd", 0, "batch_size is a whole number, at least 1, not 0"),
    ("sgd", 2.5, "batch_size .* not 2.5"), ("sgd", "128", "batch_size .* not '128'"),
])
def test_what_has_no_memory_is_refused(optimizer, batch_size, said):
    with pytest.raises(ValueError, match=said):
        training_memory(nn.Linear(2, 2), (2,), batch_size, optimizer=optimizer)


def test_numbers_are_in_gibibytes_and_add_up():
    numbers = training_memory(on_meta("alexnet"), (3, 224, 224), 128, optimizer="adam").numbers()

    parts = ("parameters", "gradients", "state", "activations", "batch")
    assert numbers["total"] == pytest.approx(sum(numbers[name] for name in parts))
    assert numbers["state"] == pytest.approx(2 * 4 * 60_965_224 / 2**30)
    assert numbers["fixed"] == pytest.approx(4 * 4 * 60_965_224 / 2**30)
    assert numbers["picture"] == pytest.approx(1024 * (numbers["activations"] + numbers["batch"]) / 128)


@pytest.mark.gpu
def test_a_gpu_holds_what_was_counted():
    counted = training_memory(on_meta("alexnet"), (3, 224, 224), 32)
    before = torch.cuda.memory_allocated()
    model = cvlib.models.build("alexnet").cuda()
    images, labels = torch.randn(32, 3, 224, 224).cuda(), torch.zeros(32, dtype=torch.long).cuda()

    loss = F.cross_entropy(model(images), labels)
    held = torch.cuda.memory_allocated() - before

    assert loss.requires_grad
    assert held == pytest.approx(counted.parameters + counted.activations + counted.batch, rel=0.02)


@pytest.mark.parametrize(("layers", "most"), [
    ([nn.Conv2d(3, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 10)], 2 * 144),
    ([nn.Flatten(), nn.Linear(192, 500), nn.Linear(500, 2)], 502),
])
def test_of_a_chain_two_neighbours_are_there_together_when_it_is_asked(layers, most):
    model = nn.Sequential(*layers)

    memory = inference_memory(model, (3, 8, 8), 7)

    assert memory.activations == 4 * 7 * most
    assert memory.batch == 4 * 7 * 192
    assert memory.total == memory.weights + memory.activations + memory.batch


class Around(nn.Module):
    """A shortcut: what it reads waits for the sum."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(5, 50), nn.Linear(50, 5)

    def forward(self, x):
        x = 2 * x
        return x + self.second(self.first(x))


def test_what_a_shortcut_reads_waits():
    assert inference_memory(Around(), (5,)).activations == 4 * (5 + 50 + 5)


def test_buffers_are_among_the_weights_and_the_network_is_left_as_it_was():
    model = torchvision.models.resnet18().train()

    memory = inference_memory(model, (3, 64, 64))

    assert memory.weights == sum(tensor.nbytes for tensor in model.state_dict().values())
    assert model.training
    assert model.bn1.num_batches_tracked == 0
    with pytest.raises(ValueError, match="batch_size is a whole number, at least 1, not 0"):
        inference_memory(model, (3, 64, 64), 0)


@pytest.mark.parametrize("name", ["vgg16", "vgg19"])
def test_of_what_a_vgg_holds_for_one_picture_nearly_all_are_weights(name):
    """The two largest neighbours are conv1_2 and its ReLU, of 64 x 224 x 224 values each."""
    memory = inference_memory(on_meta(name), (3, 224, 224))

    assert memory.activations == 2 * 4 * 64 * 224**2
    assert memory.weights / memory.total > 0.95


def test_what_the_first_stage_of_a_vgg_keeps_in_training():
    """A ReLU keeps what it gives; pooling where it found it, in int64, and the next layer what it gives."""
    kept = rows(training_memory(on_meta("vgg16"), (3, 224, 224), 2))

    values = [kept[f"stages.{layer}"].activations / (2 * 64 * 112**2)
              for layer in ("conv1_1", "relu1_1", "conv1_2", "relu1_2", "pool1", "conv2_1")]

    assert values == [0, 4 * 4, 0, 4 * 4, 8, 4]
