"""The loop of the process that publishes: it applies what comes, and merges when nothing does."""

import threading
import time
from collections.abc import Callable
from typing import Final

from index.publishing.applying import Applier

__all__ = ["IDLE_SECONDS", "work"]

POLL_SECONDS: Final = 0.05
"""How often the journal is looked at: what is appended waits for half of it on average."""

RETRY_SECONDS: Final = (0.2, 1.0, 5.0, 15.0)
"""Waits after one failure, two, three, and more."""

IDLE_SECONDS: Final = 10.0
"""Without anything to publish, after which it is time to merge."""


def work(applier: Applier, ending: threading.Event, merge: Callable[[], object] = bool) -> None:
    """Apply what comes until it is time to end.

    Args:
        applier: applies it.
        ending: set when it is time to end.
        merge: called once after each time of publishing, when nothing has come for a while.
    """
    failures = 0
    published, is_merged = time.monotonic(), True
    while not ending.is_set():
        if applier.is_idle:
            if not is_merged and time.monotonic() - published >= IDLE_SECONDS:
                is_merged = True
                merge()
            ending.wait(POLL_SECONDS)
        elif applier.step():
            failures = 0
            published, is_merged = time.monotonic(), False
        else:
            ending.wait(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
            failures += 1
