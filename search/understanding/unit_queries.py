"""Makes queries for the units of a query, for counted nouns and for numbered ones."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from onneshon.index.analysis.analyzer import Token
from onneshon.search.query.reading import Interpretation
from onneshon.search.query.tree import Boost, Hint, OneOf, Phrase, Query, Term, Variant
from onneshon.search.understanding.alternatives import Alternative, typed_text
from onneshon.search.understanding.compounds import Compounds
from onneshon.search.understanding.ordinals import NUMBERED, Ordinal, find_ordinals
from onneshon.search.understanding.synonyms import Synonyms
from onneshon.search.understanding.unit_words import BoundNumber, bound_numbers, with_sizes
from onneshon.search.understanding.units import LOOSE, Unit, find_units

KEPT_BARE = frozenset({"count", "ordinal"})
"""Kinds of units that an index keeps as the bare number if they are one word: of ৩টি and ৩য় it has 3."""


class UnitQueries:
    """Finds units and makes queries of them.

    Args:
        synonyms: the current tables.
        compounds: the compounds of the index that is searched.
        noun: returns the query for a word that is counted or numbered.
    """

    def __init__(self, synonyms: Synonyms, compounds: Compounds, noun: Callable[[Token], Query]) -> None:
        self._synonyms = synonyms
        self._compounds = compounds
        self._noun = noun

    def of(self, text: str, tokens: Sequence[Token]) -> list[Interpretation]:
        """Dates, years, sums, percentages, counted things and numbers, also with the noun that they count."""
        seen = [
            unit
            for unit in find_units(text, tokens)
            if not self._synonyms.have(tokens[unit.start : unit.end + 1])  # ৫জি is a name, ফাইভজি
        ]
        found = [
            Interpretation(unit.start, unit.end, self._unit(unit, typed_text(tokens[unit.start : unit.end])))
            for unit in seen
        ]
        ordinals = self._ordinals(text, tokens, seen)
        apart = (unit for unit in found if not any(_overlap(unit, ordinal) for ordinal in ordinals))
        by_position = {unit.start: unit for unit in (*apart, *ordinals)}
        taken = {position for unit in by_position.values() for position in range(unit.start, unit.end)}
        tokens, sizes = with_sizes(text, tokens)
        for number in bound_numbers(text, tokens, self._synonyms):
            position = number.position
            alone = _number(number, tokens) if position not in taken else by_position.get(position)
            if alone and alone not in ordinals and alone.end == position + 1 and alone.end not in taken:
                by_position[position] = replace(
                    alone, queries=(*alone.queries, Hint(_together(number, tokens)))
                )
        for position in sizes:
            by_position.setdefault(
                position, Interpretation(position, position + 1, (self._noun(tokens[position]),))
            )
        return [by_position[position] for position in sorted(by_position)]

    def _ordinals(self, text: str, tokens: Sequence[Token], units: Sequence[Unit]) -> list[Interpretation]:
        """Ordinals with their noun, unless another unit of several words has any of these words."""
        others = [unit for unit in units if unit.end > unit.start + 1 and unit.kind != "ordinal"]
        found: list[Interpretation] = []
        ordinals = [*find_ordinals(text, tokens)]
        self._compounds.expect_beside(
            way.tokens for ordinal in ordinals for way in (*ordinal.together, *ordinal.counted)
        )
        for ordinal in ordinals:
            start, end = ordinal.start, ordinal.end
            entry = self._synonyms.of(tokens[start:])[:1]
            named = any(span.start == 0 and span.end > end - start for span in entry)
            free = not any(_overlap(unit, ordinal) for unit in others)
            if free and not named and self._is_ordinal(ordinal):
                found.append(Interpretation(start, end, tuple(self._ordinal(ordinal, tokens))))
        return found

    def _is_ordinal(self, ordinal: Ordinal) -> bool:
        """Whether an ordinal is one: articles decide, and a mere word needs another spelling in articles."""
        known = any(self._occurs(way) for way in ordinal.beside if len(way.tokens) > 1)
        return (known or ordinal.least != NUMBERED) and ordinal.is_one(self._compounds.beside)

    def _ordinal(self, ordinal: Ordinal, tokens: Sequence[Token]) -> Iterator[Query]:
        """The queries for an ordinal as a word, or as digits next to its noun."""
        typed = typed_text(tokens[ordinal.start : ordinal.end])
        ways = (*ordinal.words, *filter(self._occurs, ordinal.beside))
        yield OneOf(typed, tuple(way.variant for way in ways))
        if ordinal.within:
            yield self._noun(ordinal.noun)
        yield Hint(OneOf(f"{typed} {ordinal.noun.text}", tuple(way.variant for way in ordinal.together)))

    def _unit(self, unit: Unit, typed: str) -> tuple[Query, ...]:
        """The strict variants as one concept; loose ones only add to the score where a strict one matches."""
        found = [way for way in unit.alternatives if way.weight > LOOSE]
        loose = [way for way in unit.alternatives if way.weight <= LOOSE]
        if unit.kind in KEPT_BARE or not any(map(self._occurs, found)):
            found, loose = [*found, *loose], []
        hints = (Hint(Boost(way.variant.query, way.weight)) for way in loose)
        return OneOf(typed, tuple(way.variant for way in found)), *hints

    def _occurs(self, way: Alternative) -> bool:
        return self._compounds.occurs(way.tokens)


def _overlap(span: Unit | Interpretation, other: Ordinal | Interpretation) -> bool:
    return span.start < other.end and other.start < span.end


def _number(number: BoundNumber, tokens: Sequence[Token]) -> Interpretation:
    """The query for a number as typed, or together with its noun in other spellings."""
    typed = tokens[number.position]
    term = Variant(Term.of(typed))
    ways = [way for way in _together(number, tokens).variants if not _begins_with(way.query, typed)]
    query = OneOf(typed.text, (term, *ways)) if ways else term.query
    return Interpretation(number.position, number.position + 1, (query,))


def _begins_with(query: Term | Phrase, word: Token) -> bool:
    return isinstance(query, Phrase) and query.words[0].stem == word.stem


def _together(number: BoundNumber, tokens: Sequence[Token]) -> OneOf:
    """The query for a number adjacent to its noun, which raises the score of an article."""
    typed = typed_text(tokens[number.position : number.end])
    return OneOf(typed, tuple(way.variant for way in number.ways))
