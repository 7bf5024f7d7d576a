from collections.abc import Iterable
from typing import TypeAlias

Ending: TypeAlias = tuple[str, int, str, bool, bool]

CONSONANT: int
VOWEL: int
VOWEL_SIGN: int

class NounEndings:
    def __init__(
        self,
        classes: bytes,
        endings: list[Ending],
        kept: Iterable[str],
        tails: Iterable[str],
        short_nouns: Iterable[str],
    ) -> None: ...
    def without(self, word: str) -> str: ...
