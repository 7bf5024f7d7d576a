"""What suggestions take from searches: how a search would read what is typed, and how much it would find."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, Generic
from weakref import WeakKeyDictionary

from onneshon.search.engine.generation import OpenT
from onneshon.search.query.parser import Parsed
from onneshon.search.query.tree import Any, Leaf, OneOf, Phrase, Prefix, Query, Term, content, leaves
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.evidence import WordStatistics
from onneshon.search.understanding.alternatives import stems_of
from onneshon.search.understanding.suggestion import AsRead, Concept, Findings, as_typed

FINDINGS_KEPT: Final = 1 << 14
"""Suggestions of a generation whose findings are kept, a kilobyte each: who types on sees most again."""

SPELLING: Final = 0.9
"""What another spelling of a word weighs, at the least; what means the same weighs less."""

NAMES: Final = frozenset({"name", "loan"})
"""By what the last of several words is read that is no beginning of another."""

WHOLE: Final = NAMES | {"letters", "acronym", "meaning"}
"""The same of a word that stands alone: *ssc*, *usa*, *messi*, *facebook*, *onion*."""

WORDS: Final = NAMES | {"meaning"}
"""The same of what a text ends with for which hits are shown: *acc* may yet become an accident."""

NOTHING: Final = Findings(0)
"""What is made of a text that asks for nothing, or that there was no time for."""


class KeptFindings(Generic[OpenT]):
    """What searches make of suggestions, kept with each generation."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[OpenT, dict[str, Findings]] = WeakKeyDictionary()

    def of(
        self,
        texts: Sequence[str],
        state: OpenT,
        budget: TimeBudget,
        search: Callable[[Sequence[str]], dict[str, Findings]],
    ) -> list[Findings]:
        """What a search for each of some texts asks for, and how many articles have all of it.

        Args:
            texts: that are suggested.
            state: the generation that is asked.
            budget: of the time to search; findings that ran out of it are not kept.
            search: for new ones; those that ask for nothing are missing in what it returns.
        """
        known = self._known.setdefault(state, {})
        if new := [text for text in texts if text not in known]:
            if len(known) > FINDINGS_KEPT:
                known.clear()
            found = search(new)
            if not budget.whole:
                return [(known | found).get(text, NOTHING) for text in texts]
            known |= found
        return [known.get(text, NOTHING) for text in texts]


def concepts(query: Query) -> tuple[Concept, ...]:
    """What a query asks for: of each concept the keys of its spellings, without what only means the same."""
    return tuple(frozenset(map(_key, _spellings(concept))) for concept in content(query))


def _spellings(concept: Leaf | Any) -> Iterator[Term | Phrase | Prefix]:
    if isinstance(concept, OneOf):
        return (variant.query for variant in concept.variants if variant.weight >= SPELLING)
    return leaves(concept)


def _key(leaf: Term | Phrase | Prefix) -> tuple[str, ...]:
    return (leaf.start, "*") if isinstance(leaf, Prefix) else stems_of(leaf)


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
    kind = last.kind if last.end == len(text) else ""
    sure = kind in NAMES or (kind in WHOLE and " " not in text)
    articles = max(map(statistics.size, leaves(concepts[-1])), default=0)
    return AsRead(parsed.as_read(text), articles, sure, listed=kind in WORDS)
