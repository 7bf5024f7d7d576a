from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.kernel.blocks import PostingList
from index.kernel.dictionary import Dictionary

class Lists:
    def __init__(
        self,
        dictionary: Dictionary,
        starts: memoryview | NDArray[Any],
        data: memoryview | NDArray[Any],
        documents: int,
        *,
        positions: bool,
        unread: bytearray,
        sums: NDArray[np.uint32] | None,
        block: int,
        check: Callable[[int, int], None],
    ) -> None: ...
    @property
    def dictionary(self) -> Dictionary: ...
    def frequency(self, term: str) -> int: ...
    def df(self, ordinal: int) -> int: ...
    def postings(self, ordinal: int, base: int = 0) -> PostingList: ...
    def list_of(self, term: str, base: int = 0) -> PostingList | None: ...
