"""How far something is: a bar on a terminal, a line now and then elsewhere."""
import io
import time

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import cvlib
from cvlib.progress import watched


class Terminal(io.StringIO):
    """A stream that says it is one."""

    def isatty(self):
        return True


def test_a_terminal_has_a_bar_that_is_gone_at_the_end():
    terminal = Terminal()

    assert list(watched([4, 5, 6], "epoch 1", stream=terminal)) == [4, 5, 6]

    assert "epoch 1: " in terminal.getvalue()
    assert terminal.getvalue().endswith("\r")


def test_elsewhere_a_line_says_how_much_is_done_and_how_long_it_takes(monkeypatch):
    stream, clock = io.StringIO(), iter([0.0, 40.0, 80.0, 120.0, 160.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))

    assert list(watched([4, 5, 6, 7], "epoch 1", every=60, stream=stream)) == [4, 5, 6, 7]

    assert stream.getvalue().splitlines() == ["epoch 1: 2 of 4 batches, about 1 min to go",
                                              "epoch 1: 4 of 4 batches, about 0 min to go"]


def test_hours_are_said_as_hours(monkeypatch):
    stream, clock = io.StringIO(), iter([0.0, 7200.0, 14400.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))

    list(watched([1, 2], "net", unit="chunks", stream=stream))

    assert stream.getvalue().splitlines()[0] == "net: 1 of 2 chunks, about 2.0 h to go"


def test_a_closed_output_ends_nothing():
    class Closed(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    assert list(watched([1, 2], "net", every=0, stream=Closed())) == [1, 2]


def test_what_is_watched_trains_as_what_is_not():
    torch.manual_seed(0)
    data = TensorDataset(torch.randn(9, 3, 4, 4), torch.arange(9) % 2)
    recipe = cvlib.Recipe(name="toy", model="alexnet_mini", image_size=4, epochs=2, batch_size=4, lr=0.1)
    seen = []

    def watch(batches, epoch):
        for batch in batches:
            seen.append(epoch)
            yield batch

    losses = [[stats.train_loss for stats in cvlib.fit(_model(), DataLoader(data, 4, shuffle=True),
                                                       DataLoader(data, 4), recipe, watch=each)]
              for each in (None, watch)]

    assert losses[0] == losses[1]
    assert seen == [1, 1, 1, 2, 2, 2]


def _model():
    torch.manual_seed(1)
    return nn.Sequential(nn.Flatten(), nn.Linear(48, 2))
