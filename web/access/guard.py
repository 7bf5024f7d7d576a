"""Which client sent a request, whether it may do what it asks for, and how often it may ask.

Own code, as it is ten lines; libraries for it bring stores and dependencies that one server does not need.
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
    """A lock among all threads of this process and of those forked from it; a process that dies lets go.

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
        """For so long nobody else has it."""
        with self._threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)


BURST_SECONDS: Final = 2
"""Burst of a client = its rate x this."""

CLIENTS: Final = 1024
"""Clients that are remembered at a time; of more, those who have waited longest are forgotten first."""

_CLIENT: Final = np.dtype([("name", "u8"), ("due", "f8")])


class RateLimit:
    """Counts for each name; threads may share it, and processes that are forked after it was made.

    Args:
        rate: requests a second, in the long run.
        burst: requests that may come at once; what the rate allows in BURST_SECONDS unless told.
        clock: seconds that only go forward, the same in all processes.

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
        """Seconds after which the client may ask; 0, and the request is counted, where it may at once."""
        digest = int.from_bytes(blake2b(name.encode(), digest_size=8).digest())
        with self._lock.acquired():
            now = self._clock()
            row, due = self._known(digest, now)
            due = max(due, now) + self._interval
            early = due - now - self._tolerance
            if early > self._interval / 1e6:  # else it is the rounding of floats
                return math.ceil(early)
            self._clients[row] = (digest, due)
            return 0

    def _known(self, digest: int, now: float) -> tuple[int, float]:
        """The place of a client, and when its next request is due."""
        rows = np.flatnonzero(self._clients["name"] == digest)
        if rows.size:
            return int(rows[0]), float(self._clients["due"][rows[0]])
        return int(self._clients["due"].argmin()), now


_OPEN: Final = frozenset({"/healthz", "/readyz"})
"""What answers without a key also where all else is private: it says nothing of articles to strangers."""

_WANTED: Final = "A key is needed: Authorization: Bearer KEY."


def key_of(authorization: str, *, basic: bool = False) -> str:
    """The key in an Authorization header; empty if there is none.

    Args:
        authorization: the header: ``Bearer KEY`` (RFC 6750).
        basic: take ``Basic``, with any name and the key as password, as well. Browsers ask for that and then
            send it with whatever a page makes them send, so that it is of use for reading alone.
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
    """The client that sent a request, where it may do what it asks for.

    Args:
        keys: of clients.
        authorization: the header of the request; empty if there is none.
        scope: what it asks for.
        basic: as of ``key_of``.

    Raises:
        AccessError: it has no key, one that is not known, or one for something else.
    """
    key = key_of(authorization, basic=basic)
    client = keys.client(key) if key else None
    if client is None:
        challenge = 'Basic realm="Onneshon", charset="UTF-8"' if basic else 'Bearer realm="Onneshon"'
        raise AccessError(401, "The key is not known." if key else _WANTED, challenge=challenge)
    if scope not in client.scopes:
        raise AccessError(403, f"The key of {client.name} is not for {scope}.")
    return client


class Guard:
    """Lets requests through by their keys.

    Args:
        keys: of clients.
        limit: how often each may write.
    """

    def __init__(self, keys: KeyFile, limit: RateLimit) -> None:
        self._keys = keys
        self._limit = limit

    def may_write(self, authorization: str) -> bool:
        """Whether that header has a key to write with; asked before the body of a request is read."""
        client = self._keys.client(key_of(authorization))
        return client is not None and "write" in client.scopes

    def admit_writing(self) -> None:
        """Let the request through if its client may write now; ``g.client`` is its name then.

        Raises:
            AccessError: it may not.
        """
        client = self._admit("write", basic=False)
        if seconds := self._limit.wait(client):
            raise AccessError(429, f"Too many requests; ask again in {seconds} s.", seconds=seconds)

    def _admit(self, scope: Scope, *, basic: bool) -> str:
        g.client = admitted(self._keys, _authorization(), scope, basic=basic).name
        return str(g.client)

    def _client(self, *, basic: bool) -> Client | None:
        """Who sent the request that is being answered; None where it has no key that is known."""
        key = key_of(_authorization(), basic=basic)
        return self._keys.client(key) if key else None

    def close(self, app: Flask) -> None:
        """Have ``app`` answer nobody without a key to search with, or to write with for what writes.

        What watches the server needs none for what it asks; ``g.stranger`` says then that it had none. No
        answer is kept by what stands between, which would give it to others.
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
    """Whether a browser asks what a page may ask, to which it adds no key (Fetch standard, CORS protocol)."""
    return request.method == "OPTIONS" and for_programs(request.path)


def _authorization() -> str:
    return request.headers.get("Authorization", "")
