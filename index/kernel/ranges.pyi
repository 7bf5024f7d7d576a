from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.kernel.blocks import Postings

class Range(Postings):
    def __init__(
        self,
        data: bytes | bytearray | memoryview | NDArray[Any],
        starts: NDArray[np.uint32],
        start: int,
        stop: int,
        documents: int,
        *,
        positions: bool,
        base: int = 0,
    ) -> None: ...

def among(ranges: Iterable[Range], docs: NDArray[np.uint32]) -> NDArray[np.uint16]: ...
