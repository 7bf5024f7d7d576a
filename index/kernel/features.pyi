from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Counts: TypeAlias = NDArray[np.uint16]
Worths: TypeAlias = NDArray[np.float64]

def alike(
    anywhere: Counts,
    in_title: Counts,
    body_norms: Worths,
    title_norms: Worths,
    rarities: Worths,
    k1: float,
    presence: float,
) -> Worths: ...
def weighted(features: Worths, weights: Worths) -> Worths: ...
