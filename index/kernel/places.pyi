from collections.abc import Iterable
from typing import overload

import numpy as np
from numpy.typing import NDArray

from index.kernel.blocks import Postings
from index.kernel.clauses import Clause, Impacts, Scored

def places(postings: Postings, docs: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.uint32]]: ...
def places_in_order(lists: Iterable[Postings], docs: NDArray[np.uint32]) -> list[list[tuple[int, int]]]: ...
def sums(
    lists: Iterable[Postings | Clause | Impacts | Scored], docs: NDArray[np.uint32]
) -> NDArray[np.uint32]: ...
@overload
def held(one: Postings | Clause | Impacts, docs: NDArray[np.uint32]) -> NDArray[np.uint8]: ...
@overload
def held(one: Scored, docs: NDArray[np.uint32]) -> NDArray[np.uint32]: ...
