"""Where the tokens of a build come from when they are not those of the batch analyser."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import numpy as np

from onneshon.index.analysis.batch_analyzer import Batch
from onneshon.index.arrays import U4
from onneshon.index.errors import BuildError

__all__ = ["GivenTokens"]


class _Numbering(defaultdict[str, int]):
    """Numbers terms in the order in which they are first asked for."""

    def __init__(self) -> None:
        super().__init__(count().__next__)


class _Pairs(dict[tuple[str, str], int]):
    """Numbers pairs of an exact term and a stem, and the terms of both."""

    def __init__(self) -> None:
        self.numberings = _Numbering(), _Numbering()
        self.columns = array("I"), array("I")

    def __missing__(self, pair: tuple[str, str]) -> int:
        for column, numbering, term in zip(self.columns, self.numberings, pair, strict=True):
            column.append(numbering[term])
        number = self[pair] = len(self)
        return number


class GivenTokens:
    """Collects terms that somebody else has analysed; hands them out as ``BatchAnalyzer`` does.

    Args:
        analyze: makes tokens with ``exact`` and ``stem`` of a text, for ``add``.
    """

    def __init__(self, analyze: Callable[[str], Sequence[Any]] | None = None) -> None:
        self._analyze = analyze
        self._pairs = _Pairs()
        self._ids = array("I")
        self._lengths = array("I")

    @property
    def exact_terms(self) -> list[str]:
        """The terms of the exact layer, by number."""
        return list(self._pairs.numberings[0])

    @property
    def stem_terms(self) -> list[str]:
        """The terms of the stem layer, by number."""
        return list(self._pairs.numberings[1])

    @property
    def exact_of(self) -> U4:
        """The exact term of each number of a token."""
        return np.array(self._pairs.columns[0], np.uint32)

    @property
    def stem_of(self) -> U4:
        """The stem of each number of a token."""
        return np.array(self._pairs.columns[1], np.uint32)

    def anew(self) -> "GivenTokens":
        """Another one that has no terms yet."""
        return GivenTokens(self._analyze)

    def add(self, text: str) -> int:
        """Analyse a text; the number of its tokens."""
        if self._analyze is None:
            raise BuildError("this writer takes analysed terms only")
        tokens = self._analyze(text)
        return self.add_terms([token.exact for token in tokens], [token.stem for token in tokens])

    def add_terms(self, exact: Sequence[str], stem: Sequence[str]) -> int:
        """Add a text's terms in both layers, which have the same length; that length."""
        if len(exact) != len(stem):
            raise BuildError(f"{len(exact)} terms in the exact layer, {len(stem)} in the stem layer")
        self._ids.extend(map(self._pairs.__getitem__, zip(exact, stem, strict=True)))
        self._lengths.append(len(exact))
        return len(exact)

    def take(self) -> Batch:
        """The tokens of all texts added since the last call."""
        batch = Batch(np.array(self._ids, np.uint32), np.array(self._lengths, np.uint32))
        self._ids = array("I")
        self._lengths = array("I")
        return batch
