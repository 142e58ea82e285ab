"""Weights on disk: an `.npz` file with all that is needed to rebuild a network and to trust it.

The arrays are w1, b1, w2, b2, … as in the tutorials: their `np.load` reads our files, and we read
theirs. One more key, "metadata", holds a JSON string: the layers and the loss, and what the trainer
adds (seed, settings, calibration, scores).
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np

from model.network.layers import ACTIVATIONS, Array, Dense
from model.network.losses import LOSSES
from model.network.network import Network

FORMAT_VERSION = 1
SHIPPED = Path(__file__).parents[2] / "weights" / "nnmodel.npz"  # what the trainer writes


def save(path: Path, network: Network, metadata: dict[str, Any] | None = None) -> None:
    """Write the network and its metadata (JSON values) to `path`, atomically.

    The file is written under another name and then renamed, so a crash leaves the old file intact.
    The same network gives the same bytes.
    """
    arrays: dict[str, Array] = {}
    for number, layer in enumerate(network.dense_layers, start=1):
        arrays |= {f"w{number}": layer.W, f"b{number}": layer.b}
    description = (metadata or {}) | {
        "format": FORMAT_VERSION,
        "layers": [type(layer).__name__.lower() for layer in network.layers],
        "loss": next(name for name, loss in LOSSES.items() if type(network.loss) is loss),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with unfinished.open("wb") as file:
            # Metadata first: a damaged zip directory may hide later entries, and then the metadata
            # still say how many layers there were.
            np.savez(file, allow_pickle=False, metadata=np.array(json.dumps(description)), **arrays)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def load(path: Path) -> tuple[Network, dict[str, Any]]:
    """The read-only float32 network in `path`, and its metadata.

    Without metadata, as the tutorials write it, a file is taken for a sigmoid network trained on
    the squared error; its metadata are {}.
    Raises FileNotFoundError if there is no such file, and ValueError, naming the file, if it is
    damaged or is not a network. Nothing in the file is ever executed (no pickle).
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file; `python -m training` makes one")
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        metadata = json.loads(str(arrays["metadata"])) if "metadata" in arrays else {}
    except Exception as error:  # damage shows in zipfile, zlib, NumPy or json, as almost anything
        reason = f"{type(error).__name__}; train anew with `python -m training`, or restore a copy"
        raise ValueError(f"{path}: not a readable .npz file ({reason})") from error
    try:
        return _build_network(arrays, metadata).freeze(), metadata
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _build_network(arrays: dict[str, np.ndarray], metadata: Any) -> Network:
    version = metadata.get("format") if isinstance(metadata, dict) else None
    if "metadata" in arrays and version != FORMAT_VERSION:
        raise ValueError(f"its format is {version!r}; this program reads format {FORMAT_VERSION}")
    # Other arrays, such as a tutorial's `wall_time`, are ignored; the order does not matter.
    numbers = [int(name[1:]) for name in arrays if re.fullmatch("[wb][1-9][0-9]{0,3}", name)]
    count = max(numbers, default=1)
    dense_layers = [
        Dense(_floats(arrays, f"w{number}"), _floats(arrays, f"b{number}").ravel())
        for number in range(1, count + 1)  # .ravel(): the tutorials keep b as one row
    ]
    names = metadata.get("layers", ["dense"] + ["sigmoid", "dense"] * (count - 1))
    loss = metadata.get("loss", "mse")
    are_known = isinstance(names, list) and all(name in ("dense", *ACTIVATIONS) for name in names)
    if not are_known or names.count("dense") != count:
        raise ValueError(f"its layers are {names!r}; expected {count} dense among {[*ACTIVATIONS]}")
    if loss not in list(LOSSES):
        raise ValueError(f"its loss is {loss!r}; expected one of {', '.join(LOSSES)}")
    rest = iter(dense_layers)
    layers = [next(rest) if name == "dense" else ACTIVATIONS[name]() for name in names]
    return Network(layers, LOSSES[loss]())


def _floats(arrays: dict[str, np.ndarray], name: str) -> Array:
    if name not in arrays:
        raise ValueError(f"{name} is missing; expected w1, b1, w2, …; it holds {sorted(arrays)}")
    if not np.issubdtype(arrays[name].dtype, np.floating):
        raise ValueError(f"{name} holds {arrays[name].dtype}; expected floats")
    with np.errstate(over="ignore"):
        array = arrays[name].astype(np.float32)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds numbers that are not finite")
    return array
