"""`python -m training evaluate`: the scores of a weights file on a set of digits."""

import argparse
import json
import sys
from contextlib import redirect_stdout
from typing import Any

from model import Recognizer
from model.reading import NO_DIGIT
from training.data import own
from training.data.mnist import load_test
from training.dataset import Dataset
from training.evaluation import Evaluation, evaluate

WORST = 10  # how many mistakes are listed


def report(options: argparse.Namespace) -> None:
    """Print the scores, plot with --plots. Raises OSError or ValueError, worded for the user."""
    recognizer = Recognizer.load(options.weights)
    with redirect_stdout(sys.stderr if options.json else sys.stdout):
        found, places, unused = _load(options)
    is_digit = found.y < NO_DIGIT
    evaluation = evaluate(recognizer, found[is_digit])
    of_digits = [place for place, each in zip(places, is_digit) if each]
    others = recognizer.prepared(found.X[~is_digit])
    is_clear = recognizer.is_clear(recognizer.network.logits(others))
    scores = {
        "weights": str(options.weights),
        "digits": len(evaluation.y),
        "accuracy": evaluation.accuracy,
        "calibration_error": evaluation.calibration_error,
        "per_digit": [{"count": n, "accuracy": share} for n, share in evaluation.per_digit],
        "confusion": evaluation.confusion.tolist(),
        "mistakes": [
            {
                "place": of_digits[n],
                "label": int(evaluation.y[n]),
                "answer": int(evaluation.answers[n]),
                "confidence": round(float(evaluation.confidence[n]), 4),
            }
            for n in evaluation.surest_mistakes(WORST)
        ],
        "no_digit": {"count": len(is_clear), "doubted": int((~is_clear).sum())},
        "unused": unused,
    }
    print(json.dumps(scores, indent=1) if options.json else _text(scores, evaluation))
    if options.plots:
        from training import plots  # here, since matplotlib takes a second to load

        options.plots.mkdir(parents=True, exist_ok=True)
        plots.confusion_matrix(evaluation).savefig(options.plots / "confusion.png", dpi=120)


def _load(options: argparse.Namespace) -> tuple[Dataset, list[str], list[str]]:
    """The digits in MNIST's box, where each is from, and the reasons for unusable ones."""
    if options.data:
        found = own.load(options.data, options.as_is, options.strict)
        is_test = len(found.test) > 0
        digits = found.test if is_test else found.train
        if not len(digits.digits()):
            raise ValueError(f"--data {options.data[0]}: holds no digit that can be read")
        return digits, found.places[is_test], found.wrong
    digits = load_test(options.mnist_dir)
    return digits, [f"test digit {n}" for n in range(len(digits))], []


def _text(scores: dict[str, Any], evaluation: Evaluation) -> str:
    count, right = scores["digits"], int(evaluation.confusion.trace())
    lines = [f"Test accuracy: {scores['accuracy']:.2%} ({right:,} of {count:,})"]
    lines.append(f"calibration error: {scores['calibration_error']:.2%}")
    if no_digit := scores["no_digit"]["count"]:
        lines.append(f"no digit: {no_digit:,}, of which {scores['no_digit']['doubted']:,} doubted")
    if unused := scores["unused"]:
        lines.append(f"not used: {len(unused):,}, such as {unused[0]}")
    lines += ["", evaluation.table()]
    if scores["mistakes"]:
        lines += ["", "the surest mistakes:"]
    for each in scores["mistakes"]:
        lines.append(
            f"  {each['label']} read as {each['answer']} ({each['confidence']:.1%} sure):"
            f" {each['place']}"
        )
    return "\n".join(lines)
