"""One request and its response: a body limited in bytes and seconds, correct status codes."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress

from fastapi import HTTPException
from starlette.types import Message, Receive, Scope, Send

from serving import records
from serving.limits import client_of
from serving.pictures import MOST_BYTES

DIRECT = ("/gradio_api/run/", "/gradio_api/api/")
PAGE = ("/page/",)  # requests of our page's own scripts
QUEUED = ("/gradio_api/call/", "/gradio_api/queue/join")
UPLOAD = ("/gradio_api/upload",)
# Limits of bodies, in bytes. Queued requests only name an uploaded picture.
LARGEST = {QUEUED: 50_000, UPLOAD: MOST_BYTES + 100_000}
LARGEST_OTHER = 1_000_000
SECONDS_TO_SEND = 30  # for a whole request
LINGER_SECONDS, LINGER_BYTES = 5, 128_000_000  # for draining a refused body


class Exchange:
    """The `receive` and `send` that the application gets instead of ASGI's own."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        # Gradio remembers the progress of every upload with an ID for ever: drop the ID.
        self.scope = {**scope, "query_string": b""} if path.startswith(UPLOAD) else scope
        self._receive, self._send = receive, send
        limits = (size for paths, size in LARGEST.items() if path.startswith(paths))
        self._limit = next(limits, LARGEST_OTHER)
        self._deadline, self._received = time.monotonic() + SECONDS_TO_SEND, 0
        self._complete, self.refused = False, False
        self._failure: Message | None = None  # the start of a 500, held until its body tells why

    def check_size(self, size: int) -> None:
        if size > self._limit:
            self.refused = True
            raise HTTPException(413, f"Send {self._limit:,} bytes at most.")

    async def receive(self) -> Message:
        """Receive the next part of the body; raise HTTPException if it is too large or slow."""
        if self._complete:
            return await self._receive()  # waits for the disconnect, without a limit
        try:
            message = await asyncio.wait_for(self._receive(), self._deadline - time.monotonic())
        except TimeoutError:
            self.refused = True
            raise HTTPException(408, f"Send it within {SECONDS_TO_SEND} seconds.") from None
        self._received += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        self.check_size(self._received)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if message["status"] == 500 and self.scope["path"].startswith(DIRECT):
                self._failure = message
            else:
                await self._start(message)
            return
        if self._failure:
            # Gradio answers a caller's mistake with a 500 and a message: that is a 422.
            is_mistake = json.loads(message["body"]).get("error") is not None
            await self._start(self._failure | ({"status": 422} if is_mistake else {}))
            self._failure = None
        if not self._complete and not message.get("more_body", False):
            await self._send(message | {"more_body": True})
            await self._throw_away_body()
            message = {"type": "http.response.body"}
        await self._send(message)

    async def _start(self, message: Message) -> None:
        if 400 <= message["status"] < 500:
            records.refusal(message["status"], client_of(self.scope))
            if not self._complete:  # the rest of the body must not become the next request
                message["headers"] = [*message["headers"], (b"connection", b"close")]
        await self._send(message)

    async def _throw_away_body(self) -> None:
        """Drain the body: closing with unread bytes resets the connection, losing the reply."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                while not self._complete and self._received < LINGER_BYTES:
                    message = await self._receive()
                    self._received += len(message.get("body", b""))
                    self._complete = not message.get("more_body", False)
