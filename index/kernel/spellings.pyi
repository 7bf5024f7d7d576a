from typing import Final

import numpy as np
from numpy.typing import NDArray

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
