"""One training from its settings to its results, told line by line on standard output."""

import json
import math
import os
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from model.network import Network, weights
from training.config import TrainingConfig
from training.course import Sets, fresh, metadata, prepared
from training.dataset import Dataset
from training.mnist.files import MNIST, load_mnist
from training.styles.drawing import drawn_here
from training.styles.instead import drawn_instead, without_mnist
from training.trainer import DivergedError, EpochResult, train
from training.watched.commands import Commands, pixels_of
from training.watched.pictures import digits_uri
from training.watched.results import results_of, styles_accuracy
from training.watched.watcher import UNITS, Send, Stopped, Watcher


def main() -> int:
    """Train as the first line of standard input says."""
    send, commands = _sender(), Commands()
    try:
        _train(commands.next(), commands, send)
    except Stopped:
        send("failed", why="stopped")
    except DivergedError as error:
        send("failed", why="diverged", text=str(error))
    except MemoryError:
        send("failed", why="memory")
    except Exception as error:  # whatever it is, who looks on is told
        send("failed", why="error", text=repr(error)[:500])
    return 0


def _sender() -> Send:
    """What writes a line; anything else that is printed goes to standard error."""
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def send(kind: str, **told: Any) -> None:
        print(json.dumps({"kind": kind, **told}, allow_nan=False), file=lines, flush=True)

    return send


def _train(asked: dict[str, Any], commands: Commands, send: Send) -> None:
    config = TrainingConfig(**asked["config"] | {"hidden": tuple(asked["config"]["hidden"])})
    send("state", state="loading")
    config, mnist = _data(asked["mnist"], config)
    if config.styles:
        send("state", state="drawing")
    sets, rng = prepared(mnist, config, drawn_here)
    network = fresh(config, rng)
    shown = _one_of_each(mnist.test)
    per_epoch = math.ceil(len(sets.train) / config.batch_size)
    updates = config.epochs * per_epoch
    watcher = Watcher(network, sets, shown, per_epoch, updates, commands, send)
    watcher.drawing = pixels_of(asked["drawing"])
    watcher.mode = asked["mode"]
    send(
        "begin",
        data=mnist.name,
        sizes=network.sizes,
        train=len(sets.train),
        validation=len(sets.all_validation),
        per_epoch=per_epoch,
        epochs=config.epochs,
        units=min(network.sizes[1], UNITS),
        digits=digits_uri(shown, 10),
    )
    with np.errstate(over="ignore", invalid="ignore"):  # the trainer tells it, in words
        watcher.show()
        results, stopped = _results(network, sets, config, rng, watcher)
    send("state", state="testing")
    about = metadata(network, config, results, mnist, sets)
    weights.save(Path(asked["output"]), network, about)
    send(
        "finished",
        stopped=stopped,
        epochs=len(results),
        best=about["best_epoch"],
        **results_of(network, about["calibration"]["temperature"], mnist.test),
    )
    if mnist.name == "mnist":
        send("styles", accuracy=styles_accuracy(network))


def _data(mnist_dir: str | None, config: TrainingConfig) -> tuple[TrainingConfig, MNIST]:
    if mnist_dir is None:
        return without_mnist(config), drawn_instead()
    return config, load_mnist(Path(mnist_dir), config.validation_size)


def _one_of_each(digits: Dataset) -> np.ndarray:
    """X (10, 784): the first 0, the first 1, and so on; black where there is none."""
    shown = np.zeros((10, 784), np.float32)
    for digit in range(10):
        found = np.flatnonzero(digits.y == digit)[:1]
        shown[digit] = digits.X[found].sum(axis=0)
    return shown


def _results(
    network: Network,
    sets: Sets,
    config: TrainingConfig,
    rng: np.random.Generator,
    watcher: Watcher,
) -> tuple[list[EpochResult], bool]:
    """Train; return the results, and whether it was stopped. Raises Stopped if there are none."""
    watcher.send("state", state="training")
    results: list[EpochResult] = []
    training = train(network, sets.train, sets.all_validation, config, rng, watcher)
    with closing(training) as epochs:
        try:
            for result in epochs:
                results.append(result)
                watcher.epoch_ended(result)
        except Stopped:
            if not results:
                raise
            return results, True
    return results, False
