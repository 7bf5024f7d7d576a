import numpy as np
from numpy.typing import NDArray

def distances(
    table: NDArray[np.float32],
    codes: NDArray[np.uint8],
    starts: NDArray[np.uint32],
    places: NDArray[np.int64],
    *,
    added: int = 0,
    beginnings: bool = False,
) -> NDArray[np.float32]: ...
def cost_table(
    columns: NDArray[np.float32], chosen: NDArray[np.int32], added: NDArray[np.float32]
) -> NDArray[np.float32]: ...
