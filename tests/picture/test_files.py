"""One door: whatever way a picture is kept, the digit on it is the same."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from harness.pictures import SEVEN, difference, draw, encoded, seven
from model.picture.files import FORMATS, MOST_PIXELS, UNREADABLE, open_picture
from model.picture.prepare import prepare

GREY = draw(SEVEN, mode="L")
MODES = ["1", "L", "P", "PA", "RGB", "RGBX", "RGBA", "RGBa", "CMYK", "YCbCr", "LAB", "HSV", "LA"]
MODES += ["La", "I", "F", "I;16", "I;16L", "I;16B"]
ORIENTATION = 0x0112


def kept(mode: str, picture: Image.Image = GREY) -> Image.Image:
    """The same picture in a mode of Pillow's."""
    if mode.startswith("I;16"):
        kind = ">u2" if mode.endswith("B") else "<u2"
        numbers = np.asarray(picture).astype(kind) * 257
        return Image.frombytes(mode, picture.size, numbers.astype(kind).tobytes())
    if mode == "F":
        return Image.fromarray(np.asarray(picture, np.float32) / 255)  # 0..1
    if mode in ("La", "RGBa", "PA"):
        return picture.convert({"La": "LA", "RGBa": "RGBA", "PA": "LA"}[mode]).convert(mode)
    if mode == "LAB":
        zero = Image.new("L", picture.size, 128)
        return Image.merge("LAB", (picture, zero, zero))
    if mode in ("HSV", "YCbCr", "CMYK"):
        return picture.convert("RGB").convert(mode)
    return picture.convert(mode)


def is_the_seven(picture) -> bool:
    return difference(prepare(picture), prepare(GREY)) < 0.12


@pytest.mark.parametrize("mode", MODES)
def test_every_mode(mode):
    assert is_the_seven(kept(mode))


@pytest.mark.parametrize("format", FORMATS)
def test_every_format(format):
    assert is_the_seven(encoded(GREY.convert("RGB"), format))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_what_the_camera_turned_stands_upright(format):
    (exif := Image.Exif())[ORIENTATION] = 6
    stored = GREY.convert("RGB").transpose(Image.Transpose.ROTATE_90)
    file = encoded(stored, format, exif=exif)
    assert is_the_seven(file) and is_the_seven(Image.open(BytesIO(file)))


@pytest.mark.parametrize(
    "deep",
    [
        np.asarray(GREY).astype(np.float32) / 255,
        np.asarray(GREY).astype(np.float64),
        np.asarray(GREY).astype(np.uint16) * 12 + 500,  # a scanner that uses a part of the range
        40_000 + np.asarray(GREY).astype(np.int32) * 60,  # pencil
        np.asarray(GREY) > 127,
        np.stack([np.asarray(GREY) / 255] * 3, axis=2),
        255 - np.asarray(GREY),
    ],
)
def test_deep_pictures_are_scaled_by_what_they_contain(deep):
    assert is_the_seven(deep)
    for flat in (deep.max(), 0):
        assert not prepare(np.full_like(deep, flat)).any()


def test_noise_on_a_deep_blank_page_is_no_ink():
    noise = np.random.default_rng(0).normal(60_000, 300, (200, 200)).astype(np.uint16)
    assert not prepare(noise).any()


def transparent(ink, paper, at_paper, at_ink, size=200):
    """A 7 whose opacity is `at_ink` on a page of `at_paper`, in these colors."""
    mask = draw(SEVEN, mode="L", size=size, at=(40, 40), brush=30)
    share = (255 - np.asarray(mask, np.float64)) / 255
    alpha = Image.fromarray(np.uint8(at_paper + share * (at_ink - at_paper)))
    colors = (Image.new("RGB", mask.size, color) for color in (paper, ink))
    picture = Image.composite(*colors, mask)
    picture.putalpha(alpha)
    return picture


@pytest.mark.parametrize("ink", ["white", "black", "red"])
@pytest.mark.parametrize("crop", [None, (30, 30, 250, 250)])  # closely: more ink than page
def test_ink_on_a_transparent_page_and_a_hole_in_an_opaque_one(ink, crop):
    expected = draw(SEVEN, mode="L", size=200, at=(40, 40), brush=30).crop(crop)
    for picture in (transparent(ink, ink, 0, 255), transparent(ink, ink, 255, 0)):
        assert difference(prepare(picture.crop(crop)), prepare(expected)) < 0.1


def test_ink_on_an_opaque_sheet_with_transparent_corners():
    sheet = GREY.convert("RGBA")
    ImageDraw.Draw(sheet).rectangle((0, 0, 20, 20), (255, 255, 255, 0))
    assert is_the_seven(sheet)


@pytest.mark.parametrize("paper", ["white", "#ffe680"])
def test_ink_on_an_opaque_note_that_does_not_fill_the_picture(paper):
    note = draw(SEVEN, mode="RGBA", paper=paper, size=200, at=(60, 60), brush=8)
    corners = [(40, 0), (319, 30), (280, 319), (0, 290)]
    mask = Image.new("L", note.size)
    ImageDraw.Draw(mask).polygon(corners, fill=255)
    note.putalpha(mask)
    assert difference(prepare(note), prepare(draw(SEVEN, size=200, brush=8))) < 0.1


def test_a_path_a_string_bytes_and_an_open_file_are_read(tmp_path):
    (path := tmp_path / "7.png").write_bytes(content := seven())
    expected = prepare(Image.open(BytesIO(content)))
    assert expected.any()
    for source in (path, str(path), content, BytesIO(content)):
        np.testing.assert_array_equal(prepare(source), expected)


BROKEN = [b"", b"seven", seven()[:-40], seven()[:60], b"%PDF-1.7\n", b"<svg/>", seven(format="ICO")]
LARGE = [Image.new("1", (MOST_PIXELS, 2)), np.zeros((2, MOST_PIXELS), np.uint8)]


@pytest.mark.parametrize("source", [*BROKEN, *LARGE, "seven", Image.new("L", (0, 5))])
def test_what_is_broken_foreign_missing_or_too_large_is_refused_in_a_sentence(source):
    with pytest.raises(ValueError, match=UNREADABLE):
        prepare(source)


SHAPES = [(28, 28, 7), (28, 28, 1, 1), (0, 28), (28, 0, 3), (28,)]
STRANGE = [None, 7, [[0, 1], [1, 0]], {}, np.zeros((28, 28), complex)]


@pytest.mark.parametrize("strange", [*STRANGE, *(np.zeros(shape, np.uint8) for shape in SHAPES)])
def test_what_is_no_picture_is_refused_in_words(strange):
    with pytest.raises(ValueError, match="Expected an"):
        prepare(strange)


@settings(max_examples=100)
@given(
    kind=st.sampled_from(FORMATS),
    at=st.floats(0, 1),
    byte=st.integers(0, 255),
    cut=st.booleans(),
)
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
