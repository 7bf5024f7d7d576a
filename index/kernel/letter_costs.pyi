from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

class LetterCosts:
    def __init__(
        self,
        columns: NDArray[np.float32],
        rows: Mapping[str, int],
        letters: Mapping[str, float],
        other: float,
        repeated: float,
    ) -> None: ...
    def distance(self, typed: str, codes: bytes, most: float) -> float: ...
    def least_distance(self, typed: str, signature: int) -> float: ...
