"""The progress of a training."""

import sys
from collections.abc import Iterable, Iterator

from tqdm import tqdm

from training.trainer import EpochResult


def shown(epochs: Iterable[EpochResult], total: int) -> Iterator[EpochResult]:
    """Yield the results and show them: as a progress bar on a terminal, else line by line."""
    on_terminal = sys.stderr.isatty()
    with tqdm(total=total, unit="epoch", disable=not on_terminal) as bar:
        for result in epochs:
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
            yield result
