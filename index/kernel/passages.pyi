from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

class Finder:
    def __init__(
        self,
        words: Mapping[str, Iterable[tuple[int, int, str, str]]],
        chunks: bytes,
        clusters: bytes,
        farthest: int,
        widen: Callable[[str, int, int], tuple[int, int]],
        occurrence: type[tuple[Any, ...]],
    ) -> None: ...
    def words_at(
        self, text: str, positions: list[tuple[int, str]]
    ) -> list[tuple[int, int, str, str]] | None: ...
    def find(
        self,
        text: str,
        positions: list[tuple[int, str]],
        exact: Mapping[str, tuple[Any, ...]],
        stem: Mapping[str, tuple[Any, ...]],
        phrases: Sequence[
            tuple[list[str], Callable[[Sequence[tuple[int, int, str, str]]], Iterable[tuple[Any, ...]]]]
        ],
    ) -> list[Any] | None: ...
    def disjoint(self, text: str, found: list[Any]) -> list[Any]: ...

_MarkT = TypeVar("_MarkT")

def marks(kind: type[_MarkT], found: list[Any]) -> tuple[_MarkT, ...]: ...
def best_ways(
    count: int, found: list[list[Any]], nearness: Mapping[Any, int]
) -> tuple[list[Any], dict[tuple[int, str], None]]: ...

class Passages:
    def __init__(
        self,
        clusters: bytes,
        border: Callable[[str, int], bool],
        match: type[Any],
    ) -> None: ...
    def snippet(
        self, text: str, found: Sequence[tuple[Any, ...]], weights: list[float], width: int
    ) -> tuple[str, tuple[Any, ...]]: ...
