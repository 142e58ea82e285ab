"""Serve the page, and its API for programs: draw a digit, see at once which it is."""

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
        # Gradio reads variables while it is loaded: what is wrong in them has been said by now.
        os.environ["GRADIO_SERVER_PORT"] = str(settings.port)  # it takes no empty one
        from page.layout import LOOK, build
        from serving import records
        from serving.server import WAITING, launch_options, prepared, wait_until_told_to_end

        current = Reloading(settings.weights or SHIPPED).current
        corrections = settings.corrections and Corrections(settings.corrections)
        if corrections:
            try:
                corrections.create()
            except DatabaseError as error:  # which is no reason not to serve
                logging.getLogger("app").error("No correction can be kept now. %s", error)
        with prepared(settings):
            trainings = settings.training if find_spec("training") else 0  # the image has none
            demo = build(current, corrections, records.answer, trainings)
            demo.queue(max_size=WAITING).launch(**launch_options(settings, current), **LOOK)
            wait_until_told_to_end(demo)
    except (OSError, ValueError) as error:
        sys.exit(f"Cannot start: {error}")


if __name__ == "__main__":
    main()
