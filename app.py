"""The page: draw a digit, read at once which it is. The same answer for programs: `/predict`."""

import os
import sys
from pathlib import Path

from model.corrections import Corrections
from page.layout import PRESENTATION, build_app
from page.reloading import Reloading

WEIGHTS = Path(__file__).parent / "weights" / "nnmodel.npz"


def main() -> None:
    # Gradio itself, if the port that it is told is taken, silently takes the next.
    port = os.environ.get("GRADIO_SERVER_PORT")
    try:
        weights = Path(os.environ.get("WEIGHTS") or WEIGHTS)
        build_app(Reloading(weights).current, _corrections()).launch(
            server_port=int(port) if port else None, share=False, **PRESENTATION
        )
    except (OSError, ValueError) as error:
        sys.exit(f"Cannot start: {error}")


def _corrections() -> Corrections | None:
    """Where the operator wants corrections to be kept; None if he does not."""
    path = os.environ.get("CORRECTIONS")
    if not path:
        return None
    corrections = Corrections(Path(path))
    corrections.create()
    return corrections


if __name__ == "__main__":
    main()
