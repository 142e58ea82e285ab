"""The config and the recipes: what they are, and that each can be typed."""

from dataclasses import replace
from pathlib import Path

import pytest

from model.network.weights import SHIPPED
from training.cli import parse
from training.config import RECIPES, SETTINGS, TrainingConfig, command_line, flags_of

PAGE, TYPED = RECIPES["tutorial"].with_page_values, lambda values: TrainingConfig(**values)


def config_of(*arguments):
    options = parse(list(arguments))
    return RECIPES[options.recipe].with_values(vars(options))


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_is_what_its_flags_say(name):
    """What --help tells to type instead of a recipe gives the same config."""
    assert config_of("--recipe", name) == RECIPES[name]
    assert config_of(*flags_of(RECIPES[name]).split()) == RECIPES[name]
    assert config_of() == TrainingConfig()


def test_flags_change_single_settings_of_a_recipe():
    config = config_of("--seed", "3", "--hidden", "30", "20", "--recipe", "tutorial")
    assert config == replace(RECIPES["tutorial"], seed=3, hidden=(30, 20))
    # A value that happens to be the default was typed, too.
    config = config_of("--recipe", "framework", "--hidden", "--activation", "sigmoid")
    assert config == replace(RECIPES["framework"], hidden=(), activation="sigmoid")


def test_every_setting_is_bounded_on_the_page_and_its_bounds_are_possible():
    for name, setting in SETTINGS.items():
        most = setting.most_on_page or setting.most
        assert setting.choices or most <= 2**32, name
        for value in setting.choices or (setting.least, most):
            PAGE({name: 3 * f"{value} " if name == "hidden" else value})  # is not refused


def test_only_the_shipped_recipe_replaces_the_shipped_weights():
    assert parse(["--epochs", "3"]).output == SHIPPED
    assert parse(["--recipe", "tutorial"]).output == SHIPPED.with_name("tutorial.npz")
    assert parse(["--recipe", "tutorial", "--output", "x.npz"]).output == Path("x.npz")


def test_a_form_gives_a_config_and_what_to_type_for_it():
    values = {"hidden": "50, 20", "epochs": "3", "learning_rate": "1e-3", "strokes": 0.0}
    config = RECIPES["plain"].with_page_values(values)
    assert config == replace(RECIPES["plain"], hidden=(50, 20), epochs=3, learning_rate=0.001)
    assert config_of(*command_line(config, "plain", "", "--drawn").split()[3:]) == config


@pytest.mark.parametrize(
    ("make", "name", "value", "sentence"),
    [
        (PAGE, "hidden", "301", "hidden is 301; expected 1 to 300"),
        (PAGE, "hidden", "1 1 1 1", "hidden: expected at most 3 sizes"),
        (PAGE, "hidden", "many", "hidden is 'many'; expected whole numbers"),
        (PAGE, "hidden", None, "hidden is None; expected whole numbers"),
        (PAGE, "epochs", float("inf"), "epochs is inf; expected a whole number"),
        (PAGE, "strokes", 60_000, "strokes is 60000; expected 0 to 20,000"),
        (PAGE, "activation", "gelu", "activation is 'gelu'; expected one of sigmoid"),
        (TYPED, "hidden", (9, 0), "hidden is 9 0; expected 1 or more"),
        (TYPED, "learning_rate", float("nan"), "learning_rate is nan; expected"),
        (TYPED, "momentum", 1.0, "momentum is 1.0; expected 0 to 0.999"),
    ],
)
def test_what_is_impossible_or_too_much_for_the_page_is_told(make, name, value, sentence):
    with pytest.raises(ValueError, match=sentence):
        make({name: value})
