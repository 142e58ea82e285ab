"""Serve the page and its API: draw a digit, see at once which it is."""

import logging
import os
import sys
from importlib.util import find_spec

from corrections import Corrections, DatabaseError
from model.network.weights import SHIPPED
from model.reloading import Reloading
from serving.settings import Settings


def main() -> None:
    try:
        settings = Settings.from_environment(os.environ)
        # Gradio reads variables on import, so they are validated first.
        os.environ["GRADIO_SERVER_PORT"] = str(settings.port)  # Gradio fails on an empty one
        from page.layout import LOOK, build
        from serving import records
        from serving.server import WAITING, launch_options, prepared, serve_until

        current = Reloading(settings.weights or SHIPPED).current
        corrections = settings.corrections and Corrections(settings.corrections)
        if corrections:
            try:
                corrections.create()
            except DatabaseError as error:  # the page works without it
                logging.getLogger("app").error("No correction can be kept now. %s", error)
        with prepared(settings) as stop:
            trainings = settings.training if find_spec("training") else 0  # the image has none
            demo = build(current, corrections, records.answer, trainings)
            demo.queue(max_size=WAITING).launch(**launch_options(settings, current), **LOOK)
            serve_until(stop, demo)
    except (OSError, ValueError) as error:
        sys.exit(f"Cannot start: {error}")


if __name__ == "__main__":
    main()
