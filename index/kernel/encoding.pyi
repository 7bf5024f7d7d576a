from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from onneshon.index.kernel.postings import Postings

def encode(
    counts: NDArray[np.uint32],
    docs: NDArray[np.uint32],
    impacts: NDArray[np.uint8],
    freqs: NDArray[np.uint32] | None,
    positions: NDArray[np.uint32] | None,
) -> tuple[bytes, NDArray[np.uint32]]: ...
def gather(
    lists: Sequence[Postings],
) -> tuple[
    NDArray[np.uint32],
    NDArray[np.uint32],
    NDArray[np.uint8],
    NDArray[np.uint32] | None,
    NDArray[np.uint32] | None,
]: ...
def count_unions(
    groups: NDArray[np.uint32],
    counts: NDArray[np.uint32],
    docs: NDArray[np.uint32],
    seen: NDArray[np.uint32],
    found: NDArray[np.uint32],
) -> None: ...
def count_tokens(ids: NDArray[np.uint32], ranks: NDArray[np.uint32], counts: NDArray[np.uint32]) -> None: ...
def scatter(
    ids: NDArray[np.uint32],
    lengths: NDArray[np.uint32],
    first: int,
    gap: int,
    ranks: NDArray[np.uint32],
    low: int,
    cursors: NDArray[np.uint32],
    marks: NDArray[np.uint32],
    positions: NDArray[np.uint32] | None,
) -> None: ...
def collapse(
    ends: NDArray[np.uint32],
    marks: NDArray[np.uint32],
    freqs: NDArray[np.uint32],
    titles: NDArray[np.uint32],
    counts: NDArray[np.uint32],
) -> int: ...
