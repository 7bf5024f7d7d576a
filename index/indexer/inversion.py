"""From tokens in the order of the text to lists in the order of terms: sorting by counting.

All tokens are looked through once for each range of terms, which is as long as memory allows: that is faster
than sorting what fits into memory and joining the pieces, and takes no more.
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
"""Memory that a token takes while its list is made."""

LEAST_TOKENS: Final = 1 << 10
"""However small the budget, so many are looked for at once."""


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """Documents that follow one another, as tokens.

    Attributes:
        ids: of their tokens, title and body of one after the other.
        ends: 1 for each token that is the last of its sentence.
        lengths: tokens of each title and each body in turn, shape (2 * documents,).
        first: the number of the first document.
        ranks: the term of each id.
    """

    ids: U4
    ends: U1
    lengths: U4
    first: int
    ranks: U4


class Impacts:
    """The impacts of postings, by the lengths of the texts of their documents.

    Args:
        basis: what impacts are made with.
        titles: tokens of each title, shape (documents,).
        bodies: tokens of each body.
    """

    def __init__(self, basis: Basis, titles: NDArray[np.integer], bodies: NDArray[np.integer]) -> None:
        self._k1 = basis.k1
        self._titles = norms(basis, titles, title=True)
        self._bodies = norms(basis, bodies, title=False)

    def of(self, docs: U4, titles: U4, bodies: U4 | None = None) -> NDArray[np.uint8]:
        """Those of some documents, given how often title and body hold the term; None: no body counts."""
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
    """Write the lists of a layer.

    Args:
        spans: all documents, in order.
        terms: of the layer, ascending; the ranks of spans are places in it.
        worth: of postings of the documents.
        both: takes the lists of title and body together.
        titles: takes the lists of titles.
        positions: whether positions are written.
        memory: bytes.
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
    """The postings of some terms, given how many tokens each has; the first is that of rank ``low``."""
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
        terms: UTF-8, ascending.
        counts: documents of each term.
        docs: of the postings.
        freqs: occurrences in title and body.
        in_titles: occurrences in the title alone.
        positions: of the occurrences, those in the title first; None where nobody asks.
    """

    terms: Sequence[bytes]
    counts: U4
    docs: U4
    freqs: U4
    in_titles: U4
    positions: U4 | None

    def both(self, worth: Impacts) -> TermBlock:
        """Title and body together."""
        made = worth.of(self.docs, self.in_titles, self.freqs - self.in_titles)
        return TermBlock(self.terms, self.counts, self.docs, self.freqs, self.positions, impacts=made)

    def of_titles(self, worth: Impacts) -> TermBlock:
        """The documents that have the term in the title."""
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
        """So many positions of each of some postings, the first ones: those in the title."""
        if self.positions is None:
            return None
        return self.positions[gather_ranges(starts_of(self.freqs)[titled], counts)]
