"""A sheet on a table: where it is, and that all else is no ink."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from harness.pictures import SEVEN, ZERO, difference, draw
from model.picture.paper import sheet_on
from model.picture.prepare import prepare

CORNERS = [(80, 50), (390, 70), (410, 420), (60, 400)]


def photo(strokes=(), table=(120, 85, 60), paper=(225, 225, 220), noise=2.0, light=1.0):
    """(480, 480, 3) uint8: a tilted sheet on a table, with strokes in its middle."""
    ink = 1 - np.asarray(draw(strokes, 480, 150, (160, 150), 4, mode="L"), np.float64) / 255
    scene = Image.new("RGB", (480, 480), table)
    ImageDraw.Draw(scene).polygon(CORNERS, fill=paper)
    seen = np.asarray(scene) * (1 - 0.75 * ink[:, :, None]) * np.atleast_1d(light)[..., None]
    seen = seen + np.random.default_rng(0).normal(0, noise, seen.shape)
    return seen.clip(0, 255).astype(np.uint8)


TABLES = [(120, 85, 60), (45, 45, 50), (170, 170, 175)]
SHADOW = 0.75 + 0.25 * np.tanh(np.linspace(-8, 8, 480))[None, :]


@pytest.mark.parametrize("table", TABLES)
def test_the_sheet_is_found(table):
    expected = Image.new("1", (480, 480))
    ImageDraw.Draw(expected).polygon(CORNERS, fill=1)
    found, expected = sheet_on(photo(SEVEN, table)), np.asarray(expected)
    assert not (found & ~expected).any()
    assert (found & expected).sum() > 0.9 * expected.sum()


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("light", [1.0, SHADOW], ids=["even", "shadow"])
@pytest.mark.parametrize("strokes", [SEVEN, ZERO])
def test_only_what_is_written_on_the_sheet_is_ink(table, light, strokes):
    seen = prepare(photo(strokes, table, light=light))
    assert difference(seen, prepare(draw(strokes, brush=4))) < 0.35


@pytest.mark.parametrize("table", TABLES)
def test_a_blank_sheet_has_no_ink(table):
    assert not prepare(photo(table=table)).any()


@pytest.mark.parametrize("at", [(40, 40), (-20, 60)])
def test_paper_within_a_thick_digit_is_no_sheet(at):
    zero = draw(ZERO, 480, 440, at, 50, mode="RGB")
    assert sheet_on(np.asarray(zero)).all()


def test_without_a_table_all_is_paper():
    assert sheet_on(np.full((180, 240, 3), (200, 190, 180), np.uint8)).all()
    noise = np.random.default_rng(0).integers(0, 256, (180, 240, 3), dtype=np.uint8)
    assert sheet_on(noise).all()
    assert sheet_on(np.zeros((1, 1, 3), np.uint8)).all()
