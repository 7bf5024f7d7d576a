import numpy as np
from numpy.typing import NDArray

def best_first(scores: NDArray[np.float64], k: int) -> NDArray[np.intp]: ...
