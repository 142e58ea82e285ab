"""Serve the page, and `/predict` for programs: draw a digit, see at once which it is."""

import os
import sys

from corrections import Corrections
from model.network.weights import SHIPPED
from page.endpoints import Endpoints
from page.layout import PRESENTATION, build_app
from serving import records
from serving.reloading import Reloading
from serving.server import serve
from serving.settings import Settings
from serving.storage import private_folder


def main() -> None:
    try:
        settings = Settings.from_environment(os.environ)
        current = Reloading(settings.weights or SHIPPED).current
        corrections = settings.corrections and Corrections(settings.corrections)
        if corrections:
            corrections.create()
        train, at_end = None, []
        if settings.training:
            from page.train.endpoints import TrainEndpoints  # needs the trainer
            from page.train.queue import Queue

            queue = Queue(settings.training, settings.trained, records.training)
            train, at_end = TrainEndpoints(current, queue), [queue.close]
        with private_folder():
            endpoints = Endpoints(current, corrections, records.answer, trains=train is not None)
            page = build_app(endpoints, train and train.page)
            routes = [each.router() for each in (train, endpoints) if each]
            serve(page, current, settings, at_end, routes=routes, **PRESENTATION)
    except (OSError, ValueError) as error:
        sys.exit(f"Cannot start: {error}")


if __name__ == "__main__":
    main()
