from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.index.kernel.postings import Postings
from onneshon.index.kernel.terms import TermRange

Bitmap: TypeAlias = NDArray[np.uint8]

def distinct(
    lists: Iterable[Postings | TermRange], size: int, kept: Bitmap | None = None
) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]: ...
def union(lists: Iterable[Postings | TermRange], size: int) -> Bitmap: ...
def among(
    groups: Sequence[Iterable[Postings | TermRange]], docs: NDArray[np.uint32], size: int
) -> NDArray[np.uint16]: ...
def bits(bitmap: Bitmap) -> int: ...
def documents(bitmap: Bitmap) -> NDArray[np.uint32]: ...
def codes(
    bitmap: Bitmap, codes: NDArray[np.unsignedinteger], values: int, docs: NDArray[np.uint32] | None = None
) -> NDArray[np.int64]: ...

Found: TypeAlias = Postings | tuple[NDArray[np.uint32], NDArray[np.float64]]
"""A posting list, or documents with the normed frequency of each."""

def as_one_word(
    variants: Iterable[tuple[Found, float]], table: NDArray[np.float64], k1: float
) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]: ...
