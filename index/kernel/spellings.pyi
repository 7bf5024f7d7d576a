from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.kernel.letter_costs import LetterCosts

BOUNDS: Final[tuple[int, ...]]
LENGTHS: Final[int]
PARTING: Final[tuple[int, ...]]

class Spellings:
    def __init__(
        self,
        order: NDArray[np.uint32],
        runs: NDArray[np.uint32],
        signatures: NDArray[np.uint64],
        frequencies: NDArray[np.uint32],
        starts: NDArray[np.uint32],
        codes: NDArray[np.uint8],
    ) -> None: ...
    def near(
        self, signature: int, length: int, apart: int, *, bits: int, enough: int
    ) -> NDArray[np.int64]: ...
    def is_any_within(
        self,
        costs: LetterCosts,
        word: str,
        apart: int,
        *,
        bits: int,
        sounding: int,
        most: int,
        least: int,
        reach: float,
        gain: float,
    ) -> bool: ...
