"""What chapter 08 says of rates, starts and parts: the widget of the cut, the study of the starts."""
import json
import math
import re
import shutil
import subprocess
from dataclasses import replace
from math import log
from pathlib import Path
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from drawn import style  # noqa: F401
from studied import record
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

import cvlib
from conftest import make_stripes
from cvlib.analysis import Starts
from cvlib.models import options_of
from cvlib.optim import PaperSGD, build_optimizer
from cvlib.plot import bundles
from cvlib.results import load_run, save_record
from cvlib.studies import STUDIES, StudyPlan, get_plan, load_study
from cvlib.studies.running import run_study
from cvlib.widgets import Cut
from cvlib.widgets.cut import AFTER, BEFORE, FUNCTIONS, HEAD, HIGH

PLAN = get_plan("starts")
NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "08_training.ipynb"
READS = re.compile(r"\b(parts|full|singles)(\.\w| = )")  # the three studies as the chapter's cells call them
CUT = Cut("lab-cut", "A <cut>")
STATES = [(0.9, 0.1, 1), (0.0, 10.0, 20), (0.95, 2.0, 5), (0.5, 0.5, 20)]


@pytest.mark.parametrize(("momentum", "to", "within"), STATES)
def test_the_walks_are_those_of_the_two_optimizers(momentum, to, within):
    paths = []
    for kind in (PaperSGD, torch.optim.SGD):
        weight = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
        optimizer, path = kind([weight], lr=1.0, momentum=momentum), [0.0]
        for step in range(-600, AFTER):
            optimizer.param_groups[0]["lr"] = to ** min(1, max(0, (step + 1) / within))
            weight.grad = torch.ones_like(weight)
            optimizer.step()
            path.append(-weight.item())
        paths.append(np.diff(path)[-(BEFORE + AFTER):])

    inside, outside = CUT.walk(momentum, to, within)

    assert inside == pytest.approx(paths[0], rel=1e-6)
    assert outside == pytest.approx(paths[1], rel=1e-6)


def test_the_script_computes_what_python_does():
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node")
    program = FUNCTIONS % {"first": -BEFORE, "end": AFTER, "before": BEFORE} + f"""
    console.log(JSON.stringify({json.dumps(STATES)}.map(at => [...walk(...at), says(...walk(...at))])));"""

    said = subprocess.run([node, "-e", program], capture_output=True, text=True, check=True).stdout

    for state, (inside, outside, words) in zip(STATES, json.loads(said), strict=True):
        walk = CUT.walk(*state)
        assert inside == pytest.approx(walk[0], rel=1e-9)
        assert outside == pytest.approx(walk[1], rel=1e-9)
        assert words == CUT.says(*walk)


def test_the_first_state_is_drawn_without_a_script_and_says_what_it_is():
    html = CUT._repr_html_()
    drawn = {kind: re.findall(rf'rect class="{kind}"[^>]* height="([\d.]+)"', html)
             for kind in ("after", "before")}
    heights = {kind: list(map(float, found)) for kind, found in drawn.items()}

    assert heights["before"] == pytest.approx([HIGH] * BEFORE + [HIGH / 10] * AFTER)
    assert heights["after"][BEFORE] == pytest.approx(0.91 * HIGH, abs=0.06)
    assert "in the first step inside goes 9.10 times as far as outside" in html
    assert "A &lt;cut&gt;" in html
    assert html == replace(CUT)._repr_html_()
    assert f'y1="{HEAD}"' in html
    assert CUT.table()[1][2] == ["momentum 0.9", "9.10", "1.90", "0.55", "0.19"]
    assert CUT.table()[1][0][1:] == ["1.00"] * 4


def test_choices_that_are_none_are_refused():
    with pytest.raises(ValueError, match="not among 4, 4, 3 choices"):
        Cut("x", "y", start=(9, 0, 0))
    with pytest.raises(ValueError, match="below 1"):
        Cut("x", "y", momenta=(0.9, 1.0))


def test_a_line_that_ends_early_is_named_at_its_last_height():
    ax = bundles(np.arange(3), {"whole": [[3.0, 2.0, 1.0]], "short": [[9.0, 8.0, np.nan]]}, family="alexnet",
                 label="y", axis="x")

    assert {text.get_text(): text.xy for text in ax.texts}["short"] == (2, 8.0)


def test_the_starts_are_two_by_two_by_the_paper_s_rule_and_one_by_adam():
    recipes = {run.recipe.name: run.recipe for run in PLAN.runs}
    ours = [recipe for recipe in recipes.values() if recipe.optimizer == "paper_sgd"]

    assert "starts" in STUDIES
    assert len({(one.input_scale, one.model_options["differences"]) for one in ours}) == len(ours) == 4
    assert {(one.lr, one.momentum, one.weight_decay) for one in ours} == {(0.01, 0.9, 5e-4)}
    adam = recipes["starts-unit-0.01-adam"]
    assert (adam.optimizer, adam.lr, adam.weight_decay) == ("adam", 1e-4, 0.0)
    assert replace(adam, name="starts-unit-0.01", optimizer="paper_sgd", lr=0.01, weight_decay=5e-4
                   ) == recipes["starts-unit-0.01"]
    assert {(one.model, one.image_size, one.step_losses) for one in recipes.values()} == {
        ("alexnet_2012", 224, True)}
    assert not PLAN.test


def test_a_start_s_name_says_its_standard_deviation_and_its_scale():
    for run in PLAN.runs:
        torch.manual_seed(0)
        with torch.device("meta"):
            assert "differences" in options_of(run.recipe.model)
        small = cvlib.create_model("alexnet_2012", num_classes=6, image_size=67, **run.recipe.model_options)
        std = small.stages.conv4.weight.std().item()
        assert run.recipe.name.startswith(f"starts-{run.recipe.input_scale}-{std:.2f}")


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    """The study on stripes, its network a small one, and the record of one run."""
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("starts")
        patch.setenv("CVLIB_CACHE", str(root / "cache"))
        plan = small(PLAN).on(make_stripes(root))
        for _ in run_study(plan, out=root, only=["starts-raw-0.03*"]):
            pass
        yield SimpleNamespace(plan=plan, root=root, record=load_run(root / "starts" / plan.runs[0].name))


def small(plan: StudyPlan) -> StudyPlan:
    runs = [replace(run, recipe=replace(run.recipe, model="alexnet_mini", model_options={}, image_size=64,
                                        name=run.recipe.name)) for run in plan.runs[:1]]
    return replace(plan, runs=tuple(runs))


def test_a_record_keeps_every_step_s_loss_and_their_mean_is_the_epoch_s(tried):
    sizes, epochs = tried.record.data["sizes"], tried.record.history

    counts = [min(16, sizes["train"] - 16 * step) for step in range(-(-sizes["train"] // 16))]
    assert [len(epoch["step_losses"]) for epoch in epochs] == [len(counts)] * 2
    for epoch in epochs:
        mean = np.average(epoch["step_losses"], weights=counts)
        assert mean == pytest.approx(epoch["train_loss"], rel=1e-4)
    assert "test" not in tried.record.scores


def test_step_losses_are_those_of_a_loop_by_hand_and_unasked_for_there_are_none():
    generator = torch.Generator().manual_seed(0)
    pictures, labels = torch.randn(20, 3, 4, 4, generator=generator), torch.arange(20) % 4
    recipe = cvlib.Recipe(name="toy", model="alexnet_mini", image_size=8, epochs=1, batch_size=8, lr=0.05,
                          optimizer="paper_sgd", schedule="constant", augment=(), step_losses=True)
    loader = DataLoader(TensorDataset(pictures, labels), batch_size=8)
    mine, theirs = (model() for model in (line, line))

    losses, optimizer = [], build_optimizer(mine, recipe)
    for images, truth in loader:
        loss = F.cross_entropy(mine(images), truth)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

    [epoch] = cvlib.fit(theirs, loader, loader, recipe)
    assert epoch.step_losses == pytest.approx(losses, rel=1e-5)
    [plain] = cvlib.fit(line(), loader, loader, replace(recipe, step_losses=False))
    assert plain.step_losses is None
    assert "step_losses" not in plain.as_dict()


def line():
    torch.manual_seed(3)
    return torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(48, 4))


def study(losses, epochs=2):
    """Made-up records: by the run's name, all of its steps' losses."""
    runs = [SimpleNamespace(
        recipe={"name": f"starts-{name}"}, data={"classes": list("abcdef")},
        history=[{"step_losses": part.tolist()} for part in np.array_split(steps, epochs)])
        for name, steps in losses.items()]
    return SimpleNamespace(runs=runs)


def test_what_leaves_chance_is_said_to_learn_and_what_stays_is_not():
    falling, flat = np.linspace(3, 1.2, 120), np.full(120, log(6) - 0.02)

    starts = Starts.of(study({"raw-0.03": falling, "unit-0.01": flat, "unit-0.01-adam": falling}))

    assert starts.losses["raw, 0.03"] == pytest.approx(falling.tolist())
    assert starts.end("raw, 0.03") == pytest.approx(falling[-50:].mean())
    assert (starts.learns("raw, 0.03"), starts.learns("unit, 0.01")) == (True, False)
    assert starts.finding == "Of 2 starts “raw, 0.03” has left chance"
    numbers = starts.numbers()
    assert numbers["raw_0_03"] == f"{falling[-50:].mean():.2f}, learns"
    assert numbers["unit_0_01"] == "1.77, at chance"
    assert numbers["unit_0_03"] == "not run yet"
    assert (numbers["runs"], numbers["steps"], numbers["chance"]) == (3, 120, log(6))
    drawn = starts.blocks(25)
    assert list(drawn) == ["raw, 0.03", "unit, 0.01"]
    assert drawn["raw, 0.03"][0] == pytest.approx(falling[:100].reshape(4, 25).mean(1))
    later = starts.blocks(25, skip=30)["raw, 0.03"][0]
    assert later == pytest.approx(falling[30:105].reshape(3, 25).mean(1))


def test_before_there_are_runs_and_where_none_learns_it_says_so():
    none, flat = Starts.of(study({})), Starts.of(study({"raw-0.01": np.full(60, 1.79)}))

    assert none.finding == "Not run yet"
    assert none.blocks(10) == {}
    assert (none.numbers()["runs"], none.numbers()["steps"]) == (0, 0)
    assert set(none.numbers()) == set(flat.numbers())
    assert flat.finding == "None of 1 starts has left chance"
    with pytest.raises(ValueError, match="20 steps"):
        Starts({"raw, 0.01": [1.0] * 20})


def test_the_committed_records_of_the_starts_can_be_read():
    starts = Starts.of(load_study("starts"))

    assert starts.numbers()["finding"] == starts.finding


def made(out, study):
    """Made-up records of a whole study: dropout and tanh cost, the start that ran learns."""
    random = np.random.default_rng(4)
    for run in get_plan(study).runs:
        error = 30 + random.normal() - 4 * run.factors.get("dropout", 0) + 5 * run.factors.get("tanh", 0)
        loss = 1.2 if run.recipe.name == "starts-raw-0.03" else 1.79
        epochs = [{"epoch": at, "val_loss": 1.5, "val_accuracy": at / 10 - random.uniform(0, 0.05),
                   "seconds": 4.0, "step_losses": [loss] * 158} for at in range(1, 8)]
        scores = {split: {"accuracy": 1 - error / 100, "n": 3000, "log_loss": error / 30}
                  for split in ("one_view", "test", "extra")}
        lrn = {"lrn_divisors": {"norm1": [2.0, 2.2, 9.0]}} if run.factors.get("lrn") else {}
        save_record(out / study / run.name, record(
            run, study=study, scores=scores, history=epochs,
            data={"name": run.data_name, "hash": run.data_name, "classes": list("abcdef")},
            measured={"train": {"accuracy": 1 - error / 200}} | lrn))


@pytest.fixture
def page(tmp_path, monkeypatch):
    """The chapter's cells that read its three studies, run where these have records: what they glue, and the
    rows or lines of each figure."""
    def read():
        texts = ["".join(cell["source"]) for cell in json.loads(NOTEBOOK.read_text())["cells"]
                 if cell["cell_type"] == "code"]
        imports = next(text for text in texts if "from cvlib.notebook import glue" in text)
        names, said, figures = {}, {}, []
        exec(imports, names)
        names["glue"] = lambda *things, prefix="", **values: said.update(
            {prefix + name: value for thing in things for name, value in thing.numbers().items()} | values)
        for text in texts:
            if READS.search(text) and text != imports:
                plt.close("all")
                exec(text, names)
                figures += [[label.get_text() for label in plt.gca().get_yticklabels()]
                            for _ in plt.get_fignums()]
        return said, figures

    monkeypatch.setattr("cvlib.studies.reading.results_folder", lambda: tmp_path)
    return SimpleNamespace(read=read, out=tmp_path)


def test_before_there_are_records_the_page_says_so_everywhere_and_draws_one_row(page):
    said, figures = page.read()

    assert {said[f"train_{study}finding"] for study in ("", "single_", "full_")} == {"Not run yet"}
    assert {said[f"train_{regime}_{part}"] for regime in ("scarce", "plenty")
            for part in get_plan("ablation").runs[0].factors} == {"not run yet"}
    neither = ["scarce: not run yet", "plenty: not run yet"]
    assert figures == [["not run yet"], neither, neither, ["not run yet"], ["not run yet"], ["not run yet"]]
    assert all(math.isfinite(value) for value in said.values() if isinstance(value, float))


def test_with_records_the_page_fills_itself(page):
    for study in ("ablation", "singles", "starts"):
        made(page.out, study)

    said, figures = page.read()

    assert [name for name, value in said.items() if "ot run yet" in str(value)] == []
    assert said["train_runs"] == said["train_planned"] == 128
    assert "dropout" in said["train_finding"]
    assert said["train_scarce_dropout"].startswith("−")
    assert said["train_single_finding"].startswith("The test error is raised by tanh")
    assert said["train_full_finding"] == "Of 4 starts “raw, 0.03” has left chance"
    assert said["train_divisors_scarce"] == "norm1 2.00 to 9.00"
    assert [len(labels) for labels in figures[1:3] + figures[5:]] == [18, 18, 6]
    assert said["train_guessing"] == 0
    assert said["train_beyond_plenty"].count("dropout") >= 1
    assert all(math.isfinite(value) for value in said.values() if isinstance(value, float))
