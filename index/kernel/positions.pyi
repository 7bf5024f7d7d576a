from collections.abc import Iterable
from typing import TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from onneshon.index.kernel.clauses import Clause, Impacts, Scored, ScoredDocs
from onneshon.index.kernel.postings import Postings

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
def positions_at(
    postings: Postings, docs: NDArray[np.uint32]
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]: ...
def positions_in_order(
    lists: Iterable[Postings],
    names: list[str],
    docs: NDArray[np.uint32],
    titles: NDArray[np.uint32],
    gap: int,
) -> list[tuple[list[tuple[int, str]], list[tuple[int, str]]]]: ...
def sums(lists: Iterable[Postings | ScoredDocs], docs: NDArray[np.uint32]) -> NDArray[np.uint32]: ...
@overload
def scores_at(given: Postings | Clause | Impacts, docs: NDArray[np.uint32]) -> NDArray[np.uint8]: ...
@overload
def scores_at(given: Scored, docs: NDArray[np.uint32]) -> NDArray[np.uint32]: ...

Way: TypeAlias = tuple[Iterable[Postings], int, int, Postings | None]
"""Lists of consecutive words, the slop, the field, and a list that the documents must be in too."""

Word: TypeAlias = tuple[Iterable[Way], float, bool]
"""The ways of writing the word, its weight, and whether it is a content word."""

def compare(
    words: Iterable[Word],
    docs: NDArray[np.uint32],
    title_lengths: NDArray[np.uint32],
    into: NDArray[np.float64],
    title_words: Numbers,
    *,
    pairs: Iterable[int],
    half: float,
    lead: float,
    gap: int,
    seconds: float = ...,
) -> bool: ...
def worths_of_counts(
    anywhere: NDArray[np.uint16],
    in_title: NDArray[np.uint16],
    rarities: list[float],
    docs: NDArray[np.uint32],
    body: tuple[NDArray[np.float64], NDArray[np.uint32]],
    title: tuple[NDArray[np.float64], NDArray[np.uint32]],
    k1: float,
    presence: float,
) -> NDArray[np.float64]: ...
def weighted(rows: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]: ...
