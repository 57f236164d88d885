"""fit and evaluate: they learn, they repeat themselves, they survive an interruption."""
import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.testing import assert_close
from torch.utils.data import DataLoader, TensorDataset

import cvlib
from cvlib.accelerators import accelerator_for
from cvlib.checkpoint import CHECKPOINT

RECIPE = cvlib.Recipe(name="toy", model="alexnet_mini", image_size=8, epochs=4, batch_size=8, lr=0.05,
                      weight_decay=0)


def toy_data(n=40):
    generator = torch.Generator().manual_seed(0)
    return TensorDataset(torch.randn(n, 3, 8, 8, generator=generator), torch.arange(n) % 4)


def toy_loader(shuffle=False):
    return DataLoader(toy_data(), batch_size=8, shuffle=shuffle)


def toy_model(seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Dropout(0.2), nn.Linear(144, 4)).to(
        memory_format=torch.channels_last)


def history(model, recipe=RECIPE, **options):
    stats = cvlib.fit(model, toy_loader(shuffle=True), toy_loader(), recipe, **options)
    return [(s.epoch, s.train_loss, s.val_loss, s.val_accuracy, s.lr) for s in stats]


def test_fit_overfits_one_batch():
    model, loader = toy_model(), DataLoader(TensorDataset(*toy_data()[:16]), batch_size=16)

    stats = list(cvlib.fit(model, loader, loader, replace(RECIPE, epochs=60)))

    assert stats[-1].val_accuracy == 1.0
    assert stats[-1].train_loss < 0.2 * stats[0].train_loss


def test_nothing_happens_before_it_is_iterated():
    model = toy_model()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}

    cvlib.fit(model, toy_loader(), toy_loader(), RECIPE)

    assert_close(model.state_dict(), before, rtol=0, atol=0)


def test_the_same_seed_gives_the_same_history_and_another_one_another():
    first, again, other = (history(toy_model(), seed=seed) for seed in (0, 0, 1))

    assert first == again
    assert first != other


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("stop_after", [1, 3])
def test_a_resumed_run_ends_with_the_weights_of_an_unbroken_one(tmp_path, optimizer, stop_after):
    recipe = replace(RECIPE, optimizer=optimizer, lr=0.01)
    unbroken, broken, resumed = toy_model(), toy_model(), toy_model(seed=9)
    whole = history(unbroken, recipe)

    begun = cvlib.fit(broken, toy_loader(shuffle=True), toy_loader(), recipe, checkpoint=tmp_path)
    for _ in range(stop_after):
        next(begun)
    torch.manual_seed(99)  # a resumed run is another process: nothing may hang on the generator's state
    rest = history(resumed, recipe, checkpoint=tmp_path)

    assert rest == whole[stop_after:]
    assert_close(resumed.state_dict(), unbroken.state_dict(), rtol=0, atol=0)


def test_a_loader_that_brings_its_own_generator_is_resumed_too(tmp_path):
    def run(model, epochs, **options):
        own = DataLoader(toy_data(), batch_size=8, shuffle=True, generator=torch.Generator().manual_seed(5))
        stats = cvlib.fit(model, own, toy_loader(), RECIPE, **options)
        return [next(stats).train_loss for _ in range(epochs)]

    whole = run(toy_model(), 4)
    begun = run(toy_model(), 2, checkpoint=tmp_path)
    rest = run(toy_model(), 2, checkpoint=tmp_path)

    assert begun + rest == whole


def test_the_loss_scale_of_half_precision_is_resumed(tmp_path):
    def scaled():
        accelerator = accelerator_for("float32")
        accelerator.scaler = torch.amp.GradScaler("cpu", init_scale=64.0, growth_interval=5)
        return accelerator

    first, second = scaled(), scaled()
    next(cvlib.fit(toy_model(), toy_loader(), toy_loader(), RECIPE, accelerator=first, checkpoint=tmp_path))
    begun = cvlib.fit(toy_model(), toy_loader(), toy_loader(), replace(RECIPE), accelerator=second,
                      checkpoint=tmp_path)
    next(begun)

    assert first.scaler.get_scale() == 128.0
    assert second.scaler.get_scale() == 256.0


def test_a_finished_run_has_nothing_left_to_yield(tmp_path):
    history(toy_model(), checkpoint=tmp_path)

    assert history(toy_model(), checkpoint=tmp_path) == []


@pytest.mark.parametrize("other", [{"seed": 1}, {"recipe": replace(RECIPE, lr=0.01)}])
def test_a_checkpoint_of_another_run_is_refused(tmp_path, other):
    history(toy_model(), checkpoint=tmp_path)

    with pytest.raises(ValueError, match=r"holds another run: (seed 0, now 1|lr 0.05, now 0.01)"):
        history(toy_model(), **{"checkpoint": tmp_path} | other)


def test_a_checkpoint_holds_no_pickle(tmp_path):
    history(toy_model(), checkpoint=tmp_path)
    content = (tmp_path / CHECKPOINT).read_bytes()
    length = int.from_bytes(content[:8], "little")

    header = json.loads(content[8:8 + length])

    assert len(json.loads(header["__metadata__"]["progress"])["history"]) == RECIPE.epochs
    assert [path.name for path in tmp_path.iterdir()] == [CHECKPOINT]


def test_an_exploding_run_says_what_to_do():
    with pytest.raises(FloatingPointError, match="lower lr"):
        history(toy_model(), replace(RECIPE, lr=1e4, momentum=0.99))


def test_weights_that_are_no_numbers_leave_no_checkpoint(tmp_path):
    one_step = DataLoader(TensorDataset(*toy_data()[:8]), batch_size=8)

    with pytest.raises(FloatingPointError, match="a weight is not finite in epoch 1"):
        list(cvlib.fit(Overflows(), one_step, one_step, replace(RECIPE, epochs=1), checkpoint=tmp_path))

    assert not (tmp_path / CHECKPOINT).exists()


class Overflows(nn.Linear):
    """Its loss is finite and its gradient is not."""

    def __init__(self):
        super().__init__(192, 4)

    def forward(self, x):
        logits = super().forward(x.flatten(1))
        logits.register_hook(lambda gradient: gradient * float("inf"))
        return logits


def test_training_losses_are_unsmoothed_means_over_pictures_with_their_accuracy():
    model, data = toy_model(), toy_data(20)
    model[3].p = 0.0
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    recipe = replace(RECIPE, epochs=1, lr=1e-12, label_smoothing=0.3)

    stats = next(cvlib.fit(model, DataLoader(data, batch_size=8), DataLoader(data, batch_size=8), recipe))

    model.load_state_dict(before)
    logits = model(data.tensors[0])
    expected = nn.functional.cross_entropy(logits, data.tensors[1]).item()
    assert stats.train_loss == pytest.approx(expected, rel=1e-5)
    assert stats.val_loss == pytest.approx(expected, rel=1e-5)
    assert stats.train_accuracy == (logits.argmax(1) == data.tensors[1]).float().mean().item()


@pytest.mark.parametrize(("smoothing", "expected"), [(0.0, 1.0), (0.4, 0.7)])
def test_label_smoothing_is_in_the_gradient(smoothing, expected):
    """A network of one bias a class settles on the smoothed labels."""
    class Bias(nn.Module):
        def __init__(self):
            super().__init__()
            self.bias = nn.Parameter(torch.zeros(4))

        def forward(self, x):
            return self.bias.expand(len(x), 4)

    model, data = Bias(), TensorDataset(torch.zeros(8, 3, 8, 8), torch.zeros(8, dtype=torch.long))
    recipe = replace(RECIPE, epochs=300, lr=0.3, label_smoothing=smoothing, schedule="constant")

    list(cvlib.fit(model, DataLoader(data, batch_size=8), DataLoader(data, batch_size=8), recipe))

    assert model.bias.softmax(0)[0].item() == pytest.approx(expected, abs=0.02)


def test_averaged_weights_are_scored_kept_and_resumed(tmp_path):
    recipe, unbroken, resumed = replace(RECIPE, ema={"kind": "ema", "decay": 0.9}), toy_model(), toy_model(3)
    stats = list(cvlib.fit(unbroken, toy_loader(True), toy_loader(), recipe))
    plain = toy_model()
    list(cvlib.fit(plain, toy_loader(True), toy_loader(), RECIPE))

    begun = cvlib.fit(toy_model(), toy_loader(True), toy_loader(), recipe, checkpoint=tmp_path)
    next(begun)
    list(cvlib.fit(resumed, toy_loader(True), toy_loader(), recipe, checkpoint=tmp_path))

    assert_close(resumed.state_dict(), unbroken.state_dict(), rtol=0, atol=0)
    assert cvlib.evaluate(unbroken, toy_loader()).loss == stats[-1].val_loss
    assert not torch.equal(unbroken[0].weight, plain[0].weight)


def test_clipping_shortens_the_step():
    def moved(**changes):
        model = toy_model()
        before = vector(model)
        one = DataLoader(TensorDataset(*toy_data()[:8]), batch_size=8)
        list(cvlib.fit(model, one, one, replace(RECIPE, epochs=1, schedule="constant", lr=1.0, **changes)))
        return (vector(model) - before).norm().item()

    def vector(model):
        return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])

    assert moved(clip_norm=1e-3) == pytest.approx(1e-3, rel=1e-3)
    assert moved() > 0.1


def test_mixed_batches_train_against_shares_of_two_labels(monkeypatch):
    seen, step = [], nn.functional.cross_entropy
    monkeypatch.setattr("cvlib.train.F.cross_entropy", lambda logits, labels, **options: (
        seen.append(labels), step(logits, labels, **options))[1])

    stats = list(cvlib.fit(toy_model(), toy_loader(), toy_loader(), replace(RECIPE, mix=("mixup", "cutmix"))))

    assert all(labels.shape[1] == 4 for labels in seen)
    assert all(torch.allclose(labels.sum(1), torch.ones(len(labels))) for labels in seen)
    assert any((labels.max(1).values < 0.99).any() for labels in seen)
    assert np.isfinite(stats[-1].train_loss)


def test_groups_train_at_their_own_rates():
    model = toy_model()
    bias = model[4].bias.detach().clone()
    weight = model[4].weight.detach().clone()

    list(cvlib.fit(model, toy_loader(), toy_loader(), replace(
        RECIPE, epochs=1, groups=({"kind": "group", "pattern": "*.bias", "lr_factor": 0.0},))))

    assert torch.equal(model[4].bias, bias)
    assert not torch.equal(model[4].weight, weight)


@pytest.mark.parametrize("content", [b"", b"x" * 100, None])
def test_a_checkpoint_that_cannot_be_read_says_what_to_do(tmp_path, content):
    history(toy_model(), checkpoint=tmp_path)
    whole = (tmp_path / CHECKPOINT).read_bytes()
    (tmp_path / CHECKPOINT).write_bytes(whole[:len(whole) // 2] if content is None else content)

    with pytest.raises(ValueError, match=r"checkpoint\.safetensors .*delete it"):
        history(toy_model(), checkpoint=tmp_path)


def test_other_pictures_are_another_run(tmp_path):
    history(toy_model(), checkpoint=tmp_path)
    images, labels = toy_data().tensors
    other = DataLoader(TensorDataset(images + 1, labels), batch_size=8, shuffle=True)

    with pytest.raises(ValueError, match="holds another run: data: hash"):
        list(cvlib.fit(toy_model(), other, toy_loader(), RECIPE, checkpoint=tmp_path))


def test_evaluate_is_right_for_a_short_last_batch_and_without_dropout():
    model, data = toy_model(), toy_data(21)
    logits = model.eval()(data.tensors[0])

    said = cvlib.evaluate(model.train(), DataLoader(data, batch_size=8))

    assert_close(torch.from_numpy(said.probabilities), logits.softmax(1).detach())
    assert said.loss == pytest.approx(nn.functional.cross_entropy(logits, data.tensors[1]).item(), rel=1e-5)
    assert said.accuracy == np.mean(logits.argmax(1).numpy() == said.labels)
    assert (said.labels == data.tensors[1].numpy()).all()


def test_evaluate_averages_the_probabilities_of_the_views():
    model, (images, labels) = toy_model().eval(), toy_data(12)[:]
    pairs = torch.stack([images, images.flip(3)], dim=1)
    loader = DataLoader(TensorDataset(pairs, labels), batch_size=5)

    said = cvlib.evaluate(model, loader, views=2)

    expected = (model(images).softmax(1) + model(images.flip(3)).softmax(1)) / 2
    assert_close(torch.from_numpy(said.probabilities), expected.detach())
    assert said.loss == pytest.approx(-expected[range(12), labels].log().mean().item(), rel=1e-5)
    with pytest.raises(ValueError, match="do not hold 1 view"):
        cvlib.evaluate(model, loader)


def test_the_learning_rate_of_the_recipe_is_the_one_in_use(monkeypatch):
    used, step = [], torch.optim.SGD.step
    monkeypatch.setattr(torch.optim.SGD, "step", lambda self, *args: (
        used.append(self.param_groups[0]["lr"]), step(self, *args)))

    said = [stats[-1] for stats in history(toy_model(), replace(RECIPE, schedule="linear"))]

    assert used == pytest.approx([0.05 * (1 - step / 20) for step in range(20)])
    assert said == used[4::5]


def test_bfloat16_trains_and_leaves_float32_weights():
    model = toy_model()

    losses = [stats[1] for stats in history(model, replace(RECIPE, precision="bfloat16", epochs=8))]

    assert losses[-1] < losses[0]
    assert {tensor.dtype for tensor in model.state_dict().values()} == {torch.float32}


def test_evaluation_has_the_precision_that_it_is_given_and_else_float32():
    model, loader = toy_model(), toy_loader()

    exact = cvlib.evaluate(model, loader).log_probabilities
    half = cvlib.evaluate(model, loader, accelerator=accelerator_for("bfloat16")).log_probabilities
    after = cvlib.evaluate(model, loader).log_probabilities

    assert 1e-4 < np.abs(half - exact).max() < 0.1
    assert (after == exact).all()
