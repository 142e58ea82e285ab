"""The config and the recipes: what they are, and that each can be typed."""

from dataclasses import fields
from pathlib import Path

import pytest

from model.network.weights import SHIPPED
from training.arguments import parse
from training.config import RECIPES, SETTINGS, TrainingConfig
from training.flags import command_line, config_from, config_within_bounds, flags_of


def test_shipped_is_the_default():
    assert RECIPES["shipped"] == TrainingConfig() == config_from(parse([]))
    assert flags_of(TrainingConfig()) == ""


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_is_what_its_flags_say(name):
    """What --help tells to type instead of a recipe gives the same config."""
    assert config_from(parse(["--recipe", name])) == RECIPES[name]
    assert config_from(parse(flags_of(RECIPES[name]).split())) == RECIPES[name]


@pytest.mark.parametrize(
    ("name", "flags"),
    [
        (
            "tutorial",
            "--preparation box"
            " --augment none --strokes 0 --epochs 30 --batch-size 50 --learning-rate 0.5"
            " --momentum 0 --weight-decay 0 --schedule constant --init small-normal",
        ),
        (
            "framework",
            "--preparation box"
            " --augment none --strokes 0 --hidden 50 50 --activation tanh --loss cross-entropy"
            " --batch-size 100 --learning-rate 0.1 --schedule inverse --weight-decay 0.001"
            " --epochs 2",
        ),
        (
            "framework-least-squares",
            "--recipe framework --loss least-squares --learning-rate 0.05",
        ),
        (
            "plain",
            "--preparation box"
            " --augment none --strokes 0 --epochs 30 --batch-size 50 --learning-rate 1"
            " --weight-decay 0",
        ),
    ],
)
def test_a_recipe_is_what_the_documents_figures_were_measured_with(name, flags):
    assert RECIPES[name] == config_from(parse(flags.split()))


def test_flags_change_single_settings_of_a_recipe():
    typed = ["--seed", "3", "--hidden", "30", "20", "--recipe", "tutorial", "--momentum", "0.5"]
    config = config_from(parse(typed))
    assert (config.seed, config.hidden, config.momentum) == (3, (30, 20), 0.5)
    assert (config.schedule, config.init, config.learning_rate) == ("constant", "small-normal", 0.5)
    assert config_from(parse(["--recipe", "framework", "--hidden"])).hidden == ()
    defaults = ["--recipe", "framework", "--activation", "sigmoid", "--epochs", "180"]
    config = config_from(parse(defaults))  # a value that happens to be the default was typed too
    assert (config.activation, config.epochs) == ("sigmoid", 180)


def test_every_setting_has_a_flag():
    fixed = {"validation_size"}  # figures are compared on the same digits
    assert {field.name for field in fields(TrainingConfig)} - set(SETTINGS) == fixed


def test_an_unknown_recipe_is_told(capsys):
    with pytest.raises(SystemExit):
        parse(["--recipe", "grandmother"])
    assert "grandmother" in capsys.readouterr().err


@pytest.mark.parametrize("init", ["scaled-normal", ""])
def test_an_unknown_name_is_told_with_the_known(init):
    with pytest.raises(ValueError, match=r"init is .*; expected one of xavier, small-normal"):
        TrainingConfig(init=init)


def test_only_the_shipped_recipe_replaces_the_shipped_weights():
    assert parse([]).output == parse(["--epochs", "3"]).output == SHIPPED
    assert parse(["--recipe", "tutorial"]).output == SHIPPED.with_name("tutorial.npz")
    assert parse(["--recipe", "tutorial", "--output", "x.npz"]).output == Path("x.npz")


def test_every_setting_is_bounded_for_strangers():
    for name, setting in SETTINGS.items():
        assert setting.choices or setting.bounds, name


def test_a_form_gives_a_config_and_what_to_type_for_it():
    values = {"hidden": "50, 20", "epochs": "3", "learning_rate": "1e-3", "strokes": 0.0}
    config = config_within_bounds("plain", values | {"loss": "cross-entropy"})
    assert config.hidden == (50, 20) and config.epochs == 3 and config.learning_rate == 0.001
    line = command_line(config, "plain", drawn=True)
    assert line == (
        "python -m training --recipe plain --hidden 50 20 --loss cross-entropy --epochs 3"
        " --learning-rate 0.001 --drawn --output nnmodel.npz"
    )
    options = parse(line.split()[3:])
    assert config_from(options) == config and options.drawn
    assert config_within_bounds("tutorial", {"hidden": ""}).hidden == ()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("hidden", "301", "hidden: expected at most 3 sizes, each from 1 to 300"),
        ("hidden", "1 1 1 1", "hidden: expected at most 3 sizes"),
        ("hidden", "many", "hidden: expected at most 3 sizes"),
        ("hidden", None, "hidden: expected at most 3 sizes"),
        ("epochs", 101, "epochs: expected a whole number from 1 to 100"),
        ("epochs", float("inf"), "epochs: expected a whole number"),
        ("batch_size", 10_001, "from 1 to 10,000"),
        ("learning_rate", 1e-7, "learning_rate: expected a number from 1e-06 to 1,000,000"),
        ("learning_rate", float("nan"), "expected a positive number"),
        ("momentum", 0.9999, "from 0 to 0.999"),
        ("weight_decay", 11, "from 0 to 10"),
        ("strokes", 20_001, "from 0 to 20,000"),
        ("seed", 2**32, "from 0 to 4,294,967,295"),
        ("activation", "gelu", "expected one of sigmoid"),
    ],
)
def test_what_a_stranger_may_not_choose_is_told(name, value, sentence):
    with pytest.raises(ValueError, match=sentence):
        config_within_bounds("tutorial", {name: value})


def test_a_recipe_beyond_the_bounds_is_told():
    with pytest.raises(ValueError, match="strokes: expected"):
        config_within_bounds("shipped", {})
