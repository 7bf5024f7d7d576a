"""How often a client may ask: as often as its rate, and some at once (GCRA, a leaky bucket of one number).

Own code, as it is ten lines; libraries for it bring stores and dependencies that one server does not need.
"""

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

__all__ = ["BURST_SECONDS", "RateLimit"]

BURST_SECONDS: Final = 2
"""Burst of a client = its rate x this."""

CLIENTS: Final = 1024
"""Clients that are remembered at a time; of more, those who have waited longest are forgotten first."""

_CLIENT: Final = np.dtype([("name", "u8"), ("due", "f8")])


class _Lock:
    """Of all threads of this process and of those that are forked from it; one that dies lets go."""

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
        self._lock = _Lock()
        self._clients = np.frombuffer(mmap.mmap(-1, CLIENTS * _CLIENT.itemsize), _CLIENT)

    def wait(self, name: str) -> int:
        """Seconds after which the client may ask; 0, and the request is counted, where it may at once."""
        digest = int.from_bytes(blake2b(name.encode(), digest_size=8).digest())
        with self._lock.acquired():
            now = self._clock()
            place, due = self._known(digest, now)
            due = max(due, now) + self._interval
            early = due - now - self._tolerance
            if early > self._interval / 1e6:  # else it is the rounding of floats
                return math.ceil(early)
            self._clients[place] = (digest, due)
            return 0

    def _known(self, digest: int, now: float) -> tuple[int, float]:
        """The place of a client, and when its next request is due."""
        places = np.flatnonzero(self._clients["name"] == digest)
        if places.size:
            return int(places[0]), float(self._clients["due"][places[0]])
        return int(self._clients["due"].argmin()), now
