"""What the words of a query may be, all of it at once: the best way through all hypotheses about its words.

Each hypothesis has a score of its own, and each two that follow one another gain by the company that their
words keep. The best way is found as Viterbi found it; that of each other hypothesis tells how much worse a
query is that has it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

__all__ = ["Hypothesis", "Lattice"]

COMPANY: Final = 0.5
"""What a gain is worth beside the scores of hypotheses."""

Meant = TypeVar("Meant")


@dataclass(frozen=True, slots=True)
class Hypothesis(Generic[Meant]):
    """What words of a query that stand side by side may be.

    Attributes:
        first: place of the first of them.
        last: place after the last.
        words: what they may be, in canonical spelling; none for what stands beside no word.
        score: log-odds that they are, where 0 is that they are what was typed.
        meant: what whoever made it knows of it; None for what was typed.
    """

    first: int
    last: int
    words: tuple[str, ...]
    score: float = 0.0
    meant: Meant | None = None


class Lattice(Generic[Meant]):
    """The hypotheses about the words of one query.

    Args:
        hypotheses: at least one way through them leads from place 0 to the end.
        gain: of two words side by side.
    """

    def __init__(self, hypotheses: Iterable[Hypothesis[Meant]], gain: Callable[[str, str], float]) -> None:
        self._all = sorted(hypotheses, key=lambda one: (one.first, one.last))
        self._end = max((one.last for one in self._all), default=0)
        beginning: list[list[int]] = [[] for _ in range(self._end + 1)]
        for number, one in enumerate(self._all):
            beginning[one.first].append(number)
        self._edges = [
            [(after, self._gain(one, self._all[after], gain)) for after in beginning[one.last]]
            for one in self._all
        ]
        self._ahead = self._best_ahead()
        self._until = self._best_until()

    def _gain(
        self, one: Hypothesis[Meant], after: Hypothesis[Meant], gain: Callable[[str, str], float]
    ) -> float:
        return COMPANY * gain(one.words[-1], after.words[0]) if one.words and after.words else 0.0

    def _best_ahead(self) -> list[float]:
        """The best that is behind each, to the end of the query."""
        ahead = [0.0] * len(self._all)
        for number in reversed(range(len(self._all))):
            ways = [gained + self._all[after].score + ahead[after] for after, gained in self._edges[number]]
            closed = self._all[number].last == self._end
            ahead[number] = 0.0 if closed else max(ways, default=float("-inf"))
        return ahead

    def _best_until(self) -> list[float]:
        """The best that leads to each, itself included."""
        until = [one.score if one.first == 0 else float("-inf") for one in self._all]
        for number, after in enumerate(self._edges):
            for following, gained in after:
                score = until[number] + gained + self._all[following].score
                until[following] = max(until[following], score)
        return until

    def best(self) -> list[Hypothesis[Meant]]:
        """The best way, from the first word to the last."""
        found: list[Hypothesis[Meant]] = []
        choices: Sequence[tuple[int, float]] = [
            (at, 0.0) for at, one in enumerate(self._all) if one.first == 0
        ]
        while choices:
            number, _ = max(
                choices, key=lambda pair: pair[1] + self._all[pair[0]].score + self._ahead[pair[0]]
            )
            found.append(self._all[number])
            choices = self._edges[number]
        return found

    def through(self, first: int, last: int) -> list[tuple[Hypothesis[Meant], float]]:
        """The hypotheses about a stretch, the best first, each with the score of the best way with it."""
        found = [
            (one, self._until[number] + self._ahead[number])
            for number, one in enumerate(self._all)
            if (one.first, one.last) == (first, last)
        ]
        return sorted(found, key=lambda pair: -pair[1])
