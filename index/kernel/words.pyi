from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

class WordTable:
    exact_terms: list[str]
    stem_terms: list[str]
    def __init__(
        self,
        exact_of: Callable[[str], str],
        stem_key: Callable[[str], str],
        classes: NDArray[np.uint16],
    ) -> None: ...
    @property
    def stem_of(self) -> NDArray[np.uint32]: ...
    def number(self, word: str) -> int: ...

class ChunkTable:
    def __init__(
        self,
        words: Callable[[str], Sequence[int]],
        budget: int,
        longest: int,
        plain: WordTable | None = None,
    ) -> None: ...
    @property
    def bytes_kept(self) -> int: ...
    def add(self, text: str) -> int: ...
    def take(self) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]: ...
