from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from onneshon.index.kernel.clauses import ScoredDocs
from onneshon.index.kernel.postings import Postings

class Found:
    @property
    def docs(self) -> NDArray[np.uint32]: ...
    @property
    def scores(self) -> NDArray[np.uint32]: ...
    @property
    def total(self) -> int: ...
    @property
    def total_all(self) -> int: ...
    @property
    def matched(self) -> NDArray[np.uint8] | None: ...
    @property
    def complete(self) -> bool: ...

def disjunction(
    finding: Iterable[ScoredDocs],
    adding: Iterable[ScoredDocs],
    k: int,
    size: int,
    *,
    kept: NDArray[np.uint8] | None = None,
    concepts: Iterable[tuple[Sequence[int], int]] = (),
    share: float = 0.0,
    fewest: int = 0,
    matched: bool = False,
    count: bool = True,
    seconds: float = ...,
) -> Found: ...
def conjunction(
    required: Iterable[ScoredDocs],
    adding: Iterable[ScoredDocs],
    k: int,
    size: int,
    *,
    kept: NDArray[np.uint8] | None = None,
    excluded: Iterable[Postings | ScoredDocs] = (),
    matched: bool = False,
    count: bool = True,
    seconds: float = ...,
) -> Found: ...
