"""How far a typed word is from each of many words, by what people write for each of their units.

A noisy channel: a word is a row of units, each unit is written as some letters (none, one or a few), and what
each way of writing costs is a table fitted to what people really typed. The distance of a typed word from a
word is the cost of the cheapest way in which the word's units can have produced it, letter by letter. Costs
are natural logarithms, so that they add to the logarithm of a word's frequency.

What one typed word costs is laid out by unit, number of letters and position; the dynamic programme that goes
through it for each candidate is compiled (``index.kernel.spelling``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.kernel.spelling import Costs, distances
from onneshon.index.tables import read_rows

_IMPOSSIBLE: Final = 99.0
"""More than any word costs, and finite, so that sums stay comparable."""
_LATELY: Final = 8
"""Typed words of which the costs are kept, of 100 KB or less."""
_UNLISTED: Final = 2
"""Letters as which no unit is written unless it is listed; as fewer, at the ceiling."""


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
        self._units = len(costs) + 1
        self._ways: dict[str, list[tuple[int, float]]] = {}
        for code, unit in enumerate(costs, 1):
            for letters, cost in unit.items():
                self._ways.setdefault(letters, []).append((code, min(cost, ceiling)))
        longest = max(map(len, self._ways))
        self._unlisted = [ceiling if taken < _UNLISTED else _IMPOSSIBLE for taken in range(longest + 1)]
        # One word that was typed is measured several times, one after the other.
        self.costs = lru_cache(_LATELY)(self._costs)

    def distances(
        self, typed: str, words: NDArray[np.uint8], *, beginnings: bool = False
    ) -> NDArray[np.float32]:
        """The distance of each word from a typed word.

        Args:
            typed: the letters as typed.
            words: unit codes, shape (units of the longest word, words); code 0 fills up the shorter ones.
            beginnings: of the nearest beginning of each word.

        Returns:
            Natural-logarithm costs, shape (words,).
        """
        units, count = words.shape
        starts = np.arange(count + 1, dtype=np.uint32) * np.uint32(units)
        codes = np.ascontiguousarray(words.T).ravel()
        return distances(self.costs(typed), codes, starts, np.arange(count), beginnings=beginnings)

    def _costs(self, typed: str) -> Costs:
        """What each unit costs, written as some letters from a position on."""
        ways, letters = self._ways.get, len(typed)
        listed: list[list[Sequence[tuple[int, float]]]] = [
            [ways(typed[at : at + taken], ()) for at in range(letters + 1 - taken if taken else 1)]
            for taken in range(len(self._unlisted))
        ]
        return Costs(self._units, listed, self._unlisted, self._insertions.costs(typed))
