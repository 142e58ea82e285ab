"""How many requests, how large, from whom: what the gate counts with."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any

from starlette.types import Message, Receive, Send

PICTURE = 5_000_000  # bytes: the page's max_file_size
LARGEST_UPLOAD = PICTURE + 100_000  # what multipart adds to a picture
LARGEST_WAITING = 50_000  # of a question that waits in the queue: it names its picture
LARGEST_BODY = 1_000_000  # of any other request
SECONDS_TO_SEND = 30  # within which a request must have come whole


class Refusal(Exception):
    """Why a request goes no further."""

    def __init__(self, status: int, reason: str, detail: str, **headers: str) -> None:
        super().__init__(detail)
        self.status, self.reason, self.detail, self.headers = status, reason, detail, headers


class TokenBuckets:
    """A bucket of `burst` tokens for each key, refilled with `rate` tokens per second.

    Knows the keys that were seen last, `capacity` of them: a crowd cannot fill the memory. Not for
    several threads: the gate runs in the event loop.
    """

    def __init__(
        self,
        rate: float,
        burst: float,
        capacity: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.rate, self.burst = rate, burst
        self._capacity, self._clock = capacity, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def is_empty(self, key: str) -> bool:
        return self._tokens(key, self._clock()) < 1

    def take(self, key: str) -> float:
        """Takes a token and answers 0, or answers in how many seconds there will be one."""
        now = self._clock()
        tokens = self._tokens(key, now)
        self._buckets.pop(key, None)
        granted = tokens >= 1
        self._buckets[key] = tokens - granted, now
        if len(self._buckets) > self._capacity:
            self._buckets.popitem(last=False)
        return 0.0 if granted else (1 - tokens) / self.rate

    def _tokens(self, key: str, now: float) -> float:
        tokens, before = self._buckets.get(key, (self.burst, now))
        return min(self.burst, tokens + (now - before) * self.rate)


class BoundedBody:
    """A request's body, counted as it comes: what is too large or too slow never gets to Gradio."""

    def __init__(self, receive: Receive, send: Send, limit: int) -> None:
        self._receive, self._send, self._limit = receive, send, limit
        self._until = time.monotonic() + SECONDS_TO_SEND
        self._taken = 0
        self.complete = self.started = False
        self.refusal: Refusal | None = None

    def check(self, size: int) -> None:
        if size > self._limit:
            raise Refusal(413, "size", f"Send {self._limit:,} bytes at most.")

    async def receive(self) -> Message:
        if self.complete:
            return await self._receive()  # until the client goes away: as long as it likes
        try:
            message = await asyncio.wait_for(self._receive(), self._until - time.monotonic())
            self._taken += len(message.get("body", b""))
            self.check(self._taken)
        except TimeoutError:
            self.refusal = Refusal(408, "slow", f"Send it within {SECONDS_TO_SEND} seconds.")
        except Refusal as refusal:
            self.refusal = refusal
        if self.refusal:  # Gradio is told that the client has gone; the client, why
            return {"type": "http.disconnect"}
        self.complete = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if self.refusal and not self.started:
            return
        self.started = True
        await self._send(message)


def client_of(scope: Mapping[str, Any]) -> str:
    """The client's address; of IPv6 the network, since one client has as many as it likes."""
    host = scope["client"][0] if scope.get("client") else "unknown"
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if address.version == 6 and address.ipv4_mapped is None:
        return f"{address.exploded[:19]}::/64"
    return str(getattr(address, "ipv4_mapped", None) or address)
