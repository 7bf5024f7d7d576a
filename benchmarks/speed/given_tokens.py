"""Replaces Onneshon's own analysis by given terms, to measure its writer alone."""

from array import array
from collections import defaultdict, deque
from collections.abc import Sequence
from itertools import count

import numpy as np

from onneshon.index.analysis.batch_analyzer import Batch, BatchAnalyzer
from onneshon.index.columnar.sections import U4

__all__ = ["GivenTokens"]


class _Numbering(defaultdict[str, int]):
    """Numbers terms in the order of their first look-up."""

    def __init__(self) -> None:
        super().__init__(count().__next__)


class _Pairs(dict[tuple[str, str], int]):
    """Numbers pairs of an exact term and a stem, and the terms of each layer."""

    def __init__(self) -> None:
        self.numberings = _Numbering(), _Numbering()
        self.columns = array("I"), array("I")

    def __missing__(self, pair: tuple[str, str]) -> int:
        for column, numbering, term in zip(self.columns, self.numberings, pair, strict=True):
            column.append(numbering[term])
        number = self[pair] = len(self)
        return number


class GivenTokens(BatchAnalyzer):
    """Returns given terms in the way ``BatchAnalyzer`` returns those it finds.

    Each text is added once, in the order in which its terms were given: the writer needs a basis, or it would
    read its first articles twice.
    """

    def __init__(self, given: deque[tuple[Sequence[str], Sequence[str]]] | None = None) -> None:
        self._given = deque() if given is None else given
        self._pairs = _Pairs()
        self._ids = array("I")
        self._lengths = array("I")

    def give(self, exact: Sequence[str], stem: Sequence[str]) -> None:
        """Append the terms of the next text in both layers."""
        self._given.append((exact, stem))

    @property
    def exact_terms(self) -> list[str]:  # type: ignore[override]  # an attribute there
        """The terms of the exact layer, by number."""
        return list(self._pairs.numberings[0])

    @property
    def stem_terms(self) -> list[str]:  # type: ignore[override]  # an attribute there
        """The terms of the stem layer, by number."""
        return list(self._pairs.numberings[1])

    @property
    def exact_of(self) -> U4:
        """The exact term of each token number."""
        return np.array(self._pairs.columns[0], np.uint32)

    @property
    def stem_of(self) -> U4:
        """The stem of each token number."""
        return np.array(self._pairs.columns[1], np.uint32)

    def anew(self) -> "GivenTokens":
        """A new analyzer without terms, over the same given ones."""
        return GivenTokens(self._given)

    def add(self, _text: str) -> int:
        """Take the terms of the next text; return their number."""
        exact, stem = self._given.popleft()
        self._ids.extend(map(self._pairs.__getitem__, zip(exact, stem, strict=True)))
        self._lengths.append(len(exact))
        return len(exact)

    def take(self) -> Batch:
        """The tokens of all texts added since the last call."""
        batch = Batch(
            np.array(self._ids, np.uint32),
            np.array(self._lengths, np.uint32),
            np.zeros(len(self._ids), np.uint8),
        )
        self._ids, self._lengths = array("I"), array("I")
        return batch
