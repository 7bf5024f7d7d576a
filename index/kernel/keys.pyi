from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from onneshon.index.kernel.checksum import CheckedBlocks

class DocumentKeys:
    def __init__(
        self,
        data: NDArray[np.uint8],
        ends: NDArray[np.uint32],
        checked_data: CheckedBlocks,
        checked_ends: CheckedBlocks,
    ) -> None: ...
    def of(self, docs: Sequence[int] | NDArray[np.integer]) -> list[str]: ...
