"""How a query was understood, as part of answers: the reading of each word, and its other readings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any as AnyValue
from typing import Literal, assert_never

from onneshon.index.json_form import to_json
from onneshon.search.query.conditions import Condition
from onneshon.search.query.parser import Parsed
from onneshon.search.query.reading import ReadingKind
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
    terms_of,
)
from onneshon.search.query.words import ReadSpan
from onneshon.search.retrieval.evidence import WordStatistics

Encoding = Literal["unicode", "bijoy"]
"""The encoding of a query: Unicode, or the legacy encoding of Bijoy fonts."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """A reading of the query in other words, shown to the reader.

    Attributes:
        original: the query as typed.
        understood: the query as searched, or as suggested.
        literal: the query that, with ``literal=True``, searches for the words exactly as typed.
        encoding: the encoding in which it was typed.
    """

    original: str
    understood: str
    literal: str
    encoding: Encoding = "unicode"


@dataclass(frozen=True, slots=True)
class OtherReading:
    """Another possible reading of a word.

    Attributes:
        word: the reading, in Bengali.
        query: the whole query with this reading in place of the word as typed.
    """

    word: str
    query: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The reading of one or several words of a query.

    Attributes:
        typed: the words as typed.
        word: the reading that was searched, in Bengali.
        kind: the way in which they were read: letters, acronym, name, loan, meaning, sound, or spelling.
        others: their other possible readings, the likeliest first.
        also: readings that are searched in addition; their matches are counted and marked too.
    """

    typed: str
    word: str
    kind: ReadingKind
    others: tuple[OtherReading, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WordWriting:
    """One way in which articles write a concept of a query.

    Attributes:
        text: the word, or the adjacent words.
        kind: how it relates to what was typed.
        weight: the weight of an occurrence, at most 1.
        articles: the number of articles that contain it.
    """

    text: str
    kind: str
    weight: float
    articles: int


@dataclass(frozen=True, slots=True)
class UnderstoodWord:
    """How one concept of a query was understood.

    Attributes:
        typed: the concept as typed.
        kind: the way in which it was read; ``typed`` where it is searched as it is.
        articles: the number of articles that contain it in any of its writings.
        writings: the variants that are searched, first the one that is shown.
        others: its other possible readings.
    """

    typed: str
    kind: str
    articles: int
    writings: tuple[WordWriting, ...]
    others: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, AnyValue]:
        """As JSON-ready values."""
        return to_json(self)


def understood_words(parsed: Parsed, text: str, statistics: WordStatistics) -> list[UnderstoodWord]:
    """The concepts of a query, in the order typed, excluded ones included.

    Args:
        parsed: the parsed query.
        text: the query as typed.
        statistics: the document frequencies of the index.
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
    """Describe a concept; where it has no reading of its own, its kind is ``sound`` or ``typed``."""
    kind = reading.kind if reading else "sound" if writings[0].kind == "sound" else "typed"
    return UnderstoodWord(
        concept.text if not isinstance(concept, Phrase) else writings[0].text,
        kind,
        statistics.size(concept),
        tuple(writings),
        reading.others if reading else (),
    )


def _reading_of(concept: Leaf, readings: Mapping[str, ReadSpan]) -> ReadSpan | None:
    """The reading of a concept, from the readings by typed text; None where it has none."""
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
    """The variants in which a concept is searched, each with its document frequency."""
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
    words = terms_of(query)
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
