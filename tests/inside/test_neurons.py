"""What the neurons compute, against sums in plain loops."""

from itertools import pairwise

import numpy as np
import pytest

from model.inside.neurons import activities, contributions, neuron


def test_activities_are_those_of_the_answer(network, x):
    layers = activities(network, x)
    assert [len(layer.z) for layer in layers] == list(network.sizes[1:])
    for layer in layers:
        W, b = layer.dense.W.tolist(), layer.dense.b.tolist()
        inputs = layer.inputs.tolist()
        z = [sum(v * row[j] for v, row in zip(inputs, W)) + b[j] for j in range(len(b))]
        np.testing.assert_allclose(layer.z, z, rtol=1e-4, atol=1e-4)
    for layer, following in pairwise(layers):
        np.testing.assert_array_equal(layer.a, following.inputs)
    np.testing.assert_array_equal(layers[-1].a, network.predict(x[None])[0])


def test_contributions_and_biases_add_up_to_the_digits_sums(network, x):
    last = activities(network, x)[-1]
    added = contributions(network, x)
    assert added.shape == (network.sizes[-2], 10)
    for d in range(10):
        total = sum(added[:, d].tolist()) + float(last.dense.b[d])
        assert total == pytest.approx(float(last.z[d]), rel=1e-4, abs=1e-4)
    strongest = last.inputs.argmax()
    assert added[strongest, 3] == last.inputs[strongest] * last.dense.W[strongest, 3]


def test_without_an_odd_end_the_last_sums_are_the_logits(shipped, x):
    np.testing.assert_array_equal(activities(shipped, x)[-1].z, shipped.logits(x[None])[0])


@pytest.mark.parametrize("last", [False, True])
def test_a_neuron_is_a_sum_over_pixels(network, x, last):
    number = network.sizes[1] - 1 if last else 0
    one, layer = neuron(network, x, number), activities(network, x)[0]
    assert one.weights.shape == one.products.shape == (28, 28)
    assert (one.z, one.a) == (layer.z[number], layer.a[number])
    total = sum(one.products.ravel().tolist()) + one.bias
    assert total == pytest.approx(one.z, rel=1e-4, abs=1e-4)
    following = network.dense_layers[1:]
    expected = following[0].W[number] if following else []
    np.testing.assert_array_equal(one.outgoing, expected)


def test_the_largest_terms(network, x):
    one = neuron(network, x, 0)
    picture = activities(network, x)[0].inputs.reshape(28, 28)
    terms = []
    for row in range(28):
        for column in range(28):
            weight, pixel = float(one.weights[row, column]), float(picture[row, column])
            terms.append((weight * pixel, row, column, weight, pixel))
    terms.sort(key=lambda term: -abs(term[0]))
    found = [(t.product, t.row, t.column, t.weight, t.pixel) for t in one.largest]
    assert found == terms[:5]


@pytest.mark.parametrize("number", [-1, 100])
def test_a_neuron_that_is_not_there(shipped, x, number):
    with pytest.raises(ValueError, match=f"no neuron {number}; expected 0 to 99"):
        neuron(shipped, x, number)
