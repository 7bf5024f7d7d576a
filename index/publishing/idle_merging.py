"""Merging while nothing is to be published, so that many small commits leave few segments."""

import logging
from collections.abc import Callable
from pathlib import Path

from onneshon.index.errors import IndexLockedError, OnneshonError
from onneshon.index.upkeep.index_writer import open_writer
from onneshon.index.upkeep.leisure import UNMERGED, merge_at_leisure

__all__ = ["merge_a_little"]

log = logging.getLogger(__name__)


def merge_a_little(directory: Path, is_wanted: Callable[[], bool] = bool) -> None:
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
