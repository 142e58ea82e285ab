"""Why an answer is doubted: the rules, one by one."""

from __future__ import annotations

import pytest

from harness.readings import MIDDLE, prediction, reading
from model.picture.segmentation import Box
from page.hints import hints, is_no_digit
from page.words import CHINESE, ENGLISH, a_digit

BESIDE = Box(90, 30, 120, 90)


def test_nothing_is_said_of_what_is_certain() -> None:
    cut_off = Box(0, 0, 160, 120)
    assert hints(reading(prediction(True, _4=0.6, _9=0.4), shapes=(cut_off, MIDDLE)), ENGLISH) == []


def test_one_of_two_digits() -> None:
    said = hints(reading(prediction(False, _9=0.6, _4=0.4)), ENGLISH)
    assert said == ["Not sure.", "This looks like a 4 or a 9."]


def test_no_digit_at_all() -> None:
    said = hints(reading(prediction(False, _8=0.95)), ENGLISH)
    assert said == ["Not sure.", "This may not be a digit. If it is one, perhaps an 8."]


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
    assert said[:2] == ["Not sure.", "Digit 2 looks like a 0 or a 6."]
    assert said[2] == "Digit 3 may not be one. If it is, perhaps a 5."


def test_three_that_are_alike_are_no_digit() -> None:
    three = prediction(False, _2=0.26, _5=0.37, _7=0.36)
    assert is_no_digit(three)
    assert not is_no_digit(prediction(False, _5=0.55, _8=0.44))
    assert not is_no_digit(prediction(True, _5=0.99))


def test_marks_that_are_left_out() -> None:
    digits = (prediction(True, _3=0.9), prediction(True, _5=0.9))
    said = hints(reading(*digits, left_out=("dot", "dash", "dot")), ENGLISH)
    assert said == ["I left out a dot.", "I left out a dash.", "I know digits only."]


def test_digits_that_stand_in_no_row() -> None:
    said = hints(reading(prediction(False, _8=0.9), in_a_row=False), ENGLISH)
    assert said == ["Not sure.", ENGLISH["not_in_a_row"]]


def test_a_long_number_whose_digits_are_all_rather_sure() -> None:
    said = hints(reading(*[prediction(True, _3=0.9, _8=0.05)] * 7), ENGLISH)
    assert said == ["Not sure.", ENGLISH["long"]]


def test_more_shapes_than_digits_that_can_be_read() -> None:
    said = hints(reading(prediction(False, _8=0.9), shapes=(MIDDLE,) * 11), ENGLISH)
    assert said == ["Not sure.", "I see 11 shapes, and read ten digits at most."]


def test_at_most_three_sentences() -> None:
    doubtful = [prediction(False, _4=0.5, _9=0.45)] * 6
    assert len(hints(reading(*doubtful), ENGLISH)) == 3


def test_articles() -> None:
    said = [a_digit(number, ENGLISH) for number in (5, 8, 11, 18, 80, 110, "2026")]
    assert said == ["a 5", "an 8", "an 11", "an 18", "an 80", "a 110", "a 2026"]


def test_in_chinese_too() -> None:
    said = hints(reading(prediction(False, _9=0.6, _4=0.4)), CHINESE)
    assert said == ["不太确定。", "像 4，也像 9。"]
