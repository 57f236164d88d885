"""What `make kaggle` writes, of a small notebook; book/test_kaggle.py runs the real one as Kaggle would."""
import json
import runpy
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from torchvision.models import ConvNeXt_Tiny_Weights

ROOT = Path(__file__).parents[1]
KAGGLE = runpy.run_path(str(ROOT / "book" / "kaggle.py"))
CHAPTERS = sorted((ROOT / "notebooks").glob("*.ipynb"))
WEIGHTS = ConvNeXt_Tiny_Weights.IMAGENET1K_V1.url.rpartition("/")[2]
PARAMETERS = """profile = "quick"
data = "scenes"
seed = 0
{network}recipes = {{"quick": "resnet_common", "cpu": "{name}_common", "gpu": "{name}_report"}}"""
ASKS = {"network": 'network = "resnet"\n', "name": "{network}"}
SETTLED = {"network": "", "name": "resnet"}


def edition(folder, says, wheel="cvlib_course-0.1.0-py3-none-any.whl"):
    """An open edition with those parameters and a printed number, and a wheel beside it."""
    printed = new_code_cell("print(1)", execution_count=1, outputs=[new_output("stream", text="1\n")])
    tagged = new_code_cell(PARAMETERS.format(**says), metadata={"tags": ["parameters"]})
    kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    nbformat.write(new_notebook(cells=[tagged, printed], metadata=kernel), folder / "15_intel.ipynb")
    if wheel:
        (folder / wheel).write_text("wheel")
    return folder / "15_intel.ipynb"


@pytest.fixture
def written(tmp_path):
    """A function that writes all folders for "me" and returns what to do with them, and where they are."""
    def write(says=ASKS, cached=()):
        (tmp_path / "cache").mkdir()
        for file in cached:
            (tmp_path / "cache" / file).write_text("weights")
        out = tmp_path / "out"
        return KAGGLE["write"](edition(tmp_path, says), "me", out, tmp_path / "cache"), out
    return write


def metadata(folder):
    return json.loads((folder / "kernel-metadata.json").read_text())


def test_a_run_on_a_gpu_is_described_in_kaggle_s_words(written):
    _, out = written()

    assert metadata(out / "cvlib-15-intel-gpu-vgg") == {
        "id": "me/cvlib-15-intel-gpu-vgg", "title": "cvlib 15 intel gpu vgg", "code_file": "15_intel.ipynb",
        "language": "python", "kernel_type": "notebook", "is_private": True, "enable_gpu": True,
        "enable_internet": False, "machine_shape": "NvidiaTeslaT4",
        "dataset_sources": ["me/cvlib-course", "puneet6060/intel-image-classification"],
        "competition_sources": [], "kernel_sources": [], "model_sources": []}


def test_on_drawings_and_on_processors_nothing_more_is_asked_for(written):
    _, out = written()
    quick, cpu = (metadata(out / f"cvlib-15-intel-{name}") for name in ("quick", "cpu-resnet"))

    assert quick["dataset_sources"] == ["me/cvlib-course"]
    assert not quick["enable_gpu"]
    assert not cpu["enable_gpu"]
    assert "machine_shape" not in cpu
    assert (quick["enable_internet"], cpu["enable_internet"]) == (False, False)


def test_the_package_is_a_data_set_of_its_own(written):
    lines, out = written()

    assert {path.name for path in (out / "package").iterdir()} == {
        "cvlib_course-0.1.0-py3-none-any.whl", "dataset-metadata.json"}
    said = json.loads((out / "package" / "dataset-metadata.json").read_text())
    assert said == {"title": "cvlib-course", "id": "me/cvlib-course", "licenses": [{"name": "other"}]}
    assert lines[0] == f"kaggle datasets create -p {out / 'package'}"


@pytest.mark.parametrize(("says", "networks"), [
    (ASKS, ["quick", *(f"{profile}-{name}" for profile in ("cpu", "gpu")
                       for name in ("alexnet", "vgg", "resnet", "convnext"))]),
    (SETTLED, ["quick", "cpu", "gpu"]),
], ids=["a chapter of four networks", "another"])
def test_each_profile_and_each_network_is_a_folder_and_a_command(written, says, networks):
    lines, out = written(says)
    pushed = {line.partition("kernels push -p ")[2] for line in lines if "kernels push" in line}

    assert pushed == {str(out / f"cvlib-15-intel-{name}") for name in networks}
    assert pushed == {str(path) for path in out.iterdir() if (path / "kernel-metadata.json").is_file()}


def test_the_parameters_are_those_of_the_profile_and_no_output_is_kept(written):
    _, out = written()
    notebook = nbformat.read(out / "cvlib-15-intel-gpu-convnext" / "15_intel.ipynb", as_version=4)
    values = {}
    for cell in notebook.cells[:2]:
        exec(cell.source, values)

    assert [values[name] for name in ("profile", "data", "seed", "network")] == [
        "gpu", "intel", 0, "convnext"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in notebook.cells)


def test_weights_that_are_there_are_a_data_set_and_the_internet_stays_off(written):
    lines, out = written(cached=[WEIGHTS, "another.pth"])
    tuned = metadata(out / "cvlib-15-intel-gpu-convnext")

    assert {path.name for path in (out / "weights").iterdir()} == {WEIGHTS, "dataset-metadata.json"}
    assert tuned["dataset_sources"][-1] == "me/torchvision-weights"
    assert not tuned["enable_internet"]
    assert "me/torchvision-weights" not in metadata(out / "cvlib-15-intel-gpu-vgg")["dataset_sources"]
    assert f"kaggle datasets create -p {out / 'weights'}" in lines


def test_weights_that_are_not_there_ask_for_the_internet_and_the_remedy_is_said(written):
    lines, out = written()
    online = [path.name for path in out.iterdir() if path.name.startswith("cvlib")
              and metadata(path)["enable_internet"]]

    assert online == ["cvlib-15-intel-gpu-convnext"]
    assert not (out / "weights").exists()
    assert lines[-1].startswith(f"# {WEIGHTS} is not in ")


def test_without_a_wheel_the_way_to_one_is_said(tmp_path):
    with pytest.raises(ValueError, match=r"beside .*15_intel\.ipynb: make notebooks"):
        KAGGLE["write"](edition(tmp_path, ASKS, wheel=""), "me", tmp_path / "out", tmp_path)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_every_chapter_can_be_pushed_under_a_title_that_kaggle_takes(chapter):
    notebook = nbformat.read(chapter, as_version=4)

    runs = list(KAGGLE["pushes"](chapter.stem, KAGGLE["parameters"](notebook)))

    assert {run.values["profile"] for run in runs} == {"quick", "cpu", "gpu"}
    assert all(5 <= len(run.title) <= 50 for run in runs)
    assert len({run.slug for run in runs}) == len(runs)
