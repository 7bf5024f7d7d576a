"""What search asks of an index: its words, its segments and their fields, whoever provides them."""

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
    """The words of an index, and which stand side by side."""

    @property
    def vocabulary(self) -> Vocabulary:
        """Its Bengali words."""

    @property
    def pairs(self) -> WordPairs:
        """How often its words stand side by side."""


class WordIndex(KnownWords, Protocol):
    """The words of an index and how many articles hold them."""

    @property
    def count(self) -> int:
        """How many articles it holds."""

    def stem_of(self, word: str, /) -> str | None:
        """The stem key of a word in canonical spelling; None where no article has it."""

    def document_frequency(self, field: str, term: str, /) -> int:
        """How many articles hold a term in a field."""

    def document_frequencies(self, field: str, terms: Sequence[str], /) -> list[int]:
        """The same of each of some terms."""


def document_frequency(word: str, index: WordIndex) -> int:
    """How many articles hold a word as it is spelt."""
    return index.document_frequency("exact", word)


class ImpactField(Protocol):
    """A layer of the texts of a segment: terms with their posting lists."""

    def ordinal(self, term: str, /) -> int | None:
        """The ordinal of a term in the sorted dictionary."""

    def ordinals(self, terms: Sequence[str], /) -> list[int]:
        """The ordinal of each of some terms; -1 for one that is not there."""

    def frequency(self, term: str, /) -> int:
        """How many documents have a term, deleted ones included."""

    def term(self, ordinal: int, /) -> str:
        """The term of that ordinal."""

    def begins(self, prefix: str, /) -> bool:
        """Whether some term begins so."""

    def list_of(self, term: str, base: int, /) -> PostingList | None:
        """The posting list of a term; ``base`` is the number of the segment's first document."""

    def beginning(self, prefix: str, most: int, base: int, /) -> TermRange | None:
        """The posting lists of the first terms that begin so; None where there are none."""


class Beginnings(Protocol):
    """In how many articles of a segment a stem begins so."""

    def df(self, beginning: str, /) -> int:
        """How many documents hold a stem that begins so: in 3 or 4 characters; else 0."""


class SegmentReader(Protocol):
    """A part of an index that is read as a whole."""

    @property
    def doc_count(self) -> int:
        """Documents, deleted ones included."""

    @property
    def deleted(self) -> NDArray[np.bool_] | None:
        """Which documents are deleted; None where none is."""

    def impacts(self, name: str, /) -> ImpactField:
        """A layer, maybe of no terms: ``stem``, ``exact``, ``title_stem`` or ``title_exact``."""

    def lengths(self, name: str, /) -> NDArray[np.uint32]:
        """Tokens of the ``title`` or the ``body`` of each document."""

    def stem_of(self, word: str, /) -> str | None:
        """The stem key of a word in canonical spelling; None where no document has it."""

    @property
    def words(self) -> StemmedWords:
        """The words as they are spelt, with their stems; what it raises is ``DamageError``."""

    @property
    def beginnings(self) -> Beginnings:
        """How many documents hold words that begin the same."""

    def article_ids(self, docs: Sequence[int]) -> list[str]:
        """The ids of the articles of some documents."""

    def id_bytes(self) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
        """The ids of all documents one after another, unchecked, and where each of them ends."""

    def check_ids(self) -> None:
        """Compare the ids with their sums; raises IndexCorruptError."""

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
        """A number for each document, nearly equal bodies differing in few bits; 0 where none was kept."""

    def dates(self) -> NDArray[np.int32]:
        """Day of each document as a proleptic ordinal; 0 where unknown."""


class Index(WordIndex, Protocol):
    """An open index, as ``index.open_index`` gives it."""

    @property
    def segments(self) -> Sequence[SegmentReader]:
        """What the index is made of."""

    @property
    def basis(self) -> Basis:
        """What the impacts of its postings were made with."""

    @property
    def generation(self) -> str:
        """Which build it is."""

    @property
    def warning(self) -> str:
        """Why it is not the live generation that is open; empty where it is."""

    @property
    def is_lossy(self) -> bool:
        """Whether what is damaged of it is to be left out of answers."""

    def leave_out_damage(self, met: Callable[[], None], /) -> None:
        """Answer without damaged words and lists from now on; ``met`` is called each time that one is met."""

    @property
    def fingerprint(self) -> bytes:
        """A digest of its files: others have another one, and nobody guesses it."""

    @property
    def completion(self) -> Completion | None:
        """What it suggests to whoever types, if it was built with that."""

    @property
    def learned(self) -> str:
        """A table of the variants and abbreviations that its articles teach; empty if they teach none."""

    @property
    def dates(self) -> Sequence[ChangeDates]:
        """When the articles of each segment were changed."""

    @property
    def gone(self) -> Mapping[str, int]:
        """Ids of articles that it has no more, and since when, in seconds of Unix."""

    def article(self, article_id: str, /) -> Article:
        """The article of that id; raises ArticleNotFoundError."""

    def verify(self) -> None:
        """Read all of it; raises IndexCorruptError where it is not as it was built."""

    def close(self) -> None:
        """Let go of its files."""
