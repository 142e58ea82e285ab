"""Clients: their addresses, passwords and rate limits."""

import base64
import hmac
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.exceptions import HTTPException
from starlette.types import Scope


def client_of(scope: Scope) -> str:
    """The client's address; for IPv6 its /64 network, since one client has all of it."""
    host = scope["client"][0] if scope.get("client") else "unknown"
    with suppress(ValueError):
        address = ip_address(host)
        if isinstance(address, IPv6Address):
            return str(address.ipv4_mapped or ip_network((address, 64), strict=False))
    return host


class Limit:
    """At most `most` requests per client in each period of `seconds`."""

    def __init__(self, most: float, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._counts, self._end = Counter[str](), 0.0

    def wait(self, client: str, cost: int = 1) -> float:
        """Count a request; return 0, or the seconds until the next one is allowed."""
        now = time.monotonic()
        if now >= self._end:
            self._counts.clear()
            self._end = now + self._seconds
        self._counts[client] += cost
        return self._end - now if self._counts[client] > self._most else 0.0


class Passwords:
    """HTTP Basic authentication: without sessions, so any replica can check it."""

    def __init__(self, users: Mapping[str, str]) -> None:
        self._known = [base64.b64encode(f"{n}:{p}".encode()) for n, p in users.items()]
        self._guesses = Limit(10, seconds=50)
        # Admitted clients with their credentials: others' guesses do not lock them out.
        self._admitted: set[tuple[str, bytes]] = set()

    def check(self, scope: Scope) -> None:
        """Raise HTTPException unless the request carries a valid name and password."""
        kind, _, given = dict(scope["headers"]).get(b"authorization", b"").partition(b" ")
        client = client_of(scope)
        if (client, given) in self._admitted:
            return
        if given and self._guesses.wait(client, cost=0):  # refuse even a correct one
            raise HTTPException(429, "Too many wrong passwords: wait a little.")
        if kind.lower() != b"basic" or not any(hmac.compare_digest(given, k) for k in self._known):
            self._guesses.wait(client, cost=bool(given))
            challenge = {"www-authenticate": 'Basic realm="Draw a digit", charset="UTF-8"'}
            raise HTTPException(401, "A name and a password are needed.", challenge)
        self._admitted.add((client, given))
