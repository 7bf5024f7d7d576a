from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from onneshon.index.kernel.postings import CheckedBlocks

class DocumentKeys:
    def __init__(
        self,
        data: NDArray[np.uint8],
        ends: NDArray[np.uint32],
        checked_data: CheckedBlocks,
        checked_ends: CheckedBlocks,
    ) -> None: ...
    def of(self, docs: Sequence[int] | NDArray[np.integer]) -> list[str]: ...

class Keys:
    def __init__(self, segments: list[tuple[int, NDArray[np.uint8], NDArray[np.uint32]]]) -> None: ...

def best_first(
    docs: NDArray[np.uint32], scores: NDArray[np.float64], k: int, keys: Keys
) -> tuple[NDArray[np.uint32], NDArray[np.float64], bool]: ...
def near_groups(
    prints: NDArray[np.uint64], count: int, bits: int
) -> tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.intp]]: ...
