"""Buckets, addresses, bodies: what the gate counts with, and a clock of the test's own."""

from __future__ import annotations

import asyncio

import pytest

from serving.limits import BoundedBody, TokenBuckets, client_of


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_and_refills() -> None:
    clock = Clock()
    buckets = TokenBuckets(rate=2, burst=3, clock=clock)
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 0]
    assert buckets.take("a") == pytest.approx(0.5)
    assert buckets.take("b") == 0  # another client is another matter
    clock.now = 0.5
    assert buckets.take("a") == 0
    assert buckets.take("a") > 0
    clock.now = 1000
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 0]  # never more than the burst
    assert buckets.take("a") > 0


def test_a_crowd_does_not_fill_the_memory() -> None:
    buckets = TokenBuckets(rate=1, burst=1, capacity=100)
    for number in range(1000):
        buckets.take(str(number))
    assert len(buckets._buckets) == 100


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8::1", "2001:0db8:0000:0000::/64"),
        ("2001:db8::ffff:1", "2001:0db8:0000:0000::/64"),
        ("somebody", "somebody"),
    ],
)
def test_a_client_is_an_address_or_an_ipv6_network(host: str, client: str) -> None:
    assert client_of({"client": (host, 1)}) == client
    assert client_of({"client": None}) == "unknown"


def test_a_body_is_counted_as_it_comes() -> None:
    async def receive() -> dict:
        return {"type": "http.request", "body": bytes(60), "more_body": True}

    async def send(message: dict) -> None:
        raise AssertionError("nothing is to be sent")

    async def read() -> None:
        body = BoundedBody(receive, send, limit=100)
        assert (await body.receive())["type"] == "http.request"
        assert (await body.receive())["type"] == "http.disconnect"
        assert body.refusal.status == 413
        await body.send({"type": "http.response.start"})  # what follows in Gradio is not told

    asyncio.run(read())


def test_the_slow_are_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serving.limits.SECONDS_TO_SEND", 0.05)

    async def never() -> dict:
        await asyncio.Event().wait()

    async def read() -> None:
        body = BoundedBody(never, never, limit=100)
        assert (await body.receive())["type"] == "http.disconnect"
        assert body.refusal.status == 408

    asyncio.run(read())
