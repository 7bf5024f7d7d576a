from typing import Final

BLOCK: Final[int]
LETTERS: Final[int]
SPOKEN: Final[int]
GLIDE: Final[int]
CONSONANT: Final[int]
SILENCES_BA: Final[int]
SILENCES_MA: Final[int]

class Skeletons:
    def __init__(
        self,
        names: bytes,
        first: bytes,
        inner: bytes,
        kinds: bytes,
        breathed: bytes,
        clusters: list[tuple[int, int, int]],
    ) -> None: ...
    def of(self, word: str) -> str: ...

def is_bengali(word: str) -> bool: ...
