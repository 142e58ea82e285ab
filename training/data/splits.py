"""Load the digits of a training: MNIST's, the user's own, or drawn ones."""

import argparse
from dataclasses import replace

import numpy as np

from training.config import TrainingConfig
from training.data import own
from training.data.mnist import load_mnist
from training.dataset import Dataset, Splits
from training.strokes.fixed_digits import fixed_digits

OWN_VALIDATION = 0.1  # share of the user's own digits that choose the best epoch


def load_splits(options: argparse.Namespace, config: TrainingConfig) -> Splits:
    """Load the digits that the options name. Raises OSError or ValueError, worded for the user."""
    size = options.validation_size
    if options.data:
        splits = _own(options)
        size = size or OWN_VALIDATION
    elif options.drawn:
        print("Drawing digits to train on, instead of MNIST.", flush=True)
        splits = fixed_digits()
    else:
        splits = load_mnist(options.mnist_dir, 0 if size else config.validation_size)
        sets = splits.train, splits.validation, splits.test
        train, validation, test = own.upright(sets, str(options.mnist_dir or "MNIST"))
        splits = replace(splits, train=train, validation=validation, test=test)
    if not size:
        return splits  # the same validation set for every training, so that scores are comparable
    together = Dataset.concatenated([splits.train, splits.validation])
    count = int(size if size >= 1 else max(1, round(size * len(together.digits()))))
    train, validation = together.split_evenly(count, np.random.default_rng(config.seed))
    return replace(splits, train=train, validation=validation)


def _own(options: argparse.Namespace) -> Splits:
    """The user's own digits, with an empty validation set."""
    found = own.load(options.data, options.as_is, options.strict)
    print(found.summary(), flush=True)
    if len(np.unique(found.train.digits().y)) < 2:
        raise ValueError(
            "--data: expected pictures of two digits or more to train on; a file with test in"
            " its name is a test set"
        )
    return Splits(found.train, found.train[:0], found.test.digits(), found.checksum, name="own")
