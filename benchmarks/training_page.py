"""What it costs to watch a training, and what a training costs those who draw meanwhile.

    python -m benchmarks.training_page [--mnist-dir DIR] [--rounds 3] [--seconds 15]

First, rounds of the same training: on the command line, and on the page /train with a listener;
from the start of the first epoch to the end of the last, so that reading MNIST is not counted. Then
eight people draw, without a training and with one, in turns.
"""

import argparse
import asyncio
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

from benchmarks.load import asking_us, measure
from harness.server import APP, serving
from harness.training import training
from training.mnist.files import mnist_here

SAME = {"hidden": "100", "epochs": "20", "seed": "1"}  # of the tutorial's recipe
PEOPLE = 8


def on_the_command_line(folder: Path) -> float:
    """Seconds from the first line that the trainer prints, before the first epoch, to the last."""
    command = [sys.executable, "-m", "training", "--recipe", "tutorial", "--epochs", SAME["epochs"]]
    command += ["--output", str(folder / "typed.npz")]
    with subprocess.Popen(command, cwd=APP.parent, stdout=subprocess.PIPE, text=True) as running:
        start = end = 0.0
        for line in running.stdout:
            if line.startswith("Training"):
                start = time.perf_counter()
            if re.match(rf"epoch {SAME['epochs']}/", line):
                end = time.perf_counter()
    return end - start


def on_the_page(url: str) -> float:
    """Seconds from the first epoch's start to the last one's end, as the listener hears them."""
    with training(url, **SAME) as heard:
        heard.until("state", 60, lambda told: told["state"] == "training")
        start = time.perf_counter()
        heard.until("epoch", 300, lambda told: told["epoch"] == int(SAME["epochs"]))
        seconds = time.perf_counter() - start
        heard.until("finished", 60)
    return seconds


@contextmanager
def somebody_training(url: str) -> Iterator[None]:
    """One training after the other, listened to."""
    over = Event()

    def train() -> None:
        while not over.is_set():
            with training(url, **SAME | {"epochs": "100"}) as heard:
                while not over.is_set() and heard.told[-1]["kind"] != "finished":
                    heard.until("point", 60)

    thread = Thread(target=train)
    thread.start()
    time.sleep(4)  # it reads MNIST
    try:
        yield
    finally:
        over.set()
        thread.join()


def drawing(url: str, seconds: float) -> float:
    """The 95th percentile of the milliseconds from a stroke to its answer."""
    _, (_, p95, _), lost = asyncio.run(measure(url, asking_us, PEOPLE, seconds))
    if lost:
        sys.exit(f"Strokes were lost: {lost}")
    return p95


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mnist-dir", type=Path, default=mnist_here())
    parser.add_argument("--rounds", type=int, default=3, help="(default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=15, help="of drawing, each time")
    options = parser.parse_args()
    if options.mnist_dir is None:
        sys.exit("MNIST is not here: name its folder with --mnist-dir")
    os.environ["MNIST_DIR"] = str(options.mnist_dir)
    with TemporaryDirectory() as name, serving(Path(name), RATE_LIMIT="0") as url:
        typed, watched, alone, beside = [], [], [], []
        for _ in range(options.rounds):
            typed.append(on_the_command_line(Path(name)))
            watched.append(on_the_page(url))
            print(f"command line {typed[-1]:.2f} s, page {watched[-1]:.2f} s", flush=True)
        for _ in range(options.rounds):
            alone.append(drawing(url, options.seconds))
            with somebody_training(url):
                beside.append(drawing(url, options.seconds))
            print(
                f"p95 of {PEOPLE} people: {alone[-1]:.0f} ms, with a training {beside[-1]:.0f} ms"
            )
    for text, pairs in (("page / command line", (watched, typed)), ("p95", (beside, alone))):
        first, second = map(statistics.median, pairs)
        print(f"{text}: {first / second:.2f}")


if __name__ == "__main__":
    main()
