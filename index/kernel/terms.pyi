from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onneshon.index.kernel.postings import CheckedBlocks, PostingList

class Dictionary:
    def __init__(
        self,
        terms: memoryview | NDArray[Any],
        shared: memoryview | NDArray[Any],
        endings: memoryview | NDArray[Any],
        groups: memoryview | NDArray[Any],
        *,
        sampled: int = ...,
    ) -> None: ...
    def __len__(self) -> int: ...
    def find(self, term: bytes) -> tuple[int, bool]: ...
    def range(self, prefix: bytes) -> tuple[int, int]: ...
    def begins(self, prefix: str) -> bool: ...
    def ordinal(self, term: str) -> int: ...
    def ordinals(self, terms: Iterable[str]) -> list[int]: ...
    def group(self, group: int, count: int) -> list[bytes]: ...
    def term(self, ordinal: int) -> bytes: ...

def front_coded(
    terms: Iterable[bytes], last: bytes, number: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint32]]: ...

class TermPairs:
    def __init__(
        self,
        dictionary: Dictionary,
        starts: memoryview | NDArray[np.uint32],
        seconds: memoryview | NDArray[np.uint32],
        counts: memoryview | NDArray[np.uint8],
        places: memoryview | NDArray[np.uint32],
        large: memoryview | NDArray[np.uint32],
    ) -> None: ...
    def count(self, first: str, second: str) -> int: ...
    def beside(self, before: str, terms: Iterable[str], after: str) -> list[tuple[int, int]]: ...
    def range(self, first: str) -> tuple[int, int]: ...

class TermRange:
    def __init__(
        self,
        data: bytes | bytearray | memoryview | NDArray[Any],
        starts: memoryview | NDArray[np.uint32],
        documents: int,
        *,
        positions: bool,
        base: int = 0,
    ) -> None: ...
    def __len__(self) -> int: ...

class TermLists:
    def __init__(
        self,
        dictionary: Dictionary,
        starts: memoryview | NDArray[np.uint32],
        data: memoryview | NDArray[Any],
        checked: CheckedBlocks,
        documents: int,
        *,
        positions: bool,
    ) -> None: ...
    @property
    def dictionary(self) -> Dictionary: ...
    def frequency(self, term: str) -> int: ...
    def frequencies(self, terms: Iterable[str]) -> list[int]: ...
    def df(self, ordinal: int) -> int: ...
    def list_of(self, term: str, base: int = 0) -> PostingList | None: ...
    def list_at(self, ordinal: int, base: int = 0) -> PostingList: ...
    def beginning(self, prefix: str, most: int, base: int = 0) -> TermRange | None: ...

APART: int
LETTER: int
VOWEL: int
SIGN: int
NASAL: int
HASANTA: int

class StemmedWords:
    def __init__(self, words: Dictionary, stem_of: memoryview | NDArray[Any], stems: TermLists) -> None: ...

class WordCutter:
    def __init__(
        self,
        segments: Iterable[StemmedWords],
        classes: bytes,
        passed_over: frozenset[str],
        shortest: int,
        stem_key: Callable[[str], str],
    ) -> None: ...
    def cuts(
        self, word: str, stem: str, fewest: int, share: float
    ) -> tuple[int, list[tuple[int, str, int, str, int]]] | None: ...
