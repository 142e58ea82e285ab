"""`python -m training evaluate`: the scores of a weights file on a set of digits."""

import argparse
import json
from typing import Any

import numpy as np

from model import Recognizer
from training.calibration import expected_calibration_error
from training.data import own
from training.data.mnist import load_test
from training.dataset import NO_DIGIT, Dataset
from training.evaluation import Evaluation, evaluate

WORST = 10  # how many mistakes are listed, most confident first


def report(options: argparse.Namespace) -> None:
    """Print the scores, plot with --plots. Raises OSError or ValueError, worded for the user."""
    recognizer = Recognizer.load(options.weights)
    digits, places, unused = _digits(options)
    scores, evaluation = _scores(recognizer, digits, places)
    scores = {"weights": str(options.weights), **scores, "unused": unused}
    if not options.data and recognizer.preparation != "box":
        as_it_comes = evaluate(recognizer.network, digits.X, digits.y).accuracy
        scores["accuracy_without_preparation"] = as_it_comes
    print(json.dumps(scores, indent=1) if options.json else _text(scores, evaluation))
    if options.plots:
        from training import plots  # here, since matplotlib takes a second to load

        options.plots.mkdir(parents=True, exist_ok=True)
        plots.confusion_matrix(evaluation).savefig(options.plots / "confusion.png", dpi=120)


def _digits(options: argparse.Namespace) -> tuple[Dataset, list[str], list[str]]:
    """The digits in MNIST's box, where each is from, and the reasons for unusable ones."""
    if options.data:
        found = own.load(options.data, options.as_is, options.strict)
        is_test = len(found.test) > 0
        digits = found.test if is_test else found.train
        if not len(digits.digits()):
            raise ValueError(f"--data {options.data[0]}: holds no digit that can be read")
        return digits, found.places[is_test], found.wrong
    (digits,) = own.upright([load_test(options.mnist_dir)], str(options.mnist_dir or "MNIST"))
    return digits, [f"test digit {n}" for n in range(len(digits))], []


def _scores(
    recognizer: Recognizer, digits: Dataset, places: list[str]
) -> tuple[dict[str, Any], Evaluation]:
    """All scores as JSON values, and the confusion matrix."""
    logits = recognizer.network.logits(recognizer.prepared(digits.X))
    is_clear = recognizer.is_clear(logits)
    probabilities = recognizer.probabilities(logits)
    answers, confidence = logits.argmax(axis=1), probabilities.max(axis=1)
    is_digit = digits.y < NO_DIGIT
    evaluation = Evaluation.of(answers[is_digit], digits.y[is_digit])
    wrong = np.flatnonzero(is_digit & (answers != digits.y))
    wrong = wrong[np.argsort(-confidence[wrong], kind="stable")][:WORST]
    shares = zip(evaluation.confusion.sum(axis=1).tolist(), evaluation.accuracy_per_digit.tolist())
    scores = {
        "digits": int(is_digit.sum()),
        "accuracy": evaluation.accuracy,
        "calibration_error": expected_calibration_error(
            probabilities[is_digit], digits.y[is_digit]
        ),
        "per_digit": [{"count": n, "accuracy": share if n else None} for n, share in shares],
        "confusion": evaluation.confusion.tolist(),
        "mistakes": [
            {
                "place": places[n],
                "label": int(digits.y[n]),
                "answer": int(answers[n]),
                "confidence": round(float(confidence[n]), 4),
            }
            for n in wrong
        ],
        "no_digit": {
            "count": int((~is_digit).sum()),
            "doubted": int((~is_clear & ~is_digit).sum()),
        },
    }
    return scores, evaluation


def _text(scores: dict[str, Any], evaluation: Evaluation) -> str:
    count, right = scores["digits"], int(evaluation.confusion.trace())
    lines = [f"Test accuracy: {scores['accuracy']:.2%} ({right:,} of {count:,})"]
    if "accuracy_without_preparation" in scores:
        share = scores["accuracy_without_preparation"]
        lines.append(f"on MNIST as it comes, without this network's preparation: {share:.2%}")
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
