"""What README.md and docs/ tell people to type works, and what they name exists."""

import re
import shlex
import shutil
import sqlite3
import subprocess
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from corrections import Corrections
from model.inside.digits import DIGITS, load
from model.network.weights import SHIPPED
from training.cli import main
from training.config import RECIPES

ROOT = Path(__file__).parents[1]
PLACES = ("README.md", "CONTRIBUTING.md", "docs/*.md")
DOCUMENTS = [path for place in PLACES for path in sorted(ROOT.glob(place))]
TEXT = "\n".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
BLOCKS = [line[4:].split("  ")[0] for line in TEXT.splitlines() if line.startswith("    ")]
SPANS = re.findall(r"`([^`\n]+)`", TEXT)
# Long trainings in a moment: these overrule what a command says.
TINY = ["--epochs", "1", "--strokes", "0", "--preparation", "box", "--overwrite"]


def typed(program: str) -> list[str]:
    """What is typed after a program's name, in blocks and in the middle of sentences."""
    pattern = re.compile(rf"^(?:\S*/|\S*\\)?{re.escape(program)}( .*)?$")
    found = (pattern.match(text.strip()) for text in [*BLOCKS, *SPANS])
    return sorted({(match[1] or "").split("#")[0].strip() for match in found if match})


TRAININGS = [command for command in typed("python -m training") if "[" not in command]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A place to type in, with weights, own digits in three formats, and corrections."""
    folder = tmp_path_factory.mktemp("typed")
    shutil.copy(SHIPPED, folder / "own.npz")
    shown = load(DIGITS)
    images, labels = shown.images[::20], shown.labels[::20]
    for n, (image, label) in enumerate(zip(images, labels)):
        (folder / "digits" / str(label)).mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(folder / "digits" / str(label) / f"{n}.png")
    np.savez(folder / "more.npz", x_train=images, y_train=labels)
    np.savetxt(folder / "train.csv", np.c_[labels, images.reshape(-1, 784)], "%d", ",")
    shutil.copytree(folder / "digits", folder / "emnist")
    kept = Corrections(folder / "corrections.sqlite")
    for n, image in enumerate(images[:12]):
        kept.add(np.float32(image / 255), image, n % 10, 7)
    return folder


@pytest.mark.parametrize("arguments", TRAININGS)
def test_every_training_can_be_typed(arguments, folder, mnist_dir, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("MNIST_DIR", str(mnist_dir))
    monkeypatch.setattr("training.experiment.refuse_useless", lambda *_: None)  # by TINY
    monkeypatch.setattr("training.plots.write_all", lambda *_: [])  # test_cli.py draws them
    words = shlex.split(arguments)
    if not words or words[0].startswith("-"):
        words += ["--output", str(folder / "new.npz"), *TINY]
    try:
        assert main(words) == 0
    except SystemExit as ended:  # by --help
        assert ended.code == 0


def test_every_make_target_module_and_file_is_there() -> None:
    targets = {word for words in typed("make") for word in words.split()}
    subprocess.run(["make", "--dry-run", *targets], cwd=ROOT, check=True, capture_output=True)
    modules = {words.split()[0] for words in typed("python -m")}
    paths = {span for span in SPANS if re.fullmatch(r"[a-z_]+/[\w./]*", span)}
    assert min(len(targets), len(modules), len(TRAININGS)) >= 10 < len(paths)
    assert {span[9:] for span in SPANS if span.startswith("--recipe ")} <= {*RECIPES, "NAME"}
    assert [name for name in modules if not find_spec(name)] == []
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("document", [*DOCUMENTS, *ROOT.glob("weights/*.md")], ids=str)
def test_every_link_leads_somewhere(document: Path) -> None:
    for link in re.findall(r"\]\((?!https:)([^)]+)\)", document.read_text("utf-8")):
        path, _, heading = link.partition("#")
        target = document.parent / path if path else document
        assert target.exists(), link
        headings = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.M) if heading else []
        slugs = [re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings]
        assert not heading or heading in slugs, link


def test_a_correction_is_deleted_as_the_document_says(folder: Path) -> None:
    (statement,) = re.findall(r'sqlite3 corrections\.sqlite "([^"]+)"', TEXT)
    with sqlite3.connect(folder / "corrections.sqlite") as connection:
        connection.execute(statement)
    numbers = [kept.number for kept in Corrections(folder / "corrections.sqlite").read()]
    assert 12 not in numbers and 11 in numbers


def test_the_programs_run(server: str, monkeypatch, capsys) -> None:
    blocks = re.findall(r"^    from .*\n(?:    .*\n)*", TEXT, re.M)
    assert len(blocks) == 3
    start = "import gradio as gr\nwith gr.Blocks():\n    read, answer = dict, gr.Label()\n"
    code = start + "".join(blocks).replace("http://127.0.0.1:7860", server)
    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
    monkeypatch.chdir(ROOT)
    exec(code, {})
    printed = capsys.readouterr().out.splitlines()
    assert "7" in printed and any("'label': '7'" in line for line in printed)
