import numpy as np
from numpy.typing import NDArray

def encode(
    counts: NDArray[np.uint32],
    docs: NDArray[np.uint32],
    impacts: NDArray[np.uint8],
    freqs: NDArray[np.uint32] | None,
    positions: NDArray[np.uint32] | None,
) -> tuple[bytes, NDArray[np.uint32]]: ...
