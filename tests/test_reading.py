"""Reading: the verdict on a drawing, its doubts in codes, and as sentences."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.browser import EQUALS
from harness.pictures import PICTURES, draw
from harness.readings import MIDDLE, prediction, reading
from model.picture.segmentation import Box
from model.reading import LIKELY, LONG, MOST, SENTENCES

BESIDE = Box(90, 30, 120, 90)
SURE_THREE, SURE_FIVE = prediction(True, _3=0.9, _8=0.05), prediction(True, _5=0.99)
FOUR_OR_NINE = prediction(False, _9=0.6, _4=0.4)
NO_DIGIT = prediction(False, _8=0.95)
MAY_BE_A_SLASH = replace(SURE_FIVE, doubts=("slash",))


def summary(*digits, **how):
    """The verdict on a reading, its doubts, and the sentences about them."""
    found = reading(*digits, **how)
    return found.verdict, found.doubts, found.sentences()


PERHAPS_8 = "This may not be a digit. If it is one, perhaps 8."
MAY_BE_NONE = "no_digit", ("no_digit",), [PERHAPS_8]


def test_nothing_is_said_of_what_is_certain():
    cut_off = Box(0, 0, 160, 120)
    assert summary(prediction(True, _4=0.6, _9=0.4), shapes=(cut_off, MIDDLE)) == ("sure", (), [])


def test_one_of_two_or_none():
    assert prediction(True, _9=0.6, _4=0.4).doubts == ()
    assert summary(FOUR_OR_NINE) == ("either", ("either",), ["This looks like 4 or 9."])
    near = prediction(False, _5=0.55, _8=0.44)
    assert summary(near) == ("either", ("either",), ["This looks like 5 or 8."])
    strong, three_alike = prediction(False, _8=0.97, _5=0.02), {"_2": 0.26, "_8": 0.37, "_7": 0.36}
    assert (
        summary(NO_DIGIT)
        == summary(strong)
        == summary(prediction(False, **three_alike))
        == MAY_BE_NONE
    )


def test_what_is_no_digit_is_not_one_of_two(recognizer):
    """However clearly the probabilities favour two: all ten outputs are low."""
    faint = replace(prediction(False, _7=0.7, _5=0.3), strength=0.03)
    assert faint.in_doubt().doubts == ("no_digit",)
    for side in (300, 420, 540):
        for brush in (2, 6, 10):
            sign = draw(EQUALS, side=side, size=side, at=(0, 0), brush=brush)
            assert recognizer.read(sign).verdict == "no_digit"


def test_separate_shapes_that_are_no_number():
    doubts = "shapes", "no_digit"
    alone = summary(NO_DIGIT, shapes=(MIDDLE, BESIDE))
    assert alone == ("no_digit", doubts, ["I see 2 separate shapes.", PERHAPS_8])
    assert summary(NO_DIGIT, shapes=(MIDDLE,) * 12)[1] == doubts
    crowd = ["I see 13 shapes, and read 12 digits in a line at most."]
    assert summary(NO_DIGIT, shapes=(MIDDLE,) * 13) == ("no_digit", ("too_many",), crowd)
    # The shapes of a number are its digits.
    assert summary(NO_DIGIT, SURE_FIVE, shapes=(MIDDLE, BESIDE))[1] == ("no_digit",)


def test_what_touches_the_edge():
    expected = "no_digit", ("edge", "no_digit"), [SENTENCES["edge"], PERHAPS_8]
    for box in ((0, 30, 80, 90), (40, 0, 80, 90), (40, 30, 160, 90), (40, 30, 80, 120)):
        assert summary(NO_DIGIT, shapes=(Box(*box),)) == expected
    assert summary(NO_DIGIT, shapes=(Box(1, 1, 159, 119),)) == MAY_BE_NONE


def test_which_digits_of_a_number():
    """In their order, but each doubt once."""
    first, third, fourth = (
        "Digit 1 may not be one. If it is, perhaps 8.",
        "Digit 3 looks like 4 or 9.",
        "Digit 4 may not be one. If it is, perhaps 8.",
    )
    found = summary(NO_DIGIT, SURE_THREE, FOUR_OR_NINE, NO_DIGIT)
    assert found == ("not_sure", ("no_digit", "either"), [first, third, fourth])


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        (("dot", "dash", "dot"), ["I left out a dot.", "I left out a dash."]),
        (("slash",), ["I left out a slash."]),
        (("bracket",), ["I left out a bracket."]),
        (("sign",), ["I left out a sign."]),
    ],
)
def test_marks_that_are_left_out(kinds, said):
    number = reading(SURE_THREE, SURE_FIVE, left_out=kinds)
    assert number.text == "35" and number.left_out == kinds and number.marks[0].box == MIDDLE
    sure = summary(SURE_THREE, SURE_FIVE, left_out=kinds)
    assert sure == ("not_sure", ("left_out",), [*said, "I know digits only."])
    doubtful = summary(SURE_THREE, FOUR_OR_NINE, left_out=kinds)
    assert doubtful == ("not_sure", ("left_out", "either"), [*said, "Digit 2 looks like 4 or 9."])


def test_what_may_be_a_slash():
    assert summary(MAY_BE_A_SLASH) == ("not_sure", ("slash",), ["This may be a slash."])
    number = summary(SURE_THREE, MAY_BE_A_SLASH)
    assert number == ("not_sure", ("slash",), ["Digit 2 may be a slash."])


def test_a_long_number_whose_digits_are_all_rather_sure():
    seven = [SURE_THREE] * 7
    assert summary(*seven) == ("not_sure", ("long",), [SENTENCES["long"]])
    assert summary(*[SURE_THREE] * (LONG - 1)) == ("sure", (), [])
    assert summary(*seven, left_out=("dot",))[1] == ("left_out",)
    assert summary(*seven, shapes=(Box(0, 30, 80, 90),))[1] == ("edge",)


def test_lines_one_below_the_other():
    page = reading(SURE_THREE, SURE_FIVE, SURE_FIVE, lengths=(2, 1))
    assert page.digits == (SURE_THREE, SURE_FIVE, SURE_FIVE)
    assert page.text == "35\n5" and page.certain
    few = [SURE_THREE] * (2 * LONG - 2)  # each line may be long by itself
    assert summary(*few, lengths=(LONG - 1, LONG - 1)) == ("sure", (), [])
    assert summary(*few, lengths=(LONG, LONG - 2))[1] == ("long",)


def test_at_most_three_sentences_also_in_other_words():
    assert len(reading(*[FOUR_OR_NINE] * 6).sentences()) == MOST == 3
    words = dict.fromkeys(SENTENCES, "？") | {"either": "像 {first}，也像 {second}。"}
    assert reading(FOUR_OR_NINE).sentences(words) == ["像 4，也像 9。"]


def check(found):
    """What holds for each reading, whatever was drawn."""
    words = {key: f"{key} {text}" for key, text in SENTENCES.items()}
    assert found.certain is bool(found.digits and not found.doubts)
    assert bool(found.sentences()) is bool(found.sentences(words)) is bool(found.doubts)
    assert not any("{" in said for said in found.sentences())
    assert len(found.sentences()) <= MOST and len({*found.doubts}) == len(found.doubts)
    assert (found.verdict == "sure") is found.certain
    assert (found.verdict == "blank") is not found.digits


SOME_DIGITS = st.sampled_from([SURE_THREE, SURE_FIVE, FOUR_OR_NINE, NO_DIGIT, MAY_BE_A_SLASH])
SOME_BOXES = st.sampled_from([MIDDLE, BESIDE, Box(0, 30, 80, 90)])


@settings(max_examples=150)
@given(
    digits=st.lists(SOME_DIGITS, min_size=1, max_size=10),
    shapes=st.lists(SOME_BOXES, min_size=1, max_size=12),
    left_out=st.lists(st.sampled_from(["dot", "dash", "slash", "bracket", "sign"]), max_size=3),
)
def test_certain_is_what_has_no_doubts(digits, shapes, left_out):
    found = reading(*digits, shapes=tuple(shapes), left_out=tuple(left_out))
    check(found)
    likely = len(digits) < LONG or math.prod(digit.confidence for digit in digits) >= LIKELY
    all_certain = all(digit.certain for digit in digits)
    assert found.certain is (all_certain and likely and not left_out)


@settings(max_examples=80)
@given(array=PICTURES)
def test_any_picture_is_read_and_has_a_verdict(recognizer, array):
    found, alone = recognizer.read(array), recognizer.recognize(array)
    check(found)
    assert bool(found.digits) is bool(found.shapes) is (alone.digit is not None)
    assert all(prediction.digit is not None for prediction in found.digits)
    assert alone.certain is (found.certain and len(found.digits) == 1)
    if len(found.digits) == 1:
        assert alone.doubts == found.doubts
        np.testing.assert_array_equal(found.digits[0].probabilities, alone.probabilities)
    elif found.digits:
        assert alone.doubts
