"""How often a client may ask: as often as its rate, and some at once (GCRA, a leaky bucket of one number).

Own code, as it is ten lines; libraries for it bring stores and dependencies that one process does not need.
"""

import math
import time
from collections.abc import Callable
from threading import Lock

__all__ = ["RateLimit"]


class RateLimit:
    """Counts for each name; threads may share it.

    Args:
        rate: requests a second, in the long run.
        burst: requests that may come at once.
        clock: seconds that only go forward.
    """

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = 1 / rate
        self._tolerance = burst / rate
        self._clock = clock
        self._lock = Lock()
        self._due: dict[str, float] = {}

    def wait(self, name: str) -> int:
        """Seconds after which the client may ask; 0, and the request is counted, where it may at once."""
        now = self._clock()
        with self._lock:
            due = max(self._due.get(name, now), now) + self._interval
            early = due - now - self._tolerance
            if early > self._interval / 1e6:  # else it is the rounding of floats
                return math.ceil(early)
            self._due[name] = due
            return 0
