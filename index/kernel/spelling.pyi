from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

class Costs:
    def __init__(
        self,
        units: int,
        listed: Sequence[Sequence[Sequence[tuple[int, float]]]],
        unlisted: list[float],
        added: list[float],
    ) -> None: ...

def distances(
    costs: Costs,
    codes: NDArray[np.uint8],
    starts: NDArray[np.uint32],
    indexes: NDArray[np.int64],
    *,
    beginnings: bool = False,
) -> NDArray[np.float32]: ...
def nearest(
    costs: Costs,
    codes: NDArray[np.uint8],
    starts: NDArray[np.uint32],
    frequencies: NDArray[np.uint32],
    indexes: NDArray[np.int64],
    *,
    most: float,
    weight: float = 0,
    weight_of_logarithm: float = 0,
    least: int = 1,
    best: int = 0,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]: ...
def worths(frequencies: NDArray[np.uint32], weight: float) -> NDArray[np.float64]: ...
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
