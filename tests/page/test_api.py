"""The API, as programs ask it by HTTP; test_nginx.py has gradio_client."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from harness.pictures import data_uri, draw, encoded, seven
from model.inside.comparison import TUTORIAL
from model.network.weights import SHIPPED
from model.picture.files import UNREADABLE
from model.reading import SENTENCES
from page import api

ONE, SEVEN = [(0.3, 0), (0.3, 1)], [(0.6, 0), (1.1, 0), (0.7, 1)]
DOT, DASH = [(1.3, 0.97), (1.31, 0.97)], [(0, 0.3), (1.3, 0.3)]
SIZE = (320, 240)
A_SEVEN = data_uri(seven())
LARGE = encoded(Image.new("1", (4_000, 4_000)))


@pytest.fixture(scope="module")
def http(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{server}/gradio_api", timeout=60) as client:
        yield client


def run(http: httpx.Client, name: str, drawing: dict) -> dict:
    return http.post(f"/run/{name}", json={"data": [drawing]}).raise_for_status().json()["data"][0]


def all_three(http: httpx.Client, *strokes: list) -> list[dict]:
    """What /predict, /read and /explain say of strokes on a picture of SIZE."""
    picture = draw(strokes, size=110, at=(80, 100), brush=8).crop((0, 0, *SIZE))
    sent = {"composite": data_uri(encoded(picture))}
    return [run(http, name, sent) for name in ("predict", "read", "explain")]


def upload(http: httpx.Client, content: bytes) -> dict:
    reply = http.post("/upload", files={"files": ("seven.png", content)})
    (path,) = reply.raise_for_status().json()
    return {"path": path, "meta": {"_type": "gradio.FileData"}}


def test_all_doors_lead_to_the_same_answer(http: httpx.Client) -> None:
    expected = run(http, "predict", {"composite": A_SEVEN})
    for drawing in (
        {"composite": upload(http, seven())},
        {"background": A_SEVEN, "layers": [A_SEVEN], "composite": A_SEVEN},  # no layer is clear
        {"composite": A_SEVEN, "layers": None},
    ):
        assert run(http, "predict", drawing) == expected
    layer = encoded(draw([ONE], mode="RGBA", ink="white", paper="#fff0"))  # on white
    drawing = {"composite": data_uri(encoded(draw([]))), "layers": [data_uri(layer)]}
    assert run(http, "predict", drawing)["label"] == "1"
    listed = expected.pop("confidences")
    assert expected == {"label": "7", "certain": True, "doubts": [], "left_out": []}
    assert sorted(each["label"] for each in listed) == list("0123456789")
    shares = [each["confidence"] for each in listed]
    assert listed[0]["label"] == "7" and shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1, abs=1e-4)


def test_new_weights_are_served_at_once(http: httpx.Client, server_folder: Path) -> None:
    answer = run(http, "predict", {"composite": A_SEVEN})
    for weights, is_same in ((TUTORIAL, False), (SHIPPED, True)):
        shutil.copy(weights, server_folder / "new.npz")
        (server_folder / "new.npz").replace(server_folder / "weights.npz")
        assert (run(http, "predict", {"composite": A_SEVEN}) == answer) == is_same


def test_a_number_is_read_digit_by_digit_and_what_is_left_out_is_told(http, recognizer) -> None:
    predicted, number, explained = all_three(http, ONE, SEVEN, DOT)
    digits, (mark,) = number["digits"], number["marks"]
    assert number["text"] == predicted["label"] == explained["text"] == "17"
    for told in (predicted, number, explained):
        verdict = told["certain"], told["doubts"], told["left_out"]
        assert verdict == (False, ["left_out"], ["dot"])
    assert mark["kind"] == "dot" and 0 <= min(mark["box"]) < max(mark["box"]) <= 1
    assert number["sentences"] == [SENTENCES["left_out_dot"], SENTENCES["digits_only"]]
    least = min(digit["confidence"] for digit in digits)
    assert predicted["confidences"] == [{"label": "17", "confidence": least}]
    for digit, expected, left, right in zip(digits, (1, 7), (0.3, 0.6), (0.3, 1.1), strict=True):
        assert digit["digit"] == expected and digit["certain"] and digit["doubts"] == []
        x = np.array(digit["image"], np.float32).reshape(1, 784)
        assert recognizer.network.predict(x).argmax() == expected
        assert 0 <= x.min() < x.max() <= 1 and 0.9 < digit["confidence"] <= 1
        edges = (80 + 110 * left - 8, 100 - 8, 80 + 110 * right + 8, 100 + 110 + 8)
        place = [edge / side for edge, side in zip(edges, 2 * SIZE)]
        assert digit["box"] == pytest.approx(place, abs=0.02)
    *_, explanation = explained["digits"]
    assert explanation["digit"] == 7 and explanation["pair"][0] == 7
    assert [len(layer["a"]) for layer in explanation["layers"]] == [100, 10]


def test_doubts_and_blanks_are_told(http: httpx.Client) -> None:
    _, number, _ = all_three(http, DASH)
    (digit,) = number["digits"]
    for told in (number, digit):
        assert (told["certain"], told["doubts"]) == (False, ["no_digit"])
    assert number["sentences"] == [SENTENCES["no_digit"].format(guess=digit["digit"])]
    blank = {"certain": False, "doubts": [], "left_out": []}
    assert all_three(http) == [
        {"label": None, "confidences": [], **blank},
        {"text": "", "sentences": [], "marks": [], "digits": [], **blank},
        {"text": "", "digits": [], **blank},
    ]


@pytest.mark.parametrize(
    ("data", "named"),
    [
        *(([5], "composite"), ([], "Expected"), ([A_SEVEN], "composite")),
        ([{"layers": [A_SEVEN], "composite": None}], "composite"),
        ([{"composite": A_SEVEN, "layers": [A_SEVEN] * 2}], "layers"),
        ([{"composite": A_SEVEN, "layers": A_SEVEN}], "layers"),
        *((b"seven", UNREADABLE), (LARGE, UNREADABLE)),  # bytes are uploaded first
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_mistake_is_a_422_with_a_sentence(http: httpx.Client, data: list, named: str) -> None:
    data = [{"composite": upload(http, data)}] if isinstance(data, bytes) else data
    for name in ("predict", "read", "explain"):
        reply = http.post(f"/run/{name}", json={"data": data})
        said = reply.json()["error"]
        assert reply.status_code == 422
        assert named in said and said.endswith(".") and len(said) < 200 and "\n" not in said


def test_other_files_are_not_opened_even_if_the_middleware_lets_them_pass() -> None:
    for path in ("/etc/passwd", "http://127.0.0.1:1/a.png", "app.py"):
        with pytest.raises(ValueError, match="addresses and other files are not opened"):
            api.picture_in({"composite": {"path": path}})


def test_there_is_nothing_else_to_call(http: httpx.Client) -> None:
    info = http.get("/info").json()
    assert info["unnamed_endpoints"] == {}
    assert "another replica" in http.get("/call/predict/0123").text  # Gradio would break it off
    assert list(info["named_endpoints"]) == ["/predict", "/read", "/explain"]
    for each in info["named_endpoints"].values():
        (parameter,) = each["parameters"]
        assert list(parameter["type"]["properties"]) == ["background", "layers", "composite"]
