from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

class Postings:
    def __init__(self, lists: Sequence[PostingList]) -> None: ...
    @property
    def df(self) -> int: ...
    @property
    def most(self) -> int: ...
    def docs(self) -> NDArray[np.uint32]: ...
    def impacts(self) -> NDArray[np.uint8]: ...
    def frequencies(self) -> NDArray[np.uint32]: ...
    def decode(self) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]: ...
    def positions(self) -> NDArray[np.uint32]: ...

class PostingList(Postings):
    def __init__(
        self,
        data: bytes | bytearray | memoryview | NDArray[Any],
        start: int,
        end: int,
        documents: int,
        *,
        positions: bool,
        base: int = 0,
    ) -> None: ...

class TermRange:
    def __init__(
        self,
        data: bytes | bytearray | memoryview | NDArray[Any],
        starts: memoryview | NDArray[np.uint32],
        documents: int,
        *,
        positions: bool,
        base: int = 0,
    ) -> None: ...
    def __len__(self) -> int: ...
    def dfs(self) -> NDArray[np.uint32]: ...
