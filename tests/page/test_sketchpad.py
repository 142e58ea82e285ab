"""Sketchpad gives event functions what gr.Sketchpad(type="pil") gives them."""

import base64
import os
from unittest.mock import Mock

import gradio as gr
import numpy as np
import pytest
from PIL import Image

from harness.pictures import SEVEN, data_uri, draw, encoded
from page.api import inked
from page.sketchpad import MOST_CHARACTERS, Sketchpad

CLEAR = (0, 0, 0, 0)
INK = draw(SEVEN, mode="RGBA", paper=CLEAR)


def test_both_pads_give_the_same_value_and_so_the_same_answer(recognizer, tmp_path) -> None:
    def saved(name: str, picture: Image.Image) -> gr.FileData:
        picture.save(path := tmp_path / name, "PNG")
        return gr.FileData(path=str(path))

    pad, paper = gr.Sketchpad(type="pil"), Image.new("RGBA", INK.size, "white")
    composite = saved("composite", Image.alpha_composite(paper, INK))
    sent = {"background": saved("paper", paper), "layers": [saved("ink", INK)]}
    theirs = pad.preprocess(pad.data_model(**sent, composite=composite))
    ours = Sketchpad().preprocess(data_uri(encoded(INK)))
    assert ours == theirs  # modes, sizes and pixels
    assert recognizer.read(inked(ours)).text == "7"
    assert Sketchpad().preprocess("") is pad.preprocess(None) is None


def test_a_photo_is_the_background_below_an_empty_layer(recognizer) -> None:
    photo = base64.b64encode(encoded(draw(SEVEN), "JPEG")).decode()
    given = Sketchpad().preprocess(f"data:image/jpeg;base64,{photo}")
    assert given["composite"] == given["background"]
    assert given["layers"] == [Image.new("RGBA", (320, 320), CLEAR)]
    assert recognizer.read(inked(given)).text == "7"


@pytest.mark.parametrize("shape", [(30, 50), (1, 900, 3), (40, 2, 4)])
def test_a_picture_from_python_comes_back_as_it_was(shape) -> None:
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, shape, np.uint8))
    drawing = Sketchpad().preprocess(Sketchpad().postprocess(picture))
    assert drawing["layers"] == [picture.convert("RGBA")]


BAD = {
    "a path": os.path.realpath(__file__),
    "an address in a data URI": "data:image/png,http://127.0.0.1:1/picture.png",
    "no picture": "data:text/plain;base64,c2V2ZW4=",
    "not Base64": "data:image/png;base64,七",
    "cut off": data_uri(encoded(INK)[:-100]),
    "too long": data_uri(encoded(INK) + bytes(MOST_CHARACTERS)),
    "too many pixels": data_uri(encoded(Image.new("1", (1001, 1000)))),
    "a bomb": data_uri(encoded(INK, icc_profile=bytes(10_000_000))),
    "an uploaded file": {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}},
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_picture_is_refused_and_nothing_is_opened(monkeypatch, kind: str) -> None:
    pad = Sketchpad()
    for opens in ("builtins.open", "io.open", "socket.socket.connect", "socket.create_connection"):
        monkeypatch.setattr(opens, Mock(side_effect=AssertionError))
    with pytest.raises(gr.Error) as refusal:
        pad.preprocess(BAD[kind])
    monkeypatch.undo()
    said = refusal.value.message
    assert said.startswith("Expected a picture") and said.endswith(".") and len(said) < 150
    assert not refusal.value.print_exception
