import numpy as np
from numpy.typing import NDArray

from onneshon.index.kernel.skeletons import Skeletons

class Sounding:
    def __init__(
        self,
        rules: Skeletons,
        same: bytes,
        skeletons: NDArray[np.uint64],
        frequencies: NDArray[np.uint32],
        starts: NDArray[np.uint32],
        codes: NDArray[np.uint8],
    ) -> None: ...
    def range(self, word: str) -> tuple[int, int]: ...
    def find(self, word: str) -> int: ...
    def alike(self, word: str, heard: int, least: int) -> list[int]: ...
