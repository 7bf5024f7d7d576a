"""The few array operations the codec is made of, all without a Python loop per element."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

U1: TypeAlias = NDArray[np.uint8]
U4: TypeAlias = NDArray[np.uint32]
I8: TypeAlias = NDArray[np.int64]


def ends_of(lengths: NDArray[Any]) -> I8:
    """Where each of consecutive pieces ends, given their lengths."""
    ends: I8 = np.cumsum(lengths, dtype=np.int64)
    return ends


def starts_of(lengths: NDArray[Any]) -> I8:
    """Where each of consecutive pieces starts, given their lengths."""
    starts: I8 = ends_of(lengths) - lengths
    return starts


def gather_ranges(starts: NDArray[Any], lengths: NDArray[Any]) -> I8:
    """The indexes of the pieces that begin at ``starts``, one piece after another."""
    total = int(lengths.sum())
    shift = np.repeat(starts - starts_of(lengths), lengths)
    return shift + np.arange(total, dtype=np.int64)
