import numpy as np
from numpy.typing import NDArray

def distances(
    table: NDArray[np.float32],
    words: NDArray[np.uint8],
    impossible: float | np.float32,
    *,
    beginnings: bool,
) -> NDArray[np.float32]: ...
