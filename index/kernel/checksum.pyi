from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

def checksum(data: bytes | bytearray | memoryview | NDArray[Any]) -> int: ...

class CheckedBlocks:
    def __init__(
        self,
        data: bytes | bytearray | memoryview | NDArray[Any],
        sums: NDArray[np.uint32],
        block: int,
        damaged: Callable[[], Exception],
        summing: Callable[[memoryview], int] | None = None,
    ) -> None: ...
    @property
    def sound(self) -> bool: ...
    def check(self, start: int, stop: int) -> None: ...
    def check_all(self) -> None: ...
