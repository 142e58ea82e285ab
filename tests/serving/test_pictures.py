"""Uploaded pictures that would fill the memory."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from harness.pictures import black_png
from serving.pictures import MOST_PIXELS, limit_pictures


def test_pillow_refuses_pictures_that_would_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
    limit_pictures()
    side = int(MOST_PIXELS**0.5) + 100
    with pytest.raises(Image.DecompressionBombError):
        Image.open(BytesIO(black_png(side, side)))
