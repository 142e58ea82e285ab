"""Rate limits per client: token buckets."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any

CLIENTS = 10_000  # remembered at most, which bounds the memory


class TokenBuckets:
    """A bucket of `burst` tokens per client, refilled at `rate` tokens per second.

    Not thread-safe: for use in the event loop.
    """

    def __init__(
        self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, time

    def is_empty(self, client: str) -> bool:
        return self._tokens(client) < 1

    def take(self, client: str) -> float:
        """Take a token and return 0, or return the seconds until there is one."""
        tokens = self._tokens(client)
        granted = tokens >= 1
        self._buckets[client] = tokens - granted, self._clock()
        self._buckets.move_to_end(client)
        if len(self._buckets) > CLIENTS:
            self._buckets.popitem(last=False)
        return 0.0 if granted else (1 - tokens) / self._rate

    def _tokens(self, client: str) -> float:
        tokens, since = self._buckets.get(client, (self._burst, 0.0))
        return min(self._burst, tokens + (self._clock() - since) * self._rate)


def client_of(scope: Mapping[str, Any]) -> str:
    """The client's address; for IPv6 its /64 network, since one client owns all of that."""
    host = scope["client"][0] if scope.get("client") else "unknown"
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if address.version == 6 and address.ipv4_mapped is None:
        return f"{address.exploded[:19]}::/64"
    return str(getattr(address, "ipv4_mapped", None) or address)
