"""What each part of the recipe brings: a table of trainings that leave one out.

    python -m benchmarks.ablation FILE

FILE holds digits as strokes, as for `benchmarks.drawings`. MNIST comes from MNIST_DIR, or is
fetched. Each row is a whole training, of 2 to 4 minutes on 2 cores: half an hour in all.
"""

import argparse
import os
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is loaded, as in training

import numpy as np

from benchmarks.drawings import NON_DIGITS, drawn, load_digits
from model import Recognizer
from model.recognizer import Prediction
from training.cli import parse
from training.experiment import Experiment, run
from training.strokes import drawing, edits
from training.strokes.drawing import drawn_here
from training.strokes.hand import moved, sketched

NO_EDITS = patch.dict(edits.EDITS, dict.fromkeys(range(10), ()))
NO_NON_DIGITS = patch.object(drawing, "NO_DIGIT_SHARE", 0)
# What a row leaves out or changes: flags, and parts that are taken out.
ROWS = (
    ("the shipped recipe", [], ()),
    ("another seed", ["--seed", "2"], ()),
    ("in MNIST's box, not by moments", ["--preparation", "box"], ()),
    ("without edits", [], (NO_EDITS,)),
    ("without what is no digit", [], (NO_NON_DIGITS,)),
    ("without pen strokes: MNIST alone", ["--strokes", "0"], ()),
    ("without distortions", ["--augment", "none"], ()),
    ("300 hidden units", ["--hidden", "300"], ()),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", type=Path, help="digits as strokes, in JSON")
    options = parser.parse_args()

    digits = load_digits(options.file)
    y = np.array([digit["label"] for digit in digits])
    drawings = [drawn(d, np.random.default_rng([2026, n])) for n, d in enumerate(digits)]
    rng = np.random.default_rng(0)
    others = [
        drawn({"strokes": moved(sketched(sign, rng), rng)}, rng)
        for sign in NON_DIGITS.values()
        for _ in range(50)
    ]
    print("| | MNIST's validation digits | drawings | sure of | right of these | non-digits |")
    print("|---|---|---|---|---|---|")
    for name, flags, left_out in ROWS:
        recognizer, validated = trained(flags, left_out)
        answers = [recognizer.recognize(drawing) for drawing in drawings]
        is_right = np.array([answer.digit for answer in answers]) == y
        is_sure = sure(answers)
        accepted = sure([recognizer.recognize(other) for other in others])
        shares = is_right.mean(), is_sure.mean(), is_right[is_sure].mean(), accepted.mean()
        row = " | ".join(f"{share:.2%}" for share in (validated, *shares))
        print(f"| {name} | {row} |", flush=True)


def trained(flags: list[str], left_out: tuple) -> tuple[Recognizer, float]:
    """A network trained so, and its share of MNIST's validation digits."""
    scores = {}

    def show(experiment: Experiment) -> None:
        experiment.train(lambda result: None)
        scores.update(experiment.metadata["scores"])

    with ExitStack() as stack:
        output = Path(stack.enter_context(TemporaryDirectory())) / "ablation.npz"
        for part in left_out:
            stack.enter_context(part)
        stack.enter_context(patch("builtins.print"))
        run(parse(["--output", str(output), *flags]), show, drawn_here)
        return Recognizer.load(output), scores["mnist_validation"]["accuracy"]


def sure(answers: list[Prediction]) -> np.ndarray:
    """(N,) bool: which of them are certain."""
    return np.array([answer.certain for answer in answers])


if __name__ == "__main__":
    main()
