"""Limits and addresses, with a clock of the test's own."""

import pytest

from serving import clients
from serving.clients import Limit, client_of


def test_a_limit_is_for_each_client_and_for_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(clients.time, "monotonic", lambda: now)
    limit = Limit(3, seconds=10)
    assert [limit.wait("a", cost) for cost in (0, 0, 1, 1, 1, 1, 0)] == [0] * 5 + [10, 10]
    assert limit.wait("b") == 0  # another client is another matter
    now += 4
    assert limit.wait("a") == 6
    now += 6
    assert limit.wait("b", cost=0) == 0
    assert len(limit._counts) == 1  # who has gone is forgotten
    assert [limit.wait("a") for _ in range(4)] == [0, 0, 0, 10]


@pytest.mark.parametrize(
    ("host", "client"),
    [
        *(("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("x", "x")),
        *((f"2001:db8::{end}", "2001:db8::/64") for end in ("1", "ffff:1")),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_a_client_is_an_address_or_an_ipv6_network(host: str, client: str) -> None:
    assert client_of({"client": (host, 1)}) == client
    assert client_of({"client": None}) == "unknown"
