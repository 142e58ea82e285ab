"""Weights on disk: an `.npz` file that holds all it takes to rebuild a network and to trust it.

The arrays are w1, b1, w2, b2, … as in the tutorials: their `np.load` reads our files, and we read
theirs. Beside them, one JSON string under the key "metadata" says which layers stand between the
arrays, and carries whatever the trainer wants to tell: seed, settings, calibration, scores.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np

from model.network.layers import ACTIVATIONS, Dense, Layer
from model.network.losses import LOSSES
from model.network.network import Network

FORMAT_VERSION = 1
SHIPPED = Path(__file__).parents[2] / "weights" / "nnmodel.npz"  # what the trainer writes


def save(path: Path, network: Network, metadata: dict[str, Any] | None = None) -> None:
    """Writes the network and its metadata (JSON values) to `path`, or leaves `path` as it was.

    The file is written beside its place and then renamed, which either happens or does not: a kill
    at any moment leaves the old file whole. The same network gives the same bytes.
    """
    arrays = {}
    for number, layer in enumerate(network.dense_layers, start=1):
        arrays[f"w{number}"], arrays[f"b{number}"] = layer.W, layer.b
    description = {
        **(metadata or {}),
        "format": FORMAT_VERSION,
        "layers": [type(layer).__name__.lower() for layer in network.layers],
        "loss": next(name for name, loss in LOSSES.items() if type(network.loss) is loss),
    }
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with unfinished.open("wb") as file:
            # The metadata come first: damage to a zip's directory may hide what follows it there,
            # and then they still say how many layers there were.
            np.savez(file, metadata=np.array(json.dumps(description)), **arrays)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def load(path: Path) -> tuple[Network, dict[str, Any]]:
    """The read-only float32 network in `path`, and its metadata.

    A file with w1, b1, w2, b2, … and no metadata is taken for a sigmoid network trained on the
    squared error, as the tutorials write it; its metadata are {}.

    Raises FileNotFoundError if there is no such file, and ValueError, naming the file, if it is
    damaged or is not a network. Nothing in the file is ever executed (no pickle).
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file; `python -m training` makes one")
    arrays = _read_arrays(path)
    metadata = _parse_metadata(path, arrays.pop("metadata", None))
    dense_layers = _build_dense_layers(path, arrays)
    default_layers = ["dense"] + ["sigmoid", "dense"] * (len(dense_layers) - 1)
    names = metadata.get("layers", default_layers)
    loss = metadata.get("loss", "mse")
    known = {"dense", *ACTIVATIONS}
    if not isinstance(names, list) or not all(isinstance(n, str) and n in known for n in names):
        raise ValueError(f"{path}: its layers are {names!r}; expected names from {sorted(known)}")
    if names.count("dense") != len(dense_layers):
        raise ValueError(
            f"{path}: its metadata name {names.count('dense')} dense layers, but it holds"
            f" {len(dense_layers)}"
        )
    if not isinstance(loss, str) or loss not in LOSSES:
        raise ValueError(f"{path}: its loss is {loss!r}; expected one of {', '.join(LOSSES)}")
    rest = iter(dense_layers)
    layers: list[Layer] = [next(rest) if n == "dense" else ACTIVATIONS[n]() for n in names]
    try:
        return Network(layers, LOSSES[loss]()).freeze(), metadata
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _read_arrays(path: Path) -> dict[str, np.ndarray]:
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except Exception as error:  # damage shows in zipfile, zlib or NumPy, as almost any exception
        raise ValueError(
            f"{path}: not a readable .npz file ({error}); train anew with `python -m training`, or"
            " take the file from the repository"
        ) from error


def _parse_metadata(path: Path, array: np.ndarray | None) -> dict[str, Any]:
    if array is None:
        return {}
    try:
        metadata = json.loads(str(array[()]))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: its metadata are not JSON ({error})") from error
    if not isinstance(metadata, dict):
        raise ValueError(f"{path}: its metadata are {type(metadata).__name__}; expected an object")
    if metadata.get("format") != FORMAT_VERSION:
        raise ValueError(
            f"{path}: its format is {metadata.get('format')!r}; this version of the program reads"
            f" format {FORMAT_VERSION}"
        )
    return metadata


def _build_dense_layers(path: Path, arrays: dict[str, np.ndarray]) -> list[Dense]:
    # Other arrays may stand beside these, such as a tutorial's `wall_time`, in any order.
    numbers = [int(name[1:]) for name in arrays if re.fullmatch("[wb][1-9][0-9]{0,3}", name)]
    layers = []
    for number in range(1, max(numbers, default=1) + 1):
        pair = []
        for name, dimensions in ((f"w{number}", 2), (f"b{number}", 1)):
            if name not in arrays:
                raise ValueError(
                    f"{path}: {name} is missing; expected w1, b1, w2, b2, …; it holds"
                    f" {', '.join(sorted(arrays)) or 'nothing'}"
                )
            array = arrays[name]
            # The tutorials keep b as one row (1, outputs): the same numbers.
            if dimensions == 1 and array.ndim == 2 and len(array) == 1:
                array = array[0]
            if not np.issubdtype(array.dtype, np.floating):
                raise ValueError(f"{path}: {name} holds {array.dtype}; expected floats")
            if array.ndim != dimensions or array.size == 0:
                raise ValueError(
                    f"{path}: {name} has shape {array.shape}; expected {dimensions} dimension(s)"
                )
            with np.errstate(over="ignore"):
                array = array.astype(np.float32)
            if not np.isfinite(array).all():
                raise ValueError(f"{path}: {name} holds numbers that are not finite")
            pair.append(array)
        try:
            layers.append(Dense(*pair))
        except ValueError as error:
            raise ValueError(f"{path}: w{number} and b{number} do not fit: {error}") from None
    return layers
