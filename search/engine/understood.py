"""How a search reads a text: said for a person, and what suggestions take from that."""

from collections.abc import Callable, Iterator, Mapping, Sequence
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
from onneshon.search.query.words import ReadSpan
from onneshon.search.results.understood import UnderstoodWord, WordWriting
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
    concepts = _concepts(parsed.query, 1.0) if parsed.query else ()
    return [
        _understood(
            concept, _reading_of(concept, readings), _writings(concept, weight, statistics), statistics
        )
        for concept, weight in concepts
    ]


def _understood(
    concept: Leaf, reading: ReadSpan | None, writings: Sequence[WordWriting], statistics: WordStatistics
) -> UnderstoodWord:
    """A concept; one of several words, of which each has its own reading, was read by sound or as typed."""
    kind = reading.kind if reading else "sound" if writings[0].kind == "sound" else "typed"
    return UnderstoodWord(
        concept.text if not isinstance(concept, Phrase) else writings[0].text,
        kind,
        statistics.size(concept),
        tuple(writings),
        reading.others if reading else (),
    )


def _reading_of(concept: Leaf, readings: Mapping[str, ReadSpan]) -> ReadSpan | None:
    """The reading of a concept, of those by what was typed."""
    found = (reading for typed, reading in readings.items() if _belongs(concept, typed, reading.word))
    return next(found, None)


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


def _writings(concept: Leaf, weight: float, statistics: WordStatistics) -> tuple[WordWriting, ...]:
    """The ways in which a concept is searched, each with the articles that hold it so."""
    match concept:
        case OneOf(_, variants):
            return tuple(_described(variant, weight, statistics) for variant in variants)
        case Term() | Phrase():
            return (_described(Variant(concept), weight, statistics),)
        case Prefix(_, start):
            return (WordWriting(start, "typed", weight, statistics.size(concept)),)
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
