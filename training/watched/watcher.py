"""Looks on while a network is trained: tells what there is to see, and does as it is told."""

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from model.network import Network
from training.course import Sets
from training.dataset import Dataset
from training.trainer import EpochResult, score
from training.watched.commands import Commands, pixels_of
from training.watched.pictures import weights_uri

SECONDS = 0.3  # between two looks
# The first updates change most: they are looked at whenever they come.
EARLY = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987}
# In the first epoch and in long ones, some validation digits are read at each look. After each
# epoch the trainer reads them all; where epochs are short, that is enough.
VALIDATED, LONG = 1_000, 1.0  # digits; seconds
AVERAGED = 1_000  # digits at least, in the training's loss and accuracy
UNITS = 100  # whose weights are shown, at most

Send = Callable[..., None]  # a kind, and what it tells


class Stopped(Exception):
    """The training was told to stop."""


class Watcher:
    """What `training.trainer.train` calls after each update."""

    def __init__(
        self,
        network: Network,
        sets: Sets,
        shown: np.ndarray,
        per_epoch: int,
        updates: int,
        commands: Commands,
        send: Send,
    ) -> None:
        """`shown` (10, 784) are the digits to be read at each look."""
        self.network, self.y, self.shown = network, sets.train.y, shown
        validation = sets.all_validation
        some = slice(None, None, max(1, len(validation) // VALIDATED))
        self.validation = Dataset(validation.X[some].copy(), validation.y[some])
        self.per_epoch, self.updates = per_epoch, updates
        self.commands, self.send = commands, send
        self.drawing: np.ndarray | None = None  # X (1, 784), read at each look, too
        self.mode = "go"  # or "batch", "epoch": until when; or "pause"
        # The latest batches: those since the last look, or AVERAGED digits if these are fewer.
        self.rows: list[np.ndarray] = []
        self.logits: list[np.ndarray] = []
        self.fresh = 0  # batches since the last look
        self.epoch_seconds = math.inf  # of the last epoch
        self.epoch_began = 0.0  # in seconds of training
        self.seconds = 0.0  # of training, without pauses
        self.since = self.looked = time.perf_counter()

    def __call__(self, update: int, rows: np.ndarray, logits: np.ndarray) -> None:
        self.rows.append(rows)
        self.logits.append(logits)
        self.fresh += 1
        epoch_ends = update % self.per_epoch == 0
        due = time.perf_counter() - self.looked > SECONDS or update in EARLY
        if due or epoch_ends or self.mode == "batch":
            self.look(update)
        if not epoch_ends:  # else there is something to tell first
            self.obey()

    def epoch_ended(self, result: EpochResult) -> None:
        """Tell of an epoch, and pause if that was what was asked for."""
        self.epoch_seconds = self.seconds - self.epoch_began
        self.epoch_began = self.seconds
        self.send(
            "epoch",
            epoch=result.epoch,
            loss=_number(result.validation_loss),
            accuracy=_number(result.validation_accuracy),
        )
        if self.mode == "epoch":
            self.mode = "pause"
        if result.epoch * self.per_epoch < self.updates:
            self.obey()

    def look(self, update: int) -> None:
        """Tell how far it is, and what the network makes of the digits."""
        now = time.perf_counter()
        self.seconds += now - self.since
        self.since = now
        batches = self.fresh if self.mode == "batch" else len(self.rows)
        logits, rows = np.concatenate(self.logits[-batches:]), np.concatenate(self.rows[-batches:])
        loss, accuracy = score(self.network, logits, self.y[rows])
        kept = math.ceil(AVERAGED / len(self.rows[0]))
        del self.logits[:-kept], self.rows[:-kept]
        self.fresh = 0
        self.send(
            "point",
            update=update,
            epoch=round(update / self.per_epoch, 5),
            loss=_number(loss),
            accuracy=_number(accuracy),
            **(self._validated() if update % self.per_epoch else {}),
            seconds=round(self.seconds, 2),
            left=round(self.seconds / update * (self.updates - update), 1),
        )
        self.show()
        self.looked = time.perf_counter()

    def _validated(self) -> dict[str, float | None]:
        """The loss and accuracy on some validation digits, if it is long until the next epoch."""
        if self.epoch_seconds < LONG and self.mode != "batch":
            return {}
        logits = self.network.logits(self.validation.X)
        loss, accuracy = score(self.network, logits, self.validation.y)
        return {"validation_loss": _number(loss), "validation_accuracy": _number(accuracy)}

    def show(self) -> None:
        """Send the weights as pictures, and the outputs for the digits."""
        W = self.network.dense_layers[0].W[:, :UNITS]
        if np.isfinite(W).all():
            self.send("weights", picture=weights_uri(W))
        self.send("digits", outputs=self._outputs(self.shown))
        self.read_drawing()

    def read_drawing(self) -> None:
        if self.drawing is not None:
            self.send("drawing", outputs=self._outputs(self.drawing)[0])

    def obey(self) -> None:
        """Do what was commanded meanwhile; while paused, wait for more. Raises Stopped."""
        if self.mode == "batch":
            self.mode = "pause"
        if self.mode == "pause":
            self.send("state", state="paused")
        while self.commands.waiting or self.mode == "pause":
            self.do(self.commands.next())

    def do(self, command: dict[str, Any]) -> None:
        if "drawing" in command:
            self.drawing = pixels_of(command["drawing"])
            self.read_drawing()
            return
        if command["command"] == "stop":
            raise Stopped
        if self.mode == "pause" != command["command"]:
            self.since = time.perf_counter()
            self.send("state", state="training")
        elif command["command"] == "pause" != self.mode:
            self.send("state", state="paused")
        self.mode = command["command"]

    def _outputs(self, X: np.ndarray) -> list[list[float | None]]:
        return [[_number(output) for output in row] for row in self.network.predict(X)]


def _number(value: float) -> float | None:
    """Short, for JSON; None if it is no longer a number."""
    return float(f"{value:.4g}") if math.isfinite(value) else None
