"""A stretch of a field's postings in memory: what inversion makes, merging joins and the writer encodes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.arrays import U4, ends_of, starts_of

__all__ = ["GONE", "OpaqueValues", "TermBlock"]

GONE: Final = 2**32 - 1
"""The number of a document that is left out."""


@dataclass(frozen=True, slots=True)
class OpaqueValues:
    """Posting values that the columns do not model (character offsets, boosts), kept as Whoosh encoded them.

    Attributes:
        data: the values, one after another.
        lengths: bytes of each, shape (postings,).
    """

    data: bytes
    lengths: NDArray[Any]


@dataclass(frozen=True, slots=True)
class TermBlock:
    """Consecutive terms of one field with their postings.

    Attributes:
        terms: UTF-8, ascending.
        counts: documents of each term, shape (terms,), each at least 1.
        docs: document numbers, term after term, ascending within a term; shape (postings,).
        freqs: occurrences, shape (postings,); None where all are 1 and nobody asks.
        positions: token positions, ascending within a posting, shape (occurrences,); None without positions.
        weights: shape (postings,); None where each is the frequency.
        values: see ``OpaqueValues``; None for the formats that the columns model.
        impacts: shape (postings,), see ``index.ranking``; None in fields that have none.
    """

    terms: Sequence[bytes]
    counts: NDArray[Any]
    docs: NDArray[Any]
    freqs: NDArray[Any] | None = None
    positions: NDArray[Any] | None = None
    weights: NDArray[Any] | None = None
    values: OpaqueValues | None = None
    impacts: NDArray[np.uint8] | None = None

    def renumbered(self, numbers: U4) -> "TermBlock":
        """The block with other numbers for its documents; terms of which no document is left go with them.

        Only for blocks without weights and values.

        Args:
            numbers: the new number of each document, ascending, ``GONE`` for those that are left out.
        """
        docs = numbers[self.docs]
        kept = docs != GONE
        if kept.all():
            return replace(self, docs=docs)
        counts = np.add.reduceat(kept, starts_of(self.counts), dtype=np.int64)
        positions = self.positions
        if positions is not None and self.freqs is not None:
            positions = positions[np.repeat(kept, self.freqs)]
        return TermBlock(
            [term for term, count in zip(self.terms, counts.tolist(), strict=True) if count],
            counts[counts > 0],
            docs[kept],
            None if self.freqs is None else self.freqs[kept],
            positions,
            impacts=None if self.impacts is None else self.impacts[kept],
        )

    def pieces(self, limit: int) -> Iterator["TermBlock"]:
        """The block in parts of about ``limit`` postings, so that what is computed from them stays small.

        Only for blocks without weights and values.
        """
        ends = ends_of(self.counts)
        position_ends = None if self.positions is None or self.freqs is None else ends_of(self.freqs)
        start = done = 0
        while start < len(self.terms):
            stop = max(start + 1, int(np.searchsorted(ends, done + limit, "right")))
            end = int(ends[stop - 1])
            yield TermBlock(
                self.terms[start:stop],
                self.counts[start:stop],
                self.docs[done:end],
                None if self.freqs is None else self.freqs[done:end],
                _between(self.positions, position_ends, done, end),
                impacts=None if self.impacts is None else self.impacts[done:end],
            )
            start, done = stop, end


def _between(
    positions: NDArray[Any] | None, ends: NDArray[np.int64] | None, start: int, stop: int
) -> NDArray[Any] | None:
    if positions is None or ends is None:
        return None
    return positions[int(ends[start - 1]) if start else 0 : int(ends[stop - 1])]
