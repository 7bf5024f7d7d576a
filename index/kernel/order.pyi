from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Keys: TypeAlias = tuple[int, NDArray[np.uint8], NDArray[np.uint32]]
"""The number of a segment's first document, its keys one after another, and where each of them ends."""

def best_first(
    docs: NDArray[np.uint32], scores: NDArray[np.float64], k: int, keys: list[Keys]
) -> tuple[NDArray[np.intp], bool]: ...
