"""The examples run, and end as they say."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("perceptron", ["195 of 200 points are on their side of it."]),
        ("ten_points", ["epoch 40  10 of 10 right"]),
        ("xor", ["without a hidden layer: 2 of 4 right", "with three hidden units: 4 of 4 right"]),
        ("build_your_own", ["16 of 16 cases right", "saved and loaded: the same predictions"]),
    ],
)
def test_example(name, lines):
    command = [sys.executable, "-m", f"examples.{name}"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert told.stderr == ""
    for line in lines:
        assert line in told.stdout.splitlines()


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.py")), ids=lambda p: p.name)
def test_an_example_is_short(path):
    assert len(path.read_text().splitlines()) <= 40
