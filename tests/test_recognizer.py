"""Recognizer: a drawing in, a prediction out; or a number, digit by digit."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from PIL import Image

from benchmarks import samples
from benchmarks.photos import CONDITIONS, photographed
from harness.pictures import FIVE_WITH_LOOSE_BAR, SEVEN, ZERO, draw
from model import Network, Recognizer
from model.network import weights
from model.picture.ink import ink_of
from model.picture.moments import by_moments
from model.picture.prepare import prepare
from model.recognizer import clearness
from training.strokes import drawing
from training.strokes.hand import digits


@pytest.mark.parametrize(("strokes", "digit"), [(SEVEN, 7), (ZERO, 0)])
def test_the_shipped_weights_read_a_drawing(recognizer, strokes, digit):
    drawing = draw(strokes)
    prediction = recognizer.recognize(drawing)
    assert prediction.digit == digit and prediction.certain
    assert prediction.confidence == pytest.approx(prediction.probabilities.max())
    assert prediction.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert prediction.box == recognizer.read(drawing).shapes[0]
    warm = replace(recognizer, temperature=5.0).recognize(drawing)
    assert warm.digit == digit and warm.confidence < prediction.confidence


@pytest.mark.parametrize(
    "blank",
    [
        Image.new("RGB", (320, 320), "white"),
        Image.new("RGB", (320, 320), "black"),
        Image.new("RGBA", (320, 320), (0, 0, 0, 0)),
        Image.new("L", (1, 1), 0),
        np.full((50, 80, 3), 120, np.uint8),
    ],
)
def test_nothing_drawn_is_no_digit(recognizer, blank):
    alone, reading = recognizer.recognize(blank), recognizer.read(blank)
    assert alone.digit is alone.box is None and alone.doubts == () and not alone.certain
    assert alone.probabilities.sum() == pytest.approx(1) and alone.strength == 0
    assert alone.image.shape == (28, 28) and not alone.image.any() and not prepare(blank).any()
    assert reading.digits == reading.shapes == reading.doubts == () and reading.sentences() == []
    assert reading.verdict == "blank" and reading.text == "" and not reading.certain


def test_many_threads_get_the_answers_of_one(recognizer):
    drawings = [draw(strokes, at=(x, 60)) for x in (20, 60, 100) for strokes in (SEVEN, ZERO)]
    alone = [recognizer.recognize(drawing).probabilities for drawing in drawings]
    with ThreadPoolExecutor(len(drawings)) as threads:
        together = list(threads.map(recognizer.recognize, 10 * drawings))
    np.testing.assert_array_equal([each.probabilities for each in together], 10 * alone)


@pytest.mark.parametrize(
    ("inputs", "metadata"),
    [
        (4, {}),
        *((784, {"calibration": {"temperature": x}}) for x in (0, -1, "hot", None, float("nan"))),
        *((784, {"calibration": {"certain_above": x}}) for x in ([], float("inf"), float("nan"))),
        *((784, {"calibration": x}) for x in ({"unknown": 1}, [1.0], "warm")),
        *((784, {"preparation": x}) for x in ("by hand", None, ["box"])),
    ],
)
def test_refuses_what_does_not_fit(tmp_path, inputs, metadata):
    network = Network.from_sizes((inputs, 10), np.random.default_rng(0))
    weights.save(tmp_path / "strange.npz", network, metadata)
    with pytest.raises(ValueError, match=r"strange\.npz"):
        Recognizer.load(tmp_path / "strange.npz")


def test_a_file_names_the_preparation_of_its_network(recognizer, tmp_path):
    """The page's drawings go through the same function as MNIST's digits; a tutorial's do not."""
    x = prepare(draw(SEVEN)).reshape(1, 784)
    (w1, b1), (w2, b2) = [(layer.W, layer.b) for layer in recognizer.network.dense_layers]
    np.savez(tmp_path / "theirs.npz", w1=w1, b1=b1, w2=w2, b2=b2)
    theirs = Recognizer.load(tmp_path / "theirs.npz")
    assert theirs.temperature == 1  # not calibrated
    for each, expected in ((recognizer, by_moments(x)), (theirs, x)):
        np.testing.assert_array_equal(each.recognize(draw(SEVEN)).image, expected.reshape(28, 28))


@pytest.mark.parametrize(("certain_above", "bias"), [(-9.0, -5), (-0.1, 0), (0.5, 5), (40.0, 0)])
def test_linear_outputs_may_be_any_number(certain_above, bias):
    """With least squares the strongest output can be below 0 or above 1, and so can the limit."""
    network = Network.from_sizes((784, 10), np.random.default_rng(0), loss="least-squares")
    network.parameters[-10:] = bias
    prediction = Recognizer(network, 0.1, certain_above).recognize(draw(SEVEN))
    strongest = network.predict(prediction.image.reshape(1, 784)).max()
    assert prediction.certain is bool(strongest >= certain_above)
    assert prediction.probabilities.sum() == pytest.approx(1, abs=1e-5)


def number(text, height=80, left=10, foot=200, gap=0.3, brush=9, sizes=None, feet=None):
    """A number on the canvas; `text` has digits, or indices of samples in training/strokes."""
    strokes = []
    for n, digit in enumerate(text):
        known = (each for each in digits()[1000:] if each.label == int(digit))
        lines = (next(known) if isinstance(digit, str) else digits()[digit]).strokes
        size = height * (sizes[n] if sizes else 1)
        top = foot - size + (feet[n] if feet else 0)
        strokes += drawing.placed(lines, size, brush, at=(left, top))
        left = max(stroke[:, 0].max() for stroke in strokes) + brush / 2 + gap * height
    return drawing.draw(strokes, 320, brush)


def together(*pictures):
    return Image.fromarray(np.minimum.reduce([np.asarray(each) for each in pictures]))


def stacked(upper, lower, at=100, size=90, feet=(120, 240)):
    above = number(upper, height=size, left=100, foot=feet[0])
    return together(above, number(lower, height=size, left=at, foot=feet[1]))


def loop(radius, y):
    angles = np.linspace(0, 2 * np.pi, 25)
    return [(0.5 + radius * np.sin(a), y - radius * np.cos(a)) for a in angles]


HIGH_BAR = [(0.3, -0.08), (0.9, -0.1)]
NUMBERS = [
    *((text, lambda text=text: number(text, height=70, gap=0.25)) for text in
      ("10", "11", "07", "42", "111", "305", "2026", "98765")),
    # Baselines that jump, a digit of half the height, and a small number on a large page.
    ("2026", lambda: number("2026", feet=[0, -12, 10, 4], height=65)),
    ("306", lambda: number("306", sizes=[1, 0.55, 0.9], brush=7)),
    ("2026", lambda: number("2026", height=30, gap=0.3, brush=3, left=150)),
    ("2026", lambda: photographed(1 - np.asarray(number("2026", 70, brush=6)) / 255,
                                  CONDITIONS[1], np.random.default_rng(0))),  # with less light
    ("50", lambda: draw([FIVE_WITH_LOOSE_BAR[0], HIGH_BAR, [(x + 1.4, y) for x, y in ZERO[0]]],
                        size=100, at=(40, 100))),
    ("55", lambda: draw([[(x + right, y) for x, y in stroke] for right in (0, 1.5)
                         for stroke in (FIVE_WITH_LOOSE_BAR[0], HIGH_BAR)], size=80, brush=6)),
    *(("1\n2", lambda at=at: stacked("1", "2", at)) for at in (100, 180)),
    ("42\n17", lambda: stacked("42", "17", feet=(120, 280), size=80)),
    # Taken together, 5 and 0, 7 and 1, or 3 and 3 would be a sure 8, 9, or 3.
    *((f"{a}\n{b}", lambda a=a, b=b: stacked(a, b, size=60, feet=(80, 160)))
      for a, b in ("50", "71", "33")),
    ("9\n1\n9\n3", lambda: together(*(number(digit, 50, 130, foot=80 + 56 * n)
                                       for n, digit in enumerate("9193")))),
    *((digit, lambda digit=digit: number(digit, height=130, left=100, brush=12))
      for digit in "0123456789"),
    ("0", lambda: drawing.draw(drawing.placed(digits()[1359].strokes, 150, 10, at=(60, 60)), 320,
                               10)),  # wide
    # Taken together, a sure 4.
    *(("16", lambda which=which: number(which, 120, 60, 220, 1 / 6, 10))
      for which in ((1376, 2222), (4037, 7403))),
    ("42\n5", lambda: together(number("42", height=60, left=100, foot=80), draw(
        [FIVE_WITH_LOOSE_BAR[0], HIGH_BAR], size=80, at=(100, 150), brush=7, mode="L"))),
    # A digit in several strokes stays one.
    *((text, lambda strokes=strokes: draw(strokes, brush=8)) for text, strokes in (
        ("0", [ZERO[0][2:14], ZERO[0][16:29]]),  # the pen stopped at the top and at the bottom
        ("0", [*ZERO, [(0.5, 0.5)]]),  # a dot and a slash are not circled
        ("0", [*ZERO, [(0.62, 0.3), (0.4, 0.7)]]),
        ("4", [[(0.3, 0), (0.05, 0.6), (0.5, 0.6)], [(0.7, 0.2), (0.68, 1)]]),
        ("5", FIVE_WITH_LOOSE_BAR),
        ("5", [FIVE_WITH_LOOSE_BAR[0], [(0.55, 0.02), (1.1, 0.0)]]),
        ("5", [FIVE_WITH_LOOSE_BAR[0], [(0.25, -0.14), (0.7, -0.14)]]),
        ("7", [SEVEN[0], [(0.78, 0.6), (1.02, 0.6)]]),
        ("8", [loop(0.2, 0.2), loop(0.25, 0.77)]),
    )),
]  # fmt: skip


@pytest.mark.parametrize(("text", "picture"), NUMBERS, ids=[repr(text) for text, _ in NUMBERS])
def test_a_number_is_read(recognizer, text, picture):
    reading = recognizer.read(picture())
    assert reading.text == text and reading.certain


def touching(gap, text="64", **how):  # in one shape: the gap is the largest one
    return number(text, height=130, left=30, brush=12, gap=gap, **how)


@pytest.mark.parametrize(("length", "count", "least", "sure"), [(2, 95, 74, 51), (3, 40, 33, 24)])
def test_digits_of_many_people_that_touch(recognizer, length, count, least, sure):
    texts, pictures = zip(*samples.numbers_of(digits()[1000:1400], length, count, samples.touching))
    readings = [recognizer.read(picture) for picture in pictures]
    assert sum(reading.text == text for reading, text in zip(readings, texts)) >= least
    # Cuts with close rivals are doubted.
    assert abs(sum(reading.certain for reading in readings) - sure) <= 2


LETTER_N = [[(0.1, 1), (0.1, 0)], [(0.1, 0), (0.9, 1)], [(0.9, 1), (0.9, 0)]]
# Their halves look much like a 1 and a 4, and like two 1s.
LETTER_W = [[(0, 0), (0.16, 1), (0.34, 0.3), (0.52, 1), (0.7, 0)]]
SMALL_N = [[(0, 0), (0, 1), (0.02, 0.3), (0.2, 0.05), (0.4, 0.1), (0.45, 0.4), (0.45, 1)]]


@pytest.mark.parametrize("strokes", [LETTER_N, LETTER_W, SMALL_N])
def test_a_letter_that_can_be_cut_is_not_certain(recognizer, strokes):
    for size, brush in product((80, 100, 130, 160), (8, 10, 12, 14)):
        assert not recognizer.read(draw(strokes, size=size, at=(60, 80), brush=brush)).certain


ZIGZAG = [[(0.12 * n, y) for n, y in enumerate((0.6, 0.2, 0.7, 0.1, 0.8, 0.2, 0.66, 0.3))]]
SLASH, DASH = [[(0.2, 1), (0.8, 0)]], [[(0, 0.5), (1, 0.5)]]
# One above the other. Each alone would be a sure 1, but so would any stroke.
TWO_BARS = [[(0.5, 0), (0.5, 0.4)], [(0.5, 0.8), (0.5, 1.2)]]


@pytest.mark.parametrize(
    ("strokes", "doubts"),
    [(SLASH, "slash"), (DASH, "no_digit"), (ZIGZAG, "no_digit"), (TWO_BARS, "shapes no_digit")],
)
def test_what_is_no_digit_is_one_in_doubt(recognizer, strokes, doubts):
    reading = recognizer.read(draw(strokes, size=200, at=(60, 60), brush=10))
    assert len(reading.digits) == 1 and " ".join(reading.doubts) == doubts


def with_stroke(picture, *points):
    """The picture, and a stroke more."""
    return together(picture, draw([points], size=1, at=(0, 0), brush=9, mode="L"))


CIRCLE = [(165 + 380 * (x - 0.5), 160 + 200 * (y - 0.5)) for x, y in ZERO[0]]
PLUS = [(75, 160), (115, 160), (95, 160), (95, 140), (95, 180)]
STAR = [(99, 130), (99, 190), (99, 160), (69, 145), (129, 175), (99, 160), (69, 175), (129, 145)]


@pytest.mark.parametrize(
    ("text", "plain", "stroke", "kind"),
    [
        ("35", lambda: number("35", gap=0.6), [(88, 198)], "dot"),
        *((text, lambda text=text: number(text, left=100), [(40, 160), (70, 158)], "dash")
          for text in ("7", "1", "42")),
        ("42", lambda: number("42", gap=1.2), [(76, 212), (134, 100)], "slash"),
        *(("35", lambda: number("35", gap=1.4), stroke, "sign") for stroke in (PLUS, STAR)),
        ("3", lambda: number("3", left=100), [(105, 85), (145, 85)], "sign"),  # as a word above
        ("7", lambda: number("7", left=100), CIRCLE, "sign"),
        ("35", lambda: number("35", left=100), CIRCLE[:-1], "sign"),
        *((f"{a}\n{b}", lambda a=a, b=b: stacked(a, b, at=130, size=60, feet=(120, 250)),
           [(90, 155), (270, 155)], "dash") for a, b in (("3", "8"), ("1", "1"), ("12", "305"))),
    ],
)  # fmt: skip
def test_signs_are_left_out_and_never_silently(recognizer, text, plain, stroke, kind):
    reading, before = recognizer.read(with_stroke(plain(), *stroke)), recognizer.read(plain())
    assert reading.text == text and reading.left_out == (kind,) and not reading.certain
    assert reading.shapes == before.shapes == tuple(sorted(digit.box for digit in reading.digits))
    alone = recognizer.recognize(with_stroke(plain(), *stroke))
    assert "left_out" in alone.doubts
    if len(text) == 1:
        assert str(alone.digit) == text and alone.doubts == ("left_out",)
        np.testing.assert_array_equal(before.digits[0].image, alone.image)


def test_a_sheet_of_numbers_is_read_line_by_line(recognizer):
    """Up to 20 lines of 12 digits, also where the sheet is a little turned."""
    written = ["".join(str(n * place * 7 % 10) for place in range(1, 13)) for n in range(1, 21)]
    tiles = {d: number(d, 180, 70, 250).resize((80, 80)) for d in "0123456789"}
    sheet = Image.new("L", (1300, 1700), 255)
    for row, text in enumerate(written):
        for place, digit in enumerate(text):
            sheet.paste(tiles[digit], (130 + 85 * place, 80 + 78 * row))
    sheet = sheet.rotate(3, Image.Resampling.BILINEAR, fillcolor=255)
    reading = recognizer.read(sheet)
    assert [len(line) for line in reading.lines] == [12] * 20
    right = [a == b for a, b in zip(reading.text, "\n".join(written))]
    assert np.mean(right) > 0.97


def test_recognize_doubts_a_number_and_what_is_cut_off(recognizer):
    assert "shapes" in recognizer.recognize(number("42")).doubts
    assert "edge" in recognizer.recognize(draw(LETTER_N, at=(-20, 60))).doubts
    assert not recognizer.recognize(touching(0.03)).certain
    assert not recognizer.read(touching(0, "96")).certain  # as a % is read
    assert not recognizer.recognize(stacked("5", "0", size=60, feet=(80, 160))).certain


def test_each_digit_is_where_its_box_is(recognizer):
    in_parts = number("42"), number("305", height=60), draw(FIVE_WITH_LOOSE_BAR, brush=8)
    for picture in (*in_parts, touching(0.08, feet=[0, -30])):
        reading = recognizer.read(picture)
        np.testing.assert_array_equal(reading.ink, ink_of(picture))
        for digit in reading.digits:
            left, top, right, bottom = digit.box
            there = np.where(digit.ink > 0, reading.ink[top:bottom, left:right], 0)
            np.testing.assert_array_equal(digit.ink, there)
            assert digit.ink.max() > 200
    (whole,), (a, b) = reading.shapes, (digit.box for digit in reading.digits)
    assert (a.left, b.top, b.right, a.bottom) == whole
    assert a.left < b.left and a.right < b.right and a.bottom > b.bottom


@pytest.mark.parametrize(
    ("width", "height", "ink", "noise", "seed"),
    [(8, 24, 146, 16, 17), (2, 20, 2, 30, 30), (10, 48, 184, 27, 52)],
)
def test_a_slim_crop_of_a_1_is_a_1_or_in_doubt(recognizer, width, height, ink, noise, seed):
    crop = np.full((height, width), 230.0)
    crop[:, width // 3 : width // 2 + 1] = ink
    crop += np.random.default_rng(seed).normal(0, noise, crop.shape)
    picture = crop.clip(0, 255).astype(np.uint8)
    for reading in (recognizer.read(picture), recognizer.read(picture.T)):
        assert reading.text == "1" or not reading.certain


def test_clearness_counts_the_second_output_against_the_first():
    outputs = np.array([[0.9, 0.1, *[0] * 8], [0.9, 0.8, *[0] * 8], [0.1] * 10], np.float32)
    assert clearness(outputs) == pytest.approx([0.875, 0.7, 0.075])
