"""The config and the recipes: what they are, and that each can be typed."""

from dataclasses import fields
from pathlib import Path

import pytest

from model.network.weights import SHIPPED
from training.cli import parse
from training.config import RECIPES, SETTINGS, TrainingConfig, command_line, config_from, flags_of


def config_of(*arguments):
    return config_from(parse(list(arguments)))


def test_shipped_is_the_default():
    assert RECIPES["shipped"] == TrainingConfig() == config_of()
    assert flags_of(TrainingConfig()) == ""


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_is_what_its_flags_say(name):
    """What --help tells to type instead of a recipe gives the same config."""
    assert config_of("--recipe", name) == RECIPES[name]
    assert config_of(*flags_of(RECIPES[name]).split()) == RECIPES[name]


def test_recipes_are_what_the_documents_figures_were_measured_with():
    """That of `tutorial` is written on its model card: see test_card.py."""
    assert flags_of(RECIPES["plain"]) == (
        "--epochs 30 --batch-size 50 --learning-rate 1.0 --weight-decay 0.0 --preparation box"
        " --augment none --strokes 0"
    )
    assert flags_of(RECIPES["framework"], "plain") == (
        "--hidden 50 50 --activation tanh --loss cross-entropy --epochs 2 --batch-size 100"
        " --learning-rate 0.1 --weight-decay 0.001 --schedule inverse"
    )
    least_squares = flags_of(RECIPES["framework-least-squares"], "framework")
    assert least_squares == "--loss least-squares --learning-rate 0.05"


def test_flags_change_single_settings_of_a_recipe():
    typed = ["--seed", "3", "--hidden", "30", "20", "--recipe", "tutorial", "--momentum", "0.5"]
    config = config_of(*typed)
    assert (config.seed, config.hidden, config.momentum) == (3, (30, 20), 0.5)
    assert (config.schedule, config.init, config.learning_rate) == ("constant", "small-normal", 0.5)
    assert config_of("--recipe", "framework", "--hidden").hidden == ()
    # A value that happens to be the default was typed, too.
    assert config_of("--recipe", "framework", "--activation", "sigmoid").activation == "sigmoid"


def test_every_setting_has_a_flag_and_is_bounded_on_the_page():
    fixed = {"validation_size"}  # figures are compared on the same digits
    assert {field.name for field in fields(TrainingConfig)} - set(SETTINGS) == fixed
    for name, setting in SETTINGS.items():
        most = setting.most_on_page or setting.most
        assert setting.choices or most <= 2**32, name


def test_an_unknown_recipe_is_told(capsys):
    with pytest.raises(SystemExit):
        parse(["--recipe", "grandmother"])
    assert "grandmother" in capsys.readouterr().err


def test_only_the_shipped_recipe_replaces_the_shipped_weights():
    assert parse([]).output == parse(["--epochs", "3"]).output == SHIPPED
    assert parse(["--recipe", "tutorial"]).output == SHIPPED.with_name("tutorial.npz")
    assert parse(["--recipe", "tutorial", "--output", "x.npz"]).output == Path("x.npz")


def test_a_form_gives_a_config_and_what_to_type_for_it():
    values = {"hidden": "50, 20", "epochs": "3", "learning_rate": "1e-3", "strokes": 0.0}
    config = RECIPES["plain"].with_page_values(values | {"loss": "cross-entropy"})
    assert config.hidden == (50, 20) and config.epochs == 3 and config.learning_rate == 0.001
    line = command_line(config, "plain", drawn=True)
    assert line == (
        "python -m training --recipe plain --hidden 50 20 --loss cross-entropy --epochs 3"
        " --learning-rate 0.001 --drawn --output nnmodel.npz"
    )
    options = parse(line.split()[3:])
    assert config_from(options) == config and options.drawn
    assert RECIPES["tutorial"].with_page_values({"hidden": ""}).hidden == ()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("hidden", "301", "hidden is 301; expected 1 to 300"),
        ("hidden", "1 1 1 1", "hidden: expected at most 3 sizes"),
        ("hidden", "many", "hidden is 'many'; expected whole numbers"),
        ("hidden", None, "hidden is None; expected whole numbers"),
        ("epochs", 101, "epochs is 101; expected 1 to 100"),
        ("epochs", float("inf"), "epochs is inf; expected a whole number"),
        ("batch_size", 10_001, "expected 1 to 10,000"),
        ("strokes", 20_001, "expected 0 to 20,000"),
    ],
)
def test_what_the_page_does_not_allow_is_told(name, value, sentence):
    with pytest.raises(ValueError, match=sentence):
        RECIPES["tutorial"].with_page_values({name: value})
    with pytest.raises(ValueError, match="strokes is 60000; expected 0 to 20,000"):
        RECIPES["shipped"].with_page_values({})


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("hidden", (100, 0), "hidden is 100 0; expected 1 or more"),
        ("epochs", 0, "epochs is 0; expected 1 or more"),
        ("batch_size", 0, "batch_size is 0; expected 1 or more"),
        ("learning_rate", -1.0, "learning_rate is -1.0; expected 1e-12 or more"),
        ("learning_rate", float("nan"), "learning_rate is nan; expected"),
        ("learning_rate", float("inf"), "learning_rate is inf; expected"),
        ("momentum", 1.0, "momentum is 1.0; expected 0 to 0.999"),
        ("weight_decay", 11, "weight_decay is 11; expected 0 to 10"),
        ("strokes", -1, "strokes is -1; expected 0 or more"),
        ("seed", -1, "seed is -1; expected 0 to 4,294,967,295"),
        ("validation_size", 0, "validation_size is 0; expected 1 or more"),
        ("activation", "gelu", "activation is 'gelu'; expected one of sigmoid"),
        ("init", "", "init is ''; expected one of xavier, small-normal"),
    ],
)
def test_what_no_training_is_possible_with_is_told(name, value, sentence):
    with pytest.raises(ValueError, match=sentence):
        TrainingConfig(**{name: value})
