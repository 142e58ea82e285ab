"""What can be set on /train, and what is said of impossible values."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace

import pytest

from page.train.form import KNOBS, SHOWN, ImpossibleError, filled, parse
from page.train.words import CHINESE, ENGLISH
from training.arguments import parse as parse_command
from training.flags import config_from

IMPOSSIBLE = {
    "hidden": ["x", "0", "301", "1 2 3 4", "-5", "1.5", "٣", "9" * 30, "100;"],
    "activation": ["", "softmax", "Sigmoid"],
    "loss": ["", "mae"],
    "learning_rate": ["", "0", "-1", "nan", "inf", "1e7", "1e-9", "x", "1 2", "0x1", "1e999", "٣"],
    "momentum": ["1", "-0.1", "nan", "", "1,5"],
    "batch_size": ["0", "-1", "1.5", "10001", "", "9" * 40],
    "epochs": ["0", "101", "1e1", "", "-3"],
    "weight_decay": ["-1", "11", "nan", "x"],
    "augment": ["", "distort "[:3]],
    "seed": ["-1", "x", "4294967296", ""],
}


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=["English", "Chinese"])
@pytest.mark.parametrize(("name", "value"), [(n, v) for n, vs in IMPOSSIBLE.items() for v in vs])
def test_an_impossible_value_gets_a_sentence_in_its_place(words, name, value) -> None:
    with pytest.raises(ImpossibleError) as refused:
        parse({"recipe": "tutorial", **filled("tutorial"), name: value}, True, words)
    assert list(refused.value.sentences) == [name]
    sentence = refused.value.sentences[name]
    assert sentence.endswith((".", "。")) and "{" not in sentence
    assert bool(re.search("[\u4e00-\u9fff]", sentence)) == (words is CHINESE)


@pytest.mark.parametrize("recipe", ["", "no such", "framework-least-squares"])
def test_an_unknown_recipe_is_refused(recipe) -> None:
    with pytest.raises(ImpossibleError, match="tutorial"):
        parse({"recipe": recipe, **filled("tutorial")}, True, ENGLISH)


def test_nothing_given_is_refused_in_many_places() -> None:
    with pytest.raises(ImpossibleError) as refused:
        parse({"recipe": "plain"}, True, ENGLISH)
    assert set(refused.value.sentences) == set(KNOBS) - {"hidden"}  # none: a perceptron


@pytest.mark.parametrize("is_mnist", [True, False])
@pytest.mark.parametrize("recipe", SHOWN)
def test_the_command_trains_what_the_form_says(recipe, is_mnist) -> None:
    changed = {"hidden": " 50, 20", "learning_rate": "0,25", "seed": "7", "epochs": "2"}
    for given in ({}, changed, {"hidden": ""}):
        asked = parse({"recipe": recipe, **filled(recipe), **given}, is_mnist, ENGLISH)
        program, *words = shlex.split(asked.command)
        assert (program, words[:2]) == ("python", ["-m", "training"])
        options = parse_command(words[2:])
        assert config_from(options) == asked.config
        assert options.drawn == (not is_mnist)
    untouched = parse({"recipe": recipe, **filled(recipe)}, True, ENGLISH)
    assert untouched.config == SHOWN[recipe]
    assert parse({"recipe": recipe, **filled(recipe)}, False, ENGLISH).config == replace(
        SHOWN[recipe], styles=0
    )
