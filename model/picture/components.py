"""Connected components of cells, at their sides or corners."""

import numpy as np


def parts_of(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Label connected cells: for each cell (N,), its component's number 0, 1, ….

    Runs of cells along a row are joined with those that they touch on the row above.
    """
    line = int(columns.max()) + 2  # one empty cell after each row: components cannot wrap around
    places = rows * line + columns
    cells = np.flatnonzero(np.bincount(places))
    starts = np.flatnonzero(np.diff(cells, prepend=-2) > 1)
    first, last = cells[starts], cells[np.append(starts[1:], len(cells)) - 1]
    touched = np.searchsorted(last, first - line - 1), np.searchsorted(first, last - line + 2)
    joined = list(range(len(first)))  # each run with an earlier one of its component, or itself
    for run, (begin, end) in enumerate(zip(*(each.tolist() for each in touched))):
        for other in range(begin, end):
            one, two = _root(joined, run), _root(joined, other)
            joined[max(one, two)] = min(one, two)
    _, part_of = np.unique([_root(joined, run) for run in joined], return_inverse=True)
    return part_of[np.searchsorted(first, places, side="right") - 1]


def _root(joined: list[int], run: int) -> int:
    while joined[run] != run:
        joined[run] = run = joined[joined[run]]  # shortens the way for those after
    return run
