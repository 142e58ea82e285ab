"""How many requests, from whom."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any

CLIENTS = 10_000  # that are remembered: a crowd cannot fill the memory


class TokenBuckets:
    """A bucket of `burst` tokens for each client, refilled with `rate` tokens per second.

    Not thread-safe: it belongs to the event loop.
    """

    def __init__(
        self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, and when

    def is_empty(self, client: str) -> bool:
        return self._tokens(client) < 1

    def take(self, client: str) -> float:
        """Takes a token and returns 0, or returns in how many seconds there will be one."""
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
    """The client's address; of IPv6 the network, since one client has as many as it likes."""
    host = scope["client"][0] if scope.get("client") else "unknown"
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if address.version == 6 and address.ipv4_mapped is None:
        return f"{address.exploded[:19]}::/64"
    return str(getattr(address, "ipv4_mapped", None) or address)
