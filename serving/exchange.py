"""One request and its response: the body bounded in bytes and seconds, the status made true."""

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
QUEUED = ("/gradio_api/call/", "/gradio_api/queue/join")
UPLOAD = ("/gradio_api/upload",)
# The largest bodies, in bytes. What waits in the queue only names its picture.
LARGEST = {QUEUED: 50_000, UPLOAD: MOST_BYTES + 100_000}
LARGEST_OTHER = 1_000_000
SECONDS_TO_SEND = 30  # within which a request must have come whole
LINGER_SECONDS, LINGER_BYTES = 5, 128_000_000  # of a refused body


class Exchange:
    """What the application reads and sends in the place of ASGI's own `receive` and `send`."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        # Of an upload that has a name Gradio remembers the name and the progress for ever.
        self.scope = {**scope, "query_string": b""} if path.startswith(UPLOAD) else scope
        self._receive, self._send = receive, send
        limits = (size for paths, size in LARGEST.items() if path.startswith(paths))
        self._limit = next(limits, LARGEST_OTHER)
        self._deadline, self._received = time.monotonic() + SECONDS_TO_SEND, 0
        self._complete, self.refused = False, False
        self._failure: Message | None = None  # the start of a 500 whose reason is not yet known

    def check_size(self, size: int) -> None:
        if size > self._limit:
            self.refused = True
            raise HTTPException(413, f"Send {self._limit:,} bytes at most.")

    async def receive(self) -> Message:
        """The next part of the body, counted. Raises HTTPException if it is too large or slow."""
        if self._complete:
            return await self._receive()  # until the client goes away: as long as it likes
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
            # Gradio answers 500 to a caller's mistake, with a sentence on it: that is a 422.
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
            if not self._complete:  # what is left of the body must not be the next request
                message["headers"] = [*message["headers"], (b"connection", b"close")]
        await self._send(message)

    async def _throw_away_body(self) -> None:
        """A connection closed with bytes unread is reset, and the client never sees why."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                while not self._complete and self._received < LINGER_BYTES:
                    message = await self._receive()
                    self._received += len(message.get("body", b""))
                    self._complete = not message.get("more_body", False)
