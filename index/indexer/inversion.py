"""From tokens in the order of the text to lists in the order of terms: a sort by counting, a range of terms at a time.

All tokens are looked through once for each range, which is as long as memory allows: that is faster than sorting
what fits into memory and joining the pieces, and takes no more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.arrays import U4, ends_of, starts_of
from index.columnar.impact_writer import ImpactWriter
from index.columnar.term_block import TermBlock
from index.kernel.building import collapse, count_tokens, scatter
from index.ranking import GAP, Basis, impacts, norms

__all__ = ["BYTES_PER_TOKEN", "Norms", "Stretch", "invert"]

BYTES_PER_TOKEN: Final = 64
"""Memory that a token takes while its list is made."""

LEAST_TOKENS: Final = 1 << 10
"""However small the budget, so many are looked for at once."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Documents that follow one another, as tokens.

    Attributes:
        ids: of their tokens, title and body of one after the other.
        lengths: tokens of each title and each body in turn, shape (2 * documents,).
        first: the number of the first document.
        ranks: the term of each id.
    """

    ids: U4
    lengths: U4
    first: int
    ranks: U4


class Norms:
    """What one occurrence in each document is worth.

    Args:
        basis: what impacts are made with.
        titles: tokens of each title, shape (documents,).
        bodies: tokens of each body.
    """

    def __init__(self, basis: Basis, titles: NDArray[np.integer], bodies: NDArray[np.integer]) -> None:
        self._k1 = basis.k1
        self._titles = norms(basis, titles, title=True)
        self._bodies = norms(basis, bodies, title=False)

    def impacts(self, docs: U4, titles: U4, bodies: U4 | None = None) -> NDArray[np.uint8]:
        """The impacts of postings, given how often title and body hold the term; None where no body counts."""
        worth = self._titles[docs] * titles
        if bodies is not None:
            worth += self._bodies[docs] * bodies
        return impacts(worth, self._k1)


def invert(
    stretches: Sequence[Stretch],
    terms: Sequence[bytes],
    norms_: Norms,
    both: ImpactWriter,
    titles: ImpactWriter,
    *,
    positions: bool,
    memory: int,
) -> None:
    """Write the lists of a layer.

    Args:
        stretches: all documents, in order.
        terms: of the layer, ascending; the ranks of stretches are places in it.
        norms_: of the documents.
        both: takes the lists of title and body together.
        titles: takes the lists of titles.
        positions: whether positions are written.
        memory: bytes.
    """
    counts = np.zeros(len(terms), np.uint32)
    for stretch in stretches:
        count_tokens(stretch.ids, stretch.ranks, counts)
    for low, high in _ranges(counts, max(LEAST_TOKENS, memory // BYTES_PER_TOKEN)):
        block, in_titles = _lists(stretches, low, counts[low:high], positions=positions)
        block = TermBlock(terms[low:high], *block)
        in_bodies = block.freqs - in_titles
        both.extend(
            TermBlock(
                block.terms,
                block.counts,
                block.docs,
                block.freqs,
                block.positions,
                impacts=norms_.impacts(block.docs, in_titles, in_bodies),
            )
        )
        titles.extend(_of_titles(block, in_titles, norms_))


def _ranges(counts: U4, most: int) -> Iterator[tuple[int, int]]:
    """Ranges of terms with at most so many tokens, or of one term."""
    ends = ends_of(counts)
    low = 0
    while low < len(counts):
        before = int(ends[low - 1]) if low else 0
        high = max(low + 1, int(np.searchsorted(ends, before + most, "right")))
        yield low, high
        low = high


def _lists(
    stretches: Sequence[Stretch], low: int, counts: U4, *, positions: bool
) -> tuple[tuple[U4, U4, U4, U4 | None], U4]:
    """Documents of each term, documents, frequencies and positions; and the frequencies in titles."""
    total = int(counts.sum(dtype=np.int64))
    marks = np.empty(total, np.uint32)
    places = np.empty(total, np.uint32) if positions else None
    cursors = starts_of(counts).astype(np.uint32)
    for stretch in stretches:
        scatter(
            stretch.ids, stretch.lengths, stretch.first, GAP, stretch.ranks, low, cursors, marks, places
        )
    freqs, in_titles = np.empty(total, np.uint32), np.empty(total, np.uint32)
    documents = np.empty(len(counts), np.uint32)
    held = collapse(ends_of(counts).astype(np.uint32), marks, freqs, in_titles, documents)
    return (documents, marks[:held], freqs[:held], places), in_titles[:held]


def _of_titles(block: TermBlock, in_titles: U4, norms_: Norms) -> TermBlock:
    """The postings of those documents that have the term in the title."""
    held = np.flatnonzero(in_titles)
    docs, freqs = block.docs[held], in_titles[held]
    term_of = np.repeat(np.arange(len(block.terms)), block.counts)[held]
    counts = np.bincount(term_of, minlength=len(block.terms))
    there = np.flatnonzero(counts)
    positions = None
    if block.positions is not None:
        # Positions ascend: those in a title are the first of their posting.
        starts = starts_of(block.freqs)[held]
        positions = block.positions[np.repeat(starts - starts_of(freqs), freqs) + np.arange(int(freqs.sum()))]
    return TermBlock(
        [block.terms[place] for place in there.tolist()],
        counts[there],
        docs,
        freqs,
        positions,
        impacts=norms_.impacts(docs, freqs),
    )
