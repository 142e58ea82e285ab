"""Why an answer is doubted: the rules, one by one."""

from __future__ import annotations

import pytest

from harness.readings import MIDDLE, prediction, reading
from model.picture.segmentation import Box
from page.hints import hints
from page.words import CHINESE, ENGLISH

BESIDE = Box(90, 30, 120, 90)


def test_nothing_is_said_of_what_is_certain() -> None:
    cut_off = Box(0, 0, 160, 120)
    assert hints(reading(prediction(True, _4=0.6, _9=0.4), shapes=(cut_off, MIDDLE)), ENGLISH) == []


def test_one_of_two_digits() -> None:
    said = hints(reading(prediction(False, _9=0.6, _4=0.4)), ENGLISH)
    assert said == ["Not sure.", "This looks like a 4 or a 9."]


def test_no_digit_at_all() -> None:
    said = hints(reading(prediction(False, _8=0.95)), ENGLISH)
    assert said == ["Not sure.", "This may not be a digit."]


def test_separate_shapes_that_are_no_number() -> None:
    said = hints(reading(prediction(False, _8=0.95), shapes=(MIDDLE, BESIDE)), ENGLISH)
    assert "I see 2 separate shapes." in said
    two = (prediction(False, _8=0.95), prediction(True, _1=0.9))
    said = hints(reading(*two, shapes=(MIDDLE, BESIDE)), ENGLISH)
    assert not any("separate" in sentence for sentence in said)  # they are its two digits


@pytest.mark.parametrize(
    "box", [Box(0, 30, 80, 90), Box(40, 0, 80, 90), Box(40, 30, 160, 90), Box(40, 30, 80, 120)]
)
def test_what_touches_the_edge(box: Box) -> None:
    doubtful = prediction(False, _8=0.95)
    assert any("edge" in sentence for sentence in hints(reading(doubtful, shapes=(box,)), ENGLISH))
    assert not any("edge" in sentence for sentence in hints(reading(doubtful), ENGLISH))


def test_which_digit_of_a_number() -> None:
    digits = (prediction(True, _2=0.9), prediction(False, _0=0.5, _6=0.4), prediction(False, _5=1))
    said = hints(reading(*digits), ENGLISH)
    assert said == ["Not sure.", "Digit 2 looks like a 0 or a 6.", "Digit 3 may not be one."]


def test_in_chinese_too() -> None:
    said = hints(reading(prediction(False, _9=0.6, _4=0.4)), CHINESE)
    assert said == ["不太确定。", "像 4，也像 9。"]
