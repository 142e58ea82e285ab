"""HTTP Basic authentication, with guessing slowed down."""

from __future__ import annotations

import base64
import hmac
from collections import OrderedDict
from collections.abc import Mapping

from fastapi import HTTPException
from starlette.types import Scope

from serving.limits import TokenBuckets, client_of

ADMITTED = 10_000  # clients whose password was right, remembered
GUESSES, GUESSES_PER_SECOND = 10, 0.2  # of one client
CHALLENGE = {"www-authenticate": 'Basic realm="Draw a digit", charset="UTF-8"'}


class Passwords:
    """Who may come in. Basic authentication needs no session, so any replica can check it."""

    def __init__(self, users: Mapping[str, str]) -> None:
        """`users` are passwords by name."""
        self._users = users
        self._guesses = TokenBuckets(GUESSES_PER_SECOND, GUESSES)
        # Clients that once gave these credentials: nobody else's guesses shut them out.
        self._admitted: OrderedDict[tuple[str, bytes], None] = OrderedDict()

    def check(self, scope: Scope) -> None:
        """Raises HTTPException unless the request carries a right name and password."""
        kind, _, encoded = dict(scope["headers"]).get(b"authorization", b"").partition(b" ")
        visitor = client_of(scope), encoded
        if visitor not in self._admitted:
            if encoded and self._guesses.is_empty(visitor[0]):  # not even the right one is tried
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
