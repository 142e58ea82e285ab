"""Ink on photos: whatever light, paper and camera do to the page, the ink is where it was drawn."""

import numpy as np
import pytest
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
SOFT = 0.75 + 0.25 * np.tanh((X + 0.1 * Y - 0.2) / 0.06)
SHARP = 0.85 + 0.15 * np.tanh((X + 0.1 * Y - 0.2) / 0.02)
LIGHTS = {"slope": SLOPE, "diagonal": DIAGONAL, "vignette": VIGNETTE, "soft": SOFT, "sharp": SHARP}
BLANK = np.ones((SIDE, SIDE))


def written(strokes, darkness=0.7, brush=4, at=(150, 130), size=190):
    """(SIDE, SIDE) float: 1 is paper, 1 - darkness is ink."""
    ink = 1 - np.asarray(draw(strokes, SIDE, size, at, brush, mode="L"), np.float64) / 255
    return 1 - darkness * ink


def photo(reflected, light=1.0, noise=2.0):
    """What a camera sees, (SIDE, SIDE, 3) uint8: reflected light, (SIDE, SIDE) or with colors."""
    seen = np.broadcast_to((np.atleast_3d(reflected).T * np.transpose(light)).T, (SIDE, SIDE, 3))
    grain = np.random.default_rng(0).normal(0, noise, seen.shape)
    return (235 * seen + grain).clip(0, 255).astype(np.uint8)


def distance(seen, strokes, **how):
    """How far a photo's digit is from the same strokes on a canvas."""
    return difference(prepare(seen), prepare(np.uint8(255 * written(strokes, 1, **how))))


@pytest.mark.parametrize("light", [*LIGHTS.values(), 0.85, 1.08, 1.15], ids=str)
@pytest.mark.parametrize("noise", [0, 2, 8, 15])
def test_a_blank_page_has_no_ink(light, noise):
    """Also where white is overexposed."""
    seen = photo(BLANK, light, noise)
    assert not prepare(seen).any() and not prepare(seen[:120, -120:]).any()


@pytest.mark.parametrize("light", LIGHTS.values(), ids=LIGHTS)
@pytest.mark.parametrize("strokes", [SEVEN, ZERO])
def test_light_changes_nothing(light, strokes):
    """A thin pen, 3 pixels wide; and chalk on a board."""
    assert distance(photo(written(strokes, brush=3), light), strokes, brush=3) < 0.25
    board = 0.75 - 0.6 * written(strokes, 1, brush=6)
    assert distance(photo(board, light), strokes, brush=6) < 0.25


FILLING = {"brush": 60, "size": 400, "at": (40, 40)}  # hardly any paper around
LOOPS = ((0.73, 0), (0.9, 0.5))
EIGHT = [[(0.5 + wide * (x - 0.5), y / 2 + top) for x, y in ZERO[0]] for wide, top in LOOPS]
LEAVING = {"brush": 12, "size": 380, "at": (60, 140)}


@pytest.mark.parametrize(
    ("strokes", "how"), [(SEVEN, FILLING), (ZERO, FILLING), (EIGHT, FILLING), (SEVEN, LEAVING)]
)
@pytest.mark.parametrize("light", [1.0, SLOPE, DIAGONAL])
def test_a_digit_that_fills_or_leaves_the_picture(strokes, how, light):
    assert distance(photo(written(strokes, **how), light), strokes, **how) < 0.12


def test_chalk_on_the_darker_half_of_a_board():
    """Its contrast is amplified there, but not beyond 255."""
    how = {"brush": 6, "at": (30, 130), "size": 150}
    board = 0.125 + 0.075 * np.tanh((X - 0.3) / 0.3)
    chalk = 0.95 * (1 - written(SEVEN, 1, **how))
    assert distance(photo(np.maximum(board, chalk)), SEVEN, **how) < 0.15


@pytest.mark.parametrize(("length", "darkness"), [(4, 0.9), (18, 0.2)])
def test_specks_and_a_hair_on_a_blank_page_are_no_ink(length, darkness):
    seen = BLANK.copy()
    for left in (90, 330):
        seen[240:243, left : left + length] -= darkness
    assert not ink_of(photo(seen, SLOPE)).any()


def test_ink_is_as_dark_where_less_light_falls():
    bar = [[(0.0, 0.5), (1.0, 0.5)]]
    ink = ink_of(photo(written(bar, size=400, at=(40, 40)), SLOPE, noise=1)).max(axis=0)
    assert ink[40:60].mean() == pytest.approx(ink[180:200].mean(), rel=0.1)


LINES = 0.15 * (np.arange(SIDE) % 30 == 12)  # faint and printed, below the ink
PAGES = {
    **{
        f"paper {color}": written(SEVEN)[:, :, None] * np.array(color)
        for color in [(1, 0.95, 0.5), (1, 0.7, 0.75), (0.6, 0.85, 1), (0.65, 0.5, 0.35)]
    },
    "red on blue, as bright": [0.9, 0.4, 0.4] - written(SEVEN, 1)[:, :, None] * [0.5, 0, -0.5],
    "ruled": np.minimum(written(SEVEN), 1 - LINES[:, None]),
    "squared": np.minimum(written(SEVEN), 1 - np.maximum(LINES, LINES[:, None])),
    "pencil": written(SEVEN, darkness=0.25),
}


@pytest.mark.parametrize("reflected", PAGES.values(), ids=PAGES)
def test_rough_paper_of_any_kind(reflected):
    assert distance(photo(reflected, SLOPE, noise=5), SEVEN) < 0.25


@pytest.mark.parametrize("side", range(4))
@pytest.mark.parametrize("color", [(0.2, 0.2, 0.2), (0.5, 0.4, 0.35), (0.4, 0.4, 0.4)])
def test_the_table_beyond_the_paper_is_no_ink(side, color):
    for strokes in (SEVEN, ()):
        scene = written(strokes)[:, :, None] * np.ones(3)
        np.rot90(scene, side)[Y > 0.8 + 0.05 * X] = color
        seen = photo(scene, DIAGONAL)
        assert distance(seen, strokes) < 0.25
        assert sheet_on(seen).all() == (color == (0.4, 0.4, 0.4))  # it may be a shadow on ink


CORNERS = [(80, 50), (390, 70), (410, 420), (60, 400)]
NARROW = [(24, 4), (476, 20), (460, 470), (2, 474)]  # strips of table at the border
SOFT_SHADOW = 0.75 + 0.25 * np.tanh(8 * X)


@pytest.mark.parametrize("table", [(120, 85, 60), (45, 45, 50), (170, 170, 175)])
@pytest.mark.parametrize(
    ("light", "corners"), [(1.0, CORNERS), (SOFT_SHADOW, CORNERS), (1.0, NARROW)]
)
def test_only_what_is_written_on_a_sheet_is_ink(table, light, corners):
    scene = Image.new("RGB", (SIDE, SIDE), table)
    ImageDraw.Draw(scene).polygon(corners, fill=(225, 225, 220))
    how = {"size": 260, "at": (105, 95), "brush": 6}
    sheet = np.asarray(scene)[:, :, 2] == 220
    found = sheet_on(photo(np.asarray(scene) / 235, light))
    assert not (found & ~sheet).any() and (found & sheet).sum() > 0.9 * sheet.sum()
    for strokes in (SEVEN, ZERO, ()):
        ink = written(strokes, darkness=0.75, **how)[:, :, None]
        assert distance(photo(np.asarray(scene) / 235 * ink, light), strokes, **how) < 0.2


def test_a_thick_1_that_is_larger_than_each_tile_is_no_sheet():
    joints = 0.2 * (np.arange(SIDE) % 60 < 20)
    scene = 1 - np.maximum(joints, joints[:, None])
    scene[90:390, 190:270] = 0.1
    assert sheet_on(photo(scene)).all()


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


def test_a_dot_and_a_blob_on_a_canvas_are_ink():
    assert ink_of(draw([[(0.5, 0.5)]], brush=6)).any()
    blob = Image.new("L", (200, 200), 255)
    blob.paste(0, (40, 40, 160, 160))
    assert (ink_of(blob)[40:160, 40:160] == 255).all()
