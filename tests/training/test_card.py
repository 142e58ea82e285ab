"""The model card says what the weights file knows, and how to make that file again."""

import re

import pytest

from model.network import weights
from model.network.weights import SHIPPED
from training.card import text
from training.cli import main


@pytest.mark.parametrize("name", ["nnmodel", "tutorial"])
def test_the_shipped_cards_are_what_a_training_writes(name):
    path = SHIPPED.with_name(f"{name}.npz")
    assert SHIPPED.with_name(f"{name}-card.md").read_text(encoding="utf-8") == text(path)


def test_a_card_has_the_scores_and_repeats_the_training(train, mnist_dir, tmp_path, capsys):
    again = tmp_path / "again.npz"
    settings = ["--epochs", "2", "--hidden", "12", "9", "--validation-size", "300", "--overwrite"]
    assert train(*settings) == (0, False)
    printed = capsys.readouterr().out
    card = (tmp_path / "w-card.md").read_text(encoding="utf-8")
    for digits in ("mnist validation", "mnist test"):
        found = re.search(rf"{digits}: (\S+) right, calibration error (\S+)", printed)
        assert f"| {digits} | {found[1]} | {found[2]} |" in card
    assert "784-12-9-10" in card and "300 only validate" in card and "pen strokes" not in card
    (command,) = re.findall("^    python -m training (.*)", card, re.M)
    assert main([*command.split(), "--mnist-dir", str(mnist_dir), "--output", str(again)]) == 0
    assert again.read_bytes() == (tmp_path / "w.npz").read_bytes()


def test_a_card_names_all_that_was_trained_on(tmp_path):
    network, metadata = weights.load(SHIPPED)
    del metadata["mnist_sha256"]
    metadata |= {"own_sha256": "abc", "corrections": 7, "from": {"file": "old.npz"}}
    weights.save(tmp_path / "w.npz", network, metadata)
    card = text(tmp_path / "w.npz")
    assert "MNIST's digits" not in card and "The user's own digits" in card and "`abc`" in card
    assert "Alpaydin" in card and "7 drawings" in card and "old.npz" in card
    assert "--data … --validation-size 5000 --corrections … --from …" in card
