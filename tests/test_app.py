"""The server for real: how it starts, and what programs get from it."""

from __future__ import annotations

import base64
import json
from io import BytesIO
from itertools import product
from pathlib import Path

import httpx
import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image, ImageDraw

import app
from harness import pictures


@pytest.fixture(scope="module")
def client(server: str) -> Client:
    # The client's own `analytics_enabled=False` does not silence it; the app must not need this.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
        return Client(server, verbose=False)


@pytest.fixture(scope="module")
def seven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pictures") / "seven.png"
    path.write_bytes(pictures.seven())
    return path


def predict(client: Client, path: Path) -> dict:
    drawing = {"background": None, "layers": [], "composite": handle_file(str(path))}
    return client.predict(drawing, api_name="/predict")


def test_predict_reads_a_picture_file(client: Client, seven: Path) -> None:
    answer = predict(client, seven)
    assert answer["label"] == "7"
    assert sorted(c["label"] for c in answer["confidences"]) == list("0123456789")
    assert sum(c["confidence"] for c in answer["confidences"]) == pytest.approx(1, abs=1e-4)
    assert answer["confidences"][0]["label"] == "7"
    shortest = client.predict({"composite": handle_file(str(seven))}, api_name="/predict")
    assert shortest == answer


def test_answers_are_counted(client: Client, seven: Path, server: str) -> None:
    def sevens() -> float:
        metrics = httpx.get(f"{server}/metrics").text.splitlines()
        counts = [
            line for line in metrics if line.startswith('digits_answers_total{certain="true"')
        ]
        return sum(float(line.split()[-1]) for line in counts if 'digit="7"' in line)

    before = sevens()
    predict(client, seven)
    assert sevens() == before + 1


def test_predict_has_no_label_for_an_empty_picture(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "empty.png"
    Image.new("L", (100, 100), 255).save(path)
    assert not (predict(client, path) or {}).get("label")


def truncated() -> bytes:
    whole = BytesIO()
    Image.effect_noise((60, 60), 50).save(whole, "PNG")
    return whole.getvalue()[:-1500]


BAD = {
    "text": b"seven",
    "nothing": b"",
    "zero-sized": pictures.black_png(0, 0),
    "truncated": truncated(),
    "huge": pictures.black_png(20_000, 20_000),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_pictures_are_refused_in_a_sentence(client, seven, tmp_path, kind) -> None:
    path = tmp_path / "bad.png"
    path.write_bytes(BAD[kind])
    with pytest.raises(AppError, match=r"not a picture that can be read: send a PNG or JPEG"):
        predict(client, path)
    assert predict(client, seven)["label"] == "7"


def test_too_few_and_too_many_pictures_are_refused_in_a_sentence(client, seven) -> None:
    with pytest.raises(AppError, match="composite"):
        client.predict({"background": None, "layers": [], "composite": None}, api_name="/predict")
    picture = handle_file(str(seven))
    with pytest.raises(AppError, match="Expected one item in `layers`"):
        drawing = {"background": None, "layers": [picture, picture], "composite": picture}
        client.predict(drawing, api_name="/predict")


def test_a_mistake_is_a_4xx_with_a_sentence(server: str) -> None:
    wrong = [5], [], [{"composite": None}], [{"composite": {"path": "/etc/passwd"}}]
    for name, data in product(("predict", "read", "explain"), wrong):
        reply = httpx.post(f"{server}/gradio_api/run/{name}", json={"data": data})
        assert reply.status_code == 422
        assert "xpected" in reply.json()["error"]


def test_explain_gives_the_numbers_behind_an_answer(client: Client, seven: Path) -> None:
    drawing = {"composite": handle_file(str(seven))}
    explained = client.predict(drawing, api_name="/explain")
    assert explained["text"] == "7"
    (digit,) = explained["digits"]
    assert digit["digit"] == 7 and digit["pair"][0] == 7
    assert [len(layer["a"]) for layer in digit["layers"]] == [100, 10]
    moved = digit["difference"] - digit["difference_if_empty"]
    assert np.sum(digit["attribution"]) == pytest.approx(moved, rel=0.02)


STARTS = {
    "/predict": "Recognize the digit",
    "/read": "Read the number",
    "/explain": "Explain how a picture",
}


def test_three_functions_are_all_that_programs_can_call(server: str) -> None:
    info = httpx.get(f"{server}/gradio_api/info").json()
    assert list(info["named_endpoints"]) == list(STARTS)
    assert info["unnamed_endpoints"] == {}
    for name, start in STARTS.items():
        endpoint = info["named_endpoints"][name]
        assert endpoint["description"].startswith(start)
        (parameter,) = endpoint["parameters"]
        assert list(parameter["type"]["properties"]) == ["background", "layers", "composite"]


def written(text: str, size: int = 320) -> Image.Image:
    """The text in large letters, black on white."""
    picture = Image.new("L", (size, size // 2), 255)
    pen = ImageDraw.Draw(picture)
    for place, strokes in enumerate(MARKS[each] for each in text):
        for stroke in strokes:
            points = [(40 + 80 * place + 60 * x, 40 + 80 * y) for x, y in stroke]
            pen.line(points, 0, 9, "curve")
    return picture


MARKS = {
    "7": [[(0, 0), (0.8, 0), (0.3, 1)]],
    "1": [[(0.4, 0), (0.4, 1)]],
    "-": [[(0.2, 0.5), (0.7, 0.5)]],
}


def as_uri(picture: Image.Image) -> str:
    file = BytesIO()
    picture.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def test_read_tells_each_digit_and_its_place(server: str) -> None:
    """By curl's way, in one step: the picture as a data URI."""
    data = {"data": [{"composite": as_uri(written("717"))}]}
    reply = httpx.post(f"{server}/gradio_api/run/read", json=data)
    (number,) = reply.raise_for_status().json()["data"]
    assert (number["text"], number["certain"], number["doubts"]) == ("717", True, [])
    assert [digit["digit"] for digit in number["digits"]] == [7, 1, 7]
    boxes = [digit["box"] for digit in number["digits"]]
    assert boxes == sorted(boxes) and 0 <= np.min(boxes) < np.max(boxes) <= 1
    left, top, right, bottom = boxes[0]
    assert (left, right) == pytest.approx((40 / 320, 88 / 320), abs=0.03)
    assert (top, bottom) == pytest.approx((40 / 160, 120 / 160), abs=0.06)
    assert np.shape(number["digits"][0]["image"]) == (28, 28)


@pytest.mark.parametrize("name", ["predict", "read", "explain"])
def test_each_function_tells_what_was_left_out(server: str, name: str) -> None:
    data = {"data": [{"composite": as_uri(written("-7"))}]}
    (answer,) = httpx.post(f"{server}/gradio_api/run/{name}", json=data).json()["data"]
    assert (answer["certain"], answer["doubts"]) == (False, ["left_out"])
    assert answer["left_out"] == ["dash"]
    if name == "read":
        assert answer["sentences"] == ["I left out a dash.", "I know digits only."]


def test_an_answer_is_fetched_in_two_steps(server: str) -> None:
    """As Gradio documents it for curl: a POST, and a GET with the event's ID."""
    data = {"data": [{"composite": as_uri(written("7"))}]}
    event = httpx.post(f"{server}/gradio_api/call/predict", json=data).json()["event_id"]
    told = httpx.get(f"{server}/gradio_api/call/predict/{event}").text
    assert "event: complete" in told and json.loads(told.split("data: ")[1])[0]["label"] == "7"


def test_a_picture_of_absurd_size_is_refused_before_it_takes_memory(server: str) -> None:
    uri = "data:image/png;base64," + base64.b64encode(pictures.black_png(50_000, 50_000)).decode()
    for sent in (uri, uri[:200], "data:image/png;base64,AAAA", "http://127.0.0.1/"):
        reply = httpx.post(f"{server}/gradio_api/run/predict", json={"data": [{"composite": sent}]})
        assert reply.status_code == 422
        assert "a PNG or JPEG" in reply.json()["error"]


def test_explain_explains_nothing_for_an_empty_picture(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "empty.png"
    Image.new("L", (100, 100), 255).save(path)
    explained = client.predict({"composite": handle_file(str(path))}, api_name="/explain")
    assert (explained["text"], explained["digits"]) == ("", [])


def test_nobody_is_told_and_nothing_else_is_offered(server: str) -> None:
    config = httpx.get(f"{server}/config").json()
    assert config["analytics_enabled"] is False
    assert config["footer_links"] == ["api"]
    assert httpx.get(f"{server}/gradio_api/mcp/").status_code == 404


def test_uploads_are_bounded(server: str) -> None:
    files = {"files": ("big.png", bytes(6_000_000))}
    reply = httpx.post(f"{server}/gradio_api/upload", files=files)
    assert reply.status_code == 413


def test_what_stops_it_is_said_in_one_line(server, tmp_path, monkeypatch) -> None:
    """Weights that are missing, weights that are damaged, a port that is taken."""
    port = server.rpartition(":")[2]
    monkeypatch.setenv("GRADIO_SERVER_PORT", port)
    missing, damaged = tmp_path / "missing", tmp_path / "damaged"
    damaged.write_bytes(b"PK\x03\x04 no weights")
    for weights, named in ((missing, "missing"), (damaged, "damaged"), (app.SHIPPED, port)):
        monkeypatch.setattr(app, "SHIPPED", weights)
        with pytest.raises(SystemExit, match=rf"^Cannot start: .*{named}.*\Z"):
            app.main()
    monkeypatch.undo()
    settings = {"CORRECTIONS": "/no/such/folder/file", "GRADIO_VIBE_MODE": "False"}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
        named = value if name == "CORRECTIONS" else name
        with pytest.raises(SystemExit, match=rf"^Cannot start: {named}.*\Z"):
            app.main()
