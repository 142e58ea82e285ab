"""Weights on disk: saved is loaded, damaged is refused, and nothing is half-written."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.network import Network, weights
from model.network.layers import Dense, ReLU, Sigmoid, Tanh
from model.network.losses import BinaryCrossEntropy, SoftmaxCrossEntropy

ROOT = Path(__file__).parents[2]


def small_network(seed=0):
    return Network.from_sizes((6, 4, 3), np.random.default_rng(seed))


def valid_arrays():
    return {
        "w1": np.ones((6, 4), np.float32),
        "b1": np.ones(4, np.float32),
        "w2": np.ones((4, 3), np.float32),
        "b2": np.ones(3, np.float32),
    }


def save_arrays(path, arrays):
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})
    return path


@pytest.mark.parametrize(
    "network",
    [
        small_network(),
        Network.from_sizes((5, 4, 3, 2), np.random.default_rng(0), "tanh", "cross-entropy"),
        Network.from_sizes((5, 2), np.random.default_rng(0)),
        Network.from_sizes((5, 4, 3), np.random.default_rng(0), "tanh", "least-squares"),
        Network(
            [
                Dense.initialized(4, 8, np.random.default_rng(0)),
                ReLU(),
                Dense.initialized(8, 5, np.random.default_rng(1)),
                Tanh(),
                Sigmoid(),
                Dense.initialized(5, 1, np.random.default_rng(2)),
            ],
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


def test_same_network_same_bytes(tmp_path):
    for name in ("a.npz", "b.npz"):
        weights.save(tmp_path / name, small_network(), {"seed": 0})
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_np_load_reads_our_files_as_the_tutorials_do(tmp_path):
    network = small_network()
    weights.save(tmp_path / "ours.npz", network)
    file = np.load(tmp_path / "ours.npz")
    for number, dense in enumerate(network.dense_layers, start=1):
        np.testing.assert_array_equal(file[f"w{number}"], dense.W)
        np.testing.assert_array_equal(file[f"b{number}"], dense.b)


@pytest.mark.parametrize("bias_shape", [(4,), (1, 4)])
def test_reads_the_tutorials_files(bias_shape, tmp_path):
    rng = np.random.default_rng(0)
    arrays = {
        "w1": rng.normal(size=(6, 4)),
        "b1": rng.normal(size=bias_shape),
        "w2": rng.normal(size=(4, 3)),
        "b2": rng.normal(size=(3,)),
    }
    network, metadata = weights.load(save_arrays(tmp_path / "theirs.npz", arrays))
    X = rng.random((5, 6), np.float32)

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    expected = sigmoid(sigmoid(X @ arrays["w1"] + arrays["b1"]) @ arrays["w2"] + arrays["b2"])
    np.testing.assert_allclose(network.predict(X), expected, rtol=1e-5)
    assert metadata == {}


def test_layers_are_in_the_order_of_their_numbers_and_other_arrays_are_left_out(tmp_path):
    network = Network.from_sizes((6, *[4] * 10, 3), np.random.default_rng(0))
    arrays = {"wall_time": np.float64(3.5), "b_note": np.ones(2)}
    for number, layer in enumerate(network.dense_layers, start=1):
        arrays[f"w{number}"], arrays[f"b{number}"] = layer.W, layer.b
    path = save_arrays(tmp_path / "network.npz", dict(sorted(arrays.items())))  # w1, w10, w11, w2
    loaded, _ = weights.load(path)
    assert loaded.sizes == network.sizes
    np.testing.assert_array_equal(loaded.parameters, network.parameters)


def test_another_layout_is_told_with_the_keys_that_it_has(tmp_path):
    path = save_arrays(tmp_path / "n.npz", {"theta": np.ones((6, 4)), "bias": np.ones(4)})
    with pytest.raises(ValueError, match=r"expected w1, b1, w2, b2, …; it holds bias, theta"):
        weights.load(path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"w1": None}, "w1 is missing"),
        ({"b2": None}, "b2 is missing"),
        (
            dict.fromkeys(("w1", "b1", "w2", "b2")) | {"other": np.ones(3)},
            "w1 is missing",
        ),
        ({"b1": np.ones(5)}, "w1 and b1 do not fit"),
        ({"w2": np.ones((5, 3))}, "4 outputs is followed by one that expects 5"),
        ({"w1": np.ones(6)}, "w1 has shape"),
        ({"w1": np.ones((0, 4))}, "w1 has shape"),
        ({"w1": np.full((6, 4), np.nan)}, "w1 holds numbers that are not finite"),
        ({"b2": np.full(3, np.inf)}, "b2 holds numbers that are not finite"),
        ({"b2": np.full(3, 1e300)}, "b2 holds numbers that are not finite"),
        ({"b2": np.array(["a", "b", "c"])}, "b2 holds <U1; expected floats"),
        ({"w1": np.array([[{}] * 4] * 6, dtype=object)}, "not a readable .npz file"),
        ({"metadata": np.array("{")}, "metadata are not JSON"),
        ({"metadata": np.array("[1]")}, "metadata are list"),
        ({"metadata": np.array("{}")}, "format is None"),
        ({"metadata": np.array('{"format": 99}')}, "format is 99"),
        ({"metadata": np.array('{"format": 1, "layers": ["dense", "magic"]}')}, "magic"),
        ({"metadata": np.array('{"format": 1, "layers": ["dense"]}')}, "1 dense layers, but it"),
        ({"metadata": np.array('{"format": 1, "layers": 3}')}, "layers are 3"),
        ({"metadata": np.array('{"format": 1, "loss": "l1"}')}, "loss is 'l1'"),
    ],
)
def test_a_file_that_is_no_network_is_refused_by_name(changes, message, tmp_path):
    path = save_arrays(tmp_path / "strange.npz", valid_arrays() | changes)
    with pytest.raises(ValueError, match=message) as caught:
        weights.load(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 no zip", b"\x93NUMPY broken"])
def test_a_file_that_is_no_zip_is_refused_by_name(content, tmp_path):
    path = tmp_path / "broken.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"broken\.npz: not a readable"):
        weights.load(path)


def test_a_single_array_is_refused_by_name(tmp_path):
    with (tmp_path / "array.npz").open("wb") as file:
        np.save(file, np.ones(3))
    with pytest.raises(ValueError, match=r"array\.npz: not a readable"):
        weights.load(tmp_path / "array.npz")


def test_a_missing_file_says_how_to_make_one(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nothing\.npz.*python -m training"):
        weights.load(tmp_path / "nothing.npz")


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_damage_is_noticed_or_harmless(data, tmp_path_factory):
    """Whatever is cut off or overwritten: the same network, or a ValueError that names the file."""
    path = tmp_path_factory.mktemp("damage") / "damaged.npz"
    weights.save(path, small_network(), {"note": "x" * 40})
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
        np.testing.assert_array_equal(network.parameters, small_network().parameters)


def test_layers_that_the_directory_hides_are_missed(tmp_path):
    """A zip's directory in which an entry's comment seems to be as long as all that follows."""
    path = tmp_path / "damaged.npz"
    weights.save(path, small_network())
    whole = path.read_bytes()
    entries = [match.start() for match in re.finditer(b"PK\x01\x02", whole)]
    assert len(entries) == 5
    for entry in entries[:-1]:
        content = bytearray(whole)
        content[entry + 33] = 255  # the length of its comment, upper byte
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"damaged\.npz"):
            weights.load(path)


def test_a_failed_save_leaves_the_old_file(tmp_path):
    path = tmp_path / "network.npz"
    weights.save(path, small_network())
    before = path.read_bytes()
    with pytest.raises(TypeError):
        weights.save(path, small_network(1), {"not JSON": object()})
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_kill_at_any_moment_leaves_a_whole_file(tmp_path):
    """A process that saves again and again is killed: what it leaves can be loaded."""
    path = tmp_path / "network.npz"
    weights.save(path, small_network())
    program = f"""
import numpy as np
from model.network import weights
from model.network import Network
networks = [Network.from_sizes((784, 100, 10), np.random.default_rng(s)) for s in (1, 2)]
print("ready", flush=True)
while True:
    for network in networks:
        weights.save({str(path)!r}, network, {{}})
"""
    for attempt in range(5):
        process = subprocess.Popen(
            [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.02 + 0.013 * attempt)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        network, _ = weights.load(path)
        assert network.sizes == (784, 100, 10)


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_a_saved_file_can_be_read_by_others_as_usual(tmp_path):
    weights.save(tmp_path / "network.npz", small_network())
    (tmp_path / "ordinary").write_text("")
    modes = {(tmp_path / name).stat().st_mode for name in ("network.npz", "ordinary")}
    assert len(modes) == 1


def test_metadata_say_what_rebuilds_the_network(tmp_path):
    network = Network.from_sizes((5, 4, 2), np.random.default_rng(0), "tanh", "cross-entropy")
    weights.save(tmp_path / "network.npz", network)
    text = str(np.load(tmp_path / "network.npz")["metadata"])
    assert json.loads(text) == {
        "format": 1,
        "layers": ["dense", "tanh", "dense"],
        "loss": "cross-entropy",
    }
    loaded, _ = weights.load(tmp_path / "network.npz")
    assert isinstance(loaded.loss, SoftmaxCrossEntropy)
