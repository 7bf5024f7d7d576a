from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.index.kernel.blocks import Postings

Way: TypeAlias = tuple[Iterable[Postings], int, int, Postings | None]
"""Lists of words side by side, others that may stand among them, which text, where documents must be too."""

Word: TypeAlias = tuple[Iterable[Way], float, bool]
"""Ways of writing it, what it is worth, whether it is a word of content."""

def compare(
    words: Iterable[Word],
    docs: NDArray[np.uint32],
    title_lengths: NDArray[np.uint32],
    into: NDArray[np.float64],
    *,
    pairs: Iterable[int],
    half: float,
    lead: float,
    gap: int,
    seconds: float = ...,
) -> bool: ...
