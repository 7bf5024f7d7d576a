"""Merging while nothing is to be published, so that many small commits leave few segments."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from index.errors import IndexLockedError, OnneshonError
from index.upkeep.index_writer import open_writer

__all__ = ["IDLE_BYTES", "merge_a_little"]

log = logging.getLogger(__name__)

IDLE_BYTES: Final = 64 << 20
"""What is merged at a time; some seconds' work, for which whatever comes meanwhile has to wait."""


def merge_a_little(directory: Path, is_wanted: Callable[[], bool] = bool) -> None:
    """Merge as long as there is something to merge and nothing else to do.

    What fails is told in the log; the index is as it was then, and searches find the same in any case.

    Args:
        directory: of the index.
        is_wanted: whether something else is to be done, asked between two merges.
    """
    try:
        with open_writer(directory) as writer:
            while not is_wanted() and (merged := writer.merge(most=IDLE_BYTES)):
                log.info("Merged %d segments of %s.", merged, directory)
    except IndexLockedError:
        pass  # a build or an update is at work, and merges by itself
    except (OnneshonError, OSError, MemoryError) as error:
        log.warning("Segments stay as they are, which does no harm: %s", error)
