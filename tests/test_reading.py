"""Reading: the verdict on a drawing, its doubts in codes, and as sentences."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from harness.browser import EQUALS
from harness.inputs import MIDDLE, prediction, reading
from harness.pictures import draw
from model.picture.segmentation import Box
from model.reading import MOST, SENTENCES

BESIDE = Box(90, 30, 120, 90)
SURE_THREE, SURE_FIVE = prediction(True, _3=0.9, _8=0.05), prediction(True, _5=0.99)
FOUR_OR_NINE = prediction(False, _9=0.6, _4=0.4)
NO_DIGIT = prediction(False, _8=0.95)
MAY_BE_A_SLASH = replace(SURE_FIVE, doubts=("slash",))
SURE = "sure", (), []
BOTH = "shapes", "no_digit"
STRONG_8 = prediction(False, _8=0.97, _5=0.02)
PERHAPS_8 = "This may not be a digit. If it is one, perhaps 8."
FIVE_OR_8, TWELVE = "This looks like 5 or 8.", "I see 12 separate shapes."
MAY_BE_NONE = "no_digit", ("no_digit",), [PERHAPS_8]
ROW = (MIDDLE, BESIDE)
AT_EDGE = (Box(0, 30, 80, 90),)
AT_SOME_EDGE = [AT_EDGE[0], Box(40, 0, 80, 90), Box(40, 30, 160, 90), Box(40, 30, 80, 120)]
FIRST = "Digit 1 may not be one. If it is, perhaps 8."
EDGE, LONG_NUMBER = SENTENCES["edge"], SENTENCES["long"]
CROWD = "I see 13 shapes, and read 12 digits in a line at most."
THREE_ALIKE = prediction(False, _2=0.26, _8=0.37, _7=0.36)


@pytest.mark.parametrize(
    ("digits", "how", "expected"),
    [
        # What is certain is not doubted.
        ([prediction(True, _4=0.6, _9=0.4)], {"shapes": (Box(0, 0, 160, 120), MIDDLE)}, SURE),
        ([FOUR_OR_NINE], {}, ("either", ("either",), ["This looks like 4 or 9."])),
        ([prediction(False, _5=0.55, _8=0.44)], {}, ("either", ("either",), [FIVE_OR_8])),
        *(([digit], {}, MAY_BE_NONE) for digit in (NO_DIGIT, STRONG_8, THREE_ALIKE)),
        # Separate shapes that are no number; those of a number are its digits.
        ([NO_DIGIT], {"shapes": ROW}, ("no_digit", BOTH, ["I see 2 separate shapes.", PERHAPS_8])),
        ([NO_DIGIT], {"shapes": 12 * ROW[:1]}, ("no_digit", BOTH, [TWELVE, PERHAPS_8])),
        ([NO_DIGIT], {"shapes": 13 * ROW[:1]}, ("no_digit", ("too_many",), [CROWD])),
        ([NO_DIGIT, SURE_FIVE], {"shapes": ROW}, ("not_sure", ("no_digit",), [FIRST])),
        *(([NO_DIGIT], {"shapes": (box,)}, ("no_digit", ("edge", "no_digit"), [EDGE, PERHAPS_8]))
          for box in AT_SOME_EDGE),
        ([NO_DIGIT], {"shapes": (Box(1, 1, 159, 119),)}, MAY_BE_NONE),
        # Digits of a number in their order, but each doubt once.
        ([NO_DIGIT, SURE_THREE, FOUR_OR_NINE, NO_DIGIT], {}, ("not_sure", ("no_digit", "either"),
          [FIRST, "Digit 3 looks like 4 or 9.", FIRST.replace("1", "4")])),
        ([MAY_BE_A_SLASH], {}, ("not_sure", ("slash",), ["This may be a slash."])),
        ([SURE_THREE, MAY_BE_A_SLASH], {}, ("not_sure", ("slash",), ["Digit 2 may be a slash."])),
        # A long number whose digits are all rather sure; its lines may be long by themselves.
        ([SURE_THREE] * 7, {}, ("not_sure", ("long",), [LONG_NUMBER])),
        ([SURE_FIVE] * 5, {}, SURE),
        ([SURE_THREE] * 7, {"shapes": AT_EDGE}, ("not_sure", ("edge",), [EDGE])),
        ([SURE_THREE] * 7, {"left_out": ("dot",)}, ("not_sure", ("left_out",),
          ["I left out a dot.", "I know digits only."])),
        ([SURE_THREE], {"left_out": ("dot", "sign", "dot")}, ("not_sure", ("left_out",),
          ["I left out a dot.", "I left out a sign.", "I know digits only."])),
        ([SURE_THREE, FOUR_OR_NINE], {"left_out": ("dash",)}, ("not_sure", ("left_out", "either"),
          ["I left out a dash.", "Digit 2 looks like 4 or 9."])),
        ([], {"lines": (4 * [SURE_THREE], 4 * [SURE_THREE])}, SURE),
        ([], {"lines": (5 * [SURE_THREE], 3 * [SURE_THREE])},
          ("not_sure", ("long",), [LONG_NUMBER])),
    ],
)  # fmt: skip
def test_verdict_doubts_and_sentences(digits, how, expected):
    found = reading(*digits, **how)
    assert (found.verdict, found.doubts, found.sentences()) == expected


def test_what_is_no_digit_is_not_one_of_two(recognizer):
    """However clearly the probabilities favour two: all ten outputs are low."""
    faint = replace(prediction(False, _7=0.7, _5=0.3), strength=0.03)
    assert faint.in_doubt().doubts == faint.in_doubt("one?").doubts == ("no_digit",)
    seven = prediction(True, _7=0.97, _1=0.02)  # a printed 1, or a slash
    assert seven.in_doubt("one?").doubts == ("either",)
    assert seven.in_doubt("slash?").doubts == ("slash",)
    for side in (300, 420, 540):
        for brush in (2, 6, 10):
            sign = draw(EQUALS, side=side, size=side, at=(0, 0), brush=brush)
            assert recognizer.read(sign).verdict == "no_digit"


def test_at_most_three_sentences_also_in_other_words():
    assert len(reading(*[FOUR_OR_NINE] * 6).sentences()) == MOST == 3
    words = dict.fromkeys(SENTENCES, "？") | {"either": "像 {first}，也像 {second}。"}
    assert reading(FOUR_OR_NINE).sentences(words) == ["像 4，也像 9。"]


SIDE, SLIM, PIXELS = st.integers(1, 60), st.integers(1, 9), st.integers(0, 255)
SHAPES = st.tuples(SIDE, SIDE) | st.tuples(SIDE, SIDE, st.sampled_from([3, 4]))
SHAPES |= st.tuples(SLIM, st.integers(300, 900)) | st.tuples(st.integers(30, 120), SLIM)


@settings(max_examples=50)
@given(array=arrays(np.uint8, SHAPES, elements=PIXELS | st.sampled_from([0, 255])))
def test_any_picture_is_read_and_has_a_verdict(recognizer, array):
    found, alone = recognizer.read(array), recognizer.recognize(array)
    said, doubts = found.sentences(), found.doubts
    assert found.certain is bool(found.digits and not doubts)
    assert bool(said) is bool(doubts) and not any("{" in each for each in said)
    assert len(said) <= MOST and len({*doubts}) == len(doubts)
    assert (found.verdict == "sure") is found.certain
    assert (found.verdict == "blank") is not found.digits
    assert alone.image.min() >= 0 and alone.image.max() <= 1
    assert bool(found.digits) is bool(found.shapes) is (alone.digit is not None)
    assert all(prediction.digit is not None for prediction in found.digits)
    assert alone.certain is (found.certain and len(found.digits) == 1)
    if len(found.digits) == 1:
        assert alone.doubts == found.doubts
        np.testing.assert_array_equal(found.digits[0].probabilities, alone.probabilities)
    elif found.digits:
        assert alone.doubts
