"""Protocols of the index that search needs: its words, its segments and their fields."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from onneshon.index import Article
from onneshon.index.columnar.change_dates import ChangeDates
from onneshon.index.columnar.keywords import Keywords
from onneshon.index.completion.completion import Completion
from onneshon.index.kernel.postings import PostingList
from onneshon.index.kernel.terms import StemmedWords, TermRange
from onneshon.index.ranking import Basis
from onneshon.index.vocabulary.pairs import WordPairs
from onneshon.index.vocabulary.vocabulary import Vocabulary


class KnownWords(Protocol):
    """The words of an index, and their adjacent pairs."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The Bengali words of the index."""

    @property
    def pairs(self) -> WordPairs:
        """The frequencies of adjacent pairs of words."""


class Suggests(KnownWords, Protocol):
    """The part of an index that completion needs."""

    @property
    def learned(self) -> str:
        """A table of the variants and abbreviations learned from its articles; empty if there are none."""

    @property
    def completion(self) -> Completion | None:
        """The words, phrases and titles by prefix; None where it was built without them."""


class WordIndex(KnownWords, Protocol):
    """The words of an index and their document frequencies."""

    @property
    def count(self) -> int:
        """The number of articles in the index."""

    def stem_of(self, word: str, /) -> str | None:
        """The stem key of a word in canonical spelling; None where no article contains it."""

    def document_frequency(self, field: str, term: str, /) -> int:
        """The number of articles that contain a term in a field."""

    def document_frequencies(self, field: str, terms: Sequence[str], /) -> list[int]:
        """The document frequency of each of some terms in a field."""


class IndexWords(WordIndex, Suggests, Protocol):
    """The words of an index, and its completions."""


def document_frequency(word: str, index: WordIndex) -> int:
    """The number of articles that contain a word in its exact form."""
    return index.document_frequency("exact", word)


class ImpactField(Protocol):
    """A layer of the texts of a segment: terms with their posting lists."""

    def ordinal(self, term: str, /) -> int | None:
        """The ordinal of a term in the sorted dictionary."""

    def ordinals(self, terms: Sequence[str], /) -> list[int]:
        """The ordinal of each of some terms; -1 for a term that is not in the dictionary."""

    def frequency(self, term: str, /) -> int:
        """The number of documents that contain a term, deleted ones included."""

    def term(self, ordinal: int, /) -> str:
        """The term with that ordinal."""

    def begins(self, prefix: str, /) -> bool:
        """Whether any term begins with ``prefix``."""

    def list_of(self, term: str, base: int, /) -> PostingList | None:
        """The posting list of a term; ``base`` is the number of the segment's first document."""

    def beginning(self, prefix: str, most: int, base: int, /) -> TermRange | None:
        """The posting lists of the first ``most`` terms with a prefix; None where there are none."""


class Beginnings(Protocol):
    """The document frequencies of stem prefixes in a segment."""

    def df(self, beginning: str, /) -> int:
        """The number of documents that contain a stem with this prefix, of 3 or 4 characters; else 0."""


class SegmentReader(Protocol):
    """A segment of an index."""

    @property
    def doc_count(self) -> int:
        """The number of documents, deleted ones included."""

    @property
    def deleted(self) -> NDArray[np.bool_] | None:
        """A mask of the deleted documents; None where none is."""

    def impacts(self, name: str, /) -> ImpactField:
        """A layer, which may be empty: ``stem``, ``exact``, ``title_stem`` or ``title_exact``."""

    def lengths(self, name: str, /) -> NDArray[np.uint32]:
        """The number of tokens in the ``title`` or the ``body`` of each document."""

    def stem_of(self, word: str, /) -> str | None:
        """The stem key of a word in canonical spelling; None where no document contains it."""

    @property
    def words(self) -> StemmedWords:
        """The exact forms with their stems; its methods raise ``DamageError``."""

    @property
    def beginnings(self) -> Beginnings:
        """The document frequencies of stem prefixes."""

    def article_ids(self, docs: Sequence[int]) -> list[str]:
        """The ids of the articles of some documents."""

    def id_bytes(self) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
        """The concatenated ids of all documents, not verified, and the end of each."""

    def check_ids(self) -> None:
        """Verify the checksums of the ids; raises IndexCorruptError."""

    def article(self, doc: int) -> Article:
        """The article of a document, as stored."""

    def find(self, article_id: str) -> int | None:
        """The document of an article."""

    def keyword(self, name: str) -> Keywords:
        """The values of a field around the words, ours or one that a site declared."""

    @property
    def declared(self) -> Sequence[str]:
        """The fields that a site declared, as far as documents have them."""

    def fingerprints(self) -> NDArray[np.uint64]:
        """A hash of each document, near-equal bodies differing in few bits; 0 where none is stored."""

    def dates(self) -> NDArray[np.int32]:
        """Day of each document as a proleptic ordinal; 0 where unknown."""


class Index(IndexWords, Protocol):
    """An open index, as ``index.open_index`` returns it."""

    @property
    def segments(self) -> Sequence[SegmentReader]:
        """The segments of the index."""

    @property
    def basis(self) -> Basis:
        """The constants with which the impacts of its postings were computed."""

    @property
    def generation(self) -> str:
        """The name of its generation."""

    @property
    def warning(self) -> str:
        """Why an older generation is open instead of the live one; empty where the live one is open."""

    @property
    def is_lossy(self) -> bool:
        """Whether answers skip damaged parts of the index."""

    def leave_out_damage(self, met: Callable[[], None], /) -> None:
        """Skip damaged words and lists from now on; ``met`` is called each time that one is met."""

    @property
    def fingerprint(self) -> bytes:
        """A digest of its files, different for other files and not to be guessed."""

    @property
    def dates(self) -> Sequence[ChangeDates]:
        """The change dates of the articles of each segment."""

    @property
    def gone(self) -> Mapping[str, int]:
        """Ids of deleted articles with the time of deletion, in Unix seconds."""

    def article(self, article_id: str, /) -> Article:
        """The article with that id; raises ArticleNotFoundError."""

    def verify(self) -> None:
        """Read the whole index and check it against its checksums; raises IndexCorruptError."""

    def close(self) -> None:
        """Close the files of the index."""
