"""Postings of one term for Whoosh's own queries, which step through them one by one."""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import formats
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.system import pack_uint

from onneshon.index.arrays import ends_of
from onneshon.index.whoosh_codec.postings import Field, round_lengths

PAST_ALL = 1 << 32
"""No document has such a number."""

BLOCK = 128
"""Postings whose best possible score is estimated together; Whoosh's own codec has as many."""


class ColumnarMatcher(LeafMatcher):  # type: ignore[misc]  # Whoosh has no types
    """A Whoosh matcher over arrays.

    Args:
        field: of the term.
        ordinal: of the term.
        format_: Whoosh's format of the field, which says how a posting's value looks.
        term: name of the field and bytes of the term, for Whoosh's reports.
        scorer: Whoosh's scorer of the term, or None.
    """

    def __init__(
        self, field: Field, ordinal: int, format_: Any, term: tuple[str, bytes], scorer: Any = None
    ) -> None:
        self._field = field
        self._ordinal = ordinal
        self.format = format_
        self.scorer = scorer
        self._term = term
        self._docs = field.docs(ordinal)
        self._ids: list[int] = self._docs.tolist()
        self._i = 0

    def copy(self) -> "ColumnarMatcher":
        """An independent matcher at the same posting."""
        twin = type(self)(self._field, self._ordinal, self.format, self._term, self.scorer)
        twin._i = self._i  # noqa: SLF001  # one of us
        return twin

    def reset(self) -> None:
        """Go back to the first posting."""
        self._i = 0

    def is_active(self) -> bool:
        """Whether there is a current posting."""
        return self._i < len(self._ids)

    def id(self) -> int:
        """The current document; after the last a number past all, as Whoosh's span queries ask even then."""
        return self._ids[self._i] if self._i < len(self._ids) else PAST_ALL

    def all_ids(self) -> Any:
        """The documents from the current one on."""
        return iter(self._ids[self._i :])

    def next(self) -> bool:
        """Go on by one posting; whether that begins a new block."""
        if not self.is_active():
            raise ReadTooFar
        self._i += 1
        return self._i % BLOCK == 0 or not self.is_active()

    def skip_to(self, targetid: int) -> None:
        """Go to the first document that is not less."""
        if not self.is_active():
            raise ReadTooFar
        if targetid > self._ids[self._i]:
            self._i += int(np.searchsorted(self._docs[self._i :], targetid))

    def skip_to_quality(self, minquality: float) -> int:
        """Pass over the blocks whose postings cannot score more; how many those are."""
        skipped = 0
        while self.is_active() and self.block_quality() <= minquality:
            self._i = (self._i // BLOCK + 1) * BLOCK
            skipped += 1
        return skipped

    @cached_property
    def _weights(self) -> NDArray[Any]:
        return self._field.weights(self._ordinal)

    @cached_property
    def _freqs(self) -> NDArray[Any]:
        return self._field.freqs(self._ordinal)

    @cached_property
    def _weight_list(self) -> list[float]:
        weights: list[float] = self._weights.astype(np.float64).tolist()
        return weights

    def weight(self) -> float:
        """The weight of the current posting."""
        return self._weight_list[self._i]

    def value(self) -> bytes | None:
        """The value of the current posting, encoded as the field's format does; None if that is nothing."""
        if type(self.format) is formats.Existence:
            return None
        if type(self.format) is formats.Positions:
            encoded: bytes = self.format.encode(self._token_positions())
            return encoded
        packed: bytes = pack_uint(int(self._freqs[self._i]))
        return packed

    def all_items(self) -> Any:
        """Documents and values from the current posting on."""
        while self.is_active():
            yield self.id(), self.value()
            self.next()

    def value_as(self, astype: str) -> Any:
        """The current posting's value as ``frequency``, ``positions`` and so on."""
        if astype == "positions" and self._field.has_positions:
            return self._token_positions()
        return super().value_as(astype)

    def _token_positions(self) -> list[int]:
        end = int(self._position_ends[self._i])
        positions: list[int] = self._positions[end - int(self._freqs[self._i]) : end].tolist()
        return positions

    @cached_property
    def _positions(self) -> NDArray[np.uint32]:
        return self._field.positions(self._ordinal)

    @cached_property
    def _position_ends(self) -> NDArray[np.int64]:
        return ends_of(self._freqs)

    @cached_property
    def _blocks(self) -> tuple[list[int], list[int], list[float]]:
        """Of each block: the least and the greatest length, the greatest weight."""
        starts = np.arange(0, len(self._ids), BLOCK)
        lengths = round_lengths(self._field.lengths[self._docs])
        least = np.minimum.reduceat(lengths, starts).tolist()
        greatest = np.maximum.reduceat(lengths, starts).tolist()
        return least, greatest, np.maximum.reduceat(self._weights, starts).astype(float).tolist()

    def _block(self) -> int:
        """The current block, the last one after the end: some versions of Whoosh ask even then."""
        return min(self._i, len(self._ids) - 1) // BLOCK

    def block_min_length(self) -> int:
        """The least length in the current block."""
        return self._blocks[0][self._block()]

    def block_max_length(self) -> int:
        """The greatest length in the current block."""
        return self._blocks[1][self._block()]

    def block_max_weight(self) -> float:
        """The greatest weight in the current block."""
        return self._blocks[2][self._block()]
