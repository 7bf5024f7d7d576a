"""What is asked of the words of an index, whoever counts: their rarity, where they stand, how to cut one.

Understanding a query asks ``WordStatistics``, comparing the best articles asks ``WordEvidence``, and making a
page of them asks ``Evidence``. Documents are numbers that whoever answers gave out.
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
from onneshon.index.kernel.positions import positions_at, positions_in_order, scores_at
from onneshon.index.kernel.postings import Postings
from onneshon.index.kernel.terms import HASANTA, LETTER, NASAL, SIGN, VOWEL, StemmedWords, WordCutter
from onneshon.index.ranking import GAP, Norms
from onneshon.search.query.tree import Field, Leaf, Phrase, Query, Term, Within
from onneshon.search.retrieval.bm25f import Weights
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.collection import Docs, Layer, Mask

END: Final = 2**32 - 1
"""More articles than there can be."""

SHORTEST_PART: Final = 2
"""Code points of a part."""

Cut: TypeAlias = tuple[int, str, int, str, int]
"""Where a word is cut, the stem of the first part and how many articles have it, and those of the second."""


def cutter_of(segments: Iterable[StemmedWords]) -> WordCutter:
    """What cuts words into two words of some segments that say something."""
    return WordCutter(segments, _classes(), function_words(), SHORTEST_PART, stem_key)


@cache
def _classes() -> bytes:
    """What each letter of the Bengali block is in a plain word."""
    return bytes(map(_class, map(chr, range(0x980, 0xA00))))


def _class(letter: str) -> int:
    if is_plain(letter):
        return LETTER | VOWEL * (letter in VOWELS)
    if not is_plain(f"ক{letter}"):
        return HASANTA * is_plain(f"ক{letter}ক")
    return SIGN if is_plain(f"ক{letter}ং") else NASAL


Occurrences: TypeAlias = NDArray[np.int64]
"""``row << 33 | body << 32 | position`` of each occurrence of a word, ascending; a row is a document's index
among those looked at, ``body`` is 0 in the title and 1 in the body."""


def phrase_occurrences(words: Sequence[Occurrences], slop: int) -> Occurrences:
    """Where the words of a phrase stand as parts of it; with ``slop`` only where each first one does.

    Args:
        words: where each stands, in the order of the phrase.
        slop: how many other words may stand among them in all.
    """
    if slop:
        first, *later = words
        return _within(first, later, slop)
    rows = sorted((occurrences - shift for shift, occurrences in enumerate(words)), key=len)
    return np.unique(reduce(_common, rows)[:, None] + np.arange(len(words)))


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
"""The texts in which a phrase is looked for, as the kernel numbers them."""

Positions: TypeAlias = list[tuple[int, str]]
"""Where some words stand in one text, ascending: words before, and the stem of the one that is there."""


class Standing(NamedTuple):
    """Where one variant of a word stands, for the kernel to read.

    Attributes:
        lists: the postings of its words, side by side; of one, mostly.
        slop: how many other words may stand among them.
        field: the texts, 1 the title, 0 both.
        spelt: where documents must be too; None where that does not matter.
    """

    lists: Sequence[Postings]
    slop: int
    field: int
    spelt: Postings | None = None


class WordPositions:
    """Tells where words stand.

    The exact layer has no positions: of a word that only counts spelt so, they are those of its stem in the
    documents that spell it so.

    Args:
        of_stem: the postings of a stem, with positions; those of the body come ``GAP`` after the title.
        of_exact: the postings of a word as it is spelt.
        title_lengths: asks for the tokens of the title of each document.
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
        """Tokens of the title of each document."""
        return self._title_lengths()

    def of(self, leaf: Term | Phrase, docs: Docs) -> Occurrences:
        """Where a word, or each word of a phrase without others in between, stands in some documents.

        Args:
            leaf: what stands there.
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
        """Where any of some stems stands in the title and in the body of each of some documents.

        Args:
            stems: each once.
            docs: documents, ascending.
        """
        lists = [self._of_stem(stem) for stem in stems]
        return positions_in_order(lists, [*stems], docs, self.title_lengths[docs], GAP)

    def standing(self, leaf: Term | Phrase) -> Standing:
        """Where a word, or each word of a phrase, stands: as the kernel reads it; see ``of``."""
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
    """Those of some occurrences that are in a text."""
    return found if field is None else found[found >> 32 & 1 == 0]


Counts: TypeAlias = NDArray[np.uint16]
"""How many of some words documents have."""


class WordStatistics(Protocol):
    """How many articles hold a word, words side by side, or a beginning; what that makes them worth."""

    @property
    def weights(self) -> Weights:
        """Every constant of the ranking that is not in the basis of an index."""

    @property
    def k1(self) -> float:
        """How slowly repetitions of a word stop counting."""

    def rarity(self, document_frequency: int, /) -> float:
        """The inverse document frequency of what has this document frequency."""

    def holding(self, leaf: Leaf, /) -> int:
        """The document frequency of a leaf, from which its rarity is computed."""

    def size(self, leaf: Leaf, /) -> int:
        """How many articles a leaf finds."""

    def frequency(self, key: str, layer: Layer = "stem", /) -> int:
        """How many articles hold a word."""

    def are_indexed(self, keys: Sequence[str], layer: Layer = "stem", /) -> list[bool]:
        """Whether some article has each of some words."""

    def stem_of(self, word: str, /) -> str | None:
        """The stem of a word in canonical spelling, as an article has it; None where none has it."""

    def begins(self, start: str, /) -> bool:
        """Whether some word, as it is spelt, begins so."""

    def cuts(self, word: str, stem: str, fewest: int, share: float, /) -> tuple[int, list[Cut]] | None:
        """How many articles have a word in any of its forms, and the ways to cut it into two words.

        Args:
            word: in canonical spelling.
            stem: of it.
            fewest: articles that must have each part in any of its forms; the first also as it is spelt.
            share: of the articles that have the word; as many must have each part.

        Returns:
            None where each part is to be looked up by itself. No part is a listed function word (forms of
            verbs that are such are not listed), and what is left over of an inflected word is none.
        """

    def expect(self, leaves: Iterable[Leaf], /) -> None:
        """Some leaves will be asked for one by one: whoever counts them far away counts them now, at once."""

    def count(self, stems: Sequence[str], most: int = END, wanted: int = 1, /) -> int:
        """How many articles have words side by side, any forms of theirs.

        Args:
            stems: of the words.
            most: document frequency at which no more are looked for.
            wanted: document frequency from which they are likely to be searched for next.
        """


class WordEvidence(WordStatistics, Protocol):
    """Also where words stand in a few documents."""

    @property
    def articles(self) -> int:
        """How many articles there are, as rarities are made of."""

    @property
    def positions(self) -> WordPositions:
        """Where words stand in documents."""

    @property
    def norms(self) -> Mapping[Field, Norms]:
        """What one occurrence in a text of each document is worth."""

    def holding_beginning(self, start: str, /) -> int:
        """How many documents hold a stem that begins so; for beginnings of three and of four characters."""

    def beginnings(self, starts: Sequence[str], docs: Docs, /) -> tuple[Counts, Counts]:
        """How many stems that begin so some documents, ascending, hold; and their titles.

        Each of shape (starts, documents).
        """


class Evidence(Protocol):
    """What pages are made of."""

    @property
    def term_scorer(self) -> WordEvidence:
        """What is known of the words."""

    def masks_at(self, query: Query, docs: Docs, budget: TimeBudget, /) -> list[Mask]:
        """For each concept that a query asks for, which of some documents, ascending, hold it."""

    def article(self, doc: int, /) -> Article | None:
        """The article of a document, as stored; None where that is to be left out."""
