"""HTTP Basic authentication, with a rate limit on guesses."""

from __future__ import annotations

import base64
import hmac
from collections import OrderedDict
from collections.abc import Mapping

from fastapi import HTTPException
from starlette.types import Scope

from serving.limits import TokenBuckets, client_of

ADMITTED = 10_000  # clients remembered after a correct password
GUESSES, GUESSES_PER_SECOND = 10, 0.2  # burst and rate of wrong passwords, per client
CHALLENGE = {"www-authenticate": 'Basic realm="Draw a digit", charset="UTF-8"'}


class Passwords:
    """Checks passwords. Basic authentication needs no session, so any replica can."""

    def __init__(self, users: Mapping[str, str]) -> None:
        """`users` maps names to passwords."""
        self._users = users
        self._guesses = TokenBuckets(GUESSES_PER_SECOND, GUESSES)
        # Clients admitted with these credentials: others' guesses do not lock them out.
        self._admitted: OrderedDict[tuple[str, bytes], None] = OrderedDict()

    def check(self, scope: Scope) -> None:
        """Raise HTTPException unless the request carries a valid name and password."""
        kind, _, encoded = dict(scope["headers"]).get(b"authorization", b"").partition(b" ")
        visitor = client_of(scope), encoded
        if visitor not in self._admitted:
            if encoded and self._guesses.is_empty(visitor[0]):  # refuse even a correct one
                raise HTTPException(429, "Too many wrong passwords: wait a little.")
            if kind.lower() != b"basic" or not self._is_right(encoded):
                if encoded:
                    self._guesses.take(visitor[0])
                raise HTTPException(401, "A name and a password are needed.", CHALLENGE)
        self._admitted[visitor] = None
        self._admitted.move_to_end(visitor)
        if len(self._admitted) > ADMITTED:
            self._admitted.popitem(last=False)

    def _is_right(self, encoded: bytes) -> bool:
        try:
            name, _, given = base64.b64decode(encoded, validate=True).decode().partition(":")
        except ValueError:
            return False
        expected = self._users.get(name, "")
        return hmac.compare_digest(given.encode(), expected.encode()) and bool(expected)
