"""What the page shows of a reading."""

from __future__ import annotations

import re

import numpy as np
import pytest

from harness.readings import prediction, reading
from page import answer
from page.words import CHINESE, ENGLISH


def test_one_digit_has_ten_bars_in_order() -> None:
    sure = reading(prediction(True, _7=0.9))
    assert "<strong>7</strong>" in answer.verdict(sure, ENGLISH)
    assert "99% sure" in answer.verdict(sure, ENGLISH)
    bars = answer.details(sure, ENGLISH)
    assert re.findall(r"<b>(\d)</b>", bars) == list("0123456789")
    heights = [float(p) for p in re.findall(r"--sure: ([\d.]+)", bars)]
    assert np.argmax(heights) == 7
    assert sum(heights) == pytest.approx(1, abs=0.01)


def test_a_number_has_each_digit_with_its_confidence() -> None:
    two = reading(prediction(True, _2=1, _3=0.25), prediction(False, _0=1, _6=0.6))
    assert "<strong>20</strong>" in answer.verdict(two, ENGLISH)
    shown = answer.details(two, ENGLISH)
    assert shown.count("<img") == 2
    assert "<b>2</b> 79%" in shown
    assert "<b>0?</b> 62%" in shown


def test_the_least_sure_digit_says_how_sure_a_number_is() -> None:
    two = reading(prediction(True, _2=1, _3=0.25), prediction(True, _0=1))
    assert "79% sure" in answer.verdict(two, ENGLISH)
    assert answer.confidences(two) == {"20": pytest.approx(0.79, abs=0.01)}


@pytest.mark.parametrize("nothing", [None, reading(shapes=())])
def test_nothing_drawn_keeps_everything_in_its_place(nothing: object) -> None:
    assert ENGLISH["blank"] in answer.verdict(nothing, ENGLISH)
    assert answer.details(nothing, ENGLISH).count("<li") == 10
    assert "%" not in re.sub(r"src=\S+", "", answer.details(nothing, ENGLISH))


def test_no_label_for_nothing_and_ten_for_one_digit() -> None:
    assert answer.confidences(reading(shapes=())) is None
    ten = answer.confidences(reading(prediction(True, _7=0.9)))
    assert list(ten) == list("0123456789")
    assert max(ten, key=ten.get) == "7"


def test_speaks_the_language_it_is_given() -> None:
    sure = reading(prediction(True, _7=0.9))
    assert "把握 99%" in answer.verdict(sure, CHINESE)
    assert CHINESE["seen"] in answer.details(sure, CHINESE)
    assert answer.refusal(CHINESE) == f"<p>{CHINESE['unreadable']}</p>"
