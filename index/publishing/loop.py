"""The loop of the process that publishes: apply what comes, and wait after a failure."""

import threading
from typing import Final

from index.publishing.applying import Applier

__all__ = ["work"]

POLL_SECONDS: Final = 0.05
"""How often the journal is looked at: what is appended waits for half of it on average."""

RETRY_SECONDS: Final = (0.2, 1.0, 5.0, 15.0)
"""Waits after one failure, two, three, and more."""


def work(applier: Applier, ending: threading.Event) -> None:
    """Apply what comes until it is time to end."""
    failures = 0
    while not ending.is_set():
        if applier.is_idle:
            ending.wait(POLL_SECONDS)
        elif applier.step():
            failures = 0
        else:
            ending.wait(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
            failures += 1
