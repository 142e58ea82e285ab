"""Plots of a training and its results, as PNG files. No display is needed."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from model import Recognizer
from model.network import Network
from training.dataset import Dataset
from training.evaluation import Evaluation, evaluate
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
    shown = [*range(len(X))[:75], *evaluation.surest_mistakes(75)]
    figure, grid = _grid(len(shown), columns=15)
    for axes, n in zip(grid, shown):
        axes.imshow(X[n].reshape(28, 28), cmap="gray_r")
        answer, label = evaluation.answers[n], evaluation.y[n]
        if answer == label:
            axes.set_title(f"{answer}", fontsize=9)
        else:
            axes.set_title(f"{answer}, not {label}", fontsize=9, color="red")
    return figure


def hidden_units(network: Network) -> Figure:
    """The weights of each unit in the first layer, as a picture: red is positive, blue negative."""
    W = network.dense_layers[0].W
    figure, grid = _grid(W.shape[1], columns=10)
    for axes, weights in zip(grid, W.T):
        limit = np.abs(weights).max() or 1
        axes.imshow(weights.reshape(28, 28), cmap="bwr", vmin=-limit, vmax=limit)
    return figure


def _grid(count: int, columns: int) -> tuple[Figure, list[Axes]]:
    """A figure with room for `count` pictures in rows."""
    rows = -(-count // columns)
    figure = Figure(figsize=(0.8 * columns, 0.9 * rows), layout="constrained")
    grid: list[Axes] = figure.subplots(rows, columns, squeeze=False).ravel().tolist()
    for axes in grid:
        axes.axis("off")
    return figure, grid
