"""Documents as the kernel has them: lists of their numbers, and sets of a bit each."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["NOTHING", "Bitmap", "Docs", "Mask", "Scores", "Units", "packed", "unpacked"]

Docs: TypeAlias = NDArray[np.uint32]
"""Documents of a collection."""

Units: TypeAlias = NDArray[np.uint32]
"""Scores as whole numbers, see ``index.ranking``."""

Scores: TypeAlias = NDArray[np.float64]

NOTHING: Docs = np.empty(0, np.uint32)


Bitmap: TypeAlias = NDArray[np.uint8]
"""Shape (documents / 8, rounded up); bits beyond the last document are 0."""

Mask: TypeAlias = NDArray[np.bool_]
"""The same with a byte each."""


def packed(mask: Mask) -> Bitmap:
    """A mask as bits."""
    return np.packbits(mask, bitorder="little")


def unpacked(bitmap: Bitmap, size: int) -> Mask:
    """Bits as a mask of N documents."""
    return np.unpackbits(bitmap, count=size, bitorder="little").view(np.bool_)
