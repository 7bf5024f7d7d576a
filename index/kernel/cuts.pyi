from collections.abc import Callable, Iterable
from typing import Any

from numpy.typing import NDArray

from onneshon.index.kernel.dictionary import Dictionary
from onneshon.index.kernel.term_lists import TermLists

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
