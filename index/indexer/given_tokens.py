"""Where the tokens of a run come from when they are not those of the batch analyser."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import numpy as np

from index.analysis.batch_analyzer import Batch
from index.errors import BuildError

__all__ = ["GivenTokens"]


class _Numbering(defaultdict[str, int]):
    """Numbers terms in the order in which they are first asked for."""

    def __init__(self) -> None:
        super().__init__(count().__next__)


class GivenTokens:
    """Collects terms that somebody else has analysed; hands them out as ``BatchAnalyzer`` does.

    Args:
        analyze: makes tokens with ``exact`` and ``stem`` of a text, for ``add``.
    """

    def __init__(self, analyze: Callable[[str], Sequence[Any]] | None = None) -> None:
        self._analyze = analyze
        self._numberings = _Numbering(), _Numbering()
        self._ids = array("I"), array("I")
        self._lengths = array("I")

    @property
    def exact_terms(self) -> list[str]:
        """The terms of the exact layer, by number."""
        return list(self._numberings[0])

    @property
    def stem_terms(self) -> list[str]:
        """The terms of the stem layer, by number."""
        return list(self._numberings[1])

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
        for ids, numbering, terms in zip(self._ids, self._numberings, (exact, stem), strict=True):
            ids.extend(map(numbering.__getitem__, terms))
        self._lengths.append(len(exact))
        return len(exact)

    def take(self) -> Batch:
        """The tokens of all texts added since the last call."""
        exact, stem, lengths = (np.array(part, np.uint32) for part in (*self._ids, self._lengths))
        self._ids = array("I"), array("I")
        self._lengths = array("I")
        return Batch(exact, stem, lengths)
