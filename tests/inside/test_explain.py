"""What the neurons compute, against plain sums; and all that explains an answer, as JSON."""

import json

import numpy as np
import pytest

from model.inside.attribution import attribution
from model.inside.explain import explain
from model.inside.neurons import activities, neuron
from model.inside.occlusion import smallest_patch


def test_activities_are_those_of_the_answer(network, x):
    layers = activities(network, x)
    for layer, dense in zip(layers, network.dense_layers, strict=True):
        z = (layer.inputs[:, None].astype(float) * dense.W).sum(axis=0) + dense.b
        np.testing.assert_allclose(layer.z, z, rtol=1e-4, atol=1e-4)
    passed_on = [*(layer.inputs for layer in layers[1:]), network.predict(x[None])[0]]
    for layer, expected in zip(layers, passed_on):
        np.testing.assert_array_equal(layer.a, expected)


@pytest.mark.parametrize("last", [False, True])
def test_a_neuron_is_a_sum_over_pixels(network, x, last):
    number = network.sizes[1] - 1 if last else 0
    one, layer = neuron(network, x, number), activities(network, x)[0]
    np.testing.assert_array_equal(one.weights, layer.dense.W[:, number].reshape(28, 28))
    assert (one.z, one.a) == (layer.z[number], layer.a[number])
    assert one.products.sum(dtype=float) + one.bias == pytest.approx(one.z, rel=1e-4, abs=1e-4)
    following = network.dense_layers[1:]
    np.testing.assert_array_equal(one.outgoing, following[0].W[number] if following else [])
    pixels = x.reshape(28, 28)
    terms = [(*at, w, pixels[at], w * pixels[at]) for at, w in np.ndenumerate(one.weights)]
    assert list(one.largest) == sorted(terms, key=lambda term: -abs(term[-1]))[:5]


def test_all_of_it(network, x):
    told = json.loads(json.dumps(explain(network, x.reshape(28, 28)), allow_nan=False))
    second, best = np.argsort(network.logits(x[None])[0])[-2:]
    assert [told["digit"], *told["pair"]] == [best, best, second]
    for layer, one in zip(told["layers"], activities(network, x), strict=True):
        for name in ("z", "a"):
            expected = getattr(one, name)
            np.testing.assert_allclose(layer[name], expected, atol=1e-3 * np.abs(expected).max())
    assert told["outputs"] == told["layers"][-1]["a"]
    expected = attribution(network, x, *told["pair"])
    np.testing.assert_allclose(told["attribution"], expected, atol=1e-3 * np.abs(expected).max())
    patch = smallest_patch(network, x)
    assert told["patch"] == (vars(patch) if patch else None)


@pytest.mark.parametrize("inked", [0, 0.01, 0.3, 1])
def test_the_numbers_add_up_for_any_picture(network, inked):
    """As they are told, rounded, and for a pair that was asked for."""
    rng = np.random.default_rng(0)
    image = rng.random((28, 28), np.float32) * (rng.random((28, 28)) < inked)
    told = json.loads(json.dumps(explain(network, image, pair=(3, 8)), allow_nan=False))
    assert told["pair"] == [3, 8]
    rise = told["difference"] - told["difference_if_empty"]
    assert np.shape(told["attribution"]) == (28, 28)
    assert np.sum(told["attribution"]) == pytest.approx(rise, rel=0.02, abs=5e-3)
    if len(network.dense_layers) == 1:
        assert told["contributions"] == []
    else:
        assert np.shape(told["contributions"]) == (network.sizes[-2], 10)
        sums = np.sum(told["contributions"], axis=0) + told["biases"]
        z = np.array(told["layers"][-1]["z"])
        np.testing.assert_allclose(sums, z, atol=0.02 * np.abs(z).max())


@pytest.mark.parametrize("number", [-1, 100])
@pytest.mark.parametrize("pair", [(3, 3), (-1, 3), (3, 10)])
def test_what_is_no_neuron_and_what_no_pair(shipped, x, number, pair):
    with pytest.raises(ValueError, match=f"no neuron {number}; expected 0 to 99"):
        neuron(shipped, x, number)
    with pytest.raises(ValueError, match=f"{pair[0]}, {pair[1]}; expected two different digits"):
        explain(shipped, x.reshape(28, 28), pair)
