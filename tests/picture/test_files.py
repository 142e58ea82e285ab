"""One door: whatever way a picture is kept, the digit on it is the same."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from harness.pictures import SEVEN, difference, draw, encoded, seven
from model.picture.files import FORMATS, MOST_PIXELS, UNREADABLE, open_picture
from model.picture.prepare import prepare

GREY = draw(SEVEN, mode="L")
COLOR = GREY.convert("RGB")
PIXELS = np.asarray(GREY)
MODES = ["1", "L", "P", "PA", "RGB", "RGBX", "RGBA", "RGBa", "CMYK", "YCbCr", "LAB", "HSV", "LA"]
MODES += ["La", "I", "F", "I;16", "I;16L", "I;16B"]
ORIENTATION = 0x0112


def is_the_seven(picture) -> bool:
    return difference(prepare(picture), prepare(GREY)) < 0.12


@pytest.mark.parametrize("mode", MODES)
def test_every_mode(mode):
    assert is_the_seven(COLOR.convert(mode))


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_upright_even_if_the_camera_turned_it(format):
    assert is_the_seven(encoded(COLOR, format))
    if format not in ("GIF", "BMP"):
        (exif := Image.Exif())[ORIENTATION] = 6
        file = encoded(COLOR.transpose(Image.Transpose.ROTATE_90), format, exif=exif)
        assert is_the_seven(file) and is_the_seven(Image.open(BytesIO(file)))


@pytest.mark.parametrize(
    "deep",
    [
        PIXELS.astype(np.float32) / 255,
        PIXELS.astype(np.uint16) * 12 + 500,  # a scanner that uses a part of the range
        40_000 + PIXELS.astype(np.int32) * 60,  # pencil
        PIXELS > 127,
        np.asarray(COLOR.convert("RGBA")) / 255,
        np.where(PIXELS, PIXELS / 255, np.resize([np.nan, np.inf, -np.inf], PIXELS.shape)),
        255 - PIXELS,
    ],
)
def test_deep_pictures_are_scaled_by_what_they_contain(deep):
    assert is_the_seven(deep)
    noise = np.random.default_rng(0).normal(60_000, 300, deep.shape).astype(np.uint16)
    dim = Image.new("RGBA", (9, 9), (153, 0, 51, 102))  # everywhere alike
    for flat in (np.full_like(deep, deep.max()), np.zeros_like(deep), noise, dim):
        assert not prepare(flat).any()


BOLD = draw(SEVEN, mode="L", size=200, at=(40, 40), brush=30)


@pytest.mark.parametrize("color", ["white", "black", "red"])
@pytest.mark.parametrize("crop", [None, (30, 30, 250, 250)])  # closely: more ink than page
def test_ink_on_a_transparent_page_and_a_hole_in_an_opaque_one(color, crop):
    for opacity, second in ((ImageChops.invert(BOLD), "blue"), (BOLD, color)):
        picture = Image.new("RGB", BOLD.size, color)
        picture.paste(second, (0, 0, 320, 100))  # ink may have two colors
        picture.putalpha(opacity)
        assert difference(prepare(picture.crop(crop)), prepare(BOLD.crop(crop))) < 0.1


@pytest.mark.parametrize("paper", ["white", "#ffe680"])
def test_ink_on_an_opaque_note_that_does_not_fill_the_picture(paper):
    note = draw(SEVEN, mode="RGBA", paper=paper, size=200, at=(60, 60), brush=8)
    mask = Image.new("L", note.size)
    ImageDraw.Draw(mask).polygon([(40, 0), (319, 30), (280, 319), (0, 290)], fill=255)
    note.putalpha(mask)
    assert difference(prepare(note), prepare(draw(SEVEN, size=200, brush=8))) < 0.1


def test_a_path_a_string_bytes_and_an_open_file_are_read(tmp_path):
    (path := tmp_path / "7.png").write_bytes(content := seven())
    expected = prepare(Image.open(BytesIO(content)))
    assert expected.any()
    for source in (path, str(path), content, BytesIO(content)):
        np.testing.assert_array_equal(prepare(source), expected)


BROKEN = [b"", b"seven", seven()[:-40], seven()[:60], b"%PDF-1.7\n", b"<svg/>", seven(format="ICO")]
BROKEN += [Image.new("1", (MOST_PIXELS, 2)), np.zeros((2, MOST_PIXELS), np.uint8)]
SHAPES = [(28, 28, 7), (28, 28, 1, 1), (0, 28), (28, 0, 3), (28,)]
STRANGE = [None, 7, [[0, 1], [1, 0]], {}, np.zeros((28, 28), complex)]
STRANGE += [np.zeros(shape, np.uint8) for shape in SHAPES]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        *((each, UNREADABLE) for each in [*BROKEN, Image.new("L", (0, 5))]),
        *((each, "Expected an") for each in STRANGE),
        ("seven", "There is no file seven."),
    ],
)
def test_what_is_no_picture_or_too_large_is_refused_in_a_sentence(source, message):
    with pytest.raises(ValueError, match=message):
        prepare(source)


@settings(max_examples=100)
@given(st.sampled_from(FORMATS), st.floats(0, 1), st.integers(0, 255), st.booleans())
def test_a_damaged_file_is_a_picture_or_a_value_error(kind, at, byte, cut):
    content = bytearray(seven("RGB", format=kind))
    place = int(at * (len(content) - 1))
    content[place] = byte
    try:
        picture = open_picture(bytes(content[:place] if cut else content))
    except ValueError as error:
        assert str(error) == UNREADABLE
    else:
        assert picture.mode in ("RGB", "RGBA") and min(picture.size) > 0
