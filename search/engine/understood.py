"""How a search reads a text, said for a person: each thing that it asks for, in all its writings."""

from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

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
)
from onneshon.search.query.words import ReadSpan
from onneshon.search.results.understood import UnderstoodWord, WordWriting
from onneshon.search.retrieval.evidence import WordStatistics


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
