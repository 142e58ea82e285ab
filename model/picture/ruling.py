"""Lines printed on the paper: thin, straight, parallel, and across all of it."""

import numpy as np

SLOPES = np.linspace(-0.15, 0.15, 25)  # of lines: the paper is held almost upright
EVERY = 6  # columns: as many as this are looked at for one to find the lines
BANDS = 3  # of rows: in perspective, lines are not quite parallel
ACROSS = 0.35  # of the width: where it is faint, a line has gaps
FEWEST = 3  # lines: digits have fewer bars
THICK = 4  # pixels: a line is thinner, also where it is not quite straight
DARKER = 1.8  # times the line's own contrast: ink that crosses it


def without_ruling(ink: np.ndarray) -> np.ndarray:
    """The ink (H, W) uint8 without lines along rows or columns, where nothing crosses them."""
    return _without_lines(_without_lines(ink).T).T


def _without_lines(ink: np.ndarray) -> np.ndarray:
    """The ink (H, W) without lines along rows."""
    used = np.flatnonzero(ink.any(axis=0))
    if not len(used):
        return ink
    columns = np.arange(used[0], used[-1] + 1)
    height = len(ink)
    shifts = np.rint(SLOPES[:, None] * (columns - columns.mean())).astype(int)
    present = np.zeros((height + 1, ink.shape[1]), bool)
    present[:-1] = ink > 0
    present[1:-1] |= present[:-2].copy()  # a line between two rows is in both by turns
    rows = np.arange(height)[:, None]
    share = np.stack(
        [
            present[(rows + shift[::EVERY]).clip(-1, height), columns[::EVERY]].mean(axis=1)
            for shift in shifts
        ]
    )
    bands = np.array_split(np.arange(height), BANDS)
    best = [int((share[:, band] ** 2).sum(axis=1).argmax()) for band in bands]
    slope = np.repeat(best, [len(band) for band in bands])
    found = _line_rows(share[slope, np.arange(height)])
    if len(found) < FEWEST:
        return ink
    result = ink.copy()
    for row in found:
        near = (row + np.array([[-3], [-2], [-1], [0], [1], [2]]) + shifts[slope[row]]).clip(
            0, height - 1
        )
        line = ink[near, columns]
        own = np.quantile(line.max(axis=0), 0.5)
        result[near, columns] = np.where(line <= DARKER * own, 0, result[near, columns])
    return result


def _line_rows(share: np.ndarray) -> np.ndarray:
    """The rows with a line, one for each; `share` (H,) says how much of each row is inked."""
    padded = np.pad(share, THICK)
    thin = np.maximum(padded[: -2 * THICK], padded[2 * THICK :]) < share / 2
    peak = (share >= padded[THICK - 1 : -THICK - 1]) & (share > padded[THICK + 1 : -THICK + 1])
    return np.flatnonzero(peak & thin & (share >= ACROSS))
