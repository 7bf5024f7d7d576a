"""How far a typed word is from each of many words, by what people write for each of their units.

A noisy channel: a word is a row of units, each unit is written as some letters (none, one or a few), and what
each way of writing costs is a table fitted to what people really typed. The distance of a typed word from a
word is the cost of the cheapest way in which the word's units can have produced it, letter by letter. Costs
are natural logarithms, so that they add to the logarithm of a word's frequency.

The table of one typed word is laid out as an array (unit, number of letters, position); the dynamic programme
that goes through it for each candidate is compiled (``index.kernel.spelling``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.tables import read_rows
from onneshon.index.kernel.spelling import cost_table, distances

_IMPOSSIBLE: Final = np.float32(99)
"""More than any word costs, and finite, so that sums stay comparable."""
_LATELY: Final = 8
"""Tables that are kept, of 100 KB or less."""
_UNLISTED: Final = 3
"""Rows of costs for what no unit is listed to be written as: no letter, one letter, more."""


@dataclass(frozen=True, slots=True)
class Insertions:
    """What letters cost that no unit of the word accounts for.

    Attributes:
        letters: the cost of letters people add lightly.
        other: the cost of any other letter.
        repeated: the cost of a letter after itself (vvlo, hummm).
        last: the cost of letters at the end of the word, where it differs.
    """

    letters: Mapping[str, float]
    other: float
    repeated: float
    last: Mapping[str, float] = field(default_factory=dict)

    def costs(self, typed: str) -> list[float]:
        """The cost of each letter of a typed word, were it an addition."""
        found = [self.letters.get(letter, self.other) for letter in typed]
        for position, (before, letter) in enumerate(pairwise(typed), 1):
            if before == letter:
                found[position] = min(found[position], self.repeated)
        if typed and typed[-1] in self.last:
            found[-1] = min(found[-1], self.last[typed[-1]])
        return found


def read_costs(table: str, units: Iterable[str]) -> list[dict[str, float]]:
    """The costs of one table of ``index/analysis/data``, in the order of the units.

    Each line is a unit and, after a tab, ``letters:cost`` separated by spaces; ``~`` stands for no letter.

    Raises:
        KeyError: the table has no line for a unit.
    """
    lines = {row[0]: _parse_costs(row[1]) for row in read_rows(table)}
    return [lines[unit] for unit in units]


def _parse_costs(entries: str) -> dict[str, float]:
    pairs = (entry.rsplit(":", 1) for entry in entries.split(" "))
    return {"" if letters == "~" else letters: float(cost) for letters, cost in pairs}


class Channel:
    """Measures a typed word against words given as rows of unit codes.

    Args:
        costs: for each unit, what writing it as some letters costs; the unit of index p has code p + 1.
        insertions: what letters without a unit cost.
        ceiling: the most that a unit costs which is written as any one letter, or not at all.
    """

    def __init__(self, costs: Sequence[Mapping[str, float]], insertions: Insertions, ceiling: float) -> None:
        self._insertions = insertions
        self._longest = max(len(letters) for unit in costs for letters in unit)
        self._row_of = {letters: row for row, letters in enumerate(_spellings(costs), _UNLISTED)}
        self._columns = np.full((_UNLISTED + len(self._row_of), len(costs) + 1), ceiling, np.float32)
        # One word that was typed is measured several times, one after the other.
        self.table = lru_cache(_LATELY)(self._table)
        unlistable = [len(letters) >= _UNLISTED - 1 for letters in self._row_of]
        self._columns[[False] * (_UNLISTED - 1) + [True, *unlistable]] = _IMPOSSIBLE
        for code, unit in enumerate(costs, 1):
            for letters, cost in unit.items():
                self._columns[self._row_of[letters], code] = min(cost, ceiling)

    def distances(self, typed: str, words: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The distance of each word from a typed word.

        Args:
            typed: the letters as typed.
            words: unit codes, shape (units of the longest word, words); code 0 fills up the shorter ones.

        Returns:
            Natural-logarithm costs, shape (words,).
        """
        return self._of_rows(typed, words, beginnings=False)

    def beginning_distances(self, typed: str, words: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The distance of the nearest beginning of each word from what was typed; else as ``distances``."""
        return self._of_rows(typed, words, beginnings=True)

    def _of_rows(self, typed: str, words: NDArray[np.uint8], *, beginnings: bool) -> NDArray[np.float32]:
        units, count = words.shape
        starts = np.arange(count + 1, dtype=np.uint32) * np.uint32(units)
        codes = np.ascontiguousarray(words.T).ravel()
        return distances(self.table(typed), codes, starts, np.arange(count), beginnings=beginnings)

    def distances_at(
        self,
        typed: str,
        codes: NDArray[np.uint8],
        starts: NDArray[np.uint32],
        indexes: NDArray[np.int64],
        added: int = 0,
        *,
        worths: NDArray[np.float64] | None = None,
        best: int = 0,
        within: float = np.inf,
    ) -> NDArray[np.float32]:
        """The distance of some words of a long row of words; else as ``distances``.

        Args:
            typed: the letters as typed.
            codes: the units of all words, one word after another.
            starts: where each word begins, and where the last ends.
            indexes: the words to measure.
            added: to the code of each unit.
            worths: what to take from each distance; None for nothing.
            best: how many words with the least of what is left are wanted; others may be infinitely far.
            within: what is left of the words wanted, at most; others may be infinitely far.

        Raises:
            ValueError: there are no such words.
        """
        table = self.table(typed)
        return distances(table, codes, starts, indexes, added=added, worths=worths, best=best, within=within)

    def _table(self, typed: str) -> NDArray[np.float32]:
        """What each unit (axis 0) costs, written as some letters (axis 1) from a position on (axis 2)."""
        positions = range(len(typed) + 1)
        row_of = self._row_of
        chosen = [
            [row_of.get(typed[first : first + taken], min(taken, _UNLISTED - 1)) for first in positions]
            for taken in range(self._longest + 1)
        ]
        added = self._insertions.costs(typed)
        return cost_table(self._columns, np.array(chosen, np.int32), np.array(added, np.float32))


def _spellings(costs: Sequence[Mapping[str, float]]) -> dict[str, None]:
    """All that units are written as."""
    return dict.fromkeys(letters for unit in costs for letters in unit)
