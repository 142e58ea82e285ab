"""Any drawing → 28×28: what does not matter changes nothing, and no input does harm."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from harness.pictures import FIVE_WITH_LOOSE_BAR, PICTURES, SEVEN, ZERO, difference, draw
from model.picture.prepare import prepare


def assert_is_prepared(image):
    assert image.shape == (28, 28) and image.dtype == np.float32
    assert np.isfinite(image).all() and image.min() >= 0 and image.max() <= 1


@pytest.mark.parametrize("strokes", [SEVEN, FIVE_WITH_LOOSE_BAR, ZERO])
def test_prepared_as_mnist_was(strokes):
    """The longer side is 20 pixels, the centre of mass where MNIST has it, strokes 2 to 3 wide."""
    image = prepare(draw(strokes))
    assert_is_prepared(image)
    rows, columns = np.nonzero(image > 0.5)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == pytest.approx(20, abs=1)
    centre = [(image.sum(axis=axis) @ np.arange(28)) / image.sum() for axis in (1, 0)]
    assert centre == pytest.approx([14, 14], abs=0.3)
    assert image.max() > 0.95  # ink is white


def test_mnist_itself_comes_back(mnist):
    """MNIST's own digits, enlarged to a canvas, are prepared to what they were."""
    X = mnist.test.X[:200].reshape(-1, 28, 28)
    differences = []
    for digit in X:
        canvas = Image.fromarray(np.uint8(255 - 255 * digit)).resize(
            (280, 280), Image.Resampling.BICUBIC
        )
        differences.append(difference(prepare(canvas), digit))
    assert np.median(differences) < 0.35


def test_a_small_scan_that_is_cut_out_tightly(mnist):
    """Of 16 pixels with grey edges, as postal digits come: ink touches the border on all sides."""
    differences = []
    for digit in mnist.test.X[:200].reshape(-1, 28, 28):
        scan = Image.fromarray(np.uint8(255 * digit))
        scan = scan.crop(scan.getbbox())
        factor = 16 / max(scan.size)
        scan = scan.resize([max(1, round(side * factor)) for side in scan.size])
        page = Image.new("L", (16, 16))
        page.paste(scan, ((16 - scan.width) // 2, (16 - scan.height) // 2))
        canvas = Image.eval(page.resize((160, 160)), lambda value: 255 - value)
        differences.append(difference(prepare(canvas), digit))
    assert np.mean(np.array(differences) < 0.8) > 0.99  # a blank one differs by 1


@settings(max_examples=60, deadline=None)
@given(
    strokes=st.sampled_from([SEVEN, FIVE_WITH_LOOSE_BAR, ZERO]),
    size=st.integers(110, 270),
    x=st.floats(0, 1),
    y=st.floats(0, 1),
)
def test_place_and_size_do_not_matter(strokes, size, x, y):
    """The whole drawing moved, and scaled together with its brush."""
    room = 320 - size - 40
    moved = draw(strokes, size=size, at=(20 + x * room, 20 + y * room), brush=max(1, size // 11))
    assert difference(prepare(moved), prepare(draw(strokes, size=176, brush=16))) < 0.2


@settings(max_examples=30, deadline=None)
@given(strokes=st.sampled_from([SEVEN, FIVE_WITH_LOOSE_BAR, ZERO]), brush=st.integers(4, 22))
def test_the_brush_hardly_matters(strokes, brush):
    assert difference(prepare(draw(strokes, brush=brush)), prepare(draw(strokes, brush=12))) < 0.45


def test_a_loop_that_a_thick_brush_has_filled_leaves_the_rest_of_the_digit():
    turn = np.linspace(0, 2 * np.pi, 30)
    head = [(0.5 + 0.15 * np.cos(angle), 0.25 + 0.15 * np.sin(angle)) for angle in turn]
    image = prepare(draw([[*head, (0.6, 0.9)]], size=150, brush=48))
    assert image[:15].sum(axis=1).max() > 8  # the head, filled
    tail = image[18:25].sum(axis=1)
    assert tail.min() > 2 and tail.max() < 4  # a stroke, about as wide as MNIST's


COLORS = st.tuples(*[st.integers(0, 255)] * 3)


@settings(max_examples=60, deadline=None)
@given(ink=COLORS, paper=COLORS)
@example(ink=(255, 255, 255), paper=(0, 0, 0))
@example(ink=(200, 30, 30), paper=(30, 30, 200))
def test_colors_do_not_matter(ink, paper):
    if max(abs(a - b) for a, b in zip(ink, paper)) < 60:
        return  # hard to see for a person, too
    colored = prepare(draw(SEVEN, ink=ink, paper=paper))
    assert difference(colored, prepare(draw(SEVEN))) < 0.1


@pytest.mark.parametrize(
    "same",
    [
        lambda picture: picture.convert("L"),
        lambda picture: picture.convert("1"),
        lambda picture: picture.convert("P"),
        lambda picture: picture.convert("CMYK"),
        lambda picture: picture.convert("RGBA"),
        lambda picture: np.asarray(picture),
        lambda picture: np.asarray(picture.convert("L")),
        lambda picture: np.asarray(picture.convert("RGBA")),
        lambda picture: 255 - np.asarray(picture.convert("L")),
    ],
)  # fmt: skip
def test_every_kind_of_picture_is_read_alike(same):
    picture = draw(SEVEN)
    assert difference(prepare(same(picture)), prepare(picture)) < 0.1


def test_transparent_paper_and_ink_of_its_color():
    """White ink on a transparent layer shows on no white page, but it was drawn."""
    layer = draw(SEVEN, mode="RGBA", ink=(255, 255, 255, 255), paper=(255, 255, 255, 0))
    assert difference(prepare(layer), prepare(draw(SEVEN))) < 0.1


def test_specks_do_not_stretch_the_crop():
    picture = draw(SEVEN, size=120, at=(30, 30))
    pen = ImageDraw.Draw(picture)
    for x, y in ((300, 300), (10, 310), (310, 12)):
        pen.rectangle((x, y, x + 2, y + 2), fill="black")
    assert difference(prepare(picture), prepare(draw(SEVEN, size=120, at=(30, 30)))) < 0.1


def test_a_loose_stroke_stays():
    image = prepare(draw(FIVE_WITH_LOOSE_BAR))
    without = prepare(draw(FIVE_WITH_LOOSE_BAR[:1]))
    assert difference(image, without) > 0.4


def test_a_photo_of_pen_on_paper():
    """Grey paper, darker to one side, with noise; the pen is no black."""
    rng = np.random.default_rng(0)
    page = draw(SEVEN, side=480, size=240, at=(120, 120), ink=(70, 70, 110)).filter(
        ImageFilter.GaussianBlur(1)
    )
    light = np.linspace(0.55, 0.95, 480)[None, :, None] * np.linspace(0.8, 1, 480)[:, None, None]
    photo = np.asarray(page) * light + rng.normal(0, 6, (480, 480, 3))
    image = prepare(photo.clip(0, 255).astype(np.uint8))
    assert difference(image, prepare(draw(SEVEN))) < 0.35


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
def test_nothing_drawn_is_zeros(blank):
    image = prepare(blank)
    assert_is_prepared(image)
    assert not image.any()


@pytest.mark.parametrize(
    "strange",
    [
        None,
        "seven",
        7,
        [[0, 1], [1, 0]],
        {},
        np.zeros((28, 28), complex),
        np.zeros((28, 28, 7), np.uint8),
        np.zeros((28, 28, 1, 1), np.uint8),
        np.zeros((0, 28), np.uint8),
        np.zeros((28, 0, 3), np.uint8),
        np.zeros(28, np.uint8),
        Image.new("L", (0, 5)),
    ],
)
def test_what_is_no_picture_is_refused_in_words(strange):
    with pytest.raises(ValueError, match=r"\w+ \w+ \w+"):
        prepare(strange)


@settings(max_examples=150, deadline=None)
@given(PICTURES)
def test_any_picture_gives_a_picture(array):
    assert_is_prepared(prepare(array))


@pytest.mark.parametrize("mode", ["L", "RGBA"])
def test_a_large_picture_costs_little_memory(mode):
    large = Image.new(mode, (4_000, 3_000), "white")
    ImageDraw.Draw(large).line([(800, 800), (2400, 800), (1600, 2400)], fill="black", width=150)
    tracemalloc.start()
    image = prepare(large)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert_is_prepared(image)
    assert image.any()
    assert peak < 50e6


def test_a_line_one_pixel_wide_is_seen():
    picture = Image.new("L", (320, 320), 255)
    ImageDraw.Draw(picture).line([(100, 80), (220, 80), (150, 250)], fill=0, width=1)
    image = prepare(picture)
    assert difference(image, prepare(draw([SEVEN[0]]))) < 0.6
    assert image.max() > 0.8
