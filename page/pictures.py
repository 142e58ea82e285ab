"""Numbers and pictures as HTML: data URIs and SVG, without stored files."""

from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image

from page.sketchpad import to_uri

# Distinguishable by color-blind people (Okabe & Ito 2008).
POSITIVE, NEGATIVE = (213, 94, 0), (0, 114, 178)
PIXELS = "image-rendering: pixelated"
MOST_CERTAIN = 0.99  # highest displayed confidence


def grey(image: np.ndarray) -> str:
    """A picture (H, W) in 0..1, black to white, as a data URI."""
    return to_uri(Image.fromarray(np.uint8(np.rint(255 * image))))


def signed(values: np.ndarray) -> str:
    """Numbers (H, W) as a data URI: orange above 0, blue below, the more opaque the farther."""
    pixels = np.zeros((*values.shape, 4), np.uint8)
    pixels[..., :3] = np.where((values > 0)[..., None], POSITIVE, NEGATIVE)
    pixels[..., 3] = np.rint(255 * np.abs(values) / max(float(np.abs(values).max()), 1e-9))
    return to_uri(Image.fromarray(pixels))


def svg(uri: str, shape: Sequence[int] = (28, 28), marks: Iterable[str] = (), alt: str = "") -> str:
    """A picture of `shape` (H, W) with marks on it; hidden from screen readers without `alt`."""
    height, width = shape
    picture = f'<image href="{uri}" width="{width}" height="{height}" style="{PIXELS}"/>'
    box = f'viewBox="0 0 {width} {height}"'
    name = f'role="img" aria-label="{alt}"' if alt else 'aria-hidden="true"'
    return f"<svg {box} {name}>{picture}{''.join(marks)}</svg>"


def rectangle(box: Sequence[float]) -> str:
    """A mark around a box: left, top, right, bottom."""
    x, y, u, v = box
    return f'<rect class="mark" x="{x:.2f}" y="{y:.2f}" width="{u - x:.2f}" height="{v - y:.2f}"/>'


def figures(captions: Iterable[tuple[str, str]]) -> str:
    """Pictures side by side, each with its caption."""
    each = (f"<figure>{one}<figcaption>{said}</figcaption></figure>" for one, said in captions)
    return f'<div class="figures">{"".join(each)}</div>'


def table(rows: Iterable[Sequence[str]], head: Sequence[str] = ()) -> str:
    """A table; the first cell of each row is its heading."""
    cells = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    lines = (
        f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell}</td>" for cell in others)}</tr>'
        for name, *others in rows
    )
    return f"<table><thead><tr><td></td>{cells}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def percent(probability: float) -> str:
    """A whole percentage, at most 99%."""
    return f"{min(probability, MOST_CERTAIN):.0%}"
