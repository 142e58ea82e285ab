"""A sheet that lies on a table, seen from above and a little from the side."""

import numpy as np
from PIL import Image

WOODS = ((0.35, 0.25, 0.18), (0.55, 0.4, 0.27), (0.7, 0.58, 0.42))
PLAIN = ((0.2, 0.2, 0.22), (0.5, 0.5, 0.5), (0.65, 0.66, 0.7))


def on_table(page: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """The page (H, W, 3), 0..1, as a sheet with `share` of the picture's sides, table all around.

    The sheet is turned by some degrees and tilted: its corners move by up to 5% of the sides.
    """
    height, width = page.shape[:2]
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * share
    turn = rng.normal(0, 0.06)
    corners = corners @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    corners = corners + rng.uniform(-0.05, 0.05, (4, 2)) + rng.uniform(-0.5, 0.5, 2) * (1 - share)
    quad = (corners + 1) / 2 * (width, height)
    sheet = _seen(np.dstack([page, np.ones((height, width))]), quad)
    covered = sheet[:, :, 3:]
    return sheet[:, :, :3] * covered + (1 - covered) * _table((height, width), rng)


def _seen(page: np.ndarray, quad: np.ndarray) -> np.ndarray:
    """The page (H, W, C) with its corners at `quad` (4, 2), 0 beside it: (H, W, C)."""
    height, width = page.shape[:2]
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)])
    # Of a place (x, y) in the picture, the page's is (ax + by + c, dx + ey + f) / (gx + hy + 1).
    rows, values = [], []
    for (x, y), (u, v) in zip(quad, source):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    numbers = tuple(np.linalg.solve(rows, values))
    how = Image.Transform.PERSPECTIVE, numbers, Image.Resampling.BILINEAR
    channels = [
        Image.fromarray(np.ascontiguousarray(page[:, :, n], np.float32)).transform(
            (width, height), *how
        )
        for n in range(page.shape[2])
    ]
    return np.dstack([np.asarray(channel) for channel in channels])


def _table(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """A table's top (H, W, 3), 0..1: wood with its grain, or one color."""
    color = np.array((*WOODS, *PLAIN)[rng.integers(len(WOODS) + len(PLAIN))])
    if tuple(color) in PLAIN:
        return np.broadcast_to(color, (*shape, 3))
    y, x = np.mgrid[: shape[0], : shape[1]] / max(shape)
    across = y + 0.05 * np.sin(rng.uniform(2, 6) * x + rng.uniform(0, 6))
    grain = np.sin(rng.uniform(80, 200) * across) + np.sin(rng.uniform(20, 60) * across)
    return color * (1 + rng.uniform(0.03, 0.08) * grain)[:, :, None]
