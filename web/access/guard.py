"""Which client sent a request, whether the client may do what it asks for, and how often it may ask.

The rate limit is our own code, as it is ten lines; libraries bring stores and dependencies that one server
does not need.
"""

import base64
import binascii
import fcntl
import math
import mmap
import os
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from threading import Lock
from typing import Final

import numpy as np
from flask import Flask, Response, g, request

from onneshon.web.access.keys import Client, KeyFile, Scope
from onneshon.web.middleware.answers import for_programs
from onneshon.web.middleware.faults import AccessError


class SharedLock:
    """A lock among all threads of this process and of its forks; released when the process with it dies.

    Raises:
        OSError: there is no folder for temporary files.
    """

    def __init__(self) -> None:
        self._threads = Lock()
        with tempfile.TemporaryFile() as file:
            self._file = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._file)

    @contextmanager
    def acquired(self) -> Iterator[None]:
        """A context in which this thread has the lock."""
        with self._threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)


BURST_SECONDS: Final = 2
"""Burst of a client = its rate x BURST_SECONDS."""

CLIENTS: Final = 1024
"""Number of clients remembered; a further one replaces the client whose next request is due earliest."""

_CLIENT: Final = np.dtype([("name", "u8"), ("due", "f8")])


class RateLimit:
    """Limits requests by client name; threads may share it, and processes that are forked later.

    Args:
        rate: requests a second, in the long run.
        burst: requests that may come at once; by default what the rate allows in BURST_SECONDS.
        clock: a monotonic clock in seconds, the same in all processes.

    Raises:
        OSError: there is no folder for temporary files.
    """

    def __init__(
        self, rate: float, burst: int | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._interval = 1 / rate
        self._tolerance = (max(1, round(rate * BURST_SECONDS)) if burst is None else burst) / rate
        self._clock = clock
        self._lock = SharedLock()
        self._clients = np.frombuffer(mmap.mmap(-1, CLIENTS * _CLIENT.itemsize), _CLIENT)

    def wait(self, name: str) -> int:
        """Count a request if the client may send it now and return 0, else the seconds until it may."""
        digest = int.from_bytes(blake2b(name.encode(), digest_size=8).digest())
        with self._lock.acquired():
            now = self._clock()
            row, due = self._known(digest, now)
            due = max(due, now) + self._interval
            early = due - now - self._tolerance
            if early > self._interval / 1e6:  # a smaller excess is the rounding of floats
                return math.ceil(early)
            self._clients[row] = (digest, due)
            return 0

    def admit(self, name: str, refusal: str = "Too many tries; try again") -> None:
        """Count a request.

        Raises:
            AccessError: the client may not send it now; begins with ``refusal``.
        """
        if seconds := self.wait(name):
            raise AccessError(429, f"{refusal} in {seconds} s.", seconds=seconds)

    def _known(self, digest: int, now: float) -> tuple[int, float]:
        """The row of a client, or the row to replace; and the time when the client's next request is due."""
        rows = np.flatnonzero(self._clients["name"] == digest)
        if rows.size:
            return int(rows[0]), float(self._clients["due"][rows[0]])
        return int(self._clients["due"].argmin()), now


_OPEN: Final = frozenset({"/healthz", "/readyz"})
"""Paths that need no key even on a private server: they tell strangers nothing about articles."""

_WANTED: Final = "A key is needed: Authorization: Bearer KEY."
_ASK: Final = "ask the operator of the server for one, which `onneshon keys add` makes."


def key_of(authorization: str, *, basic: bool = False) -> str:
    """The key in an Authorization header; empty if there is none.

    Args:
        authorization: the value of the header: ``Bearer KEY`` (RFC 6750).
        basic: whether ``Basic``, with any name and the key as password, is accepted too. Browsers prompt for
            it and then send it with any request that a page causes, so it is safe for reading only.
    """
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    if basic and scheme.lower() == "basic":
        try:
            return base64.b64decode(given, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


def admitted(keys: KeyFile, authorization: str, scope: Scope, *, basic: bool = False) -> Client:
    """The client that sent a request, if its key has the scope that the request needs.

    Args:
        keys: the keys of clients.
        authorization: the Authorization header of the request; empty if there is none.
        scope: the scope that the request needs.
        basic: as for ``key_of``.

    Raises:
        AccessError: the request has no key, an unknown key, or a key of another scope.
    """
    key = key_of(authorization, basic=basic)
    client = keys.client(key) if key else None
    if client is None:
        challenge = 'Basic realm="Onneshon", charset="UTF-8"' if basic else 'Bearer realm="Onneshon"'
        raise AccessError(401, f"The key is not known: {_ASK}" if key else _WANTED, challenge=challenge)
    if scope not in client.scopes:
        raise AccessError(403, f"The key of {client.name} is not for {scope}: {_ASK}")
    return client


class Guard:
    """Admits requests by their keys.

    Args:
        keys: the keys of clients.
        limit: how often each client may write.
    """

    def __init__(self, keys: KeyFile, limit: RateLimit) -> None:
        self._keys = keys
        self._limit = limit

    def may_write(self, authorization: str) -> bool:
        """Whether an Authorization header has a key to write with; called before the body is read."""
        client = self._keys.client(key_of(authorization))
        return client is not None and "write" in client.scopes

    def admit_writing(self) -> None:
        """Admit the current request if its client may write now, and set ``g.client`` to the client's name.

        Raises:
            AccessError: the client may not write, or not so often.
        """
        self._limit.admit(self._admit("write", basic=False), "Too many requests; ask again")

    def _admit(self, scope: Scope, *, basic: bool) -> str:
        g.client = admitted(self._keys, _authorization(), scope, basic=basic).name
        return str(g.client)

    def _client(self, *, basic: bool) -> Client | None:
        """The client that sent the current request; None where it has no known key."""
        key = key_of(_authorization(), basic=basic)
        return self._keys.client(key) if key else None

    def close(self, app: Flask) -> None:
        """Make ``app`` private: every request needs a key, to search with or to write with.

        Monitors need none for the paths in ``_OPEN``; ``g.stranger`` then says whether they sent no known
        key. No shared cache may keep an answer, as it would give it to others.
        """

        @app.before_request
        def demand_key() -> None:
            writing = request.blueprint in {"publishing", "desk"}  # which have guards of their own
            if request.path in _OPEN:
                g.stranger = self._client(basic=True) is None
            elif request.endpoint != "static" and not writing and not _is_preflight():
                self._admit("search", basic=True)

        @app.after_request
        def keep_private(response: Response) -> Response:
            if request.endpoint != "static" and not response.cache_control.no_store:
                response.headers.setdefault("Cache-Control", "no-cache")
                response.cache_control.public = False
                response.cache_control.private = True
            return response


def _is_preflight() -> bool:
    """Whether the request is a browser's CORS preflight, which carries no key (Fetch standard)."""
    return request.method == "OPTIONS" and for_programs(request.path)


def _authorization() -> str:
    return request.headers.get("Authorization", "")
