"""Sets of documents as a bit each, the first in the lowest bit of the first byte."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bitmap", "Mask", "packed", "unpacked"]

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
