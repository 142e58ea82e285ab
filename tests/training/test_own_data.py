"""Your own digits: every format gives the same digits, and what cannot be used is told."""

import gzip
import json
import os
import re
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from harness.idx_files import idx, write
from model.inside.digits import DIGITS, load
from model.network import weights
from training.cli import main, parse
from training.config import TrainingConfig
from training.data import own
from training.data.pictures import digit_of
from training.data.splits import load_splits
from training.dataset import Dataset
from training.parallel import processes

SHOWN = load(DIGITS)
SOME = np.arange(0, 1_000, 8)  # 125 of MNIST's digits, in the order of their labels
IMAGES, LABELS = SHOWN.images[SOME], SHOWN.labels[SOME]
SEVEN, BLACK_ON_WHITE = IMAGES[90], 255 - IMAGES
TRAIN = ["--recipe", "plain", "--hidden", "20", "--epochs", "12", "--batch-size", "5"]


def read(*paths, as_is=False, strict=False):
    return own.load(map(Path, paths), as_is, strict)


def as_folder(folder, images=IMAGES, labels=LABELS):
    for n, (image, label) in enumerate(zip(images, labels)):
        (folder / str(label)).mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(folder / str(label) / f"{n}.png")
    return folder


def as_csv(path, images=IMAGES, labels=LABELS, header=True):
    rows = [",".join(["label", *(str(n) for n in range(784))])] * header
    rows += [",".join(map(str, [y, *x.ravel().tolist()])) for x, y in zip(images, labels)]
    text = "\n".join(rows).encode("utf-8-sig")  # as spreadsheets write it
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
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
    "csv": lambda tmp: as_csv(tmp / "digits.csv"),
    "csv.gz without a header": lambda tmp: as_csv(tmp / "digits.csv.gz", header=False),
    "Keras": lambda tmp: as_npz(tmp / "digits.npz", labels=np.eye(10)[LABELS]),
    "X and y": lambda tmp: as_npz(tmp / "d.npz", ("X", "y"), IMAGES[::-1] / 255, LABELS[::-1]),
    "image and label": lambda tmp: as_npz(tmp / "d.npz", ("image", "label"), BLACK_ON_WHITE),
}


@pytest.mark.parametrize("make", FORMATS.values(), ids=FORMATS)
def test_the_same_digits_in_any_format_and_order(tmp_path, make):
    """MNIST's digits are in its box already: they come as they are."""
    found, same = read(make(tmp_path), strict=True), read(as_npz(tmp_path / "same.npz"))
    assert sorted(map(bytes, np.rint(255 * found.train.X).astype(np.uint8))) == sorted(
        map(bytes, IMAGES.reshape(-1, 784))
    )
    assert found.train.y.tolist() == sorted(LABELS.tolist()) and not len(found.test)
    assert found.checksum == same.checksum  # so they train the same weights
    assert found.train.X.dtype == np.float32 and found.train.y.dtype == np.int64


def test_sets_are_added_up_and_names_tell_the_test_set(tmp_path):
    as_folder(tmp_path / "a" / "train", IMAGES[:50], LABELS[:50])
    as_folder(tmp_path / "a" / "test", IMAGES[50:60], LABELS[50:60])
    as_folder(tmp_path / "a" / "test", IMAGES[:3], 3 * ["none"])
    rest = as_csv(tmp_path / "mnist_test.csv", IMAGES[60:], LABELS[60:])
    found = read(tmp_path / "a", rest, as_idx(tmp_path / "idx", IMAGES[:7], LABELS[:7], "t10k"))
    assert (len(found.train), len(found.test)) == (50, 10 + 3 + 65 + 7)
    assert len(found.places[True]) == 85 and "train" not in "".join(found.places[True])
    names = [Path(place).parts[-3:-1] for place in found.places[False]]
    assert names == [("train", str(y)) for y in LABELS[:50]]
    splits = load_splits(parse(["--data", str(tmp_path / "a")]), TrainingConfig())
    assert splits.test.y.tolist() == LABELS[50:60].tolist()  # a training scores digits alone
    assert splits.checksum != found.checksum


def test_pictures_of_any_size_and_format_are_prepared_as_drawings_are(tmp_path):
    large = Image.fromarray(BLACK_ON_WHITE[60]).resize((150, 150))
    digit = tmp_path / "7" / "deeper"
    digit.mkdir(parents=True)
    large.convert("RGB").save(digit / "a.jpg", quality=100)
    found = read(tmp_path)
    assert found.train.y.tolist() == [7]
    assert abs(found.train.X - digit_of(np.asarray(large), as_is=False)).mean() < 0.01


@pytest.mark.parametrize(
    "image",
    [
        np.pad(SEVEN[::2, ::2], 7),  # small
        np.roll(SEVEN, 3, axis=1),  # beside the middle
        np.asarray(Image.fromarray(SEVEN).resize((36, 36)))[4:-4, 4:-4],  # large
        np.maximum(SEVEN, 100),  # on grey
    ],
)
def test_what_is_not_in_mnists_box_is_prepared_unless_as_is(image):
    prepared, left = (digit_of(image, as_is) for as_is in (False, True))
    inked = np.argwhere(prepared.reshape(28, 28) > 0.5)
    assert 18 <= np.ptp(inked, axis=0).max() + 1 <= 20
    assert abs(inked.mean(axis=0) - 14).max() < 1
    assert np.array_equal(left, image.ravel() / np.float32(255))


def test_as_is_takes_grey_pictures_of_28_by_28_alone():
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
    summary = read(folder).summary()
    assert re.search(r"137 pictures to train on: 13 of 0, .*, 12 of no digit\n", summary)
    assert "3 cannot be used: " in summary
    assert f"{folder}/3/notes.txt: This is not a picture" in summary
    assert f"{folder}/3/white.png: nothing is drawn on it" in summary
    assert f"{folder}/cat: this name is no digit's" in summary
    with pytest.raises(ValueError, match=r"own: 3 cannot be used: .*notes.txt"):
        read(folder, strict=True)
    softmax = ["--loss", "cross-entropy", "--data", str(folder)]  # it cannot learn non-digits
    main([*TRAIN, *softmax, "--output", str(tmp_path / "w.npz")])
    assert "on 113 digits; 12 others" in capsys.readouterr().out
    half = as_npz(tmp_path / "half.npz", images=IMAGES[:4], labels=[1, 1, 50, 50])
    assert len(read(half).train) == 2


def test_wrong_rows_are_told_with_their_lines(tmp_path):
    wrong = {
        "10," + "0," * 783 + "9": "the label 10.0; expected 0 to 9",
        "1,2,3": "got (2,)",
        "1": "could not convert string to float: b''",
        "1," + "0," * 783 + "x": "could not convert string to float: b'x'",
        "1," + "0," * 783 + "-3": "pixels from -3 to 0; expected 0 to 255, or 0 to 1",
        "1," + "0," * 783 + "nan": "pixels from nan to nan",
    }
    path = as_csv(tmp_path / "digits.csv")
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:5], "", *wrong, *lines[5:]]))
    found = read(path)
    for n, (told, reason) in enumerate(zip(found.wrong, wrong.values(), strict=True), start=7):
        assert told.startswith(f"{path}, line {n}: ") and reason in told
    assert found.checksum == read(as_npz(tmp_path / "same.npz")).checksum


@pytest.mark.parametrize(
    ("name", "make", "message"),
    [
        ("a.csv", lambda p: p.write_text("y,x\n0,0,0\n"), r"line 2: .* got \(2,\)"),
        ("a.csv.gz", lambda p: p.write_bytes(b"\x1f\x8b cut"), "cannot be read"),
        ("a.npz", lambda p: p.write_text("no zip"), "not a readable .npz file"),
        ("a.npz", lambda p: np.savez(p, x=IMAGES.astype(object), y=LABELS), "Object arrays cannot"),
        ("a.npz", lambda p: np.savez(p, pixels=IMAGES), r"holds \['pixels'\]; expected"),
        ("a.npz", lambda p: np.savez(p, x=IMAGES, y=LABELS[:3]), "expected as many of both"),
        ("a.npz", lambda p: np.savez(p, x=IMAGES[:, 0, :10], y=LABELS), r"H×W.*, got \(10,\)"),
        ("a.npz", lambda p: np.savez(p, x=IMAGES.astype(str), y=LABELS), "125 cannot be used"),
        ("a.npz", lambda p: np.savez(p, x=IMAGES, y=LABELS.astype(str)), "the label 0; expected"),
        ("a", lambda p: p.mkdir(), "holds nothing; expected a folder of pictures for each digit"),
        ("a", lambda p: as_idx(p, labels=LABELS[:3]), "holds images .125, 28, 28. and .* 3 labels"),
        ("a", lambda p: [as_idx(as_idx(p), name="emnist-digits-train")], "holds several sets"),
        ("train-images-idx3-ubyte", lambda p: p.write_bytes(idx(IMAGES)), "no train-labels-idx1"),
        ("a.txt", lambda p: p.write_text("1"), "expected a folder, .csv"),
        ("nowhere.csv", lambda p: None, "there is no such file"),
    ],
)  # fmt: skip
def test_what_is_nothing_of_the_kind_is_named(tmp_path, name, make, message):
    make(tmp_path / name)
    with pytest.raises((ValueError, FileNotFoundError), match=message) as raised:
        read(tmp_path / name)
    assert str(tmp_path / name) in str(raised.value)


def test_what_would_not_be_read_better_turned_stays(tmp_path, capsys):
    clothes = np.random.default_rng(0).integers(0, 256, IMAGES.shape, np.uint8)
    read(as_npz(tmp_path / "clothes.npz", images=clothes), as_is=True)
    zeros = LABELS == 0  # they look the same when turned
    read(as_npz(tmp_path / "zeros.npz", images=IMAGES[zeros], labels=LABELS[zeros]))
    assert capsys.readouterr().out == ""


def test_turned_under_mnists_names_too(tmp_path, capsys):
    folder = as_idx(tmp_path / "mnist", IMAGES.swapaxes(1, 2))
    as_idx(folder, IMAGES[:20].swapaxes(1, 2), LABELS[:20], "t10k")
    command = ["--mnist-dir", str(folder), "--output", str(tmp_path / "w.npz")]
    assert main([*TRAIN, *command, "--validation-size", "0.2"]) == 0
    assert "They are turned" in capsys.readouterr().out
    assert main(["evaluate", "--mnist-dir", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["accuracy"] == 1


def test_many_pictures_are_shared_out_to_processes(tmp_path, monkeypatch):
    monkeypatch.setattr(own, "FEW", 10)
    monkeypatch.setattr(own, "CHUNK", 20)
    monkeypatch.setattr(own, "map", None, raising=False)  # what few are prepared by
    assert len(read(as_folder(tmp_path / "own")).train) == len(IMAGES)


def test_after_ctrl_c_no_process_begins_anything():
    with pytest.raises(KeyboardInterrupt), processes() as pool:
        futures = [pool.submit(time.sleep, 0.1) for _ in range(100 * os.cpu_count())]
        raise KeyboardInterrupt
    assert sum(future.cancelled() for future in futures) > 50 * os.cpu_count()


def test_each_digit_gives_the_same_share_to_validate():
    y = np.repeat(np.arange(11), 20)  # sorted, and twenty that are no digit
    digits = Dataset(np.arange(220, dtype=np.float32)[:, None].repeat(784, 1), y)
    rest, chosen = digits.split_evenly(40, np.random.default_rng(1))
    assert np.bincount(chosen.y, minlength=11).tolist() == [4] * 10 + [0]
    assert sorted([*rest.X[:, 0], *chosen.X[:, 0]]) == list(range(220))
    _, others = digits.split_evenly(40, np.random.default_rng(2))
    assert others.X[:, 0].tolist() != chosen.X[:, 0].tolist()
    few = [set(digits.split_evenly(5, np.random.default_rng(n))[1].y) for n in range(2)]
    assert few[0] != few[1]  # any five of the ten


@pytest.mark.parametrize(("size", "count"), [(None, 12), ("25", 25), ("0.2", 25)])
def test_how_many_validate_is_told(tmp_path, capsys, size, count):
    data = ["--data", str(as_npz(tmp_path / "digits.npz"))]
    data += ["--validation-size", size] if size else []  # else a tenth
    assert main([*TRAIN, *data, "--output", str(tmp_path / "w.npz")]) == 0
    assert f"on {125 - count} digits; {count} others" in capsys.readouterr().out
    _, metadata = weights.load(tmp_path / "w.npz")
    assert metadata["config"]["validation_size"] == count
    assert list(metadata["scores"]) == ["own_validation"]


@pytest.mark.parametrize("size", ["0", "125", "inf"])
def test_some_validate_and_some_are_trained_on(tmp_path, capsys, size):
    data = ["--data", str(as_npz(tmp_path / "digits.npz")), "--validation-size", size]
    assert main([*TRAIN, *data, "--output", str(tmp_path / "w.npz")]) == 1
    assert "expected 1 to 124" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "count"), [("only_test.npz", 125), ("only_zeros.npz", 12)])
def test_own_digits_need_training_digits_of_two_kinds(tmp_path, capsys, name, count):
    data = as_npz(tmp_path / name, ("x", "y"), IMAGES[:count], LABELS[:count])
    assert main([*TRAIN, "--data", str(data), "--output", str(tmp_path / "w.npz")]) == 1
    assert "two digits or more to train on" in capsys.readouterr().err
