import numpy as np
from numpy.typing import NDArray

def count_unions(
    groups: NDArray[np.uint32],
    counts: NDArray[np.uint32],
    docs: NDArray[np.uint32],
    seen: NDArray[np.uint32],
    found: NDArray[np.uint32],
) -> None: ...
