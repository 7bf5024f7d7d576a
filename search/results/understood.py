"""How a query was understood, for a person to read: each thing it asks for, its writings, its articles."""

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

__all__ = ["understood_words"]


def understood_words(parsed: Parsed, text: str, statistics: WordStatistics) -> list[UnderstoodWord]:
    """The things that a query asks for, in the order typed, those it excludes among them.

    Args:
        parsed: the query.
        text: as typed.
        statistics: counts articles.
    """
    readings = {text[word_reading.start : word_reading.end]: word_reading for word_reading in parsed.readings}
    found = []
    for thing, weight in _things(parsed.query, 1.0) if parsed.query else ():
        writings = tuple(_described(variant, weight, statistics) for variant in _variants(thing))
        reading = next(
            (
                word_reading
                for typed, word_reading in readings.items()
                if _belongs(thing, typed, word_reading.word)
            ),
            None,
        )
        found.append(
            UnderstoodWord(
                thing.text if not isinstance(thing, Phrase) else writings[0].text,
                reading.kind if reading else "typed",
                statistics.size(thing),
                writings,
                reading.others if reading else (),
            )
        )
    return found


def _things(query: Query, weight: float) -> Iterator[tuple[Leaf, float]]:
    match query:
        case _ if isinstance(query, Leaf):
            yield query, weight
        case Boost(child, factor):
            yield from _things(child, weight * factor)
        case Any(children):
            for child in children:
                yield from _things(child, weight)
        case All(children, optional):
            for child in (*children, *optional):
                yield from _things(child, weight)
        case Not(child) | Hint(child):
            yield from _things(child, weight)
        case _ if isinstance(query, Fuzzy | MatchAll | Condition):
            return
        case _:
            assert_never(query)


def _variants(thing: Leaf) -> tuple[Variant, ...]:
    match thing:
        case OneOf(_, variants):
            return variants
        case Term() | Phrase():
            return (Variant(thing),)
        case Prefix(text, start):
            return (Variant(Term(text, start, start)),)
        case _:
            assert_never(thing)


def _described(variant: Variant, weight: float, statistics: WordStatistics) -> WordWriting:
    query = variant.query
    words = query.words if isinstance(query, Phrase) else (query,)
    kind = "sound" if all(word.sound for word in words) else variant.kind
    text = " ".join(word.exact for word in words)
    return WordWriting(text, kind, weight * variant.weight, statistics.size(query))


def _belongs(thing: Leaf, typed: str, read_as: str) -> bool:
    """Whether a reading is that of a thing: it has the word as typed, or a word of the reading."""
    if isinstance(thing, Phrase):
        return all(word.sound for word in thing.words) and thing.words[0].text in (typed, *read_as.split())
    return thing.text == typed or (isinstance(thing, Term) and thing.sound and thing.text in read_as.split())
