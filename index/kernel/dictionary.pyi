from typing import Any

from numpy.typing import NDArray

class Dictionary:
    def __init__(
        self,
        terms: memoryview | NDArray[Any],
        shared: memoryview | NDArray[Any],
        endings: memoryview | NDArray[Any],
        groups: memoryview | NDArray[Any],
    ) -> None: ...
    def __len__(self) -> int: ...
    def find(self, term: bytes) -> tuple[int, bool]: ...
    def range(self, prefix: bytes) -> tuple[int, int]: ...
