"""Who may import whom: one direction, so that each room can be read, tested and deployed alone."""

import ast
import re
import sys
import tomllib
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
# Each room: the rooms that it may import besides itself, and the packages.
ROOMS = {
    "model.network": (set(), {"numpy"}),
    "model.picture": (set(), {"numpy", "PIL", "cv2"}),
    # The digits: whether new weights read any.
    "model": ({"model.network", "model.picture", "model.inside"}, {"numpy"}),
    "model.inside": ({"model", "model.network"}, {"numpy", "PIL"}),
    "corrections": ({"model", "model.picture"}, {"numpy", "PIL", "sqlalchemy"}),
    # The app runs where neither the trainer nor its packages are installed.
    "page.sketchpad": ({"model.picture"}, {"PIL", "gradio"}),
    "page.words": ({"model"}, {"gradio"}),
    "page": (
        {"page.sketchpad", "page.words", "model", "model.network", "model.picture", "model.inside"}
        | {"corrections", "training", "training.data"},  # the last two: in page/train.py alone
        {"numpy", "PIL", "gradio"},
    ),
    "serving": ({"model"}, {"PIL", "gradio", "starlette", "pydantic", "prometheus_client"}),
    "app": ({"model", "model.network", "corrections", "page", "serving"}, set()),
    "training.data": (
        {"training", "training.strokes", "model", "model.network", "model.picture"},
        {"numpy", "PIL", "cv2", "tqdm", "tensorflow_datasets", "requests"},
    ),
    "training.strokes": ({"training", "model", "model.picture"}, {"numpy", "PIL"}),
    "training": (
        {"model", "model.network", "model.picture", "model.inside", "corrections"}
        | {"training.data", "training.strokes"},
        {"numpy", "PIL", "cv2", "matplotlib", "onnx"},
    ),
    "examples": (
        {"model", "model.network", "training", "training.data", "training.strokes"},
        {"numpy"},
    ),
}


def imports(path: Path) -> set[str]:
    """The dotted names of all that a file imports, wherever in it: "model.recognizer", "numpy"."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room_of(name: str) -> str | None:
    """The room of a module: "model.network" of "model.network.layers"; None if it is not ours."""
    if (ROOT / name.replace(".", "/")).is_dir() or name in ROOMS:
        return name
    parent = name.rpartition(".")[0]
    return room_of(parent) if parent else None


def files_of(room: str) -> list[Path]:
    folder = ROOT / room.replace(".", "/")
    return sorted(folder.glob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    rooms, packages = ROOMS[room]
    for path in files_of(room):
        names = imports(path)
        ours = {name for name in names if room_of(name)}
        assert {room_of(name) for name in ours} <= rooms | {room}, path
        others = {name.split(".")[0] for name in names - ours}
        assert others - set(sys.stdlib_module_names) <= packages, path
        assert "matplotlib" not in others or path.stem == "plots", path


def test_every_room_is_listed() -> None:
    folders = {path.parent for room in ROOMS for path in (ROOT / room.split(".")[0]).rglob("*.py")}
    assert {".".join(folder.relative_to(ROOT).parts) for folder in folders} <= set(ROOMS)


def test_the_app_asks_for_all_packages_that_it_imports() -> None:
    """Gradio brings what it needs itself. Without these, an image or a Space would not start."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    gradios = [each for each in distribution("gradio").requires if "extra" not in each]
    wanted = [Requirement(each).name for each in [*project["dependencies"], *gradios]]
    rooms = [room for room in ROOMS if not room.startswith(("training", "examples"))]
    names = set().union(*(ROOMS[room][1] for room in rooms))
    distributions = packages_distributions()
    needed = {canonicalize_name(distributions[name][0]) for name in names}
    assert needed <= set(map(canonicalize_name, wanted))


def test_only_public_names_of_gradio_are_used() -> None:
    """What stands in `gradio` itself is public; its modules and their names are not."""
    private = r"gradio\.(?!themes)\w+ import|import gradio\.|gr\.(\w+\.)*_|from gradio import _"
    for room in ("app", "page", "page.sketchpad", "page.words", "serving", "model"):
        for path in files_of(room):
            assert not re.search(private, path.read_text(encoding="utf-8")), path
