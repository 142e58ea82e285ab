"""Pictures as strangers send them."""

from __future__ import annotations

import base64
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from harness.pictures import SEVEN, difference, draw
from model.picture.prepare import prepare
from page.pictures import LONGEST_ADDRESS, picture_at, picture_of


def address(content: bytes, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def encoded(format: str, **options: object) -> bytes:
    content = BytesIO()
    Image.linear_gradient("L").save(content, format, **options)
    return content.getvalue()


@pytest.mark.parametrize("format", ["PNG", "JPEG"])
def test_a_picture_comes_out_as_it_went_in(format: str) -> None:
    assert picture_at(address(encoded(format))).size == (256, 256)


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "data:,",
        "/etc/passwd",
        "file:///etc/passwd",
        "http://127.0.0.1/picture.png",
        "data:text/plain;base64,c2V2ZW4=",
        "data:image/png;base64,not base64",
        "data:image/png;base64,七",
        address(b""),
        address(encoded("PNG")[:-100]),
        address(encoded("GIF")),
        address(encoded("TIFF")),
        address(bytes(LONGEST_ADDRESS)),
    ],
    ids=lambda bad: bad[:40],
)
def test_what_is_no_picture_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        picture_at(bad)


def test_a_picture_that_would_fill_the_memory_is_refused() -> None:
    Image.new("1", (1001, 1001)).save(content := BytesIO(), "PNG")
    with pytest.raises(ValueError, match="1,000,000 pixels"):
        picture_at(address(content.getvalue()))


@given(st.binary(max_size=300), st.integers(0, 200))
def test_nothing_but_a_value_error_comes_of_damage(noise: bytes, at: int) -> None:
    content = encoded("PNG")
    try:
        picture_at(address(content[:at] + noise + content[at + len(noise) :]))
    except ValueError as error:
        assert "expected" in str(error)


def test_of_a_sketchpad_the_composite_is_read_or_the_layer_that_has_ink() -> None:
    composite = draw(SEVEN)
    for layers in ([], [Image.new("RGBA", (320, 320))], None):
        value = {"background": None, "layers": layers, "composite": composite}
        assert picture_of(value) is composite
    layer = draw(SEVEN, mode="RGBA", ink=(255, 255, 255, 255), paper=(255, 255, 255, 0))
    value["layers"], value["composite"] = [layer], Image.new("RGB", layer.size, "white")
    assert difference(prepare(picture_of(value)), prepare(composite)) < 0.1


@pytest.mark.parametrize("lost", [None, {}, {"composite": None, "layers": [], "background": None}])
def test_a_sketchpad_without_a_composite_is_refused(lost: dict | None) -> None:
    with pytest.raises(ValueError, match="composite"):
        picture_of(lost)
