"""Weights on disk: saved is loaded, damaged is refused, and nothing is half-written."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.network import Network, weights
from model.network.layers import Dense, ReLU, Sigmoid, Tanh
from model.network.losses import BinaryCrossEntropy

RNG = np.random.default_rng(0)
SMALL = Network.from_sizes((6, 4, 3), RNG)
ARRAYS = {"w1": np.ones((6, 4)), "b1": np.ones(4), "w2": np.ones((4, 3)), "b2": np.ones(3)}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "network.npz"


def test_a_saved_network_answers_the_same_and_cannot_be_changed(tmp_path):
    first, last = Dense.initialized(4, 8, RNG), Dense.initialized(8, 1, RNG)
    network = Network([first, ReLU(), Tanh(), last, Sigmoid()], BinaryCrossEntropy())
    path, again = tmp_path / "new" / "network.npz", tmp_path / "again.npz"
    for each in (path, again):
        weights.save(each, network, {"seed": 7, "scores": {"test": 0.98}})
    assert path.read_bytes() == again.read_bytes()
    loaded, metadata = weights.load(path)
    X = RNG.random((5, 4), np.float32)
    np.testing.assert_array_equal(loaded.predict(X), network.predict(X))
    assert (metadata["seed"], metadata["scores"]) == (7, {"test": 0.98})
    for array in (loaded.parameters, loaded.layers[0].W, loaded.layers[3].b):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    file = np.load(path)  # as the tutorials read it
    for name, array in (("w1", first.W), ("b1", first.b), ("w2", last.W), ("b2", last.b)):
        np.testing.assert_array_equal(file[name], array)


def test_reads_the_tutorials_files(path):
    """However deep: w10 comes after w2. Biases may be rows, and other arrays may be there."""
    W, b = RNG.normal(size=(11, 4, 4)), RNG.normal(size=(11, 1, 4))
    arrays = {"b_note": np.ones(2), "wall_time": np.float64(3.5)}
    arrays |= {f"w{n + 1}": W[n] for n in range(11)} | {f"b{n + 1}": b[n] for n in range(11)}
    np.savez(path, **dict(sorted(arrays.items())))  # w1, w10, w11, w2
    network, metadata = weights.load(path)
    X = Y = RNG.random((5, 4), np.float32)
    for n in range(11):
        Y = 1 / (1 + np.exp(-(Y @ W[n] + b[n])))
    np.testing.assert_allclose(network.predict(X), Y, rtol=1e-5)
    assert network.predict(X).dtype == np.float32 and metadata == {}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"b1": None}, r"b1 is missing; expected w1, b1, w2, …; it holds \['b2', 'w1', 'w2'\]"),
        ({"b1": np.ones(5)}, r"W is \(6, 4\), b \(5,\)"),
        ({"w1": np.ones((0, 4))}, r"W is \(0, 4\)"),
        ({"w2": np.ones((5, 3))}, "4 outputs are followed by 5 inputs"),
        ({"w1": np.full((6, 4), np.nan)}, "w1 holds numbers that are not finite"),
        ({"b2": np.full(3, 1e300)}, "b2 holds numbers that are not finite"),
        ({"b2": np.array(["a", "b", "c"])}, "b2 holds <U1; expected floats"),
        ({"w1": np.array([[{}] * 4] * 6, dtype=object)}, "not a readable .npz file"),
        ({"metadata": "{"}, "not a readable .npz file"),
        ({"metadata": "[1]"}, "format is None"),
        ({"metadata": '{"format": 99}'}, "format is 99"),
        ({"metadata": '{"format": 1, "layers": ["dense", "magic", "dense"]}'}, "'magic'"),
        ({"metadata": '{"format": 1, "layers": ["dense"]}'}, "expected 2 dense"),
        ({"metadata": '{"format": 1, "layers": 3}'}, "layers are 3"),
        ({"metadata": '{"format": 1, "loss": [1]}'}, r"loss is \[1\]; expected one of mse"),
    ],
)
def test_a_file_that_is_no_network_is_refused_by_name(changes, message, path):
    arrays = {name: array for name, array in (ARRAYS | changes).items() if array is not None}
    np.savez(path, **arrays)
    with pytest.raises(ValueError, match=rf"network\.npz: .*{message}"):
        weights.load(path)


def test_a_file_that_is_no_zip_or_missing_is_refused_by_name(path):
    with pytest.raises(FileNotFoundError, match=r"network\.npz.*python -m training"):
        weights.load(path)
    for content in (b"", b"hello", b"PK\x03\x04 no zip"):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"network\.npz: not a readable"):
            weights.load(path)


def check_damaged(path, content):
    """It is the same network, or refused with a ValueError that names the file."""
    path.write_bytes(content)
    try:
        network, _ = weights.load(path)
    except ValueError as error:
        assert path.name in str(error)
    else:
        np.testing.assert_array_equal(network.parameters, SMALL.parameters)


@settings(max_examples=100)
@given(data=st.data())
def test_whatever_is_cut_off_or_overwritten_is_noticed(data, tmp_path_factory):
    path = tmp_path_factory.mktemp("damage") / "damaged.npz"
    weights.save(path, SMALL, {"note": "x" * 40})
    content = bytearray(path.read_bytes())
    places = st.integers(0, len(content) - 1)
    if data.draw(st.booleans()):
        content = content[: data.draw(places)]
    else:
        for place in data.draw(st.lists(places, min_size=1, max_size=4)):
            content[place] = data.draw(st.integers(0, 255))
    check_damaged(path, content)


def test_layers_that_the_directory_hides_are_missed(path):
    """A zip's directory in which an entry's comment seems to be as long as all that follows."""
    weights.save(path, SMALL)
    whole = path.read_bytes()
    for entry in re.finditer(b"PK\x01\x02", whole):
        content = bytearray(whole)
        content[entry.start() + 33] = 255  # the length of its comment, upper byte
        check_damaged(path, content)


def test_a_save_replaces_the_file_in_one_step_or_not_at_all(path):
    """Whoever has the old file open, or kills the program that saves, has a whole one."""
    weights.save(path, SMALL)
    before = path.read_bytes()
    with pytest.raises(TypeError):
        weights.save(path, SMALL, {"not JSON": object()})
    assert path.read_bytes() == before and list(path.parent.iterdir()) == [path]
    with path.open("rb") as old:
        weights.save(path, SMALL, {"seed": 7})
        assert old.read() == before != path.read_bytes()
    path.with_name("ordinary").write_text("")  # others may read it as usual
    assert len({file.stat().st_mode for file in path.parent.iterdir()}) == 1
