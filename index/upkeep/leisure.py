"""Merging when nobody waits for it: when changes are visible, or nothing comes to be published."""

import logging
from collections.abc import Callable
from typing import Final

from onneshon.index.errors import OnneshonError
from onneshon.index.upkeep.index_writer import IndexWriter
from onneshon.index.upkeep.tiers import LEISURE_BYTES

__all__ = ["UNMERGED", "merge_at_leisure"]

log = logging.getLogger(__name__)

UNMERGED: Final = "Segments stay as they are, which does no harm: %s"
"""What the log says of a merge that failed, with the reason."""


def merge_at_leisure(
    writer: IndexWriter,
    is_wanted: Callable[[], bool] = bool,
    starting: Callable[[], object] = bool,
) -> int:
    """Merge as long as there is something to merge and nothing else to do; how many segments went.

    What fails is told in the log: searches find the same in any case, and a later merge makes up for it.

    Args:
        writer: of the index, without changes that were not committed; closed where something fails.
        is_wanted: whether something else is to be done, asked before each merge.
        starting: called before each merge.
    """
    merged = 0
    try:
        while not is_wanted() and writer.has_to_merge(LEISURE_BYTES):
            starting()
            merged += writer.merge(most=LEISURE_BYTES)
    except (OnneshonError, OSError, MemoryError) as error:
        log.warning(UNMERGED, error)
    return merged
