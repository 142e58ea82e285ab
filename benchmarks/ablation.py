"""What each part of the recipe brings: a table of trainings that leave one out.

    python -m benchmarks.ablation FILE

FILE holds digits as strokes, as for `benchmarks.drawings`. MNIST comes from MNIST_DIR, or is
fetched. Each row is a whole training, of 2 to 4 minutes on 2 cores: half an hour in all.
"""

import argparse
import os
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is loaded, as in training

import numpy as np

from benchmarks.drawings import are_certain
from benchmarks.samples import drawings_of, load_digits, non_digits
from model import Recognizer
from training.cli import parse
from training.experiment import run
from training.strokes import drawing, edits

NOTHING = patch.dict({}, {})
NO_EDITS = patch.dict(edits.EDITS, dict.fromkeys(range(10), ()))
NO_NON_DIGITS = patch.object(drawing, "NO_DIGIT_SHARE", 0)
# What a row leaves out or changes: flags, and a part that is taken out.
ROWS = {
    "the shipped recipe": ([], NOTHING),
    "another seed": (["--seed", "2"], NOTHING),
    "in MNIST's box, not normalized by moments": (["--preparation", "box"], NOTHING),
    "without edits": ([], NO_EDITS),
    "without non-digits": ([], NO_NON_DIGITS),
    "without pen strokes: MNIST alone": (["--strokes", "0"], NOTHING),
    "without distortions": (["--augment", "none"], NOTHING),
    "300 hidden units": (["--hidden", "300"], NOTHING),
}


def trained(flags: list[str]) -> Recognizer:
    """The network that `python -m training` writes with these flags."""
    with TemporaryDirectory() as folder:
        output = Path(folder, "ablation.npz")
        options = parse(["--output", str(output), *flags])
        with redirect_stdout(StringIO()):
            # Samples are drawn in this process, in which a part is taken out.
            run(options, lambda each: each.train(lambda result: None), drawing.drawn_here)
        return Recognizer.load(output)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", type=Path, help="digits as strokes, in JSON")
    digits = load_digits(parser.parse_args().file)

    y = np.array([digit.label for digit in digits])
    drawings = drawings_of(digits)
    others = [each for drawings in non_digits(50).values() for each in drawings]
    print("| | MNIST's validation digits | drawings | sure of | right of these | non-digits |")
    print("|---|---|---|---|---|---|")
    for name, (flags, left_out) in ROWS.items():
        with left_out:
            recognizer = trained(flags)
        answers = [recognizer.recognize(drawing) for drawing in drawings]
        right = np.array([answer.digit for answer in answers]) == y
        sure = are_certain(answers)
        accepted = are_certain([recognizer.recognize(other) for other in others])
        validated = recognizer.metadata["scores"]["mnist_validation"]["accuracy"]
        shares = validated, right.mean(), sure.mean(), right[sure].mean(), accepted.mean()
        print(f"| {name} | {' | '.join(f'{share:.2%}' for share in shares)} |", flush=True)


if __name__ == "__main__":
    main()
