"""`--watch`: the same file as without, told on the way, steered, and ended with who looks on."""

import base64
import json
import os
from io import BytesIO
from pathlib import Path
from socket import SHUT_WR, socketpair
from threading import Timer

import numpy as np
import pytest
from PIL import Image

from harness.server import fork
from model import Recognizer
from training.cli import main
from training.sheets import weights_uri

SMALL = ["--recipe", "tutorial", "--hidden", "12", "--epochs", "3", "--seed", "3"]  # 8 updates each
SMALL += ["--init", "xavier", "--momentum", "0.9", "--learning-rate", "0.05"]
SMALL += ["--loss", "binary-cross-entropy"]  # learns something in these
ENDLESS = [*SMALL, "--epochs", "100000"]
DRAWING = base64.b64encode(bytes(range(256)) * 3 + bytes(16)).decode()
START = """
import sys
loaded = [name for name in sys.modules if name.startswith("matplotlib")]
sys.modules |= dict.fromkeys(["tqdm", "tensorflow_datasets", *loaded])  # are not installed
from training.data import splits
from training.strokes import drawing
drawing.VALIDATION = 50
splits.DRAWN = 120, 40, 40  # each takes 1 ms
from training import watch
from training.cli import main
"""
LONG_PAUSES = """
class Long(watch.Event):
    def wait(self):
        super().wait()
        watch.perf_counter = lambda now=watch.perf_counter: now() + 1000
watch.Event = Long
"""
FULL = """
def run(*arguments):
    raise OSError(28, "No space left on device", "/secret/path")
watch.run = run
"""


class Training:
    """A watched training: its lines one by one, and what it is told. It ends with the test."""

    def __init__(self, *arguments, before="", mnist="", log=Path(os.devnull)):
        words = ["--watch", *map(str, arguments)]
        self.socket, theirs = socketpair()
        self.stdin, self.stdout = (self.socket.makefile(mode) for mode in "wr")
        code, streams = f"{START}{before}\nsys.exit(main({words}))", {0: theirs, 1: theirs, 2: log}
        self.process = fork(code, streams, MNIST_DIR=str(mnist), TFDS_DATA_DIR="/nowhere")
        theirs.close()
        self.limit = Timer(120, self.process.kill)  # of a training that should have ended
        self.limit.start()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.limit.cancel()
        self.process.kill()
        self.process.join()

    def __iter__(self):
        return map(json.loads, self.stdout)

    def tell(self, **told):
        self.stdin.write(json.dumps(told) + "\n")
        self.stdin.flush()

    def until(self, **expected):
        """The first line that says all this."""
        return next(line for line in self if expected.items() <= line.items())

    def rest(self):
        """The lines up to the end, and the exit code."""
        told = list(self)
        self.process.join(20)
        return told, self.process.exitcode


def picture(uri):
    return Image.open(BytesIO(base64.b64decode(uri.removeprefix("data:image/png;base64,"))))


def test_the_same_bytes_as_without_and_nothing_is_downloaded(tmp_path, monkeypatch):
    """On drawn digits; on MNIST, the page's test compares them."""
    plain, same, log = (tmp_path / name for name in ("plain.npz", "watched.npz", "log"))
    monkeypatch.setattr("training.strokes.drawing.VALIDATION", 50)
    monkeypatch.setattr("training.data.splits.DRAWN", (120, 40, 40))
    settings = [*SMALL, "--batch-size", "5"]  # else few digits teach nothing, which is not saved
    settings += ["--strokes", "60", "--augment", "distort"]
    assert main([*settings, "--drawn", "--output", str(plain)]) == 0
    with Training(*settings, "--output", same, log=log) as training:
        told, code = training.rest()
    assert code == 0 and "Traceback" not in log.read_text()
    assert plain.read_bytes() == same.read_bytes()
    states = [line["state"] for line in told if line["kind"] == "state"]
    assert states == ["loading", "training", "testing"]


def test_tells_how_it_goes_and_what_it_can_do(mnist_dir, tmp_path):
    output = tmp_path / "n.npz"
    settings = [*SMALL, "--preparation", "moments", "--hidden", "120", "--batch-size", "10"]
    settings += ["--epochs", "2", "--learning-rate", "0.01"]
    with Training(*settings, "--output", output, mnist=mnist_dir) as training:
        training.tell(command="pause", drawing=DRAWING)
        training.until(state="paused")
        training.tell(command="go")
        told, _ = training.rest()
    looks = [line for line in told if line["kind"] == "look"]
    assert len(looks) >= 10  # at updates 0, 1, 2, 4, …, 64, and after both epochs
    first, *_, last = looks
    assert first["validation_loss"] is None and last["validation_accuracy"] > 0.2
    assert (last["epoch"], last["left"]) == (2, 0) and last["loss"] < first["loss"]
    assert last["speed"] * last["seconds"] == pytest.approx(800, rel=0.2)  # seconds are rounded
    assert np.shape(last["answers"]) == (10, 10)
    assert picture(last["weights"]).size == (300, 300)  # of 100 units
    digits = picture(last["digits"]).convert("L")
    assert digits.size == (300, 30) and np.mean(digits) < 100  # white on black
    recognizer = Recognizer.load(output)
    pixels = np.frombuffer(base64.b64decode(DRAWING), np.uint8).reshape(1, 784) / np.float32(255)
    expected = recognizer.network.predict(recognizer.prepared(pixels))[0]
    assert last["drawing"] == pytest.approx(expected, abs=1e-4)
    assert expected != pytest.approx(recognizer.network.predict(pixels)[0], abs=1e-3)

    finished = told[-1]
    assert (finished["kind"], finished["epochs"], finished["best"]) == ("finished", 2, 2)
    confusion = np.array(finished["confusion"])
    assert finished["accuracy"] == pytest.approx(np.trace(confusion) / 300)
    wrong = confusion * (1 - np.eye(10))
    assert wrong.sum() > 24 == len(finished["mistaken"])  # else this test shows nothing
    assert all(wrong[label, answer] for label, answer, _ in finished["mistaken"])
    assert picture(finished["mistakes"]).size == (8 * 30, 3 * 30)


def test_pauses_steps_and_stops(mnist_dir, tmp_path):
    output = tmp_path / "n.npz"
    with Training(*ENDLESS, "--output", output, mnist=mnist_dir, before=LONG_PAUSES) as training:
        training.tell(command="step")
        places = []
        for command in ("step", "epoch", "epoch", "step", "go"):
            training.until(state="paused")
            place = next(iter(training))
            places.append(place["epoch"])
            training.tell(drawing=DRAWING)
            answered = training.until(kind="look")
            assert len(answered["drawing"]) == 10 and answered["epoch"] == place["epoch"]
            assert answered["seconds"] < 500  # pauses do not count
            training.stdin.write("no JSON\n")
            training.tell(drawing="too short")
            training.tell(drawing=None)
            assert training.until(kind="look")["drawing"] is None
            training.tell(command=command)
        assert places == [1 / 8, 2 / 8, 1, 2, 2 + 1 / 8]
        training.until(epoch=4)
        training.tell(command="stop")
        told, _ = training.rest()
    assert told[-1]["kind"] == "finished" and told[-1]["epochs"] >= 4 and output.exists()


@pytest.mark.parametrize(
    ("state", "is_told"), [("loading", True), ("paused", True), ("training", False)]
)
def test_stops_when_told_or_when_nobody_looks_on(mnist_dir, tmp_path, state, is_told):
    """Before the first epoch has ended there is nothing to keep."""
    with Training(*ENDLESS, "--output", tmp_path / "n.npz", mnist=mnist_dir) as training:
        if state == "paused":
            training.tell(command="step")
        training.until(state=state)
        if is_told:
            training.tell(command="stop")
        else:
            training.socket.shutdown(SHUT_WR)
        told, code = training.rest()
    failed = [line["text"] for line in told if line["kind"] == "failed"]
    assert (code, len(failed)) == ((1, 1) if is_told else (130, 0))
    assert all("before the first epoch" in text for text in failed)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "before", "text"),
    [
        (["--loss", "least-squares", "--learning-rate", "1000"], "", "lower learning rate than"),
        (["--epochs", "0"], "", "epochs is 0; expected 1 or more"),
        (["--hidden", "2000000"], "", "choose smaller layers"),
        (["--mnist-dir", "/nowhere"], "", "failed on the server; its log"),
        ([], FULL, "its disk is full"),
    ],
    ids=["diverged", "impossible", "memory", "data", "disk"],
)
def test_failures_are_told_in_a_sentence(mnist_dir, tmp_path, arguments, before, text):
    words, log = [*SMALL, "--output", tmp_path / "n.npz", *arguments], tmp_path / "log"
    with Training(*words, before=before, mnist=mnist_dir, log=log) as training:
        told, code = training.rest()
    failed = told[-1]
    assert failed["kind"] == "failed" and text in failed["text"]
    assert "/" not in failed["text"] and "Error" not in failed["text"]
    assert ("Traceback" in log.read_text()) == ("server" in failed["text"])
    assert code == 1 and list(tmp_path.iterdir()) == [log]


def test_weights_become_pictures_for_light_and_dark_paper():
    W = np.zeros((784, 12), np.float32)
    W[0, 0], W[783, 11], W[0, 5] = 2.0, -0.5, np.nan
    shown = np.array(picture(weights_uri(W)).convert("RGBA"))
    assert shown.shape == (2 * 30, 10 * 30, 4)
    assert tuple(shown[1, 1]) == (213, 94, 0, 255)
    assert tuple(shown[58, 58]) == (0, 114, 178, 255)
    assert np.count_nonzero(shown[..., 3]) == 2
