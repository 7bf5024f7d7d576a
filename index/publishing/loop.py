"""The loop of the process that publishes: it applies what comes, and merges when nothing does."""

import logging
import math
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from onneshon.index.errors import IndexLockedError, OnneshonError
from onneshon.index.publishing.applying import Applier
from onneshon.index.upkeep.index_writer import open_writer
from onneshon.index.upkeep.leisure import UNMERGED, merge_at_leisure

__all__ = ["IDLE_SECONDS", "merge_in_background", "work"]

POLL_SECONDS: Final = 0.05
"""How often the journal is looked at: what is appended waits for half of it on average."""

RETRY_SECONDS: Final = (0.2, 1.0, 5.0, 15.0)
"""Waits after one failure, two, three, and more."""

IDLE_SECONDS: Final = 10.0
"""Without anything to publish, after which it is time to merge."""

PATIENCE_SECONDS: Final = 60.0
"""Of publishing again and again, after which merging waits no longer for that."""


def work(applier: Applier, ending: threading.Event, merge: Callable[[], object] = bool) -> None:
    """Apply what comes until it is time to end.

    Args:
        applier: applies it.
        ending: set when it is time to end.
        merge: called once after each time of publishing, when nothing has come for a while, and once a minute
            where something always comes; never while there is something to publish.
    """
    failures = 0
    due = at_last = math.inf  # when to merge if nothing comes, and if something does
    while not ending.is_set():
        if applier.is_idle:
            if time.monotonic() >= due:
                due = at_last = math.inf
                merge()
            ending.wait(POLL_SECONDS)
        elif applier.step():
            failures = 0
            at_last = min(at_last, time.monotonic() + PATIENCE_SECONDS)
            due = min(at_last, time.monotonic() + IDLE_SECONDS)
        else:
            ending.wait(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
            failures += 1


log = logging.getLogger(__name__)


def merge_in_background(directory: Path, is_wanted: Callable[[], bool] = bool) -> None:
    """Merge as long as there is something to merge and nothing else to do.

    What fails is told in the log; the index is as it was then, and searches find the same in any case.

    Args:
        directory: of the index.
        is_wanted: whether something else is to be done, asked between two merges.
    """
    try:
        with open_writer(directory) as writer:
            if merged := merge_at_leisure(writer, is_wanted):
                log.info("Merged %d segments of %s.", merged, directory)
    except IndexLockedError:
        pass  # a build or an update is at work, and merges by itself
    except (OnneshonError, OSError, MemoryError) as error:
        log.warning(UNMERGED, error)
