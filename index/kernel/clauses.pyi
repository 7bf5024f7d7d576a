import numpy as np
from numpy.typing import NDArray

from onneshon.index.kernel.postings import Postings

class ScoredDocs:
    @property
    def df(self) -> int: ...
    @property
    def most(self) -> int: ...

class Clause(ScoredDocs):
    def __init__(self, postings: Postings, slope: int, floor: int) -> None: ...
    @property
    def postings(self) -> Postings: ...
    @property
    def slope(self) -> int: ...
    @property
    def floor(self) -> int: ...

class Impacts(ScoredDocs):
    def __init__(
        self, docs: NDArray[np.uint32], impacts: NDArray[np.uint8], slope: int, floor: int
    ) -> None: ...

class Scored(ScoredDocs):
    def __init__(self, docs: NDArray[np.uint32], scores: NDArray[np.uint32]) -> None: ...
