from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.index.kernel.blocks import Postings

Found: TypeAlias = Postings | tuple[NDArray[np.uint32], NDArray[np.float64]]
"""A posting list, or documents with the normed frequency of each."""

def as_one_word(
    writings: Iterable[tuple[Found, float]], table: NDArray[np.float64], k1: float
) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]: ...
