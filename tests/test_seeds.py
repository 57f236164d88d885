"""What a chapter draws, it draws behind a seed: each process starts PyTorch's generator elsewhere."""
import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

CHAPTERS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
DRAWS = re.compile(  # layers draw their weights too, but often only to be counted
    r"torch\.(rand|normal|bernoulli|multinomial)\w*"
    r"|(.*\.)?(uniform_|normal_|bernoulli_|random_|exponential_|dropout|\w*Dropout|DropPath)"
)


def called(node: ast.AST) -> Iterator[str]:
    """What is called, as it is written, but for calls with a generator of their own."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and "generator" not in [keyword.arg for keyword in part.keywords]:
            yield ast.unparse(part.func)


def drawn_before_a_seed(sources: list[str]) -> list[str]:
    """Statements that draw, or call a function of the chapter that does, before ``torch.manual_seed``."""
    own, found = set(), []
    for statement in (part for source in sources for part in ast.parse(source).body):
        calls = set(called(statement))
        seeds, draws = "torch.manual_seed" in calls, own & calls or any(map(DRAWS.fullmatch, calls))
        if isinstance(statement, ast.FunctionDef):
            own |= {statement.name} if draws and not seeds else set()
        elif seeds:
            break
        elif draws:
            found.append(ast.unparse(statement))
    return found


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_nothing_is_drawn_before_a_seed(chapter):
    cells = [cell for cell in json.loads(chapter.read_text())["cells"] if cell["cell_type"] == "code"]

    found = drawn_before_a_seed(["".join(cell["source"]) for cell in cells])

    assert found == [], "torch.manual_seed(seed) first: else it is another number in each run"


@pytest.mark.parametrize("sources", [
    ["x = torch.rand(3)", "torch.manual_seed(0)"],
    ["def half(x):\n    return x * (torch.rand_like(x) < 0.5)", "print(half(ones))"],
    ["draw = torch.Generator().manual_seed(0)\nx = torch.randn(3)"],
    ["if True:\n    print(F.dropout(x))"],
    ["layers = nn.Linear(3, 3), nn.Dropout()"],
])
def test_a_draw_before_the_seed_is_found(sources):
    assert len(drawn_before_a_seed(sources)) == 1


@pytest.mark.parametrize("sources", [
    ["torch.manual_seed(0)\nx = torch.rand(3)", "y = torch.rand(3)"],
    ["x = torch.randn(3, generator=draw)"],
    ["def start():\n    torch.manual_seed(0)\n    return torch.rand(3)", "x = start()"],
    ["some = np.random.default_rng(0).normal(size=9)"],
    ["with torch.random.fork_rng(devices=[]):\n    pass"],
])
def test_a_draw_behind_a_seed_is_none(sources):
    assert drawn_before_a_seed(sources) == []
