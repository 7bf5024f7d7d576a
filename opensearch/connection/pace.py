"""How long answers take, so as to know when one is late: then another host is asked as well."""

from collections import deque
from threading import Lock
from typing import Final

__all__ = ["Pace"]

REMEMBERED: Final = 256
"""Answers, the latest."""

FEWEST: Final = 20
"""Answers without which nothing is known of them."""

UNKNOWN: Final = 0.5
SOONEST: Final = 0.05
LATEST: Final = 1.0
"""Seconds after which an answer is late: while nothing is known, at the least, and at the most."""

SHARE: Final = 0.95
"""Of all answers, those that come in time."""


ALLOWANCE: Final = 20.0
"""Further tries that may be made at once."""

EARNED: Final = 0.1
"""Of one that each answer earns: where all are late, a cluster has too much to do, and more would harm it."""


class Pace:
    """The time that answers took; safe to share among threads."""

    def __init__(self) -> None:
        self._took: deque[float] = deque(maxlen=REMEMBERED)
        self._allowance = ALLOWANCE
        self._lock = Lock()

    def note(self, seconds: float) -> None:
        """Remember how long an answer took, or was waited for in vain."""
        with self._lock:
            self._took.append(seconds)
            self._allowance = min(self._allowance + EARNED, ALLOWANCE)

    def may_try(self) -> bool:
        """Whether what is late may be tried with another host, which is taken from what is allowed."""
        with self._lock:
            if self._allowance < 1:
                return False
            self._allowance -= 1
            return True

    def late(self, left: float) -> float:
        """Seconds after which an answer is late; with ``left`` seconds for all, time stays for two others."""
        with self._lock:
            took = sorted(self._took)
        usual = took[int(SHARE * (len(took) - 1))] if len(took) >= FEWEST else UNKNOWN
        return min(max(usual, SOONEST), LATEST, left / 3)
