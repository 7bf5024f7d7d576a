import numpy as np
from numpy.typing import NDArray

class Keys:
    def __init__(self, segments: list[tuple[int, NDArray[np.uint8], NDArray[np.uint32]]]) -> None: ...

def best_first(
    docs: NDArray[np.uint32], scores: NDArray[np.float64], k: int, keys: Keys
) -> tuple[NDArray[np.uint32], NDArray[np.float64], bool]: ...
