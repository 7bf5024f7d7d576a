"""What the executor asks of an index: the shape of a segment and of its fields, whoever provides them."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index import Article
from index.completion.completion import Completion
from index.vocabulary.vocabulary import Vocabulary

__all__ = ["FieldReader", "Index", "SegmentReader"]


class FieldReader(Protocol):
    """One layer of one text of a segment."""

    @property
    def lengths(self) -> NDArray[np.uint32]:
        """Tokens of the field in each document."""

    @property
    def total_length(self) -> int:
        """Tokens of the field in all documents."""

    def ordinal(self, term: str) -> int | None:
        """The place of a term in the sorted dictionary."""

    def prefix_range(self, prefix: str) -> range:
        """The ordinals of all terms that begin so."""

    def postings(self, ordinal: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """Documents, ascending, and the frequency in each."""

    def positions(self, ordinal: int) -> NDArray[np.uint32]:
        """Positions of a term, grouped by document; as many as the frequencies sum to."""

    def doc_frequencies(self, start: int, stop: int) -> NDArray[np.int64]:
        """How many documents hold each term of a range of ordinals."""

    def docs_in_range(self, start: int, stop: int) -> NDArray[np.int64]:
        """Documents of the terms of a range of ordinals; one entry for each term a document holds."""


class SegmentReader(Protocol):
    """A part of an index that is read as a whole."""

    @property
    def doc_count(self) -> int:
        """Documents, deleted ones included."""

    @property
    def deleted(self) -> NDArray[np.bool_] | None:
        """Which documents are deleted; None where none is."""

    def field(self, name: str) -> FieldReader | None:
        """A layer of a text, if the segment holds it."""

    def article_ids(self, docs: Sequence[int]) -> list[str]:
        """The ids of the articles of some documents."""

    def article(self, doc: int) -> Article:
        """The article of a document, as stored."""

    def find(self, article_id: str) -> int | None:
        """The document of an article."""

    def keyword(self, name: str) -> tuple[NDArray[np.uint32], list[str]]:
        """A code for each document and the value of each code."""

    @property
    def declared(self) -> Sequence[str]:
        """The fields that a site declared, as far as documents have them."""

    def keywords(self, name: str) -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
        """Of a declared field the document and the code of each value that a document has, and the values."""

    def fingerprints(self) -> NDArray[np.uint64]:
        """A number for each document, nearly equal bodies differing in few bits; 0 where none was kept."""

    def dates(self) -> NDArray[np.int32]:
        """Day of each document as a proleptic ordinal; 0 where unknown."""


class Index(Protocol):
    """An open index, as ``index.open_index`` gives it."""

    @property
    def segments(self) -> Sequence[SegmentReader]:
        """What the index is made of."""

    @property
    def generation(self) -> str:
        """Which build it is."""

    @property
    def warning(self) -> str:
        """Why it is not the live generation that is open; empty where it is."""

    @property
    def fingerprint(self) -> bytes:
        """A digest of its files: others have another one, and nobody guesses it."""

    @property
    def vocabulary(self) -> Vocabulary | None:
        """Its Bengali words with their sounds, if it was built with them."""

    @property
    def completion(self) -> Completion | None:
        """What it suggests to whoever types, if it was built with that."""

    def document_frequency(self, field: str, term: str, /) -> int:
        """How many articles hold a term in a field."""

    @property
    def count(self) -> int:
        """How many articles it holds."""

    def article(self, article_id: str, /) -> Article:
        """The article of that id; raises ArticleNotFoundError."""

    def verify(self) -> None:
        """Read all of it; raises IndexCorruptError where it is not as it was built."""

    def close(self) -> None:
        """Let go of its files."""
