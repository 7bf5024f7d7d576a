from collections.abc import Iterable, Sequence
from typing import TypeAlias

Stem: TypeAlias = tuple[str, int, frozenset[str], str, int]

class VerbForms:
    def __init__(self, finite: Iterable[str], tied: Iterable[str], tied_doubled: Iterable[str]) -> None: ...
    def add(
        self,
        stems: Sequence[Stem],
        irregular: dict[str, str],
        homographs: Iterable[str],
        homograph_forms: Iterable[str],
    ) -> None: ...
    def key(self, word: str) -> str | None: ...
