from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.kernel.blocks import Postings

Bitmap: TypeAlias = NDArray[np.uint8]

def distinct(
    lists: Iterable[Postings], size: int, kept: Bitmap | None = None
) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]: ...
def union(lists: Iterable[Postings], size: int) -> Bitmap: ...
def bits(bitmap: Bitmap) -> int: ...
def documents(bitmap: Bitmap) -> NDArray[np.uint32]: ...
def codes(bitmap: Bitmap, codes: NDArray[np.uint32], values: int) -> NDArray[np.int64]: ...
