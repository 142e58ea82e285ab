"""Recognizer: a drawing in, a prediction out."""

import threading

import numpy as np
import pytest
from PIL import Image
from test_drawing import SEVEN, ZERO, draw

from model import Network, Prediction, Recognizer, weights
from training.config import WEIGHTS


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load(WEIGHTS)


@pytest.mark.parametrize(("strokes", "digit"), [(SEVEN, 7), (ZERO, 0)])
def test_the_shipped_weights_read_a_drawing(recognizer, strokes, digit):
    prediction = recognizer.recognize(draw(strokes))
    assert isinstance(prediction, Prediction)
    assert prediction.digit == digit
    assert prediction.certain
    assert prediction.confidence == pytest.approx(prediction.probabilities.max())
    assert prediction.probabilities.shape == (10,)
    assert prediction.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert prediction.image.shape == (28, 28) and prediction.image.dtype == np.float32


def test_nothing_drawn_is_no_digit(recognizer):
    prediction = recognizer.recognize(Image.new("RGB", (320, 320), "white"))
    assert prediction.digit is None
    assert not prediction.certain
    assert prediction.probabilities.sum() == pytest.approx(1)
    assert not prediction.image.any()


def test_many_threads_get_the_answers_of_one(recognizer):
    drawings = [draw(strokes, at=(x, 60)) for x in (20, 60, 100) for strokes in (SEVEN, ZERO)]
    alone = [recognizer.recognize(drawing).probabilities for drawing in drawings]
    together = [None] * len(drawings)

    def work(number):
        for _ in range(10):
            together[number] = recognizer.recognize(drawings[number]).probabilities

    threads = [threading.Thread(target=work, args=(n,)) for n in range(len(drawings))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for a, b in zip(alone, together, strict=True):
        np.testing.assert_array_equal(a, b)


def test_temperature_changes_confidence_but_not_the_digit(recognizer):
    drawing = draw(SEVEN)
    cool = Recognizer(recognizer.network, temperature=0.5).recognize(drawing)
    warm = Recognizer(recognizer.network, temperature=5.0).recognize(drawing)
    assert cool.digit == warm.digit
    assert cool.confidence > warm.confidence


def test_refuses_a_network_for_something_else(tmp_path):
    network = Network.from_sizes((4, 3, 2), np.random.default_rng(0))
    with pytest.raises(ValueError, match="4 inputs and 2 outputs; expected 784 and 10"):
        Recognizer(network)
    weights.save(tmp_path / "small.npz", network)
    with pytest.raises(ValueError, match=r"small\.npz: the network has 4 inputs"):
        Recognizer.load(tmp_path / "small.npz")


def test_certain_depends_on_the_strongest_output(recognizer):
    drawing = draw(SEVEN)
    answers = recognizer.network.predict(recognizer.recognize(drawing).image.reshape(1, 784))
    for certain_above, expected in ((answers.max() - 0.01, True), (1.0, False)):
        strict = Recognizer(recognizer.network, certain_above=float(certain_above))
        assert strict.recognize(drawing).certain is expected


@pytest.mark.parametrize(
    "calibration",
    [
        *({"temperature": value} for value in (0, -1, "hot", None, float("nan"))),
        *({"certain_above": value} for value in (-0.1, 1.1, [], float("nan"))),
        {"unknown": 1},
        [1.0],
        "warm",
    ],
)
def test_refuses_a_calibration_that_is_none(tmp_path, calibration):
    network = Network.from_sizes((784, 10), np.random.default_rng(0))
    weights.save(tmp_path / "strange.npz", network, {"calibration": calibration})
    with pytest.raises(ValueError, match=r"strange\.npz"):
        Recognizer.load(tmp_path / "strange.npz")


def test_a_tutorials_file_works(tmp_path):
    network = Network.from_sizes((784, 100, 10), np.random.default_rng(0))
    (w1, b1), (w2, b2) = [(layer.W, layer.b) for layer in network.dense_layers]
    np.savez(tmp_path / "theirs.npz", w1=w1, b1=b1, w2=w2, b2=b2)
    assert Recognizer.load(tmp_path / "theirs.npz").recognize(draw(SEVEN)).digit is not None
