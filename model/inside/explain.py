"""Everything that explains one answer, as JSON values for a page to draw."""

import math
from dataclasses import asdict
from typing import Any

import numpy as np

from model.inside.attribution import attribution
from model.inside.neurons import activities
from model.inside.occlusion import smallest_patch
from model.network import Network
from model.network.layers import Array

FIGURES = 4  # significant ones, of the largest number in a list; all have as many decimals


def explain(network: Network, image: Array, pair: tuple[int, int] | None = None) -> dict[str, Any]:
    """Why the network reads a picture (28, 28) float32 as it does, as JSON values.

    `pair` are the two digits to compare (why this one, not that one); by default the network's best
    two. The keys:

    - `digit`: the one with the largest output
    - `outputs`: the network's ten outputs
    - `layers`: the sums `z` and activations `a` of each layer, first to last; those of the last one
      are the digits' sums and the outputs
    - `contributions`: for each neuron of the last hidden layer, what it adds to each of the ten
      digits' sums; [] without a hidden layer
    - `biases`: ten numbers that, with the contributions, add up to the digits' sums
    - `pair`: the two digits
    - `difference`: the first one's logit minus the second one's
    - `difference_if_empty`: the same for an empty picture
    - `attribution`: 28 rows of 28: what each pixel adds to the difference, so that together they
      lead from the empty picture's to this one's
    - `patch`: `side`, `row`, `column` of the smallest patch of ink without which the network would
      read another `digit`; or null

    Raises ValueError if the pair is not two different digits.
    """
    x = image.reshape(784)
    logits, if_empty = network.logits(np.stack([x, np.zeros_like(x)]))
    first, second = pair or np.argsort(-logits, kind="stable")[:2].tolist()
    if first == second or not {first, second} <= set(range(10)):
        raise ValueError(f"the pair is {first}, {second}; expected two different digits, 0 to 9")
    layers, patch = activities(network, x), smallest_patch(network, x)
    last = layers[-1]
    contributions = rounded(last.inputs[:, None] * last.dense.W) if len(layers) > 1 else []
    return {
        "digit": int(logits.argmax()),
        "outputs": rounded(last.a),
        "layers": [{"z": rounded(layer.z), "a": rounded(layer.a)} for layer in layers],
        "contributions": contributions,
        "biases": rounded(last.dense.b),
        "pair": [first, second],
        "difference": rounded(logits[first] - logits[second]),
        "difference_if_empty": rounded(if_empty[first] - if_empty[second]),
        "attribution": rounded(attribution(network, x, first, second)),
        "patch": asdict(patch) if patch else None,
    }


def rounded(values: np.ndarray) -> Any:
    """Round to (nested) lists of floats, the largest with FIGURES significant figures."""
    largest = float(np.abs(values).max())
    decimals = FIGURES - 1 - math.floor(math.log10(largest)) if largest else 0
    return np.round(np.asarray(values, np.float64), decimals).tolist()
