"""What reading and correcting words asks of an open index."""

from collections.abc import Sequence
from typing import Protocol

from onneshon.index.vocabulary.pairs import WordPairs
from onneshon.index.vocabulary.vocabulary import Vocabulary

__all__ = ["WordIndex", "held"]


class WordIndex(Protocol):
    """The words of an index and how many articles hold them."""

    @property
    def vocabulary(self) -> Vocabulary | None:
        """Its Bengali words, if it was built with them."""

    @property
    def pairs(self) -> WordPairs | None:
        """How often its words stand side by side, if it was built with that."""

    @property
    def count(self) -> int:
        """How many articles it holds."""

    def stem_of(self, word: str, /) -> str | None:
        """The stem key of a word in canonical spelling; None where no article has it."""

    def document_frequency(self, field: str, term: str, /) -> int:
        """How many articles hold a term in a field."""

    def document_frequencies(self, field: str, terms: Sequence[str], /) -> list[int]:
        """The same of each of some terms."""


def held(word: str, index: WordIndex) -> int:
    """How many articles hold a word as it is spelt."""
    return index.document_frequency("exact", word)
