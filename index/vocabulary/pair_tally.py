"""Adding up pairs of words article by article, where articles also go, or several processes count them."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from onneshon.index.columnar.sections import U1, U4
from onneshon.index.vocabulary.pair_counts import PairCounts, budget, counts_of_tokens, joined

_PENDING: Final = 1 << 16
"""Tokens that are counted together."""
_BUDGETS: Final = 4
"""How many times the budget of a file is kept until all is there: what is rare so far may not stay so."""


class Tokens(NamedTuple):
    """The tokens of an article.

    Attributes:
        ids: indexes in ``terms``.
        ends: 1 for each that is the last of its sentence.
        terms: of an analyser.
    """

    ids: U4
    ends: U1
    terms: Sequence[str]


class PairTally:
    """The pairs of the articles that were added, less those of the articles that were taken away.

    Attributes:
        added: of the ones.
        gone: of the others.
    """

    def __init__(self) -> None:
        self.added = _Sum()
        self.gone = _Sum()

    def add(self, tokens: Tokens, sign: int = 1) -> None:
        """Count an article; or, with -1, count it no more."""
        (self.added if sign > 0 else self.gone).add(tokens)

    def merge(self, other: "PairTally") -> None:
        """Add what another one counted."""
        self.added.merge(other.added)
        self.gone.merge(other.gone)

    def settle(self) -> None:
        """Count what is still held as tokens: before it goes to another process, the smaller."""
        self.added.settle()
        self.gone.settle()

    def total(self) -> PairCounts:
        """The counts of what was added, less those of what is gone."""
        added, gone = self.added.parts(), self.gone.parts()
        return joined([*added, *gone], [1] * len(added) + [-1] * len(gone))


class _Sum:
    """Counts of some articles."""

    def __init__(self) -> None:
        self._parts: list[PairCounts] = []
        self._pending: list[Tokens] = []
        self._held = 0

    def add(self, tokens: Tokens) -> None:
        """Hold the tokens of an article; those that are held were numbered by one analyser."""
        if self._pending and self._pending[0].terms is not tokens.terms:
            self.settle()
        self._pending.append(tokens)
        self._held += len(tokens.ids)
        if self._held >= _PENDING:
            self.settle()

    def settle(self) -> None:
        """Count what is held."""
        pending, self._pending, self._held = self._pending, [], 0
        if pending:
            ids = np.concatenate([tokens.ids for tokens in pending])
            ends = np.concatenate([tokens.ends for tokens in pending])
            self._append([counts_of_tokens(ids, ends, pending[0].terms)])

    def merge(self, other: "_Sum") -> None:
        """Add the counts of another one."""
        self._append(other.parts())

    def _append(self, parts: Sequence[PairCounts]) -> None:
        self._parts += parts
        first, *further = [len(part.pairs) for part in self._parts] or [0]
        if sum(further) > max(first, _PENDING):
            self._parts = [
                joined(self._parts, most=_BUDGETS * budget(sum(part.total for part in self._parts)))
            ]

    def parts(self) -> list[PairCounts]:
        """All counts."""
        self.settle()
        return list(self._parts)
