from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.index.kernel.blocks import Postings

Numbers: TypeAlias = NDArray[np.uint32]

def occurrences(
    lists: Iterable[Postings],
    slop: int,
    title_lengths: Numbers,
    *,
    field: int = 0,
    kept: NDArray[np.uint8] | None = None,
    seconds: float = ...,
    most: int = ...,
) -> tuple[Numbers, Numbers, Numbers]: ...
def estimated(
    lists: Iterable[Postings],
    slop: int,
    title_lengths: Numbers,
    *,
    field: int = 0,
    kept: NDArray[np.uint8] | None = None,
    most: int = ...,
    looked: int,
    fewest: int = 0,
) -> tuple[int, tuple[Numbers, Numbers, Numbers] | None]: ...
