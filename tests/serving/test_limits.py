"""Buckets and addresses, with a clock of the test's own."""

from __future__ import annotations

import pytest

from serving.limits import TokenBuckets, client_of


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_and_refills() -> None:
    clock = Clock()
    buckets = TokenBuckets(rate=2, burst=3, clock=clock)
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 0]
    assert buckets.take("a") == pytest.approx(0.5)
    assert buckets.is_empty("a")
    assert buckets.take("b") == 0  # another client is another matter
    clock.now = 0.5
    assert buckets.take("a") == 0
    assert buckets.take("a") > 0
    clock.now = 1000
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 0]  # never more than the burst
    assert buckets.take("a") > 0


def test_a_crowd_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serving.limits.CLIENTS", 100)
    buckets = TokenBuckets(rate=1, burst=1)
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
