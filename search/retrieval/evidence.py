"""Protocols for what an index, local or on a cluster, knows of words: rarity, positions, compound splits.

Query understanding uses ``WordStatistics``, rescoring uses ``WordEvidence``, and building a results page
uses ``Evidence``. Documents are numbers given out by the implementation.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, reduce
from typing import Final, NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.index import Article
from onneshon.index.analysis.analyzer import is_plain
from onneshon.index.analysis.script import VOWELS
from onneshon.index.analysis.stemmer import function_words, stem_key
from onneshon.index.columnar.sections import distinct
from onneshon.index.kernel.positions import positions_at, positions_in_order, scores_at
from onneshon.index.kernel.postings import Postings
from onneshon.index.kernel.terms import HASANTA, LETTER, NASAL, SIGN, VOWEL, StemmedWords, WordCutter
from onneshon.index.ranking import GAP, Norms
from onneshon.search.query.tree import Field, Leaf, Phrase, Query, Term, Within
from onneshon.search.retrieval.bm25f import Weights
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.collection import Docs, Layer, Mask

END: Final = 2**32 - 1
"""A document frequency that is never reached, for no limit."""

SHORTEST_PART: Final = 2
"""The least code points of either part of a word that is cut in two."""

Cut: TypeAlias = tuple[int, str, int, str, int]
"""The offset of the cut, the first part's stem and its document frequency, and those of the second part."""


def cutter_of(segments: Iterable[StemmedWords]) -> WordCutter:
    """A cutter of words into two words of the segments that are no function words."""
    return WordCutter(segments, _classes(), function_words(), SHORTEST_PART, stem_key)


@cache
def _classes() -> bytes:
    """The class of each character of the Bengali block in a plain word."""
    return bytes(map(_class, map(chr, range(0x980, 0xA00))))


def _class(letter: str) -> int:
    if is_plain(letter):
        return LETTER | VOWEL * (letter in VOWELS)
    if not is_plain(f"ক{letter}"):
        return HASANTA * is_plain(f"ক{letter}ক")
    return SIGN if is_plain(f"ক{letter}ং") else NASAL


Occurrences: TypeAlias = NDArray[np.int64]
"""``row << 33 | body << 32 | position`` of each occurrence of a word, ascending; a row is a document's index
among those examined, ``body`` is 0 in the title and 1 in the body."""


def phrase_occurrences(words: Sequence[Occurrences], slop: int) -> Occurrences:
    """The occurrences of a phrase's words as parts of it; with ``slop`` only those of its first word.

    Args:
        words: the occurrences of each word, in the order of the phrase.
        slop: the other words allowed among them in total.
    """
    if slop:
        first, *later = words
        return _within(first, later, slop)
    rows = sorted((occurrences - shift for shift, occurrences in enumerate(words)), key=len)
    return distinct((reduce(_common, rows)[:, None] + np.arange(len(words))).ravel())


def _common(occurrences: Occurrences, others: Occurrences) -> Occurrences:
    if not len(others):
        return others
    common: Occurrences = occurrences[
        others.take(np.searchsorted(others, occurrences), mode="clip") == occurrences
    ]
    return common


def _within(first: Occurrences, later: Sequence[Occurrences], slop: int) -> Occurrences:
    """Starts from which the later words follow in order with at most ``slop`` words in between.

    Taking the nearest next occurrence each time gives the narrowest span from a given start.
    """
    ends = first
    alive = np.ones(len(first), np.bool_)
    for others in later:
        if not len(others):
            return others
        spots = np.searchsorted(others, ends, side="right")
        alive &= spots < len(others)
        ends = others.take(spots, mode="clip")
    found: Occurrences = first[alive & (ends - first <= slop + len(later)) & (ends >> 32 == first >> 32)]
    return found


WHICH: Final[dict[Within, int]] = {None: 0, "title": 1}
"""The texts searched for a phrase, as the kernel numbers them."""

Positions: TypeAlias = list[tuple[int, str]]
"""The occurrences of some words in one text, ascending: position, and the stem of the word there."""


class Standing(NamedTuple):
    """The posting lists of one variant of a word, from which the kernel reads its occurrences.

    Attributes:
        lists: the posting lists of its words, mostly a single one; several words must be adjacent.
        slop: the other words allowed among them.
        field: the texts to read: 1 the title, 0 both.
        spelt: a list that must contain the documents too; None where any spelling counts.
    """

    lists: Sequence[Postings]
    slop: int
    field: int
    spelt: Postings | None = None


class WordPositions:
    """Reads the positions of words.

    The exact layer has no positions: a word of which only the exact form counts has those of its stem in the
    documents that contain the exact form.

    Args:
        of_stem: returns the postings of a stem with positions, those of the body ``GAP`` after the title.
        of_exact: returns the postings of an exact form.
        title_lengths: returns the number of tokens in the title of each document.
    """

    def __init__(
        self,
        of_stem: Callable[[str], Postings],
        of_exact: Callable[[str], Postings],
        title_lengths: Callable[[], NDArray[np.uint32]],
    ) -> None:
        self._of_stem = of_stem
        self._of_exact = of_exact
        self._title_lengths = title_lengths

    @property
    def title_lengths(self) -> NDArray[np.uint32]:
        """The number of tokens in the title of each document."""
        return self._title_lengths()

    def of(self, leaf: Term | Phrase, docs: Docs) -> Occurrences:
        """The occurrences of a word, or of each word of a phrase, in some documents.

        Args:
            leaf: the word or phrase.
            docs: documents, ascending.
        """
        if isinstance(leaf, Phrase):
            words = [self._occurrences(word.stem, docs) for word in leaf.words]
            return _in_text(phrase_occurrences(words, leaf.slop), leaf.field)
        found = self._occurrences(leaf.stem, docs)
        if leaf.spelt_so:
            spelt = scores_at(self._of_exact(leaf.exact), docs) > 0
            found = found[spelt[found >> 33]]
        return _in_text(found, leaf.field)

    def in_texts(self, stems: Sequence[str], docs: Docs) -> list[tuple[Positions, Positions]]:
        """The positions of any of some stems in the title and in the body of each of some documents.

        Args:
            stems: the stems, each once.
            docs: documents, ascending.
        """
        lists = [self._of_stem(stem) for stem in stems]
        return positions_in_order(lists, [*stems], docs, self.title_lengths[docs], GAP)

    def standing(self, leaf: Term | Phrase) -> Standing:
        """The posting lists from which the kernel reads a word or phrase; see ``of``."""
        if isinstance(leaf, Phrase):
            lists = [self._of_stem(word.stem) for word in leaf.words]
            return Standing(lists, leaf.slop, WHICH[leaf.field])
        spelt = self._of_exact(leaf.exact) if leaf.spelt_so else None
        return Standing([self._of_stem(leaf.stem)], 0, WHICH[leaf.field], spelt)

    def _occurrences(self, stem: str, docs: Docs) -> Occurrences:
        rows, positions = positions_at(self._of_stem(stem), docs)
        positions = positions.astype(np.int64)
        titles = self.title_lengths[docs].astype(np.int64)[rows]
        in_body = positions >= titles
        positions -= np.where(in_body, titles + GAP, 0)
        found: Occurrences = (rows << 1 | in_body) << 32 | positions
        return found


def _in_text(found: Occurrences, field: Within) -> Occurrences:
    """The occurrences that are in a field."""
    return found if field is None else found[found >> 32 & 1 == 0]


Counts: TypeAlias = NDArray[np.uint16]
"""For each document, the number of distinct words of a set that it contains."""


class WordStatistics(Protocol):
    """Document frequencies of words, adjacent words and prefixes, and the weights derived from them."""

    @property
    def weights(self) -> Weights:
        """Every constant of the ranking that is not in the basis of an index."""

    @property
    def k1(self) -> float:
        """BM25's ``k1``: the greater, the more repetitions of a word count."""

    def rarity(self, document_frequency: int, /) -> float:
        """The inverse document frequency for a document frequency."""

    def document_frequency(self, leaf: Leaf, /) -> int:
        """The document frequency of a leaf, from which its rarity is computed."""

    def size(self, leaf: Leaf, /) -> int:
        """The number of articles that a leaf finds."""

    def key_document_frequency(self, key: str, layer: Layer = "stem", /) -> int:
        """The number of articles that contain a word."""

    def are_indexed(self, keys: Sequence[str], layer: Layer = "stem", /) -> list[bool]:
        """For each of some words, whether any article contains it."""

    def stem_of(self, word: str, /) -> str | None:
        """The stem of a word in canonical spelling that articles contain; None where none does."""

    def begins(self, start: str, /) -> bool:
        """Whether any exact form begins with ``start``."""

    def cuts(self, word: str, stem: str, fewest: int, share: float, /) -> tuple[int, list[Cut]] | None:
        """The document frequency of a word in all its forms, and the ways to cut it into two words.

        Args:
            word: the word in canonical spelling.
            stem: its stem.
            fewest: the least document frequency of each part in all forms; of the first as spelt too.
            share: the least document frequency of each part, as a share of that of the word.

        Returns:
            None where the caller must look up each part. No part is a listed function word (forms of verbs
            that are function words are not listed), nor the ending left over of an inflected word.
        """

    def expect(self, leaves: Iterable[Leaf], /) -> None:
        """Announce leaves to be asked for singly, so that a remote index can count them in one request."""

    def count(self, stems: Sequence[str], most: int = END, wanted: int = 1, /) -> int:
        """The number of articles in which words are adjacent, in any of their forms.

        Args:
            stems: the words' stems.
            most: the count at which counting may stop.
            wanted: the count from which a search for these words is likely to follow.
        """


class WordEvidence(WordStatistics, Protocol):
    """Word statistics, and the positions of words in a few documents."""

    @property
    def articles(self) -> int:
        """The number of articles from which inverse document frequencies are computed."""

    @property
    def positions(self) -> WordPositions:
        """The reader of word positions."""

    @property
    def norms(self) -> Mapping[Field, Norms]:
        """The length norms of each field: the weight of one occurrence in each document."""

    def prefix_document_frequency(self, start: str, /) -> int:
        """The number of documents that contain a stem with this prefix, of three or four characters."""

    def beginnings(self, starts: Sequence[str], docs: Docs, /) -> tuple[Counts, Counts]:
        """The number of stems with each prefix in some documents, ascending; and the same in their titles.

        Each array has the shape (starts, documents).
        """


class Evidence(Protocol):
    """What results pages are made from."""

    @property
    def term_scorer(self) -> WordEvidence:
        """The statistics and positions of words."""

    def masks_at(self, query: Query, docs: Docs, budget: TimeBudget, /) -> list[Mask]:
        """For each concept of a query, a mask over some documents, ascending, that contain it."""

    def article(self, doc: int, /) -> Article | None:
        """The article of a document, as stored; None where it is damaged and must be skipped."""
