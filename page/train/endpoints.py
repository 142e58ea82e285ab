"""What the page /train asks the server: to train, to pause and go on, to read a drawing."""

import base64
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any, Literal

import gradio as gr
import numpy as np
from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, Field

from model import Recognizer
from model.reading import Prediction
from page import answer
from page.drawn import grey_uri
from page.endpoints import Drawing
from page.pictures import LONGEST_ADDRESS, picture_at
from page.train.form import CHOICES, KNOBS, SHOWN, Asked, ImpossibleError, filled, parse
from page.train.queue import FullError, Queue
from page.train.training import SECONDS, Training
from page.train.words import train_words_for
from page.words import words_for
from training.mnist.files import mnist_here

Text = Annotated[str, Field(max_length=40)]
Token = Annotated[str, Field(max_length=64)]


class Form(BaseModel):
    """The knobs, as they stand on the page."""

    settings: Annotated[dict[Text, Text], Field(max_length=20)]


class Start(Form):
    """A training to start, with the drawing that it is to read on the way."""

    picture: Annotated[str, Field(max_length=LONGEST_ADDRESS)] | None = None
    mode: Literal["go", "batch", "epoch"] = "go"


class Command(BaseModel):
    """What a training is to do next."""

    token: Token
    command: Literal["go", "pause", "batch", "epoch", "stop"]


class ToRead(Drawing):
    """A drawing, and the training whose network is to read it."""

    token: Token | None = None


class Listening(StreamingResponse):
    """A stream that is closed as soon as nobody listens, even while it waits to be read."""

    def __init__(self, lines: AsyncIterator[bytes]) -> None:
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}  # pass on at once
        super().__init__(lines, media_type="application/x-ndjson", headers=headers)

    async def __call__(self, *connection: Any) -> None:
        try:
            await super().__call__(*connection)
        finally:
            await self.body_iterator.aclose()


class TrainEndpoints:
    """The requests of /train. `current` returns the recognizer of the first page."""

    def __init__(self, current: Callable[[], Recognizer], queue: Queue) -> None:
        self.current, self.queue = current, queue

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/page/train", include_in_schema=False)
        router.post("/check")(self.check)
        router.post("/start", response_model=None)(self.start)
        router.post("/tell", status_code=204)(self.tell)
        router.post("/draw")(self.draw)
        router.get("/{token}/nnmodel.npz")(self.download)
        return router

    def page(self, request: gr.Request) -> str:
        """The page as HTML, in the browser's language."""
        words = words_for(request) | train_words_for(request)
        return answer.TEMPLATES.get_template("train.html").render(
            w=words,
            recipes={name: filled(name) for name in SHOWN},
            knobs=KNOBS,
            choices=CHOICES,
            is_mnist=mnist_here() is not None,
            keeps=self.queue.kept is not None,
            minutes=SECONDS // 60,
        )

    def check(self, form: Form, request: Request) -> dict[str, Any]:
        """Sentences on impossible settings, by name; or the command that trains the same."""
        try:
            return {"command": self._asked(form, request).command}
        except ImpossibleError as error:
            return {"sentences": error.sentences}

    async def start(self, asked: Start, request: Request) -> Response:
        """Train; answer with a stream of JSON lines, whose end is the end of the training."""
        words = train_words_for(request)
        try:
            parsed = self._asked(asked, request)
        except ImpossibleError as error:
            return JSONResponse({"sentences": error.sentences}, 422)
        drawing = await run_in_threadpool(self._prediction, asked.picture, self.current())
        mnist_dir = await run_in_threadpool(mnist_here)
        training = Training(parsed, mnist_dir, _pixels(drawing), asked.mode)
        try:
            self.queue.join(training)
        except FullError:
            training.close()
            return JSONResponse({"detail": words["full"]}, 503)
        return Listening(self.queue.listen(training))

    def _asked(self, form: Form, request: Request) -> Asked:
        return parse(form.settings, mnist_here() is not None, train_words_for(request))

    async def tell(self, command: Command) -> None:
        """Pause a training, let it go on, or stop it."""
        self._training(command.token).tell(command=command.command)

    async def draw(self, drawing: ToRead) -> dict[str, Any]:
        """What the first page's network makes of a drawing, and the trained one.

        As long as that is being trained, it answers with what it tells.
        """
        training = self._training(drawing.token) if drawing.token else None
        shipped = await run_in_threadpool(self._prediction, drawing.picture, self.current())
        if training:
            training.follow(_pixels(shipped))
        recognizer = training and await run_in_threadpool(training.recognizer)
        trained = recognizer and await run_in_threadpool(
            self._prediction, drawing.picture, recognizer
        )
        return {"shipped": _shown(shipped), "trained": _shown(trained)}

    def download(self, token: str) -> FileResponse:
        """The trained weights."""
        file = self._training(token).file
        if not file.exists():
            raise HTTPException(404, "Not found.")
        return FileResponse(file, filename=file.name, headers={"cache-control": "no-store"})

    def _training(self, token: str) -> Training:
        training = self.queue.here.get(token)
        if training is None:
            raise HTTPException(404, "This training is over.")
        return training

    @staticmethod
    def _prediction(picture: str | None, recognizer: Recognizer) -> Prediction | None:
        """The first digit in a picture; None if there is none."""
        try:
            reading = recognizer.read(picture_at(picture or ""))
        except ValueError:
            return None
        return reading.digits[0] if reading.digits else None


def _pixels(prediction: Prediction | None) -> str | None:
    """What the network sees, in base64 of 784 bytes."""
    if prediction is None:
        return None
    return base64.b64encode(np.uint8(np.rint(prediction.image * 255)).tobytes()).decode()


def _shown(prediction: Prediction | None) -> dict[str, Any] | None:
    if prediction is None or prediction.digit is None:
        return None
    return {
        "digit": prediction.digit,
        "certain": prediction.certain,
        "percent": answer.percent(prediction.confidence),
        "outputs": [round(float(p), 4) for p in prediction.probabilities],
        "picture": grey_uri(prediction.image),
    }
