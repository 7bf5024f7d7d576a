"""What suggestions take from searches: how a search would read what is typed, and how much it would find."""

from collections.abc import Callable, Sequence
from typing import Final, Generic
from weakref import WeakKeyDictionary

from onneshon.search.engine.generation import OpenT
from onneshon.search.query.parser import Parsed
from onneshon.search.query.tree import content, leaves
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.evidence import WordStatistics
from onneshon.search.understanding.completion import AsRead, as_typed

__all__ = ["KeptCounts", "as_read"]

COUNTS_KEPT: Final = 1 << 15
"""Suggestions of a generation whose counts are kept: who types on sees most of them again."""


class KeptCounts(Generic[OpenT]):
    """How many articles suggestions find, kept with each generation."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[OpenT, dict[str, int]] = WeakKeyDictionary()

    def of(
        self,
        texts: Sequence[str],
        state: OpenT,
        budget: TimeBudget,
        count: Callable[[Sequence[str]], dict[str, int]],
    ) -> list[int]:
        """How many articles a search for each of some texts finds with everything that it asks for.

        Args:
            texts: that are suggested.
            state: the generation that is asked.
            budget: of the time to count; counts that ran out of it are not kept.
            count: counts new ones; those that ask for nothing are missing in what it returns.
        """
        known = self._known.setdefault(state, {})
        if new := [text for text in texts if text not in known]:
            if len(known) > COUNTS_KEPT:
                known.clear()
            counted = count(new)
            if not budget.whole:
                return [(known | counted).get(text, 0) for text in texts]
            known |= counted
        return [known.get(text, 0) for text in texts]


def as_read(text: str, parsed: Parsed, statistics: WordStatistics) -> AsRead:
    """What a search takes a text for, as far as it can be understood.

    Args:
        text: what is typed.
        parsed: the same, as a query.
        statistics: of the generation.
    """
    concepts = [*content(parsed.query)] if parsed.query and not parsed.unicode else []
    if not (concepts and parsed.readings):
        return as_typed(text)
    last = parsed.readings[-1]
    sure = last.kind in {"name", "loan"} and last.end == len(text)
    return AsRead(parsed.as_read(text), max(map(statistics.size, leaves(concepts[-1])), default=0), sure)
