"""The examples run, and end as they say."""

import re

import pytest

WITHOUT = "after 40 epochs, the first point's outputs: 0.88733 0.10921"
ENDS = {
    "perceptron": ["195 of 200 points are on their side of it."],
    "ten_points": ["epoch 10  10 of 10 right", "epoch 40  10 of 10 right"],
    "without_numpy": [f"with lists, {WITHOUT}", f"with NumPy, {WITHOUT}"],
    "xor": ["without a hidden layer: 2 of 4 right", "with three hidden units: 4 of 4 right"],
    "build_your_own": ["16 of 16 cases right", "saved and loaded: the same predictions"],
}


@pytest.mark.parametrize("name", ENDS)
def test_example(run, name):
    assert set(ENDS[name]) <= set(run(f"examples/{name}.py").splitlines())


@pytest.mark.parametrize("has_mnist", [True, False])
def test_one_digit(run, has_mnist, mnist_dir, tmp_path, monkeypatch):
    """MNIST's first, or else a drawn 3. It must never fetch any."""
    monkeypatch.setenv("MNIST_DIR", str(mnist_dir) if has_mnist else "")
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "data"))
    digit = (mnist_dir / "train-labels-idx1-ubyte").read_bytes()[8] if has_mnist else 3
    told = run("examples/one_digit.py")
    assert not (tmp_path / "data").exists()  # no download was begun
    assert f"It is a {digit}." in told
    before, after = map(float, re.findall(r"^loss ([\d.]+)", told, re.MULTILINE))
    assert 0 < after < before
