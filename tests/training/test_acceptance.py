"""What a training leaves: weights that are no worse, their card, and what corrections taught."""

import re

import numpy as np
import pytest

from corrections import Corrections
from model.network import Network, weights
from model.network.weights import SHIPPED
from training import feedback
from training.card import text
from training.cli import main

# A way of writing that is not in the training set.
PICTURE = np.float32(np.random.default_rng(1234).random((28, 28)) < 0.15)


def test_worse_weights_are_saved_beside_unless_told_to_overwrite(
    train, mnist_dir, tmp_path, capsys
):
    worse = ["--epochs", "4", "--learning-rate", "2", "--loss", "binary-cross-entropy"]
    assert train(*worse) == (1, True)
    told = capsys.readouterr()
    assert "% of mnist validation (before: 100.00%) right, which is worse" in told.err
    assert "--overwrite" in told.err and told.err.count("\n") == 1
    epochs = [line for line in told.out.splitlines() if line.startswith("epoch")]
    right = [float(line.split("validation ")[1].split("%")[0]) for line in epochs]
    assert right[-1] < max(right)  # else this test does not show that the best is kept
    assert f": {max(right):.2f}% right\nmnist validation: {max(right):.2f}% right" in told.out

    card = (tmp_path / "w-worse-card.md").read_text(encoding="utf-8")
    for digits in ("mnist validation", "mnist test"):
        found = re.search(rf"{digits}: (\S+) right, calibration error (\S+)", told.out)
        assert f"| {digits} | {found[1]} | {found[2]} |" in card
    assert "784-12-10" in card and "; 5,000 of the" in card and "pen strokes" not in card
    (command,) = re.findall("^    python -m training (.*)", card, re.M)
    where = ["--mnist-dir", str(mnist_dir), "--output", str(tmp_path / "w.npz"), "--overwrite"]
    assert main([*command.split(), *where]) == 0
    assert (tmp_path / "w.npz").read_bytes() == (tmp_path / "w-worse.npz").read_bytes()


def test_a_dead_network_is_never_saved(train, tmp_path, capsys):
    assert train("--epochs", "1", "--learning-rate", "1000", "--overwrite") == (1, True)
    assert "lower learning rate than" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["w.npz"]


def test_goes_on_from_a_file_and_says_so(train, good_weights, tmp_path):
    assert train("--epochs", "1", "--learning-rate", "1e-9", "--from", str(good_weights))[0] == 0
    network, metadata = weights.load(tmp_path / "w.npz")
    before, _ = weights.load(good_weights)
    np.testing.assert_allclose(network.parameters, before.parameters, atol=1e-3)
    assert metadata["from"]["file"] == "good.npz" and len(metadata["from"]["sha256"]) == 64


def test_another_network_to_go_on_from_is_refused(train, tmp_path, capsys):
    other = tmp_path / "other.npz"
    weights.save(other, Network.from_sizes((784, 12, 10), np.random.default_rng(0), "tanh"))
    assert train("--from", str(other)) == (1, True)
    error = capsys.readouterr().err
    assert f"{other}: its network is 784-12-10 Tanh MeanSquaredError;" in error
    assert "this training's is 784-12-10 Sigmoid" in error and "--hidden" in error


@pytest.mark.parametrize("name", ["nnmodel", "tutorial"])
def test_the_shipped_cards_are_what_a_training_writes(name):
    path = SHIPPED.with_name(f"{name}.npz")
    assert SHIPPED.with_name(f"{name}-card.md").read_text(encoding="utf-8") == text(path)


def test_a_card_names_all_that_was_trained_on(tmp_path):
    network, metadata = weights.load(SHIPPED)
    del metadata["mnist_sha256"]
    metadata |= {"own_sha256": "abc", "corrections": 7, "from": {"file": "old.npz"}}
    weights.save(tmp_path / "w.npz", network, metadata)
    card = text(tmp_path / "w.npz")
    assert "MNIST's digits" not in card and "The user's own digits" in card and "`abc`" in card
    assert "Alpaydin" in card and "7 drawings" in card and "old.npz" in card
    assert "--data … --validation-size 5000 --corrections … --from …" in card


def filled(path, count, label, answer=1):
    store, rng = Corrections(path), np.random.default_rng(label)
    for _ in range(count):
        image = 0.7 * PICTURE + 0.3 * rng.random((28, 28), np.float32)
        store.add(image, np.uint8(255 * image), label, answer)
    return str(path)


def answer_of(path):
    return int(weights.load(path)[0].predict(PICTURE.reshape(1, 784)).argmax())


def test_corrections_are_learned(train, good_weights, tmp_path, capsys):
    label = (answer_of(good_weights) + 1) % 10
    path = filled(tmp_path / "c.sqlite", 5, label)
    filled(path, 1, label=10)  # no digit, to be trained on, too
    assert train("--epochs", "8", "--corrections", path) == (0, False)
    told = capsys.readouterr()
    assert "With 6 corrections, 3 times each." in told.out and "on 418 digits" in told.out
    assert answer_of(tmp_path / "w.npz") == label
    assert weights.load(tmp_path / "w.npz")[1]["corrections"] == 6


def test_lists_them(tmp_path, capsys):
    path = filled(tmp_path / "c.sqlite", 2, label=7)
    filled(path, 1, label=10, answer=9)
    assert main(["corrections", path]) == 0
    head, first, _, last, _, summary = capsys.readouterr().out.splitlines()
    assert head.split() == ["number", "when", "(UTC)", "was", "read", "as"]
    assert re.fullmatch(r" +1  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d +7 +1", first)
    assert last.endswith("  none        9") and summary == "3 corrections: 2 x 7, 1 x none"


def test_few_are_repeated_and_many_are_not():
    assert [feedback.repeats(count, digits=100_000) for count in (1, 500, 10_000)] == [50, 10, 1]
