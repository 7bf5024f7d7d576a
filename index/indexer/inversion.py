"""Inversion, from tokens in text order to posting lists in term order, by counting sort.

All tokens are scanned once for each range of terms, which is as long as memory allows: that is faster than
sorting runs that fit into memory and merging them, and takes no more memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.columnar.impact_field import ImpactWriter
from onneshon.index.columnar.sections import U1, U4, ends_of, gather_ranges, ranges_within, starts_of
from onneshon.index.columnar.term_dictionary import TermBlock
from onneshon.index.kernel.encoding import collapse, count_tokens, scatter
from onneshon.index.ranking import GAP, Basis, impacts, norms

BYTES_PER_TOKEN: Final = 96
"""Memory that a token takes while its posting list is made."""

LEAST_TOKENS: Final = 1 << 10
"""The least number of tokens that are inverted at once, however small the budget."""


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """The tokens of consecutive documents.

    Attributes:
        ids: the ids of the tokens, document after document, first of its title, then of its body.
        ends: 1 for each token that is the last of its sentence.
        lengths: tokens of each title and each body in turn, shape (2 * documents,).
        first: the number of the first document.
        ranks: the rank of the term of each id.
    """

    ids: U4
    ends: U1
    lengths: U4
    first: int
    ranks: U4


class Impacts:
    """Computes the impacts of postings from the lengths of the texts of their documents.

    Args:
        basis: the parameters and average lengths that impacts are computed with.
        titles: the number of tokens of each title, shape (documents,).
        bodies: the number of tokens of each body, shape (documents,).
    """

    def __init__(self, basis: Basis, titles: NDArray[np.integer], bodies: NDArray[np.integer]) -> None:
        self._k1 = basis.k1
        self._titles = norms(basis, titles, title=True)
        self._bodies = norms(basis, bodies, title=False)

    def of(self, docs: U4, titles: U4, bodies: U4 | None = None) -> NDArray[np.uint8]:
        """The impacts of documents, given the term's frequencies in title and body; None ignores bodies."""
        found = self._titles[docs] * titles
        if bodies is not None:
            found += self._bodies[docs] * bodies
        return impacts(found, self._k1)


def invert(
    spans: Sequence[TokenSpan],
    terms: Sequence[bytes],
    worth: Impacts,
    both: ImpactWriter,
    titles: ImpactWriter,
    *,
    positions: bool,
    memory: int,
) -> None:
    """Write the posting lists of a layer.

    Args:
        spans: the tokens of all documents, in order.
        terms: the terms of the layer, ascending; the ranks of spans index it.
        worth: computes the impacts of postings.
        both: the writer of the lists of title and body together.
        titles: the writer of the lists of titles.
        positions: whether positions are written.
        memory: the memory budget in bytes.
    """
    counts = np.zeros(len(terms), np.uint32)
    for span in spans:
        count_tokens(span.ids, span.ranks, counts)
    for low, high in ranges_within(counts, max(LEAST_TOKENS, memory // BYTES_PER_TOKEN)):
        lists = _lists(spans, terms[low:high], low, counts[low:high], positions=positions)
        both.extend(lists.both(worth))
        titles.extend(lists.of_titles(worth))


def _lists(
    spans: Sequence[TokenSpan], terms: Sequence[bytes], low: int, counts: U4, *, positions: bool
) -> "_Lists":
    """The postings of consecutive terms from rank ``low`` on, given the number of tokens of each."""
    total = int(counts.sum(dtype=np.int64))
    marks = np.empty(total, np.uint32)
    token_positions = np.empty(total, np.uint32) if positions else None
    cursors = starts_of(counts).astype(np.uint32)
    for span in spans:
        scatter(span.ids, span.lengths, span.first, GAP, span.ranks, low, cursors, marks, token_positions)
    freqs, in_titles = np.empty(total, np.uint32), np.empty(total, np.uint32)
    documents = np.empty(len(counts), np.uint32)
    kept = collapse(ends_of(counts).astype(np.uint32), marks, freqs, in_titles, documents)
    return _Lists(terms, documents, marks[:kept], freqs[:kept], in_titles[:kept], token_positions)


@dataclass(frozen=True, slots=True)
class _Lists:
    """Postings of consecutive terms.

    Attributes:
        terms: the terms in UTF-8, ascending.
        counts: the number of documents of each term.
        docs: the document of each posting.
        freqs: the occurrences of each posting in title and body.
        in_titles: the occurrences of each posting in the title alone.
        positions: the positions of the occurrences, those in the title first; None if not wanted.
    """

    terms: Sequence[bytes]
    counts: U4
    docs: U4
    freqs: U4
    in_titles: U4
    positions: U4 | None

    def both(self, worth: Impacts) -> TermBlock:
        """The postings of title and body together."""
        made = worth.of(self.docs, self.in_titles, self.freqs - self.in_titles)
        return TermBlock(self.terms, self.counts, self.docs, self.freqs, self.positions, impacts=made)

    def of_titles(self, worth: Impacts) -> TermBlock:
        """The postings of the titles: of the documents that have the term in the title."""
        titled = np.flatnonzero(self.in_titles)
        docs, freqs = self.docs[titled], self.in_titles[titled]
        counts = np.bincount(
            np.searchsorted(ends_of(self.counts), titled, "right"), minlength=len(self.terms)
        )
        there = np.flatnonzero(counts)
        terms = [self.terms[ordinal] for ordinal in there.tolist()]
        positions = self._first_positions(titled, freqs)
        return TermBlock(terms, counts[there], docs, freqs, positions, impacts=worth.of(docs, freqs))

    def _first_positions(self, titled: NDArray[np.int64], counts: U4) -> U4 | None:
        """The first ``counts`` positions of each of the given postings: those in the title."""
        if self.positions is None:
            return None
        return self.positions[gather_ranges(starts_of(self.freqs)[titled], counts)]
