"""SGD against arithmetic by hand, and the shapes of the schedules."""

import numpy as np
import pytest

from training.optimizer import SCHEDULES, SGD


def test_momentum_keeps_a_share_of_the_last_step():
    parameters = np.zeros(1, np.float32)
    optimizer = SGD(parameters, momentum=0.5)
    places = []
    for gradient in (1.0, 1.0, 0.0):
        optimizer.step(np.array([gradient], np.float32), learning_rate=1.0)
        places.append(parameters[0])
    np.testing.assert_allclose(places, [-1, -2.5, -3.25])  # steps of 1, 1 + ½, ¾
    assert optimizer.velocity.dtype == np.float32


def test_weight_decay_pulls_towards_zero_and_leaves_the_gradients_alone():
    parameters, gradients = np.array([2.0, -4.0]), np.array([0.0, 1.0])
    SGD(parameters, weight_decay=0.1).step(gradients, learning_rate=0.5)
    np.testing.assert_allclose(parameters, [1.9, -4.3])
    np.testing.assert_array_equal(gradients, [0, 1])


def test_schedules_are_their_formulas():
    assert SCHEDULES["constant"](799, 800) == SCHEDULES["inverse"](0, 800) == 1
    assert SCHEDULES["inverse"](800, 800) == pytest.approx(1.4**-0.75)


def test_cosine_schedule_warms_up_then_falls_to_zero():
    factors = [SCHEDULES["cosine"](t, 1000) for t in range(1000)]
    peak = int(np.argmax(factors))
    assert 40 <= peak <= 60 and 0 < factors[0] < 0.05 and factors[peak] > 0.99
    assert (np.diff(factors[:peak]) > 0).all() and (np.diff(factors[peak:]) < 0).all()
    assert factors[500] == pytest.approx(0.5, abs=0.01)
    assert 0 <= factors[-1] < 1e-5
