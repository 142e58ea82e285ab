"""The digits that a training is told to use: MNIST, the user's own, or drawn ones."""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

from training.config import TrainingConfig
from training.data import own
from training.dataset import Dataset
from training.mnist.files import MNIST, load_mnist, mnist_dir_from_environment
from training.strokes.fixed_digits import fixed_digits

OWN_VALIDATION = 0.1  # of one's own digits choose the best epoch


def digits_of(options: argparse.Namespace, config: TrainingConfig) -> MNIST:
    """The user's own digits, or MNIST, or what is drawn for where that is not.

    Raises OSError or ValueError, worded for the user.
    """
    size = options.validated
    if options.data:
        data = _own(options)
        size = size or OWN_VALIDATION
    elif options.drawn:
        print("Drawing digits to train on, instead of MNIST.", flush=True)
        data = fixed_digits()
    else:
        data = _mnist(
            options.mnist_dir or mnist_dir_from_environment(), 0 if size else config.validation_size
        )
    if not size:
        return data  # the same digits for every training: figures can be compared
    return _split(data, size, config.seed)


def _own(options: argparse.Namespace) -> MNIST:
    """All own digits to train on; none validates yet."""
    found = own.load(options.data, options.as_is, options.strict)
    print(found.summary(), flush=True)
    if len(np.unique(found.train.digits().y)) < 2:
        raise ValueError(
            "--data: expected pictures of two digits or more to train on; a file with test in"
            " its name is a test set"
        )
    nothing, test = Dataset(found.train.X[:0], found.train.y[:0]), found.test.digits()
    return MNIST(found.train, nothing, test, found.checksum, name="own")


def _mnist(mnist_dir: Path | None, validation_size: int) -> MNIST:
    data = load_mnist(mnist_dir, validation_size)
    sets = data.train, data.validation, data.test
    train_set, validation, test = own.upright(sets, str(mnist_dir or "MNIST"))
    return replace(data, train=train_set, validation=validation, test=test)


def _split(data: MNIST, size: float, seed: int) -> MNIST:
    """`size` digits, or this share of them, chosen anew to validate."""
    together = Dataset.concatenated([data.train, data.validation])
    count = int(size if size >= 1 else max(1, round(size * len(together.digits()))))
    rest, validation = together.split_evenly(count, np.random.default_rng(seed))
    return replace(data, train=rest, validation=validation)
