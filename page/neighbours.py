"""Digits like yours: the nearest of those that the network learned from, and a map of them."""

from functools import lru_cache
from typing import Any

import numpy as np

from model import Network
from model.inside.digits import DIGITS, Digits, load
from model.inside.surroundings import Surroundings
from page.answer import TEMPLATES, percent
from page.drawn import grey_uri
from page.words import Words

NEAREST = 5
CANVAS = 100  # the map is drawn on so many units a side


@lru_cache(maxsize=1)
def known_digits() -> Digits | None:
    """The digits to lay beside a drawing; None if their file is not there."""
    return load(DIGITS) if DIGITS.is_file() else None


@lru_cache(maxsize=1)
def _surroundings(network: Network) -> Surroundings:
    """Computed once for each network in use."""
    return Surroundings.of(network, known_digits().X)


def neighbours(network: Network, x: np.ndarray) -> dict[str, Any] | None:
    """The nearest of the digits that the network learned from, and the place on their map."""
    digits = known_digits()
    if not digits:
        return None
    surroundings = _surroundings(network)
    numbers, distances = surroundings.nearest(x, NEAREST)
    (place,) = _on_canvas(surroundings, surroundings.place(x)[None])
    return {
        "nearest": [
            {
                "label": int(digits.labels[number]),
                "picture": grey_uri(digits.images[number] / 255),
                "distance": float(distance),
            }
            for number, distance in zip(numbers, distances)
        ],
        "x": place[0],
        "y": place[1],
        "share": percent(float(surroundings.shares.sum())),
    }


def map_of_digits(network: Network, words: Words) -> str:
    """All the digits on the map, as an SVG: the same for every drawing."""
    digits = known_digits()
    if not digits:
        return ""
    surroundings = _surroundings(network)
    places = _on_canvas(surroundings, surroundings.points)
    points = [(x, y, int(label)) for (x, y), label in zip(places, digits.labels)]
    return TEMPLATES.get_template("map.html").render(w=words, points=points, side=CANVAS)


def _on_canvas(surroundings: Surroundings, points: np.ndarray) -> list[list[float]]:
    """Places on the map, within 4% to 96% of the canvas: what lies farther out is at the edge."""
    least, most = surroundings.points.min(axis=0), surroundings.points.max(axis=0)
    shares = (points - least) / np.maximum(most - least, 1e-9)
    return (CANVAS * (0.04 + 0.92 * shares.clip(0, 1))).round(1).tolist()
