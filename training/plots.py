"""Plots of a training and its results, as PNG files. No display is needed."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from corrections import Correction
from model.network import Network
from training.dataset import Dataset
from training.evaluation import Evaluation, evaluate
from training.trainer import EpochResult

SHOWN = 500  # corrections on one sheet: quick to draw and to look through


def write_all(
    folder: Path,
    network: Network,
    results: Sequence[EpochResult],
    test_set: Dataset,
) -> list[Path]:
    """Write all plots into `folder` and return their paths."""
    evaluation = evaluate(network, test_set.X, test_set.y)
    figures = {
        "curves.png": curves(results),
        "confusion.png": confusion_matrix(evaluation),
        "digits.png": digits(network, test_set),
        "hidden_units.png": hidden_units(network),
    }
    for name, figure in figures.items():
        figure.savefig(folder / name, dpi=120)
    return [folder / name for name in figures]


def write_corrections(folder: Path, kept: Sequence[Correction]) -> Path:
    """Write a contact sheet of the newest SHOWN corrections and return its path.

    Each has its number, label and answer; below, the drawing and what the network saw.
    """
    kept, columns, side, gap = kept[-SHOWN:], 8, 84, 16
    rows = -(-len(kept) // columns)
    sheet = np.zeros((rows * (gap + side), columns * (2 * side + gap)), np.uint8)
    figure = Figure(figsize=(sheet.shape[1] / 100, sheet.shape[0] / 100))
    axes = figure.add_axes((0, 0, 1, 1))
    for place, correction in enumerate(kept):
        row, column = divmod(place, columns)
        top, left = row * (gap + side) + gap, column * (2 * side + gap)
        seen = np.uint8(255 * correction.image)
        pair = np.hstack([_square(picture, side) for picture in (correction.drawing, seen)])
        sheet[top : top + side, left : left + 2 * side] = pair
        told = f"{correction.number}: {correction.label}, read as {correction.answer}"
        axes.text(left + 4, top - gap / 2, told, va="center", fontsize=8)
    axes.imshow(sheet, cmap="gray_r", vmin=0, vmax=255)
    axes.axis("off")
    figure.savefig(folder / "corrections.png", dpi=100)
    return folder / "corrections.png"


def _square(picture: np.ndarray, side: int) -> Image.Image:
    """Pad a picture (H, W) uint8 to a square, at the top left, and resize it to `side` pixels."""
    height, width = picture.shape
    missing = max(height, width) - np.array([height, width])
    padded = Image.fromarray(np.pad(picture, [(0, missing[0]), (0, missing[1])]))
    return padded.resize((side, side), Image.Resampling.BOX)


def curves(results: Sequence[EpochResult]) -> Figure:
    """Loss and accuracy per epoch, for training and validation digits."""
    figure = Figure(figsize=(10, 4), layout="constrained")
    epochs = [result.epoch for result in results]
    for axes, quantity in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        for name in ("train", "validation"):
            values = [getattr(result, f"{name}_{quantity}") for result in results]
            axes.plot(epochs, values, marker=".", label=name)
        axes.set(xlabel="epoch", title=quantity)
        axes.grid(alpha=0.3)
        axes.legend()
    return figure


def confusion_matrix(evaluation: Evaluation) -> Figure:
    """The confusion matrix; colors show the mistakes, numbers all counts."""
    figure = Figure(figsize=(6, 6), layout="constrained")
    axes = figure.subplots()
    mistakes = evaluation.confusion.copy()
    np.fill_diagonal(mistakes, 0)
    axes.imshow(mistakes, cmap="Reds")
    for (row, column), count in np.ndenumerate(evaluation.confusion):
        dark = mistakes[row, column] > 0.6 * mistakes.max()
        axes.text(column, row, count, ha="center", va="center", color="white" if dark else "black")
    axes.set(
        xlabel="answer",
        ylabel="digit",
        xticks=range(10),
        yticks=range(10),
        title=f"{evaluation.accuracy:.2%} right",
    )
    return figure


def digits(network: Network, test_set: Dataset, columns: int = 15) -> Figure:
    """Test digits with their answers: the first ones, then the first mistakes."""
    predicted = network.predict(test_set.X).argmax(axis=1)
    wrong = np.flatnonzero(predicted != test_set.y)[: 5 * columns]
    rows_of_first = 5
    shown = np.concatenate([np.arange(min(rows_of_first * columns, len(predicted))), wrong])
    rows = -(-len(shown) // columns)
    figure = Figure(figsize=(columns * 0.7, rows * 0.9), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid:
        axes.axis("off")
    for axes, index in zip(grid, shown, strict=False):
        axes.imshow(test_set.X[index].reshape(28, 28), cmap="gray_r")
        answer, label = predicted[index], test_set.y[index]
        if answer == label:
            axes.set_title(f"{answer}", fontsize=9)
        else:
            axes.set_title(f"{answer}, not {label}", fontsize=9, color="red")
    return figure


def hidden_units(network: Network) -> Figure:
    """The weights of each unit in the first layer, as a picture: red is positive, blue negative."""
    W = network.dense_layers[0].W
    columns = 10
    rows = -(-W.shape[1] // columns)
    figure = Figure(figsize=(columns, rows), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid:
        axes.axis("off")
    for axes, weights in zip(grid, W.T, strict=False):
        limit = np.abs(weights).max() or 1
        axes.imshow(weights.reshape(28, 28), cmap="bwr", vmin=-limit, vmax=limit)
    return figure
