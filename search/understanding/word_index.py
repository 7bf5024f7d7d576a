"""What reading and correcting words asks of an open index."""

from typing import Final, Protocol

from index.vocabulary.vocabulary import Vocabulary

__all__ = ["WordIndex", "held"]

_FIELDS: Final = ("title_exact", "body_exact")


class WordIndex(Protocol):
    """The words of an index and how many articles hold them."""

    @property
    def vocabulary(self) -> Vocabulary | None:
        """Its Bengali words, if it was built with them."""

    @property
    def count(self) -> int:
        """How many articles it holds."""

    def document_frequency(self, field: str, term: str, /) -> int:
        """How many articles hold a term in a field."""


def held(word: str, index: WordIndex) -> int:
    """How many articles hold a word as it is spelt, in the title or the body, whichever more do."""
    return max(index.document_frequency(field, word) for field in _FIELDS)
