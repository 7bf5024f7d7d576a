from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Counts: TypeAlias = NDArray[np.uint16]
Worths: TypeAlias = NDArray[np.float64]

class Norms:
    def __init__(self, lengths: NDArray[np.uint32], table: Worths) -> None: ...
    def of(self, docs: NDArray[np.uint32]) -> Worths: ...

def alike(
    anywhere: Counts,
    in_title: Counts,
    docs: NDArray[np.uint32],
    bodies: Norms,
    titles: Norms,
    rarities: Sequence[float],
    k1: float,
    presence: float,
) -> Worths: ...
def weighted(features: Worths, weights: Worths) -> Worths: ...
