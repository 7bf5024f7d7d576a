"""Where words, and words in a row, stand in a few documents, read from the postings of their stems."""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.index.kernel.positions import positions_at, positions_in_order, scores_at
from onneshon.index.kernel.postings import Postings
from onneshon.index.ranking import GAP
from onneshon.search.query.tree import Phrase, Term, Within
from onneshon.search.retrieval.collection import Docs

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
