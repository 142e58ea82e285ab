"""Ink on photos: whatever light, paper and camera do to the page, the ink is where it was drawn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from harness.pictures import SEVEN, ZERO, difference, draw
from model.picture.ink import ink_of
from model.picture.paper import sheet_on
from model.picture.prepare import prepare

SIDE = 480
Y, X = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]
SLOPE = 0.75 + 0.25 * X
DIAGONAL = 0.75 + 0.15 * X - 0.1 * Y
VIGNETTE = 1 - 0.25 * (X**2 + Y**2)
SHADOW = 0.75 + 0.25 * np.tanh((X + 0.1 * Y - 0.2) / 0.06)
LIGHTS = {"slope": SLOPE, "diagonal": DIAGONAL, "vignette": VIGNETTE, "shadow": SHADOW}


def page(strokes=(), brush=4, at=(150, 130), size=190):
    """(SIDE, SIDE) float: 1 is paper, 0 is ink."""
    return np.asarray(draw(strokes, SIDE, size, at, brush, mode="L"), np.float64) / 255


def clean(strokes, **how):
    """The same strokes on a canvas."""
    return np.uint8(255 * page(strokes, **how))


def photo(reflected, light=1.0, noise=2.0, seed=0):
    """What a camera sees, (SIDE, SIDE, 3) uint8: reflected light, (SIDE, SIDE) or with colors."""
    seen = np.broadcast_to((np.atleast_3d(reflected).T * np.transpose(light)).T, (SIDE, SIDE, 3))
    grain = np.random.default_rng(seed).normal(0, noise, seen.shape)
    return (235 * seen + grain).clip(0, 255).astype(np.uint8)


def written(strokes, darkness=0.7, **how):
    return 1 - darkness * (1 - page(strokes, **how))


@pytest.mark.parametrize("light", LIGHTS.values(), ids=LIGHTS)
@pytest.mark.parametrize("noise", [0, 2, 12])
def test_a_blank_page_has_no_ink(light, noise):
    assert not prepare(photo(page(), light, noise)).any()


@pytest.mark.parametrize("size", [120, 480])
@pytest.mark.parametrize("white", [200, 255, 270])
def test_noise_has_no_ink_where_white_is_overexposed_either(size, white):
    for noise in (2, 8, 15):
        grain = np.random.default_rng(0).normal(0, noise, (size, size, 1))
        seen = np.broadcast_to(white + grain, (size, size, 3)).clip(0, 255).astype(np.uint8)
        assert not prepare(seen).any()


def test_one_dot_on_a_canvas_is_ink():
    assert ink_of(draw([[(0.5, 0.5)]], brush=6)).any()


@pytest.mark.parametrize("light", LIGHTS.values(), ids=LIGHTS)
@pytest.mark.parametrize("strokes", [SEVEN, ZERO])
def test_light_changes_nothing(light, strokes):
    """A thin pen, 3 pixels wide."""
    seen = prepare(photo(written(strokes, brush=3), light))
    assert difference(seen, prepare(clean(strokes, brush=3))) < 0.25


@settings(max_examples=12, deadline=None)
@given(angle=st.floats(0, 6.3), darkest=st.floats(0.5, 1), seed=st.integers(0, 99))
def test_light_from_anywhere(angle, darkest, seed):
    along = np.cos(angle) * X + np.sin(angle) * Y
    light = 1 - (1 - darkest) * (along - along.min()) / np.ptp(along)
    assert not prepare(photo(page(), light, seed=seed)).any()
    seen = prepare(photo(written(SEVEN), light, seed=seed))
    assert difference(seen, prepare(clean(SEVEN))) < 0.25


def test_ink_is_as_dark_where_less_light_falls():
    bar = [[(0.0, 0.5), (1.0, 0.5)]]
    ink = ink_of(photo(written(bar, size=400, at=(40, 40)), SLOPE, noise=1)).max(axis=0)
    left, right = ink[40:60].mean(), ink[180:200].mean()
    assert left == pytest.approx(right, rel=0.1)


def test_pencil():
    """A quarter darker than the paper, and the paper is rough."""
    seen = prepare(photo(written(SEVEN, darkness=0.25), SLOPE, noise=5))
    assert difference(seen, prepare(clean(SEVEN))) < 0.3


TURN = np.linspace(0, 2 * np.pi, 25)
EIGHT = [
    [(0.5 + 0.22 * np.sin(a), 0.25 - 0.25 * np.cos(a)) for a in TURN],
    [(0.5 + 0.27 * np.sin(a), 0.75 - 0.25 * np.cos(a)) for a in TURN],
]


@pytest.mark.parametrize("strokes", [SEVEN, ZERO, EIGHT])
@pytest.mark.parametrize("light", [1.0, SLOPE])
def test_a_photo_that_is_mostly_digit(strokes, light):
    """Strokes of an eighth of the picture, and hardly any paper around them."""
    large = {"brush": 60, "size": 400, "at": (40, 40)}
    seen = prepare(photo(written(strokes, **large), light))
    assert difference(seen, prepare(clean(strokes, **large))) < 0.12


def test_a_stroke_that_leaves_the_picture():
    seven = {"brush": 12, "size": 380, "at": (60, 140)}
    seen = prepare(photo(written(SEVEN, **seven), DIAGONAL))
    assert difference(seen, prepare(clean(SEVEN, **seven))) < 0.25


PAPERS = [(1, 0.95, 0.5), (1, 0.7, 0.75), (0.6, 0.85, 1), (0.65, 0.5, 0.35)]


@pytest.mark.parametrize("paper", PAPERS)
def test_colored_paper(paper):
    seen = prepare(photo(written(SEVEN)[:, :, None] * np.array(paper), SLOPE))
    assert difference(seen, prepare(clean(SEVEN))) < 0.25


def test_red_on_blue_of_the_same_brightness():
    ink = 1 - page(SEVEN)[:, :, None]
    colors = np.array([0.4, 0.4, 0.9]) + ink * np.array([0.5, 0, -0.5])
    assert difference(prepare(photo(colors, SLOPE)), prepare(clean(SEVEN))) < 0.25


def test_chalk_on_a_board():
    board = 0.15 + 0.6 * (1 - page(SEVEN, brush=6))
    for light in LIGHTS.values():
        seen = prepare(photo(board, light))
        assert difference(seen, prepare(clean(SEVEN, brush=6))) < 0.25


@pytest.mark.parametrize("lines", [(0,), (0, 1)])
def test_lines_on_the_paper_are_fainter_than_ink(lines):
    paper = np.ones((SIDE, SIDE))
    for axis in lines:
        np.moveaxis(paper, axis, 0)[12::30] -= 0.15
    seen = prepare(photo(np.minimum(written(SEVEN), paper), SLOPE))
    assert difference(seen, prepare(clean(SEVEN))) < 0.25


@pytest.mark.parametrize("side", range(4))
def test_the_table_beyond_the_paper_is_no_ink(side):
    scene, blank = written(SEVEN), page()
    for picture in (scene, blank):
        np.rot90(picture, side)[Y > 0.8 + 0.05 * X] = 0.3
    assert not prepare(photo(blank, DIAGONAL)).any()
    assert difference(prepare(photo(scene, DIAGONAL)), prepare(clean(SEVEN))) < 0.25


CORNERS = [(80, 50), (390, 70), (410, 420), (60, 400)]
TABLES = [(120, 85, 60), (45, 45, 50), (170, 170, 175)]


def on_table(strokes, table, light=1.0, corners=CORNERS):
    """(480, 480, 3) uint8: a tilted sheet on a table, with strokes in its middle."""
    scene = Image.new("RGB", (SIDE, SIDE), table)
    ImageDraw.Draw(scene).polygon(corners, fill=(225, 225, 220))
    ink = written(strokes, darkness=0.75, size=150, at=(160, 150))[:, :, None]
    return photo(np.asarray(scene) / 235 * ink, light)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("light", [1.0, 0.75 + 0.25 * np.tanh(8 * X)], ids=["even", "shadow"])
def test_only_what_is_written_on_a_sheet_is_ink(table, light):
    expected = Image.new("1", (SIDE, SIDE))
    ImageDraw.Draw(expected).polygon(CORNERS, fill=1)
    found, expected = sheet_on(on_table(SEVEN, table, light)), np.asarray(expected)
    assert not (found & ~expected).any()
    assert (found & expected).sum() > 0.9 * expected.sum()
    for strokes in (SEVEN, ZERO):
        seen = prepare(on_table(strokes, table, light))
        assert difference(seen, prepare(draw(strokes, brush=4))) < 0.2
    assert not prepare(on_table((), table, light)).any()


@pytest.mark.parametrize("table", TABLES)
def test_narrow_strips_of_table_at_the_border_are_no_ink(table):
    corners = [(24, 4), (476, 20), (460, 470), (2, 474)]
    seen = prepare(on_table(SEVEN, table, corners=corners))
    assert difference(seen, prepare(draw(SEVEN, brush=4))) < 0.2
    assert not prepare(on_table((), table, corners=corners)).any()


@pytest.mark.parametrize("at", [(40, 40), (-20, 60)])
def test_paper_within_a_thick_digit_is_no_sheet(at):
    zero = draw(ZERO, 480, 440, at, 50, mode="RGB")
    assert sheet_on(np.asarray(zero)).all()


def test_without_a_table_all_is_paper():
    assert sheet_on(np.full((180, 240, 3), (200, 190, 180), np.uint8)).all()
    noise = np.random.default_rng(0).integers(0, 256, (180, 240, 3), dtype=np.uint8)
    assert sheet_on(noise).all()
    assert sheet_on(np.zeros((1, 1, 3), np.uint8)).all()


@pytest.mark.parametrize("color", ["white", "#222222", "#7fb0d0"])
def test_a_canvas_is_taken_exactly(color):
    """Nothing is taken away where a program made the page: half the contrast is half the ink."""
    picture = Image.new("RGB", (200, 200), color)
    red, green, blue = picture.getpixel((0, 0))
    expected = np.zeros((200, 200), np.uint8)
    for step, left in ((9, 50), (30, 90), (100, 130)):
        away = -step if red > 127 else step
        picture.paste((red + away, green, blue), (left, 60, left + 30, 140))
        expected[60:140, left : left + 30] = step
    np.testing.assert_array_equal(ink_of(picture), expected)


def test_a_thick_blob_on_the_canvas_is_ink():
    blob = Image.new("L", (200, 200), 255)
    blob.paste(0, (40, 40, 160, 160))
    assert (ink_of(blob)[40:160, 40:160] == 255).all()
