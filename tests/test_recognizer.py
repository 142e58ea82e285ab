"""Recognizer: a drawing in, a prediction out; or a number, digit by digit."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from harness.pictures import FIVE_WITH_LOOSE_BAR, SEVEN, ZERO, draw
from model import Network, Prediction, Recognizer
from model.network import weights
from model.picture.ink import ink_of
from model.picture.moments import by_moments
from model.picture.prepare import prepare
from model.picture.segmentation import parts_of_number, without_dust
from model.recognizer import clearness
from training.strokes import drawing
from training.strokes.pen_digits import digits


@pytest.mark.parametrize(("strokes", "digit"), [(SEVEN, 7), (ZERO, 0)])
def test_the_shipped_weights_read_a_drawing(recognizer, strokes, digit):
    prediction = recognizer.recognize(draw(strokes))
    assert isinstance(prediction, Prediction)
    assert prediction.digit == digit
    assert prediction.certain
    assert prediction.confidence == pytest.approx(prediction.probabilities.max())
    assert prediction.probabilities.shape == (10,)
    assert prediction.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert prediction.image.shape == (28, 28) and prediction.image.dtype == np.float32


def test_nothing_drawn_is_no_digit(recognizer):
    blank = Image.new("RGB", (320, 320), "white")
    alone, reading = recognizer.recognize(blank), recognizer.read(blank)
    assert alone.digit is alone.box is None and alone.doubts == () and not alone.certain
    assert alone.probabilities.sum() == pytest.approx(1)
    assert not alone.image.any()
    assert reading.digits == reading.shapes == reading.doubts == () and reading.sentences() == []
    assert reading.verdict == "blank" and reading.text == "" and not reading.certain
    assert not reading.ink.any()


def test_many_threads_get_the_answers_of_one(recognizer):
    drawings = [draw(strokes, at=(x, 60)) for x in (20, 60, 100) for strokes in (SEVEN, ZERO)]
    alone = [recognizer.recognize(drawing).probabilities for drawing in drawings]
    with ThreadPoolExecutor(len(drawings)) as threads:
        together = list(threads.map(recognizer.recognize, 10 * drawings))
    for expected, found in zip(10 * alone, together, strict=True):
        np.testing.assert_array_equal(found.probabilities, expected)


def test_temperature_changes_confidence_but_not_the_digit(recognizer):
    drawing = draw(SEVEN)
    cool = replace(recognizer, temperature=0.5).recognize(drawing)
    warm = replace(recognizer, temperature=5.0).recognize(drawing)
    assert cool.digit == warm.digit
    assert cool.confidence > warm.confidence


def test_refuses_a_network_for_something_else(tmp_path):
    network = Network.from_sizes((4, 3, 2), np.random.default_rng(0))
    with pytest.raises(ValueError, match="4 inputs and 2 outputs; expected 784 and 10"):
        Recognizer(network)
    weights.save(tmp_path / "small.npz", network)
    with pytest.raises(ValueError, match=r"small\.npz: 4 inputs"):
        Recognizer.load(tmp_path / "small.npz")


@pytest.mark.parametrize(
    "metadata",
    [
        *({"calibration": {"temperature": value}} for value in (0, -1, "hot", None, float("nan"))),
        *({"calibration": {"certain_above": value}} for value in ([], float("inf"), float("nan"))),
        *({"calibration": value} for value in ({"unknown": 1}, [1.0], "warm")),
        *({"preparation": value} for value in ("by hand", None, ["box"])),
    ],
)
def test_refuses_metadata_that_do_not_fit(tmp_path, metadata):
    network = Network.from_sizes((784, 10), np.random.default_rng(0))
    weights.save(tmp_path / "strange.npz", network, metadata)
    with pytest.raises(ValueError, match=r"strange\.npz"):
        Recognizer.load(tmp_path / "strange.npz")


def test_a_file_names_the_preparation_of_its_network(recognizer, tmp_path):
    """The page's drawings go through the same function as MNIST's digits; a tutorial's do not."""
    x = prepare(draw(SEVEN)).reshape(1, 784)
    assert recognizer.preparation == "moments"
    np.testing.assert_array_equal(recognizer.prepared(x), by_moments(x))
    seen = recognizer.recognize(draw(SEVEN)).image
    np.testing.assert_array_equal(seen.reshape(1, 784), by_moments(x))
    (w1, b1), (w2, b2) = [(layer.W, layer.b) for layer in recognizer.network.dense_layers]
    np.savez(tmp_path / "theirs.npz", w1=w1, b1=b1, w2=w2, b2=b2)
    theirs = Recognizer.load(tmp_path / "theirs.npz")
    np.testing.assert_array_equal(theirs.recognize(draw(SEVEN)).image.reshape(1, 784), x)


@pytest.mark.parametrize("certain_above", [-0.1, 1.1, 40.0])
def test_linear_outputs_may_be_any_number(tmp_path, certain_above):
    """With least squares the strongest output can be below 0 or above 1, and so can the limit."""
    network = Network.from_sizes((784, 10), np.random.default_rng(0), loss="least-squares")
    calibration = {"temperature": 0.1, "certain_above": certain_above}
    weights.save(tmp_path / "linear.npz", network, {"calibration": calibration})
    recognizer = Recognizer.load(tmp_path / "linear.npz")
    prediction = recognizer.recognize(draw(SEVEN))
    strongest = recognizer.network.predict(prediction.image.reshape(1, 784)).max()
    assert prediction.certain is bool(strongest >= certain_above)
    assert 0 <= prediction.confidence <= 1
    assert prediction.probabilities.sum() == pytest.approx(1, abs=1e-5)


def number(text, height=80, left=10, foot=200, gap=0.3, brush=9, sizes=None, feet=None):
    """The page's canvas with a number, written by one of the people in training/strokes."""
    strokes = []
    for n, digit in enumerate(text):
        lines = next(each.strokes for each in digits()[1000:] if each.label == int(digit))
        size = height * (sizes[n] if sizes else 1)
        top = foot - size + (feet[n] if feet else 0)
        strokes += drawing.placed(lines, size, brush, at=(left, top))
        left = max(stroke[:, 0].max() for stroke in strokes) + brush / 2 + gap * height
    return drawing.draw(strokes, 320, brush)


def on_a_photo(picture):
    rng = np.random.default_rng(0)
    page = np.asarray(picture.resize((1280, 1280)), np.float32)
    light = np.linspace(0.6, 1, 1280)[:, None] * np.linspace(0.9, 0.7, 1280)
    photo = (60 + page * 0.6) * light + rng.normal(0, 6, page.shape)
    return photo.clip(0, 255).astype(np.uint8)


def tile(digit, side):
    large = number(digit, height=180, left=70, foot=250)
    return large.resize((side, side), Image.Resampling.BOX)


def on_a_strip(text):
    """Small writing on a long strip."""
    strip = Image.new("L", (2400, 44), 255)
    for place, digit in enumerate(text):
        strip.paste(tile(digit, 60), (900 + 44 * place, -8))
    return strip


def five_with_a_high_bar_and_zero():
    body, bar = FIVE_WITH_LOOSE_BAR
    higher = [(x, y - 0.1) for x, y in bar]
    beside = [(x + 1.4, y) for x, y in ZERO[0]]
    return draw([body, higher, beside], size=100, at=(40, 100))


def stacked(upper, lower, at=100):
    above = number(upper, height=90, left=100, foot=120)
    return np.minimum(above, number(lower, height=90, left=at, foot=240))


def well_apart(upper, lower):
    """Taken together, 5 and 0, 7 and 1, or 3 and 3 would be a sure 8, 9, or 3."""
    return np.minimum(number(upper, 60, 120, foot=80), number(lower, 60, 120, foot=160))


NUMBERS = [
    *((text, lambda text=text: number(text, height=70, gap=0.25)) for text in
      ("10", "11", "07", "42", "111", "305", "2026", "98765")),
    # Baselines that jump, a digit of half the height, and a small number on a large page.
    ("2026", lambda: number("2026", feet=[0, -12, 10, 4], height=65)),
    ("306", lambda: number("306", sizes=[1, 0.55, 0.9], brush=7)),
    ("2026", lambda: number("2026", height=30, gap=0.3, brush=3, left=150)),
    ("2026", lambda: on_a_photo(number("2026", height=70, brush=6))),
    ("2026", lambda: on_a_strip("2026")),
    ("50", five_with_a_high_bar_and_zero),
    ("1\n2", lambda: stacked("1", "2")),
    ("1\n2", lambda: stacked("1", "2", at=180)),
    ("5\n0", lambda: well_apart("5", "0")),
    ("7\n1", lambda: well_apart("7", "1")),
    ("3\n3", lambda: well_apart("3", "3")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "picture"), NUMBERS, ids=[repr(text) for text, _ in NUMBERS])
def test_a_number_is_read(recognizer, text, picture):
    reading = recognizer.read(picture())
    assert reading.text == text
    for line in reading.lines:
        lefts = [digit.box.left for digit in line]
        assert lefts == sorted(lefts)


def touching(text, **how):
    """A number of two digits with the largest gap at which their ink is one shape."""
    for gap in np.arange(0.2, -0.4, -0.01):
        picture = number(text, height=130, left=30, brush=12, gap=gap, **how)
        ink = ink_of(picture)
        if len(without_dust(parts_of_number(ink))) == 1:
            return picture
    raise AssertionError(f"{text} never touch")


@pytest.mark.parametrize("text", ["10", "01", "23", "38", "57", "64", "75", "80", "92", "99"])
def test_digits_that_touch_are_a_number(recognizer, text):
    reading = recognizer.read(touching(text))
    assert reading.text == text
    assert len(reading.shapes) == 1


@pytest.mark.parametrize("digit", range(10))
def test_one_digit_is_not_cut(recognizer, digit):
    picture = number(str(digit), height=130, left=100, brush=12)
    reading, alone = recognizer.read(picture), recognizer.recognize(picture)
    assert reading.text == str(digit)
    np.testing.assert_array_equal(reading.digits[0].image, alone.image)
    assert reading.certain is alone.certain


LETTER_N = [[(0.1, 1), (0.1, 0)], [(0.1, 0), (0.9, 1)], [(0.9, 1), (0.9, 0)]]
# Their halves look much like a 1 and a 4, and like two 1s.
LETTER_W = [[(0, 0), (0.16, 1), (0.34, 0.3), (0.52, 1), (0.7, 0)]]
SMALL_N = [[(0, 0), (0, 1), (0.02, 0.3), (0.2, 0.05), (0.4, 0.1), (0.45, 0.4), (0.45, 1)]]


@pytest.mark.parametrize("strokes", [LETTER_N, LETTER_W, SMALL_N])
def test_a_letter_that_can_be_cut_is_not_certain(recognizer, strokes):
    for size, brush in product((80, 100, 130, 160), (8, 10, 12, 14)):
        letter = draw(strokes, size=size, at=(60, 80), brush=brush)
        assert not recognizer.read(letter).certain


HALVES_OF_ZERO = [ZERO[0][2:14], ZERO[0][16:29]]  # the pen stopped at the top and at the bottom
FOUR = [[(0.3, 0), (0.05, 0.6), (0.5, 0.6)], [(0.7, 0.2), (0.68, 1)]]
SEVEN_WITH_LOOSE_BAR = [SEVEN[0], [(0.78, 0.6), (1.02, 0.6)]]
EIGHT_IN_TWO_LOOPS = [
    [(0.5 + 0.2 * np.sin(a), 0.2 - 0.2 * np.cos(a)) for a in np.linspace(0, 2 * np.pi, 25)],
    [(0.5 + 0.25 * np.sin(a), 0.77 - 0.25 * np.cos(a)) for a in np.linspace(0, 2 * np.pi, 25)],
]
FIVE_WITH_FAR_BAR = [FIVE_WITH_LOOSE_BAR[0], [(0.55, 0.02), (1.1, 0.0)]]


@pytest.mark.parametrize(
    ("strokes", "digit"),
    [
        (HALVES_OF_ZERO, 0),
        (FOUR, 4),
        (FIVE_WITH_LOOSE_BAR, 5),
        (FIVE_WITH_FAR_BAR, 5),
        (SEVEN_WITH_LOOSE_BAR, 7),
        (EIGHT_IN_TWO_LOOPS, 8),
    ],
)
def test_a_digit_in_several_strokes_stays_one(recognizer, strokes, digit):
    drawing = draw(strokes, brush=8)
    reading = recognizer.read(drawing)
    assert reading.text == str(digit)
    assert len(reading.shapes) == 2  # they do stand apart
    alone = recognizer.recognize(drawing)
    np.testing.assert_array_equal(reading.digits[0].probabilities, alone.probabilities)
    np.testing.assert_array_equal(reading.digits[0].image, alone.image)


def test_the_network_decides_unless_it_is_too_wide_for_a_digit(recognizer):
    """One that knows nothing finds no digit better than another."""
    network = Network.from_sizes((784, 10), np.random.default_rng(0))
    network.parameters[:] = 0
    ignorant = Recognizer(network)
    assert len(ignorant.read(number("11")).digits) == 1
    assert len(recognizer.read(number("11")).digits) == 2
    assert len(ignorant.read(number("2026", height=70)).digits) == 4


def together(*pictures):
    """All in one picture."""
    return Image.fromarray(np.minimum.reduce([np.asarray(each) for each in pictures]))


def with_stroke(picture, *points, brush=9):
    """The picture, and a stroke more."""
    picture = picture.copy()
    pen = ImageDraw.Draw(picture)
    pen.line(points, fill=0, width=brush)
    for x, y in points:
        pen.ellipse((x - brush / 2, y - brush / 2, x + brush / 2, y + brush / 2), fill=0)
    return picture


@pytest.mark.parametrize(
    ("text", "stroke", "kind"),
    [
        ("35", [(88, 198)], "dot"),
        ("7", [(40, 160), (70, 158)], "dash"),
        ("1", [(40, 160), (70, 158)], "dash"),
        ("42", [(40, 160), (70, 158)], "dash"),
    ],
)
def test_signs_are_left_out_and_never_silently(recognizer, text, stroke, kind):
    plain = number(text, gap=0.6) if kind == "dot" else number(text, left=100)
    signed = with_stroke(plain, *stroke)
    assert recognizer.read(plain).certain
    reading = recognizer.read(signed)
    assert reading.text == text and reading.left_out == (kind,) and not reading.certain
    assert len(reading.shapes) == len(text)
    if len(text) == 1:
        before, after = recognizer.recognize(plain), recognizer.recognize(signed)
        assert before.certain and str(after.digit) == text and after.doubts == ("left_out",)
        np.testing.assert_array_equal(before.image, after.image)


@pytest.mark.parametrize(("upper", "lower"), [("3", "8"), ("1", "1"), ("12", "305")])
def test_a_fractions_bar_is_left_out_and_told(recognizer, upper, lower):
    parts = [number(upper, 60, 130, foot=120), number(lower, 60, 130, foot=250)]
    fraction = with_stroke(together(*parts), (120, 155), (270, 155))
    reading = recognizer.read(fraction)
    assert reading.text == f"{upper}\n{lower}" and reading.left_out == ("dash",)
    assert not reading.certain and not recognizer.recognize(fraction).certain


def test_a_column_of_digits_is_no_single_digit(recognizer):
    column = together(*(number(digit, 50, 130, foot=80 + 56 * n) for n, digit in enumerate("9193")))
    assert recognizer.read(column).text == "9\n1\n9\n3"


def test_two_bars_one_above_the_other_are_no_numbers(recognizer):
    """Each alone would be a sure 1, but so would any stroke."""
    reading = recognizer.read(draw([[(0.5, 0), (0.5, 0.4)], [(0.5, 0.8), (0.5, 1.2)]]))
    assert len(reading.lines) == 1 and not reading.certain


def test_a_slash_is_none_of_the_shapes_of_digits(recognizer):
    reading = recognizer.read(with_stroke(number("42", gap=1.2), (76, 212), (134, 100)))
    assert reading.text == "42" and reading.left_out == ("slash",)
    assert reading.shapes == tuple(digit.box for digit in reading.digits)


@pytest.mark.parametrize("turn", [0, 3])
def test_a_sheet_of_numbers_is_read_line_by_line(recognizer, turn):
    """Up to 20 lines of 12 digits, also where the sheet is a little turned."""
    written = ["".join(str(n * place * 7 % 10) for place in range(1, 13)) for n in range(1, 21)]
    tiles = {digit: tile(digit, 80) for digit in "0123456789"}
    sheet = Image.new("L", (1300, 1700), 255)
    for row, text in enumerate(written):
        for place, digit in enumerate(text):
            sheet.paste(tiles[digit], (130 + 85 * place, 80 + 78 * row))
    sheet = sheet.rotate(turn, Image.Resampling.BILINEAR, fillcolor=255)
    reading = recognizer.read(sheet)
    assert [len(line) for line in reading.lines] == [12] * 20
    right = [a == b for a, b in zip(reading.text, "\n".join(written))]
    assert np.mean(right) > 0.97


def test_recognize_doubts_a_number_and_what_is_cut_off(recognizer):
    assert "shapes" in recognizer.recognize(number("42")).doubts
    assert "edge" in recognizer.recognize(draw(LETTER_N, at=(-20, 60))).doubts
    for several in (touching("64"), stacked("1", "2")):
        alone = recognizer.recognize(several)
        assert alone.doubts and not alone.certain


def test_each_digit_is_where_its_box_is(recognizer):
    for picture in (number("42"), number("305", height=60), draw(FIVE_WITH_LOOSE_BAR, brush=8)):
        reading = recognizer.read(picture)
        np.testing.assert_array_equal(reading.ink, ink_of(picture))
        for digit in reading.digits:
            left, top, right, bottom = digit.box
            there = np.where(digit.ink > 0, reading.ink[top:bottom, left:right], 0)
            np.testing.assert_array_equal(digit.ink, there)
            assert digit.ink.max() > 200
    seven = draw(SEVEN)
    assert recognizer.recognize(seven).box == recognizer.read(seven).shapes[0]


def test_the_boxes_of_two_that_touch(recognizer):
    reading = recognizer.read(touching("64"))
    (whole,), (left, right) = reading.shapes, (digit.box for digit in reading.digits)
    assert (left.left, right.right) == (whole.left, whole.right)
    assert min(left.top, right.top) == whole.top and max(left.bottom, right.bottom) == whole.bottom
    assert left.left < right.left and left.right < right.right
    lower = recognizer.read(touching("64", feet=[0, -30]))
    assert lower.digits[0].box.bottom > lower.digits[1].box.bottom
    assert [left.width, right.width] == [digit.ink.shape[1] for digit in reading.digits]


def test_two_lines_are_two_numbers(recognizer):
    rows = together(number("42", height=80, foot=120), number("17", height=80, foot=280))
    reading = recognizer.read(rows)
    assert reading.text == "42\n17" and reading.certain
    assert len(reading.shapes) == 4
    with_dot = recognizer.read(with_stroke(rows, (45, 278)))
    assert with_dot.text == "42\n17" and with_dot.left_out == ("dot",)


@settings(max_examples=15)
@given(text=st.sampled_from(["7", "10", "342"]), left=st.integers(2, 80), foot=st.integers(90, 315))
def test_place_does_not_matter_to_a_number(recognizer, text, left, foot):
    assert recognizer.read(number(text, left=left, foot=foot, height=70)).text == text


@settings(max_examples=50)
@given(
    width=st.integers(1, 12),
    height=st.integers(20, 120),
    ink=st.integers(0, 200),
    noise=st.integers(0, 30),
    seed=st.integers(0, 99),
)
@example(width=8, height=24, ink=146, noise=16, seed=17)
def test_a_slim_crop_of_a_1_is_a_1_or_in_doubt(recognizer, width, height, ink, noise, seed):
    crop = np.full((height, width), 230.0)
    crop[:, width // 3 : width // 2 + 1] = ink
    crop += np.random.default_rng(seed).normal(0, noise, crop.shape)
    for picture in (crop.clip(0, 255).astype(np.uint8), crop.clip(0, 255).astype(np.uint8).T):
        reading = recognizer.read(picture)
        assert reading.text == "1" or not reading.certain


def test_clearness_counts_the_second_output_against_the_first():
    outputs = np.array([[0.9, 0.1, *[0] * 8], [0.9, 0.8, *[0] * 8], [0.1] * 10], np.float32)
    assert clearness(outputs) == pytest.approx([0.875, 0.7, 0.075])
