"""Your own digits: every format gives the same digits, and what cannot be used is told."""

import json
import shutil

import numpy as np
import pytest
from PIL import Image

from harness.inputs import idx, write
from model.inside.digits import DIGITS, load
from model.network import weights
from training.cli import main, parse
from training.config import TrainingConfig
from training.data import own
from training.data.pictures import digit_of
from training.data.splits import load_splits
from training.dataset import Dataset

SHOWN = load(DIGITS)
SOME = np.arange(0, 1_000, 8)  # 125 of MNIST's digits, in the order of their labels
IMAGES, LABELS = SHOWN.images[SOME], SHOWN.labels[SOME]
SEVEN, BLACK_ON_WHITE = IMAGES[90], 255 - IMAGES
TRAIN = ["--recipe", "plain", "--hidden", "20", "--epochs", "12", "--batch-size", "5"]


def read(*paths, as_is=False):
    return own.load(paths, as_is, strict=False)


def train(tmp_path, *arguments):
    return main([*TRAIN, "--output", str(tmp_path / "w.npz"), *map(str, arguments)])


def as_folder(folder, images=IMAGES, labels=LABELS):
    for n, (image, label) in enumerate(zip(images, labels)):
        place = folder / str(label) / "deeper"
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(place / f"{n}.png")
    return folder


def as_csv(path, images=IMAGES, labels=LABELS, header=""):
    rows = np.c_[labels, images.reshape(-1, 784)]
    spreadsheets = {"comments": "", "encoding": "utf-8-sig"}
    np.savetxt(path, rows, "%d", ",", header=header, **spreadsheets)
    return path


def as_idx(folder, images=IMAGES, labels=LABELS, name="train", end=".gz"):
    folder.mkdir(exist_ok=True)
    contents = {"images-idx3": idx(images), "labels-idx1": idx(labels)}
    return write(folder, {f"{name}-{kind}-ubyte{end}": each for kind, each in contents.items()})


def as_npz(path, names=("x_train", "y_train"), images=IMAGES, labels=LABELS):
    np.savez(path, **dict(zip(names, (images, labels))))
    return path


FORMATS = {
    "idx in both spellings": lambda tmp: as_idx(as_idx(tmp / "idx"), end=""),
    "turned": lambda tmp: as_idx(tmp / "idx", IMAGES.swapaxes(1, 2)),
    "folder": lambda tmp: as_folder(tmp / "pictures"),
    "csv": lambda tmp: as_csv(tmp / "digits.csv", header="label,pixel0"),
    "csv.gz without a header": lambda tmp: as_csv(tmp / "digits.csv.gz"),
    "Keras": lambda tmp: as_npz(tmp / "digits.npz", labels=np.eye(10)[LABELS]),
    "X and y": lambda tmp: as_npz(tmp / "d.npz", ("X", "y"), IMAGES[::-1] / 255, LABELS[::-1]),
    "image and label": lambda tmp: as_npz(tmp / "d.npz", ("image", "label"), BLACK_ON_WHITE),
}


@pytest.mark.parametrize("make", FORMATS.values(), ids=FORMATS)
def test_the_same_digits_in_any_format_and_order(tmp_path, make):
    """MNIST's digits are in its box already: they come as they are."""
    found, same = read(make(tmp_path)), read(as_npz(tmp_path / "same.npz"))
    pixels = IMAGES.reshape(-1, 784) / np.float32(255)
    assert sorted(map(bytes, found.train.X)) == sorted(map(bytes, pixels))
    assert found.train.y.tolist() == LABELS.tolist() and not len(found.test) and not found.wrong
    assert found.checksum == same.checksum  # so they train the same weights


def test_sets_are_added_up_and_names_tell_the_test_set(tmp_path):
    as_folder(tmp_path / "a" / "train", IMAGES[:50], LABELS[:50])
    as_folder(tmp_path / "a" / "test", IMAGES[50:60], LABELS[50:60])
    as_folder(tmp_path / "a" / "test", IMAGES[:3], 3 * ["none"])
    rest = as_csv(tmp_path / "mnist_test.csv", IMAGES[60:], LABELS[60:])
    found = read(tmp_path / "a", rest, as_idx(tmp_path / "idx", IMAGES[:7], LABELS[:7], "t10k"))
    assert (len(found.train), len(found.test)) == (50, 10 + 3 + 65 + 7)
    assert len(found.places[True]) == 85 and "train" not in "".join(found.places[True])
    splits = load_splits(parse(["--data", str(tmp_path / "a")]), TrainingConfig())
    assert splits.test.y.tolist() == LABELS[50:60].tolist()  # a training scores digits alone


@pytest.mark.parametrize(
    "image",
    [
        np.pad(SEVEN[::2, ::2], 7),  # small
        np.roll(SEVEN, 3, axis=1),  # beside the middle
        np.asarray(Image.fromarray(SEVEN).resize((36, 36)))[4:-4, 4:-4],  # large
        np.maximum(SEVEN, 100),  # on grey
        np.kron(SEVEN[..., None] // [1, 2, 1], np.ones((5, 5, 1), np.uint8)),  # in colors
    ],
)
def test_what_is_not_in_mnists_box_is_prepared(image):
    inked = np.argwhere(digit_of(image, as_is=False).reshape(28, 28) > 0.5)
    assert 18 <= np.ptp(inked, axis=0).max() + 1 <= 20
    assert abs(inked.mean(axis=0) - 14).max() < 1


def test_what_is_in_mnists_box_is_19_or_20_pixels_long_in_the_middle():
    come_as_they_are = [(4, 20), (5, 20), (5, 19)]
    for first, length in [*come_as_they_are, (5, 18), (4, 21), (4, 19), (6, 19)]:
        bar = np.zeros((28, 28), np.uint8)
        bar[first : first + length, 9:19] = 255
        for digit in (bar, bar.T):
            is_same = np.array_equal(digit_of(digit, as_is=False), digit.ravel() / np.float32(255))
            assert is_same == ((first, length) in come_as_they_are)


def test_as_is_takes_grey_pictures_of_28_by_28_alone():
    beside = np.roll(SEVEN, 3, axis=1)
    assert np.array_equal(digit_of(beside, as_is=True), beside.ravel() / np.float32(255))
    for picture in (np.kron(SEVEN, np.ones((2, 2), np.uint8)), SEVEN[..., None] // [1, 2, 1]):
        assert digit_of(picture, as_is=True) == "it is not grey and 28×28, as --as-is expects"


def test_what_cannot_be_used_is_counted_and_strict_ends(tmp_path, capsys):
    folder = as_folder(tmp_path / "own")
    (folder / "3" / "notes.txt").write_text("no picture")
    Image.new("L", (40, 40), 255).save(folder / "3" / "white.png")
    (folder / "3" / ".hidden").write_text("the system's own")
    (folder / ".hidden").mkdir()
    (folder / "cat").mkdir()
    shutil.copytree(folder / "1", folder / "none")
    data = ["--loss", "cross-entropy", "--data", folder]  # a softmax cannot learn non-digits
    assert train(tmp_path, *data) == 0
    said = capsys.readouterr().out
    counts = ", ".join(f"{12 + even} of {digit}" for digit, even in enumerate(5 * [1, 0]))
    for told in (
        f"137 pictures to train on: {counts}, 12 of no digit\n3 cannot be used: ",
        f"{folder}/3/notes.txt: This is not a picture",
        f"{folder}/3/white.png: nothing is drawn on it",
        f"{folder}/cat: this name is no digit's",
        "on 113 digits; 12 others",
    ):
        assert told in said and "; …" not in said
    assert train(tmp_path, *data, "--strict") == 1
    assert f"{folder}: 3 cannot be used: " in capsys.readouterr().err


def test_wrong_rows_are_told_with_their_lines(tmp_path):
    wrong = {
        "10," + "0," * 783 + "9": "the label 10.0; expected 0 to 9",
        "1," + "0," * 783 + "-3": "pixels from -3 to 0; expected 0 to 255, or 0 to 1",
        "1," + "0," * 783 + "nan": "pixels from nan to nan",
    }
    few = IMAGES[::50], LABELS[::50]  # as many as are wrong: more would be refused
    path = as_csv(tmp_path / "digits.csv", *few)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:1], "", *wrong, *lines[1:]]))
    found = read(path)
    for n, (told, reason) in enumerate(zip(found.wrong, wrong.values(), strict=True), start=3):
        assert told.startswith(f"{path}, line {n}: ") and reason in told
    assert found.checksum == read(as_npz(tmp_path / "same.npz", ("x", "y"), *few)).checksum


@pytest.mark.parametrize(
    ("typed", "make", "message"),
    [
        ("a.csv", lambda p: p.write_text("y,x\n0,0,0\n"), "a.csv, line 2: Expected an array of H"),
        ("a.npz", lambda p: p.write_text("no zip"), "a.npz: not a readable .npz file"),
        ("a.npz", lambda p: as_npz(p, images=IMAGES.astype(object)), "file (Object arrays cannot"),
        ("a.npz", lambda p: as_npz(p, ("pixels", "y")), "a.npz: it holds ['pixels', 'y'];"),
        ("a.npz", lambda p: as_npz(p, labels=LABELS[:3]), "a.npz, x_train: images (125, "),
        ("a.npz", lambda p: as_npz(p, images=IMAGES.astype(str)), "a.npz: 125 cannot be used"),
        ("a.npz", lambda p: as_npz(p, labels=LABELS.astype(str)), "x_train[0]: the label 0;"),
        ("a", lambda p: p.mkdir(), "a: it holds nothing; expected a folder of pictures for each"),
        ("a", lambda p: [as_idx(as_idx(p), name="emnist-digits-train")], "a: it holds several"),
        ("train-images-idx3-ubyte", lambda p: p.write_bytes(idx(IMAGES)), "no train-labels-idx1"),
        ("a.txt", lambda p: p.write_text("1"), "a.txt: expected a folder, .csv"),
        ("only_test.npz", lambda p: as_npz(p, ("x", "y")), "two digits or more to train on"),
        ("zeros.npz", lambda p: as_npz(p, labels=0 * LABELS), "two digits or more to train on"),
        *((f"a.npz --validation-size {n}", as_npz, "1 to 124") for n in (0, 125, "inf", "nan")),
    ],
)  # fmt: skip
def test_what_cannot_be_trained_on_is_told(tmp_path, capsys, typed, make, message):
    name, *more = typed.split()
    make(tmp_path / name)
    assert train(tmp_path, "--data", tmp_path / name, *more) == 1
    assert message in capsys.readouterr().err


def test_what_would_not_be_read_better_turned_stays(tmp_path, capsys):
    clothes = np.random.default_rng(0).integers(0, 256, IMAGES.shape, np.uint8)
    read(as_npz(tmp_path / "clothes.npz", images=clothes), as_is=True)
    zeros = LABELS == 0  # they look the same when turned
    read(as_npz(tmp_path / "zeros.npz", images=IMAGES[zeros], labels=LABELS[zeros]))
    assert capsys.readouterr().out == ""


def test_turned_under_mnists_names_too(tmp_path, capsys):
    folder = as_idx(tmp_path / "mnist", IMAGES.swapaxes(1, 2))
    as_idx(folder, IMAGES[:20].swapaxes(1, 2), LABELS[:20], "t10k")
    assert train(tmp_path, "--mnist-dir", folder, "--validation-size", "0.2") == 0
    assert "They are turned" in capsys.readouterr().out
    assert main(["evaluate", "--mnist-dir", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["accuracy"] == 1


def test_many_pictures_are_shared_out_to_processes(tmp_path, monkeypatch):
    monkeypatch.setattr(own, "FEW", 10)
    monkeypatch.setattr(own, "CHUNK", 20)
    monkeypatch.setattr(own, "map", None, raising=False)  # what few are prepared by
    assert len(read(as_folder(tmp_path / "own")).train) == len(IMAGES)


def test_each_digit_gives_the_same_share_to_validate():
    y = np.repeat(np.arange(11), 20)  # sorted, and twenty that are no digit
    digits = Dataset(np.arange(220, dtype=np.float32)[:, None].repeat(784, 1), y)
    rest, chosen = digits.split_evenly(40, np.random.default_rng(1))
    assert np.bincount(chosen.y, minlength=11).tolist() == [4] * 10 + [0]
    assert sorted([*rest.X[:, 0], *chosen.X[:, 0]]) == list(range(220))
    _, others = digits.split_evenly(40, np.random.default_rng(2))
    assert others.X[:, 0].tolist() != chosen.X[:, 0].tolist()


@pytest.mark.parametrize(("size", "count"), [((), 12), ((25,), 25), ((0.2,), 25), ((0.001,), 1)])
def test_how_many_validate_is_told(tmp_path, capsys, size, count):
    option = ["--validation-size", *size] if size else []  # else a tenth
    assert train(tmp_path, "--data", as_npz(tmp_path / "digits.npz"), *option) == 0
    assert f"on {125 - count} digits; {count} others" in capsys.readouterr().out
    assert weights.load(tmp_path / "w.npz")[1]["config"]["validation_size"] == count
