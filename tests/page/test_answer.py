"""What the page shows of a reading."""

from __future__ import annotations

import re

import numpy as np
import pytest

from harness.readings import prediction, reading
from page import answer
from page.words import CHINESE, ENGLISH


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def large(html: str) -> str:
    return text(re.search(r"<strong.*?</strong>", html, re.S).group()).replace(" ", "")


def test_one_digit_has_ten_bars_in_order() -> None:
    html = answer.answer(reading(prediction(True, _7=0.9)), ENGLISH)
    assert large(html) == "7"
    assert "99% sure" in text(html)
    assert re.findall(r"<b>(\d)</b>", html) == list("0123456789")
    heights = [float(p) for p in re.findall(r"--sure: ([\d.]+)", html)]
    assert np.argmax(heights) == 7
    assert sum(heights) == pytest.approx(1, abs=0.01)


def test_a_number_has_each_digit_with_its_confidence() -> None:
    two = reading(prediction(True, _2=1, _3=0.25), prediction(False, _0=1, _6=0.6))
    html = answer.answer(two, ENGLISH)
    assert large(html) == "20"
    assert '<span class="doubted">0</span>' in html
    assert html.count("<img") == 2
    assert "2 79%" in text(html)
    assert "0 ? 62%" in text(html)


def test_the_least_sure_digit_says_how_sure_a_number_is() -> None:
    two = reading(prediction(True, _2=1, _3=0.25), prediction(True, _0=1))
    assert "79% sure" in text(answer.answer(two, ENGLISH))
    assert answer.confidences(two) == {"20": pytest.approx(0.79, abs=0.01)}


def test_what_is_no_digit_is_a_question_mark_and_its_bars_say_of_what_they_are() -> None:
    html = answer.answer(reading(prediction(False, _8=0.94)), ENGLISH)
    assert large(html) == "?"
    assert "perhaps an 8" in text(html)
    assert ENGLISH["bars_if_digit"] in html and "moot" in html
    doubtful = answer.answer(reading(prediction(False, _4=0.5, _9=0.45)), ENGLISH)
    assert large(doubtful) == "4"
    assert ENGLISH["bars"] in doubtful and "moot" not in doubtful
    number = answer.answer(reading(prediction(True, _1=1), prediction(False, _8=0.94)), ENGLISH)
    assert large(number) == "1?"


def test_a_number_of_which_something_is_left_out_is_in_doubt() -> None:
    digits = (prediction(True, _3=1), prediction(True, _5=1))
    html = answer.answer(reading(*digits, left_out=("dot",)), ENGLISH)
    assert html.count('class="doubted"') == 2


def test_digits_in_no_row_are_no_digit() -> None:
    html = answer.answer(reading(prediction(True, _1=1), in_a_row=False), ENGLISH)
    assert large(html) == "?"


def test_a_photo_may_lie_on_its_side() -> None:
    doubtful = reading(prediction(False, _8=0.94))
    assert ENGLISH["turn_it"] in text(answer.answer(doubtful, ENGLISH, is_photo=True))
    assert ENGLISH["turn_it"] not in text(answer.answer(doubtful, ENGLISH))


def test_an_empty_page_offers_examples() -> None:
    html = answer.blank(ENGLISH)
    assert ENGLISH["blank"] in html
    assert html.count("<button") >= 4


def test_no_label_for_nothing_and_ten_for_one_digit() -> None:
    assert answer.confidences(reading(shapes=())) is None
    ten = answer.confidences(reading(prediction(True, _7=0.9)))
    assert list(ten) == list("0123456789")
    assert max(ten, key=ten.get) == "7"


def test_speaks_the_language_it_is_given() -> None:
    html = answer.answer(reading(prediction(True, _7=0.9)), CHINESE)
    assert "把握 99%" in text(html)
    assert CHINESE["seen"] in html
    assert CHINESE["unreadable"] in answer.sentence(CHINESE["unreadable"], CHINESE)
