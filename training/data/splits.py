"""Load the digits of a training: MNIST's, the user's own, or drawn ones."""

import argparse
from dataclasses import replace

import numpy as np

from training.config import TrainingConfig
from training.data import own
from training.data.mnist import load_mnist
from training.dataset import Dataset, Splits, sha256_of
from training.strokes.drawing import drawn_digits

OWN_VALIDATION = 0.1  # share of the user's own digits that choose the best epoch
DRAWN = 7_000, 1_000, 1_000  # drawn digits for training, validation and test
DRAWN_SEED = 70_000  # independent of a training's seed


def load_splits(options: argparse.Namespace, config: TrainingConfig) -> Splits:
    """Load the digits that the options name. Raises OSError or ValueError, worded for the user."""
    size = options.validation_size
    if options.data:
        splits, size = _own(options), OWN_VALIDATION if size is None else size
    elif options.drawn:
        splits = _drawn()
    else:
        splits = load_mnist(options.mnist_dir, config.validation_size if size is None else 0)
    if size is None:
        return splits  # the same validation set for every training, so that scores are comparable
    together = Dataset.concatenated([splits.train, splits.validation])
    known = len(together.digits())
    share = max(size * known, 1 if size > 0 else 0)  # of few digits, one
    count = round(min(known, size if size >= 1 else share))  # of NaN, all
    train, validation = together.split_evenly(count, np.random.default_rng(config.seed))
    return replace(splits, train=train, validation=validation)


def _own(options: argparse.Namespace) -> Splits:
    """The user's own digits."""
    found = own.load(options.data, options.as_is, options.strict)
    print(found.summary(), flush=True)
    if len(np.unique(found.train.digits().y)) < 2:
        raise ValueError(
            "--data: expected pictures of two digits or more to train on; a file with test in"
            " its name is a test set"
        )
    return replace(found, test=found.test.digits())


def _drawn() -> Splits:
    """Digits drawn within 20 s, always the same: fewer than MNIST's, by fewer people."""
    print("Drawing digits to train on, instead of MNIST.", flush=True)
    digits = drawn_digits(sum(DRAWN), np.random.default_rng(DRAWN_SEED))
    first, second = np.cumsum(DRAWN[:2])
    sets = digits[:first], digits[first:second], digits[second:]
    return Splits(*sets, sha256_of(digits.X, digits.y), name="drawn")
