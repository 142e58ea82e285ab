"""Lines printed on the paper: thin, straight, parallel, and across all of it."""

import numpy as np

SLOPES = np.linspace(-0.15, 0.15, 25)  # of lines: the paper is held almost upright
EVERY = 6  # columns: as many as this are looked at for one to find the lines
BANDS = 3  # of rows: in perspective, lines are not quite parallel
ACROSS = 0.35  # of the width: where it is faint, a line has gaps
PARTLY = 0.12  # of the width: at the paper's end, or in another slope, where there are such lines
FEWEST = 3  # lines: digits have fewer bars
THICK = 4  # pixels: a line is thinner, also where it is not quite straight
DARKER = 1.8  # times the line's own contrast: ink that crosses it


def without_ruling(ink: np.ndarray, sheet: np.ndarray) -> np.ndarray:
    """The ink (H, W) uint8 without lines along rows or columns, where nothing crosses them.

    `sheet` (H, W) bool says where the paper is.
    """
    return _without_lines(_without_lines(ink, sheet).T, sheet.T).T


def _without_lines(ink: np.ndarray, sheet: np.ndarray) -> np.ndarray:
    """The ink (H, W) without lines along rows."""
    paper = np.flatnonzero(sheet.any(axis=0))
    columns = np.arange(paper[0], paper[-1] + 1)
    shifts = np.rint(SLOPES[:, None] * (columns - columns.mean())).astype(int)
    share, slope = _shares(ink, columns[::EVERY], shifts[:, ::EVERY])
    strong = _line_rows(share, ACROSS)
    if len(strong) < FEWEST:
        return ink
    lines = {}
    for row in _line_rows(share, PARTLY):
        rows = row + np.arange(-THICK + 1, THICK - 1)[:, None] + shifts[slope[row]]
        lines[row] = rows.clip(0, len(ink) - 1)
    own = np.median([np.median(ink[lines[row], columns].max(axis=0)) for row in strong])
    result = ink.copy()
    for rows in lines.values():
        result[rows, columns] *= result[rows, columns] > DARKER * own
    return result


def _shares(
    ink: np.ndarray, columns: np.ndarray, shifts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """How much of a line through each row is inked, and the number of its slope: (H,) each.

    The slope of each band is that with which most ink is on few lines.
    """
    height = len(ink)
    present = np.zeros((height + 1, ink.shape[1]), bool)
    present[:-1] = ink > 0
    present[1:-1] |= present[:-2].copy()  # a line between two rows is in both by turns
    rows = np.arange(height)[:, None]
    places = [(rows + shift).clip(-1, height) for shift in shifts]
    share = np.stack([present[place, columns].mean(axis=1) for place in places])
    bands = np.array_split(np.arange(height), BANDS)
    best = [int((share[:, band] ** 2).sum(axis=1).argmax()) for band in bands]
    slope = np.repeat(best, [len(band) for band in bands])
    return share[slope, np.arange(height)], slope


def _line_rows(share: np.ndarray, least: float) -> np.ndarray:
    """The rows with a line, one for each; `share` (H,) says how much of each row is inked."""
    padded = np.pad(share, THICK)
    thin = np.maximum(padded[: -2 * THICK], padded[2 * THICK :]) < share / 2
    peak = (share >= padded[THICK - 1 : -THICK - 1]) & (share > padded[THICK + 1 : -THICK + 1])
    return np.flatnonzero(peak & thin & (share >= least))
