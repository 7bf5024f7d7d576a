"""A range of a field's postings in memory: what inversion makes, merging joins and the writer encodes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.arrays import U4, starts_of

__all__ = ["GONE", "TermBlock"]

GONE: Final = 2**32 - 1
"""The number of a document that is left out."""


@dataclass(frozen=True, slots=True)
class TermBlock:
    """Consecutive terms of one field with their postings.

    Attributes:
        terms: UTF-8, ascending.
        counts: documents of each term, shape (terms,), each at least 1.
        docs: document numbers, term after term, ascending within a term; shape (postings,).
        freqs: occurrences, shape (postings,); None where all are 1 and nobody asks.
        positions: token positions, ascending within a posting, shape (occurrences,); None without positions.
        impacts: shape (postings,), see ``index.ranking``; None in fields that have none.
    """

    terms: Sequence[bytes]
    counts: NDArray[Any]
    docs: NDArray[Any]
    freqs: NDArray[Any] | None = None
    positions: NDArray[Any] | None = None
    impacts: NDArray[np.uint8] | None = None

    def renumbered(self, numbers: U4) -> "TermBlock":
        """The block with other numbers for its documents; terms of which no document is left go with them.

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
