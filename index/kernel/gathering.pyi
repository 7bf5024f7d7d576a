from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from onneshon.index.kernel.blocks import Postings

def gather(
    lists: Sequence[Postings],
) -> tuple[
    NDArray[np.uint32],
    NDArray[np.uint32],
    NDArray[np.uint8],
    NDArray[np.uint32] | None,
    NDArray[np.uint32] | None,
]: ...
