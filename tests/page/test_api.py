"""The API, as programs ask it: by gradio_client, and by HTTP as Gradio documents it."""

import json
from collections.abc import Iterator
from itertools import pairwise

import httpx
import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from harness.pictures import black_png, data_uri, draw, encoded, seven
from model.picture.files import UNREADABLE
from model.reading import SENTENCES
from page import api

PLUS = [[(-0.2, 0.5), (0.3, 0.5)], [(0.05, 0.25), (0.05, 0.75)]]
ONE, SEVEN = [(0.3, 0), (0.3, 1)], [(0.6, 0), (1.1, 0), (0.7, 1)]
SIZE = (320, 240)
DOT = [(1.3, 0.97), (1.31, 0.97)]
A_SEVEN = {"composite": data_uri(seven())}


@pytest.fixture(scope="module")
def http(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{server}/gradio_api", timeout=60) as client:
        yield client


def run(http: httpx.Client, name: str, drawing: dict) -> dict:
    reply = http.post(f"/run/{name}", json={"data": [drawing]})
    return reply.raise_for_status().json()["data"][0]


def sent(*strokes: list) -> dict:
    """Strokes as a picture of SIZE in a data URI."""
    picture = draw(strokes, size=110, at=(80, 100), brush=8).crop((0, 0, *SIZE))
    return {"composite": data_uri(encoded(picture))}


def upload(http: httpx.Client, content: bytes) -> dict:
    reply = http.post("/upload", files={"files": ("seven.png", content)})
    (path,) = reply.raise_for_status().json()
    return {"path": path, "meta": {"_type": "gradio.FileData"}}


def test_all_doors_lead_to_the_same_answer(http, server, tmp_path, monkeypatch) -> None:
    # The client's own `analytics_enabled=False` does not silence it; the app must not need this.
    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
    client = Client(server, verbose=False)
    (path := tmp_path / "seven.png").write_bytes(content := seven())
    expected = run(http, "predict", {"composite": data_uri(content)})
    file, uri = upload(http, content), data_uri(content)
    # As Gradio's documentation asks with curl: a question, and then its answer.
    asked = http.post("/call/predict", json={"data": [{"composite": file}]}).json()
    events = http.get(f"/call/predict/{asked['event_id']}").text
    assert events.startswith("event: complete\n"), events
    assert json.loads(events.partition("data: ")[2]) == [expected]
    assert run(http, "predict", {"composite": file}) == expected
    for drawing in (
        {"composite": handle_file(str(path))},
        {"background": None, "layers": [], "composite": handle_file(str(path))},
        {"background": uri, "layers": [uri], "composite": uri},  # a layer that is full
        {"composite": uri, "layers": None},
    ):
        assert client.predict(drawing, api_name="/predict") == expected
    with pytest.raises(AppError, match="composite"):
        client.predict({"composite": None}, api_name="/predict")


def test_predict_gives_gradios_label_and_says_what_is_in_doubt(http: httpx.Client) -> None:
    answer = run(http, "predict", A_SEVEN)
    listed = answer.pop("confidences")
    assert answer == {"label": "7", "certain": True, "doubts": [], "left_out": []}
    assert sorted(each["label"] for each in listed) == list("0123456789")
    shares = [each["confidence"] for each in listed]
    assert listed[0]["label"] == "7" and shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("strokes", "text", "left_out"),
    [
        ((ONE, SEVEN), "17", []),
        ((ONE, SEVEN, DOT), "17", ["dot"]),
        ((*PLUS, SEVEN), "7", ["sign"]),
    ],
)
def test_a_number_is_read_digit_by_digit(http, recognizer, strokes, text, left_out) -> None:
    drawing = sent(*strokes)
    number = run(http, "read", drawing)
    digits, predicted = number["digits"], run(http, "predict", drawing)
    assert number["text"] == predicted["label"] == text
    doubts = ["left_out"] if left_out else []
    for answer in (number, predicted, run(http, "explain", drawing)):
        assert (answer["certain"], answer["doubts"]) == (not doubts, doubts)
        assert answer["left_out"] == left_out
    assert [mark["kind"] for mark in number["marks"]] == left_out
    assert all(0 <= min(mark["box"]) < max(mark["box"]) <= 1 for mark in number["marks"])
    said = [SENTENCES[f"left_out_{mark}"] for mark in left_out]
    assert number["sentences"] == said + [SENTENCES["digits_only"]] * bool(said)
    if len(text) > 1:
        least = min(digit["confidence"] for digit in digits)
        assert predicted["confidences"] == [{"label": text, "confidence": least}]
    assert [digit["digit"] for digit in digits] == [int(each) for each in text]
    for digit in digits:
        assert digit["certain"] and digit["doubts"] == [] and 0.9 < digit["confidence"] <= 1
        x = np.array(digit["image"], np.float32).reshape(1, 784)
        assert (
            recognizer.network.predict(x).argmax() == digit["digit"] and 0 <= x.min() < x.max() <= 1
        )
    assert all(one["box"][2] <= next["box"][0] for one, next in pairwise(digits))
    place = [80 + 110 * 0.6 - 8, 100 - 8, 80 + 110 * 1.1 + 8, 100 + 110 + 8]  # of the 7, drawn
    place = [edge / side for edge, side in zip(place, 2 * SIZE)]
    assert digits[-1]["box"] == pytest.approx(place, abs=0.02)


def test_doubts_are_told_of_each_digit_in_codes_and_sentences(http: httpx.Client) -> None:
    number = run(http, "read", sent([(0, 0.3), (1.3, 0.3)]))
    for told in (number, *number["digits"]):
        assert (told["certain"], told["doubts"]) == (False, ["no_digit"])
    guess = number["digits"][0]["digit"]
    assert number["sentences"] == [SENTENCES["no_digit"].format(guess=guess)]


def test_explain_gives_the_numbers_behind_an_answer(http: httpx.Client) -> None:
    explained = run(http, "explain", A_SEVEN)
    assert explained["text"] == "7"
    (digit,) = explained["digits"]
    assert digit["digit"] == 7 and digit["pair"][0] == 7
    assert [len(layer["a"]) for layer in digit["layers"]] == [100, 10]
    moved = digit["difference"] - digit["difference_if_empty"]
    assert np.sum(digit["attribution"]) == pytest.approx(moved, rel=0.02)


def test_nothing_drawn_is_no_mistake(http: httpx.Client) -> None:
    blank = {"certain": False, "doubts": [], "left_out": []}
    predicted, read, explained = (run(http, n, sent()) for n in ("predict", "read", "explain"))
    assert predicted == {"label": None, "confidences": [], **blank}
    assert read == {"text": "", "sentences": [], "marks": [], "digits": [], **blank}
    assert explained == {"text": "", "digits": [], **blank}


def test_ink_in_the_colour_of_the_page_is_read_in_its_layer(http: httpx.Client) -> None:
    clear = (255, 255, 255, 0)
    layer = encoded(draw([ONE], mode="RGBA", ink="white", paper=clear))
    drawing = sent() | {"layers": [data_uri(layer)]}
    assert run(http, "predict", drawing)["label"] == "1"


PIXEL = data_uri(seven())
MISTAKES = {
    "a number": ([5], "composite"),
    "nothing": ([], "Expected"),
    "a picture alone": ([PIXEL], "composite"),
    "no composite": ([{"layers": [PIXEL], "composite": None}], "composite"),
    "two layers": ([{"composite": PIXEL, "layers": [PIXEL] * 2}], "layers"),
    "layers of another kind": ([{"composite": PIXEL, "layers": PIXEL}], "layers"),
    "a text file": (b"seven", UNREADABLE),  # bytes are uploaded first
    "a large picture": (black_png(20_000, 20_000), UNREADABLE),
}


@pytest.mark.parametrize(
    ("name", "kind"),
    [*(("predict", kind) for kind in MISTAKES), ("read", "a number"), ("explain", "a number")],
)
def test_a_mistake_is_a_422_with_a_sentence(http: httpx.Client, name: str, kind: str) -> None:
    data, named = MISTAKES[kind]
    data = [{"composite": upload(http, data)}] if isinstance(data, bytes) else data
    reply = http.post(f"/run/{name}", json={"data": data})
    said = reply.json()["error"]
    assert reply.status_code == 422
    assert named in said and said.endswith(".") and len(said) < 200 and "\n" not in said


@pytest.mark.parametrize("path", ["/etc/passwd", "http://127.0.0.1:1/a.png", "app.py"])
def test_other_files_are_not_opened_even_if_the_middleware_lets_them_pass(path: str) -> None:
    with pytest.raises(ValueError, match="addresses and other files are not opened"):
        api.picture_in({"composite": {"path": path}})


def test_there_is_nothing_else_to_call(http: httpx.Client) -> None:
    info = http.get("/info").json()
    assert info["unnamed_endpoints"] == {}
    starts = {"/predict": "Recognize the", "/read": "Read the number", "/explain": "Explain how"}
    assert list(info["named_endpoints"]) == list(starts)
    for name, each in info["named_endpoints"].items():
        assert each["description"].startswith(starts[name])
        (parameter,) = each["parameters"]
        assert list(parameter["type"]["properties"]) == ["background", "layers", "composite"]
