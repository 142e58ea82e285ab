"""Weights on disk: saved is loaded, damaged is refused, and nothing is half-written."""

import io
import json
import os
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.network import Network, weights
from model.network.layers import Dense, ReLU, Sigmoid, Tanh
from model.network.losses import BinaryCrossEntropy

RNG = np.random.default_rng(0)
SMALL = Network.from_sizes((6, 4, 3), np.random.default_rng(0))
ARRAYS = {"w1": np.ones((6, 4)), "b1": np.ones(4), "w2": np.ones((4, 3)), "b2": np.ones(3)}


@pytest.mark.parametrize(
    "network",
    [
        Network.from_sizes((5, 4, 3, 2), RNG, "tanh", "cross-entropy"),
        Network.from_sizes((5, 2), RNG, loss="least-squares"),
        Network(
            [Dense.initialized(4, 8, RNG), ReLU(), Tanh(), Dense.initialized(8, 1, RNG), Sigmoid()],
            BinaryCrossEntropy(),
        ),
    ],
)
def test_a_saved_network_answers_the_same(network, tmp_path):
    path = tmp_path / "new" / "network.npz"
    weights.save(path, network, {"seed": 7, "scores": {"test": 0.98}})
    loaded, metadata = weights.load(path)
    X = np.random.default_rng(3).random((5, network.sizes[0]), np.float32)
    np.testing.assert_array_equal(loaded.predict(X), network.predict(X))
    assert (metadata["seed"], metadata["scores"]) == (7, {"test": 0.98})
    assert type(loaded.loss) is type(network.loss)
    assert not loaded.parameters.flags.writeable


def test_np_load_reads_our_files_as_the_tutorials_do(tmp_path):
    weights.save(tmp_path / "ours.npz", SMALL)
    file = np.load(tmp_path / "ours.npz")
    for number, dense in enumerate(SMALL.dense_layers, start=1):
        np.testing.assert_array_equal(file[f"w{number}"], dense.W)
        np.testing.assert_array_equal(file[f"b{number}"], dense.b)
    layers = ["dense", "sigmoid", "dense"]
    assert json.loads(str(file["metadata"])) == {"format": 1, "layers": layers, "loss": "mse"}
    weights.save(tmp_path / "again.npz", SMALL)
    assert (tmp_path / "again.npz").read_bytes() == (tmp_path / "ours.npz").read_bytes()


@pytest.mark.parametrize("bias_shape", [(4,), (1, 4)])
def test_reads_the_tutorials_files(bias_shape, tmp_path):
    rng = np.random.default_rng(0)
    w1, b1, w2, b2 = (rng.normal(size=shape) for shape in ((6, 4), bias_shape, (4, 3), 3))
    np.savez(tmp_path / "theirs.npz", w1=w1, b1=b1, w2=w2, b2=b2)
    network, metadata = weights.load(tmp_path / "theirs.npz")
    X = rng.random((5, 6), np.float32)

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    expected = sigmoid(sigmoid(X @ w1 + b1) @ w2 + b2)
    np.testing.assert_allclose(network.predict(X), expected, rtol=1e-5)
    assert network.predict(X).dtype == np.float32
    assert metadata == {}


def test_layers_are_in_the_order_of_their_numbers_and_other_arrays_are_left_out(tmp_path):
    network = Network.from_sizes((6, *[4] * 10, 3), np.random.default_rng(0))
    arrays = {"wall_time": np.float64(3.5), "b_note": np.ones(2)}
    for number, layer in enumerate(network.dense_layers, start=1):
        arrays |= {f"w{number}": layer.W, f"b{number}": layer.b}
    np.savez(tmp_path / "network.npz", **dict(sorted(arrays.items())))  # w1, w10, w11, w2
    loaded, _ = weights.load(tmp_path / "network.npz")
    np.testing.assert_array_equal(loaded.parameters, network.parameters)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"w1": None}, "w1 is missing"),
        ({"b2": None}, "b2 is missing"),
        (
            dict.fromkeys(ARRAYS) | {"theta": np.ones(3), "bias": np.ones(3)},
            "w1 is missing; expected w1, b1, w2, b2, …; it holds bias, theta",
        ),
        ({"b1": np.ones(5)}, r"W has shape \(6, 4\) and b \(5,\)"),
        ({"b1": np.ones((2, 4))}, r"W has shape \(6, 4\) and b \(8,\)"),
        ({"w2": np.ones((5, 3))}, "4 outputs is followed by one that expects 5"),
        ({"w1": np.ones(6)}, r"W has shape \(6,\)"),
        ({"w1": np.ones((0, 4))}, r"W has shape \(0, 4\)"),
        ({"w1": np.full((6, 4), np.nan)}, "w1 holds numbers that are not finite"),
        ({"b2": np.full(3, 1e300)}, "b2 holds numbers that are not finite"),
        ({"b2": np.array(["a", "b", "c"])}, "b2 holds <U1; expected floats"),
        ({"w1": np.array([[{}] * 4] * 6, dtype=object)}, "not a readable .npz file"),
        ({"metadata": "{"}, "metadata are not JSON"),
        ({"metadata": "[1]"}, "format is None"),
        ({"metadata": "{}"}, "format is None"),
        ({"metadata": '{"format": 99}'}, "format is 99"),
        ({"metadata": '{"format": 1, "layers": ["dense", "magic"]}'}, "magic"),
        ({"metadata": '{"format": 1, "layers": ["dense"]}'}, "1 dense layers, but it holds 2"),
        ({"metadata": '{"format": 1, "layers": 3}'}, "layers are 3"),
        ({"metadata": '{"format": 1, "loss": "l1"}'}, "loss is 'l1'"),
        ({"metadata": '{"format": 1, "loss": [1]}'}, r"loss is \[1\]"),
    ],
)
def test_a_file_that_is_no_network_is_refused_by_name(changes, message, tmp_path):
    arrays = {name: array for name, array in (ARRAYS | changes).items() if array is not None}
    np.savez(tmp_path / "strange.npz", **arrays)
    with pytest.raises(ValueError, match=rf"strange\.npz: .*{message}"):
        weights.load(tmp_path / "strange.npz")


def test_a_file_that_is_no_zip_or_missing_is_refused_by_name(tmp_path):
    path = tmp_path / "broken.npz"
    with pytest.raises(FileNotFoundError, match=r"broken\.npz.*python -m training"):
        weights.load(path)
    np.save(single := io.BytesIO(), np.ones(3))
    for content in (b"", b"hello", b"PK\x03\x04 no zip", single.getvalue()):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"broken\.npz: not a readable"):
            weights.load(path)


@settings(max_examples=100)
@given(data=st.data())
def test_damage_is_noticed_or_harmless(data, tmp_path_factory):
    """Whatever is cut off or overwritten: the same network, or a ValueError that names the file."""
    path = tmp_path_factory.mktemp("damage") / "damaged.npz"
    weights.save(path, SMALL, {"note": "x" * 40})
    content = bytearray(path.read_bytes())
    if data.draw(st.booleans()):
        content = content[: data.draw(st.integers(0, len(content) - 1))]
    else:
        for _ in range(data.draw(st.integers(1, 4))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        network, _ = weights.load(path)
    except ValueError as error:
        assert "damaged.npz" in str(error)
    else:
        np.testing.assert_array_equal(network.parameters, SMALL.parameters)


def test_layers_that_the_directory_hides_are_missed(tmp_path):
    """A zip's directory in which an entry's comment seems to be as long as all that follows."""
    path = tmp_path / "damaged.npz"
    weights.save(path, SMALL)
    whole = path.read_bytes()
    entries = [match.start() for match in re.finditer(b"PK\x01\x02", whole)]
    assert len(entries) == 5
    for entry in entries[:-1]:
        content = bytearray(whole)
        content[entry + 33] = 255  # the length of its comment, upper byte
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"damaged\.npz"):
            weights.load(path)


def test_a_save_replaces_the_file_in_one_step_or_not_at_all(tmp_path):
    """Whoever has the old file open, or kills the program that saves, has a whole one."""
    path = tmp_path / "network.npz"
    weights.save(path, SMALL)
    before = path.read_bytes()
    with pytest.raises(TypeError):
        weights.save(path, SMALL, {"not JSON": object()})
    assert path.read_bytes() == before
    with path.open("rb") as old:
        weights.save(path, SMALL, {"seed": 7})
        assert old.read() == before != path.read_bytes()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_a_saved_file_can_be_read_by_others_as_usual(tmp_path):
    weights.save(tmp_path / "network.npz", SMALL)
    (tmp_path / "ordinary").write_text("")
    assert len({path.stat().st_mode for path in tmp_path.iterdir()}) == 1
