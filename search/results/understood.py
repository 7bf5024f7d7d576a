"""How a query was understood, for a person to read: each concept it asks for, its writings, its articles."""

from collections.abc import Iterator
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
from onneshon.search.results.values import UnderstoodWord, WordWriting
from onneshon.search.retrieval.evidence import WordStatistics


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
