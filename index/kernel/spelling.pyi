from typing import Final

import numpy as np
from numpy.typing import NDArray

def distances(
    table: NDArray[np.float32],
    codes: NDArray[np.uint8],
    starts: NDArray[np.uint32],
    indexes: NDArray[np.int64],
    *,
    added: int = 0,
    beginnings: bool = False,
    worths: NDArray[np.float64] | None = None,
    best: int = 0,
    within: float = ...,
) -> NDArray[np.float32]: ...
def near_signatures(
    order: NDArray[np.uint32],
    signatures: NDArray[np.uint64],
    runs: NDArray[np.uint32],
    sizes: tuple[int, int],
    signature: int,
    lengths: tuple[int, int],
    *,
    parting: int,
    bits: int,
    enough: int,
    classes: tuple[int, int],
) -> NDArray[np.int64]: ...
def cost_table(
    columns: NDArray[np.float32], chosen: NDArray[np.int32], added: NDArray[np.float32]
) -> NDArray[np.float32]: ...

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

class Sounding:
    def __init__(
        self,
        rules: Skeletons,
        same: bytes,
        skeletons: NDArray[np.uint64],
        frequencies: NDArray[np.uint32],
        starts: NDArray[np.uint32],
        codes: NDArray[np.uint8],
    ) -> None: ...
    def range(self, word: str) -> tuple[int, int]: ...
    def find(self, word: str) -> int: ...
    def equal(self, word: str, heard: int, least: int) -> list[int]: ...
