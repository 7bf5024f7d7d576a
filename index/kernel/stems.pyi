from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

def canonical_form(word: str) -> str | None: ...
def is_canonical(word: str) -> bool: ...

class Folding:
    def __init__(self, equal: dict[str, str], distinct: dict[str, str]) -> None: ...
    def key(self, stem: str) -> str: ...

Ending: TypeAlias = tuple[str, int, str, bool, bool]

CONSONANT: int
VOWEL: int
VOWEL_SIGN: int

class NounEndings:
    def __init__(
        self,
        classes: bytes,
        endings: list[Ending],
        kept: Iterable[str],
        tails: Iterable[str],
        short_nouns: Iterable[str],
    ) -> None: ...
    def without(self, word: str) -> str: ...

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

class Stems:
    def __init__(
        self,
        o_endings: dict[str, str],
        pronouns: dict[str, str],
        verb_key: Callable[[str], str | None],
        endings: NounEndings,
        before_members: Callable[[str], str],
        variants: dict[str, str],
        folding: Folding,
    ) -> None: ...
    def key(self, word: str) -> str: ...
    def stem(self, word: str) -> str: ...
