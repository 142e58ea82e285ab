"""Plots of a training and its results, as PNG files. No display is needed."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from model import Recognizer
from model.network import Network
from training.dataset import Dataset
from training.evaluation import Evaluation, evaluate
from training.sheets import tiled
from training.trainer import EpochResult


def write_all(
    folder: Path, recognizer: Recognizer, results: Sequence[EpochResult], test_set: Dataset
) -> list[Path]:
    """Write all plots into `folder` and return their paths."""
    evaluation = evaluate(recognizer, test_set)
    figures = {
        "curves.png": curves(results),
        "confusion.png": confusion_matrix(evaluation),
        "digits.png": digits(recognizer.prepared(test_set.X), evaluation),
        "hidden_units.png": hidden_units(recognizer.network),
    }
    for name, figure in figures.items():
        figure.savefig(folder / name, dpi=120)
    return [folder / name for name in figures]


def curves(results: Sequence[EpochResult]) -> Figure:
    """Loss and accuracy per epoch, for training and validation digits."""
    figure = Figure(figsize=(10, 4), layout="constrained")
    epochs = [result.epoch for result in results]
    for axes, quantity in zip(figure.subplots(1, 2), ("loss", "accuracy")):
        for name in ("train", "validation"):
            values = [getattr(result, f"{name}_{quantity}") for result in results]
            axes.plot(epochs, values, marker=".", label=name)
        axes.set(xlabel="epoch", title=quantity)
        axes.grid(alpha=0.3)
        axes.legend()
    return figure


def confusion_matrix(evaluation: Evaluation) -> Figure:
    """The confusion matrix: colors for mistakes, numbers for all counts."""
    figure = Figure(figsize=(6, 6), layout="constrained")
    axes = figure.subplots()
    mistakes = evaluation.confusion.copy()
    np.fill_diagonal(mistakes, 0)
    axes.imshow(mistakes, cmap="Reds")
    for (row, column), count in np.ndenumerate(evaluation.confusion):
        color = "white" if mistakes[row, column] > 0.6 * mistakes.max() else "black"
        axes.text(column, row, count, ha="center", va="center", color=color)
    axes.set(xlabel="answer", ylabel="digit", xticks=range(10), yticks=range(10))
    axes.set_title(f"{evaluation.accuracy:.2%} right")
    return figure


def digits(X: np.ndarray, evaluation: Evaluation) -> Figure:
    """Digits X (N, 784) with their answers: the first 75, then the 75 surest mistakes."""
    shown = np.array([*range(len(X))[:75], *evaluation.surest_mistakes(75)])
    figure = _pictures(X[shown], columns=15, cmap="gray_r", least=0)
    for n, answer, label in zip(range(150), evaluation.answers[shown], evaluation.y[shown]):
        title, color = (answer, "black") if answer == label else (f"{answer}, not {label}", "red")
        x, y = 30 * (n % 15) + 15, 40 * (n // 15) + 9  # as in the picture
        figure.axes[0].text(x, y, title, color=color, ha="center", fontsize=9)
    return figure


def hidden_units(network: Network) -> Figure:
    """The weights of each unit in the first layer, as a picture: red is positive, blue negative."""
    W = network.dense_layers[0].W
    shares = W / np.maximum(np.abs(W).max(axis=0), 1e-12)
    return _pictures(shares.T, columns=10, cmap="bwr", least=-1)


def _pictures(X: np.ndarray, columns: int, cmap: str, least: float) -> Figure:
    """Pictures X (N, 784) from `least` to 1, in rows, with room for a title above each."""
    image = tiled(X, columns, np.nan, above=11)  # transparent
    figure = Figure(figsize=(image.shape[1] / 36, image.shape[0] / 36))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.axis("off")
    axes.imshow(image, cmap=cmap, vmin=least, vmax=1)
    return figure
