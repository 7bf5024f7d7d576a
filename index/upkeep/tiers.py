"""Which segments to merge: few stay, and an article is not merged over and over.

Segments stand in the order in which they were written, and so roughly from large to small. Each is kept more
than twice as large as all that came after it together (the logarithmic method of Bentley and Saxe,
"Decomposable searching problems", 1980): the number of segments grows as the logarithm of the index, and an
article is merged a few times as often at most. With once as large, there are a third more segments to search.
"""

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

__all__ = ["INLINE_BYTES", "LEISURE_BYTES", "MOST_SEGMENTS", "first_to_merge"]

INLINE_BYTES: Final = 4 << 20
"""What an update merges before it is published; half a second's work at most."""

LEISURE_BYTES: Final = 64 << 20
"""What is merged at a time when nobody waits for it; some seconds' work, rarely."""

OUTWEIGHING: Final = 2
"""How many times as large as all that came after it together a segment is kept."""

MOST_SEGMENTS: Final = 24
"""So many are merged whatever it takes."""


def first_to_merge(sizes: Sequence[int], most: float = math.inf) -> int | None:
    """The first of the segments at the end of a row that are to become one; None where all may stay.

    Args:
        sizes: bytes of each, the oldest first.
        most: bytes that may be merged.
    """
    behind = list(accumulate(reversed(sizes), initial=0))[::-1]
    for place in range(len(sizes) - 1):
        if sizes[place] <= OUTWEIGHING * behind[place + 1] and behind[place] <= most:
            return place
    if len(sizes) > MOST_SEGMENTS:
        return _smallest_neighbours(behind)
    return None


def _smallest_neighbours(behind: Sequence[int]) -> int:
    """From where on the smaller half of the segments begins."""
    return len(behind) // 2
