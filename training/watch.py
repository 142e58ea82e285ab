"""`python -m training --watch`: the same training, for a program that shows and steers it.

It writes JSON lines to standard output and reads commands from standard input (docs/training.md).
When standard input ends, so does the training.
"""

import argparse
import base64
import errno
import json
import math
import os
import sys
import traceback
from _thread import interrupt_main
from collections import deque
from contextlib import suppress
from threading import Event, Thread
from time import perf_counter
from typing import Any

import numpy as np

from model.picture.moments import PREPARATIONS
from model.usefulness import UselessError
from training.config import SettingError
from training.data.mnist import find_mnist
from training.evaluation import evaluate
from training.experiment import INTERRUPTED, Experiment, run
from training.sheets import digits_uri, weights_uri
from training.strokes.drawing import drawn_here
from training.trainer import DivergedError, EpochResult, score

SECONDS = 0.2  # between two "look" messages
AVERAGED = 1_000  # latest digits, at least, in the training loss and accuracy
UNITS, MISTAKES = 100, 24  # shown at most


def watch(options: argparse.Namespace) -> int:
    """Train as the options say, steered by another program, and return the exit code."""
    if sys.platform != "win32":
        _limit_resources()
    remote = RemoteControl()
    try:
        remote.set_state("loading")
        Thread(target=remote.read, daemon=True).start()
        options.mnist_dir = options.mnist_dir or find_mnist()  # nothing is downloaded
        options.drawn |= options.mnist_dir is None
        _, experiment = run(options, lambda each: Session(each, remote).train(), drawn_here)
        _finish(experiment, remote)
        return 0
    except KeyboardInterrupt:
        text = "It was stopped before the first epoch ended: there is nothing to keep."
    except (SettingError, DivergedError, UselessError) as error:
        text = f"{error}."
    except MemoryError:
        text = "It needs more memory than it may take: choose smaller layers."
    except Exception as error:  # its message may name paths, so it goes to the log only
        traceback.print_exc()
        is_full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        reason = "its disk is full" if is_full else "its log says why"
        text = f"The training failed on the server; {reason}. Try again later, or other settings."
    remote.send("failed", text=text)
    return 1


def _limit_resources() -> None:
    """Limit this process's memory, time and files, whatever the settings."""
    import resource

    os.nice(10)  # the page's answers come first
    limits = {"AS": 3_000_000_000, "CPU": 1_200, "FSIZE": 50_000_000, "CORE": 0}  # bytes, seconds
    for name, most in limits.items():
        with suppress(AttributeError, ValueError, OSError):  # already lower, or unsupported
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))


class RemoteControl:
    """The other program: send it messages, and keep its latest command and drawing."""

    def __init__(self) -> None:
        self.lines, sys.stdout = sys.stdout, sys.stderr  # other output goes there
        self.drawing: np.ndarray = np.empty((0, 784), np.float32)  # or (1, 784)
        self.command, self.arrived, self.state = "go", Event(), ""

    def send(self, kind: str, **values: Any) -> None:
        self.lines.write(json.dumps({"kind": kind, **values}, allow_nan=False) + "\n")
        self.lines.flush()

    def set_state(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self.send("state", state=state)

    def read(self) -> None:
        """Obey standard input until it ends, and then end the process."""
        # Not sys.stdin: Python closes it at exit, when it must not be in use.
        for line in os.fdopen(os.dup(0), "rb"):
            with suppress(ValueError, TypeError, AttributeError):  # ignore invalid lines
                sent = json.loads(line)
                if "drawing" in sent:
                    pixels = np.frombuffer(base64.b64decode(sent["drawing"] or ""), np.uint8)
                    self.drawing = pixels.reshape(-1, 784) / np.float32(255)
                self.command = sent.get("command", self.command)
                self.arrived.set()
                if self.command == "stop" and self.state == "loading":
                    self.state = "stopping"  # interrupt only once
                    interrupt_main()
        if self.state != "testing":  # while testing, let it save
            os._exit(INTERRUPTED)


class Session:
    """An experiment that another program watches and steers."""

    def __init__(self, experiment: Experiment, remote: RemoteControl) -> None:
        self.experiment, self.remote, config = experiment, remote, experiment.config
        train_set, validation_set = experiment.train_set, experiment.validation_set
        self.update, self.updates = 0, math.ceil(len(train_set) / config.batch_size)  # in an epoch
        firsts = [int(np.argmax(validation_set.y == digit)) for digit in range(10)]
        self.X = validation_set.X[firsts]
        self.digits = digits_uri(self.X)
        # The latest batches: their row numbers and logits. Before the first, some digits.
        rows = np.arange(min(AVERAGED, len(train_set)))
        batch = rows, experiment.network.logits(train_set.X[rows])
        self.batches = deque([batch], maxlen=math.ceil(AVERAGED / config.batch_size))
        self.began = self.looked = perf_counter()

    def train(self) -> None:
        """Train, and report before, during and after each epoch."""
        with suppress(KeyboardInterrupt):  # the best epoch so far is kept
            self.look()
            self.obey()
            self.experiment.train(self.after_epoch, self.after_update)
        if self.experiment.results:
            self.remote.set_state("testing")

    def after_update(self, rows: np.ndarray, logits: np.ndarray) -> None:
        if not self.update:
            self.batches.clear()
            self.began = perf_counter()  # leave the start-up out of the speed
        self.update += 1
        self.batches.append((rows, logits))
        if self.update % self.updates:  # the last one is reported by `after_epoch`
            if self.update.bit_count() == 1 or perf_counter() - self.looked > SECONDS:
                self.look()  # early changes are large: 1, 2, 4, 8, …
            self.obey("step")

    def after_epoch(self, result: EpochResult) -> None:
        self.look()
        if result.epoch < result.epochs:
            self.obey("step", "epoch")

    def obey(self, *ended: str) -> None:
        """Obey the latest command, and wait while paused; one of `ended` becomes "pause" now.

        Raises KeyboardInterrupt to stop.
        """
        remote = self.remote
        if remote.command in ended:
            remote.command = "pause"
        while remote.command == "pause":
            remote.arrived.clear()
            remote.set_state("paused")
            self.look()
            start = perf_counter()
            if remote.command == "pause":  # still
                remote.arrived.wait()
            self.began += perf_counter() - start  # pauses do not count
        if remote.command == "stop":
            raise KeyboardInterrupt
        if self.update:
            remote.set_state("training")

    def look(self) -> None:
        """Send the progress, the weights, and the outputs for the digits and the drawing."""
        experiment, network = self.experiment, self.experiment.network
        rows, logits = map(np.concatenate, zip(*self.batches))
        loss, accuracy = _numbers(score(network, logits, experiment.train_set.y[rows]))
        last = experiment.results[-1] if experiment.results else None
        seconds, done = perf_counter() - self.began, max(self.update - 1, 0)  # after the first
        missing = experiment.config.epochs * self.updates - self.update
        drawing = PREPARATIONS[experiment.config.preparation](self.remote.drawing)
        answers = _numbers(network.predict(np.concatenate([self.X, drawing])))
        self.remote.send(
            "look",
            epoch=round(self.update / self.updates, 5),
            loss=loss,
            accuracy=accuracy,
            validation_loss=last and last.validation_loss,
            validation_accuracy=last and last.validation_accuracy,
            seconds=round(seconds, 2),
            left=round(seconds * missing / done, 1) if done else None,
            speed=round(done * len(experiment.train_set) / self.updates / seconds),
            weights=weights_uri(network.dense_layers[0].W[:, :UNITS]),
            digits=self.digits,
            answers=answers[:10],
            drawing=answers[10] if len(answers) > 10 else None,
        )
        self.looked = perf_counter()


def _finish(experiment: Experiment, remote: RemoteControl) -> None:
    """Send the test scores and the surest mistakes."""
    recognizer, test_set = experiment.recognizer, experiment.test_set
    evaluation = evaluate(recognizer, test_set)
    wrong = evaluation.surest_mistakes(MISTAKES)
    pictures = recognizer.prepared(test_set.X[wrong])
    labels, answers = evaluation.y[wrong].tolist(), evaluation.answers[wrong].tolist()
    remote.send(
        "finished",
        epochs=len(experiment.results),
        best=experiment.best.epoch,
        accuracy=evaluation.accuracy,
        confusion=evaluation.confusion.tolist(),
        mistakes=digits_uri(pictures, columns=8) if len(wrong) else None,
        mistaken=[*zip(labels, answers, evaluation.confidence[wrong].tolist())],
    )


def _numbers(values: Any) -> list[Any]:
    """Round values for JSON; None where they are not finite."""
    array = np.asarray(values, float)
    return list(np.where(np.isfinite(array), array.round(5), np.array(None)).tolist())
