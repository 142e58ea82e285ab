"""The progress of a training, for people."""

import sys

from training.experiment import Experiment
from training.trainer import EpochResult


def show(experiment: Experiment) -> None:
    """Train, and show each epoch: as a progress bar on a terminal, else line by line."""
    from tqdm import tqdm  # only here: a training that a page shows needs no such package

    total, on_terminal = experiment.config.epochs, sys.stderr.isatty()
    with tqdm(total=total, unit="epoch", disable=not on_terminal) as bar:

        def show_epoch(result: EpochResult) -> None:
            line = (
                f"loss {result.train_loss:.4f}  train {result.train_accuracy:.2%}"
                f"  validation {result.validation_accuracy:.2%}"
            )
            if on_terminal:
                bar.set_postfix_str(line, refresh=False)
                bar.update()
            else:
                best = "  best so far" if result.is_best else ""
                print(f"epoch {result.epoch}/{total}  {line}{best}", flush=True)

        experiment.train(show_epoch)
