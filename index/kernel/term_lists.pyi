from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onneshon.index.kernel.blocks import PostingList
from onneshon.index.kernel.checksum import CheckedBlocks
from onneshon.index.kernel.dictionary import Dictionary

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
