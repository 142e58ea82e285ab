"""What the neurons compute, against sums in plain loops."""

import numpy as np
import pytest

from model.inside.neurons import activities, neuron


def test_activities_are_those_of_the_answer(network, x):
    layers = activities(network, x)
    for layer, dense in zip(layers, network.dense_layers, strict=True):
        b, inputs = dense.b.tolist(), layer.inputs.tolist()
        columns = dense.W.T.tolist()
        z = [sum(v * w for v, w in zip(inputs, column)) + b[j] for j, column in enumerate(columns)]
        np.testing.assert_allclose(layer.z, z, rtol=1e-4, atol=1e-4)
    passed_on = [*(layer.inputs for layer in layers[1:]), network.predict(x[None])[0]]
    for layer, expected in zip(layers, passed_on):
        np.testing.assert_array_equal(layer.a, expected)


@pytest.mark.parametrize("last", [False, True])
def test_a_neuron_is_a_sum_over_pixels(network, x, last):
    number = network.sizes[1] - 1 if last else 0
    one, layer = neuron(network, x, number), activities(network, x)[0]
    assert one.weights.shape == one.products.shape == (28, 28)
    np.testing.assert_array_equal(one.weights.ravel(), layer.dense.W[:, number])
    assert (one.z, one.a) == (layer.z[number], layer.a[number])
    total = sum(one.products.ravel().tolist()) + one.bias
    assert total == pytest.approx(one.z, rel=1e-4, abs=1e-4)
    following = network.dense_layers[1:]
    expected = following[0].W[number] if following else []
    np.testing.assert_array_equal(one.outgoing, expected)


def test_the_largest_terms(network, x):
    one, picture = neuron(network, x, 0), x.reshape(28, 28)
    terms = [
        (row, column, w, picture[row, column], w * picture[row, column])
        for (row, column), w in np.ndenumerate(one.weights)
    ]
    terms.sort(key=lambda term: -abs(term[-1]))
    assert list(one.largest) == terms[:5]


@pytest.mark.parametrize("number", [-1, 100])
def test_a_neuron_that_is_not_there(shipped, x, number):
    with pytest.raises(ValueError, match=f"no neuron {number}; expected 0 to 99"):
        neuron(shipped, x, number)
