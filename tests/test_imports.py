"""Who may import whom: one direction, so that each part can be read, tested and deployed alone."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# For each file of model/: what of the project it may import.
MODEL = {
    "layers": set(),
    "losses": {"layers"},
    "network": {"layers", "losses"},
    "weights": {"layers", "losses", "network"},
    "photo": set(),
    "ink": {"photo"},
    "segmentation": {"ink"},
    "drawing": {"ink", "segmentation"},
    "corrections": {"drawing", "ink"},
    "recognizer": {"drawing", "ink", "layers", "network", "segmentation", "weights"},
    "__init__": {"network", "recognizer"},
}
# The app runs where neither the trainer nor its packages are installed.
PAGE = {"numpy", "PIL", "gradio"}
# Gradio itself brings all of these but the last.
SERVER = {"numpy", "gradio", "fastapi", "starlette", "uvicorn", "pydantic", "prometheus_client"}


def imports(path: Path) -> set[str]:
    """The dotted names of all that a file imports, wherever in it: "model.layers", "numpy"."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            submodules = {
                f"{node.module}.{alias.name}"
                for alias in node.names
                if (ROOT / node.module.replace(".", "/") / f"{alias.name}.py").is_file()
            }
            found |= submodules or {node.module}
    return found


def of_the_project(names: set[str]) -> set[str]:
    folders = ("model", "page", "serving", "training", "examples", "benchmarks", "tests", "app")
    return {name for name in names if name.split(".")[0] in folders}


def third_party(names: set[str]) -> set[str]:
    import sys

    roots = {name.split(".")[0] for name in names}
    return {name for name in roots - set(sys.stdlib_module_names) if not of_the_project({name})}


def files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).glob("*.py"))


@pytest.mark.parametrize("path", files("model"), ids=lambda path: path.stem)
def test_model_imports_only_what_stands_below(path):
    allowed = {f"model.{name}" for name in MODEL[path.stem]}
    assert of_the_project(imports(path)) <= allowed
    assert third_party(imports(path)) <= {"numpy", "PIL"}


@pytest.mark.parametrize("path", files("training"), ids=lambda path: path.stem)
def test_training_imports_model_and_itself(path):
    assert {name.split(".")[0] for name in of_the_project(imports(path))} <= {"model", "training"}


def test_optimizer_knows_nothing_of_the_project():
    assert not of_the_project(imports(ROOT / "training" / "optimizer.py"))


def test_only_plots_draws_with_matplotlib():
    users = {path.name for path in files("training") if "matplotlib" in third_party(imports(path))}
    assert users == {"plots.py"}


@pytest.mark.parametrize("path", files("page"), ids=lambda path: path.stem)
def test_the_page_knows_the_model_and_not_its_server(path):
    assert {name.split(".")[0] for name in of_the_project(imports(path))} <= {"model", "page"}
    assert third_party(imports(path)) <= PAGE


@pytest.mark.parametrize("path", files("serving"), ids=lambda path: path.stem)
def test_the_server_knows_the_model_and_not_the_page(path):
    assert {name.split(".")[0] for name in of_the_project(imports(path))} <= {"model", "serving"}
    assert third_party(imports(path)) <= SERVER


def test_app_puts_them_together_and_never_needs_the_trainer():
    names = imports(ROOT / "app.py")
    wanted = {"model", "page", "serving"}
    assert {name.split(".")[0] for name in of_the_project(names)} == wanted
    assert third_party(names) == set()
