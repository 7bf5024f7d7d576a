"""How a search reads a text: said for a person, and what suggestions take from that."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, Generic, assert_never
from weakref import WeakKeyDictionary

from onneshon.search.engine.generation import OpenT
from onneshon.search.query.conditions import Condition
from onneshon.search.query.parser import Parsed
from onneshon.search.query.tree import (
    All,
    Any,
    Boost,
    Fuzzy,
    Hint,
    Leaf,
    MatchAll,
    Not,
    OneOf,
    Phrase,
    Prefix,
    Query,
    Term,
    Variant,
    content,
    leaves,
)
from onneshon.search.results.values import UnderstoodWord, WordWriting
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.evidence import WordStatistics
from onneshon.search.understanding.alternatives import stems_of
from onneshon.search.understanding.suggestion import AsRead, Concept, Findings, as_typed


def understood_words(parsed: Parsed, text: str, statistics: WordStatistics) -> list[UnderstoodWord]:
    """The concepts that a query asks for, in the order typed, those it excludes among them.

    Args:
        parsed: the query.
        text: as typed.
        statistics: counts articles.
    """
    readings = {word_reading.typed(text): word_reading for word_reading in parsed.readings}
    found = []
    for concept, weight in _concepts(parsed.query, 1.0) if parsed.query else ():
        writings = tuple(_described(variant, weight, statistics) for variant in _variants(concept))
        reading = next(
            (
                word_reading
                for typed, word_reading in readings.items()
                if _belongs(concept, typed, word_reading.word)
            ),
            None,
        )
        found.append(
            UnderstoodWord(
                concept.text if not isinstance(concept, Phrase) else writings[0].text,
                reading.kind if reading else "typed",
                statistics.size(concept),
                writings,
                reading.others if reading else (),
            )
        )
    return found


def _concepts(query: Query, weight: float) -> Iterator[tuple[Leaf, float]]:
    match query:
        case _ if isinstance(query, Leaf):
            yield query, weight
        case Boost(child, factor):
            yield from _concepts(child, weight * factor)
        case Any(children):
            for child in children:
                yield from _concepts(child, weight)
        case All(children, optional):
            for child in (*children, *optional):
                yield from _concepts(child, weight)
        case Not(child) | Hint(child):
            yield from _concepts(child, weight)
        case _ if isinstance(query, Fuzzy | MatchAll | Condition):
            return
        case _:
            assert_never(query)


def _variants(concept: Leaf) -> tuple[Variant, ...]:
    match concept:
        case OneOf(_, variants):
            return variants
        case Term() | Phrase():
            return (Variant(concept),)
        case Prefix(text, start):
            return (Variant(Term(text, start, start)),)
        case _:
            assert_never(concept)


def _described(variant: Variant, weight: float, statistics: WordStatistics) -> WordWriting:
    query = variant.query
    words = query.words if isinstance(query, Phrase) else (query,)
    kind = "sound" if all(word.sound for word in words) else variant.kind
    text = " ".join(word.exact for word in words)
    return WordWriting(text, kind, weight * variant.weight, statistics.size(query))


def _belongs(concept: Leaf, typed: str, read_as: str) -> bool:
    """Whether a reading is that of a concept: it has the word as typed, or a word of the reading."""
    if isinstance(concept, Phrase):
        return all(word.sound for word in concept.words) and concept.words[0].text in (
            typed,
            *read_as.split(),
        )
    return concept.text == typed or (
        isinstance(concept, Term) and concept.sound and concept.text in read_as.split()
    )


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
