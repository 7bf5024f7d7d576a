"""What a query means beyond its single words: units, compounds, synonyms, each as one thing to search for.

Units are found first, on the text as typed; then entries of several words in the tables of synonyms, then
compounds, then entries for what remains. What is one thing becomes one ``OneOf``, whose writings are the
ways in which articles have it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.analysis.analyzer import Token
from search.query.interpreter import Interpretation
from search.query.tree import Any, Boost, Hint, OneOf, Phrase, Query, Term, Writing
from search.retrieval.budget import TimeBudget
from search.understanding.alternatives import Alternative, Span
from search.understanding.compounds import Compound, Compounds
from search.understanding.synonyms import Synonyms
from search.understanding.units import LOOSE, Unit, find_units

__all__ = ["QueryInterpreter"]

KEPT_BARE = frozenset({"count", "ordinal"})
"""Units of which an index keeps the bare number where they are one word: of ৩টি and ৩য় it has 3."""

FEW_WORDS = 3
"""In a longer query other words find what spells one of them otherwise."""

ESTABLISHED = 0.5
"""A spelling in so many articles for each that has another one is established."""

PART = 0.3
"""What a word counts that is part of one thing, beside the thing itself."""


class QueryInterpreter:
    """Finds units, compounds and synonyms; see ``query.interpreter``.

    Args:
        synonyms: the tables of now.
        compounds: of the index that is searched.
        budget: where it runs out, words stay what they are.
    """

    def __init__(self, synonyms: Synonyms, compounds: Compounds, budget: TimeBudget) -> None:
        self._synonyms = synonyms
        self._compounds = compounds
        self._budget = budget
        self._few = True

    def units(self, text: str, tokens: Sequence[Token]) -> list[Interpretation]:
        """Dates, years, sums, percentages, things counted and numbers."""
        return [
            Interpretation(unit.start, unit.end, self._unit(unit, _typed(tokens[unit.start : unit.end])))
            for unit in find_units(text, tokens)
        ]

    def _unit(self, unit: Unit, typed: str) -> tuple[Query, ...]:
        """The strict writings as one thing; loose ones only add to the scores of what has a strict one."""
        found = [one for one in unit.alternatives if one.weight > LOOSE]
        loose = [one for one in unit.alternatives if one.weight <= LOOSE]
        if unit.kind in KEPT_BARE or not any(map(self._occurs, found)):
            found, loose = [*found, *loose], []
        hints = (Hint(Boost(_searched(one.tokens), one.weight)) for one in loose)
        return (
            OneOf(typed, tuple(Writing(_searched(one.tokens), one.weight, "unit") for one in found)),
            *hints,
        )

    def _occurs(self, one: Alternative) -> bool:
        return self._compounds.occurs(one.tokens)

    def words(self, tokens: Sequence[Token], queries: Sequence[Query]) -> list[Query]:
        """Compounds and synonyms among words."""
        self._few = len(tokens) <= FEW_WORDS
        self._compounds.expect(tokens)
        tokens, row, queries = self._cut(tokens, queries)
        found: list[Query] = []
        at = 0
        for span in self._synonyms.of(row):
            if span.end - span.start > 1:
                found += self._between(
                    tokens[at : span.start], row[at : span.start], queries[at : span.start]
                )
                found += _entry(tokens[span.start : span.end], row[span.start : span.end], queries, span)
                at = span.end
        return found + self._between(tokens[at:], row[at:], queries[at:])

    def _cut(
        self, tokens: Sequence[Token], queries: Sequence[Query]
    ) -> tuple[list[Token], list[Token], list[Query]]:
        """Words as typed, as read, and as searched; what is usually written apart is cut, as if typed so."""
        typed: list[Token] = []
        read: list[Token] = []
        searched: list[Query] = []
        for token, query in zip(tokens, queries, strict=True):
            word = _meant(token, query)
            compound = self._compound(word, alone=len(tokens) == 1)
            if compound is None or compound.usual:
                typed.append(token)
                read.append(word)
                searched.append(query)
            else:
                typed += compound.parts
                read += compound.parts
                searched += (replace(_term(part), sound=_is_sound(query)) for part in compound.parts)
        return typed, read, searched

    def _compound(self, word: Token, *, alone: bool) -> Compound | None:
        return None if self._budget.spent() else self._compounds.of_word(word, alone=alone)

    def _between(
        self, tokens: Sequence[Token], row: Sequence[Token], queries: Sequence[Query]
    ) -> list[Query]:
        """Words that no entry has as a whole."""
        joined = {} if self._budget.spent() else self._compounds.among(row)
        found: list[Query] = []
        at = 0
        while at < len(row):
            compound = joined.get(at)
            end = at + (len(compound.parts) if compound else 1)
            if compound:
                found += self._joined(compound, tokens[at:end], queries[at:end])
            else:
                found += self._one(tokens[at], row[at], queries[at])
            at = end
        return found

    def _one(self, token: Token, meant: Token, query: Query) -> Iterator[Query]:
        """A word by itself."""
        compound = self._compound(meant, alone=True)
        if compound and compound.usual:
            yield from self._parted(compound, token, query)
        else:
            yield self._word(token, meant, query)

    def _joined(
        self, compound: Compound, tokens: Sequence[Token], queries: Sequence[Query]
    ) -> Iterator[Query]:
        """Words that are one word, typed apart."""
        whole = compound.whole or tokens[0]  # there is one: parts without are no compound
        sound = any(map(_is_sound, queries))
        term = replace(_term(whole), sound=sound)
        if compound.usual:
            phrase = _phrase(compound.parts, queries)
            both = (Writing(term, kind="joined"), Writing(phrase))
            yield _with(_typed(tokens), both, self._alternatives(whole))
            yield from _hints(phrase) if compound.apart else ()
            return
        for token, part, query in zip(tokens, compound.parts, queries, strict=True):
            ways = (*_ways(query), Writing(term, kind="joined"))
            yield _with(token.text, ways, self._alternatives(part))

    def _parted(self, compound: Compound, token: Token, query: Query) -> Iterator[Query]:
        """A word that some articles write apart."""
        sound = _is_sound(query)
        phrase = Phrase(tuple(replace(_term(part), sound=sound) for part in compound.parts))
        ways = (*_ways(query), Writing(phrase, kind="joined"))
        yield _with(token.text, ways, self._alternatives(compound.whole or token))
        yield from _hints(phrase)

    def _word(self, token: Token, meant: Token, query: Query) -> Query:
        alternatives = self._alternatives(meant)
        return _with(token.text, _ways(query), alternatives) if alternatives else query

    def _alternatives(self, word: Token) -> tuple[Alternative, ...]:
        found = (one for span in self._synonyms.of((word,)) for one in span.alternatives)
        return tuple(one for one in found if self._few or not self._is_needless(one, word))

    def _is_needless(self, other: Alternative, word: Token) -> bool:
        """Whether another spelling of a word in a long query is no more established than the one typed.

        Which spelling an article has then says more than that it has one of them.
        """
        if other.kind != "variant" or len(other.tokens) > 1:
            return False
        return self._compounds.held(word) >= ESTABLISHED * self._compounds.held(other.tokens[0])


def _with(typed: str, ways: tuple[Writing, ...], alternatives: Sequence[Alternative]) -> Query:
    """One thing in all its writings; a single one that is a word as typed stays that word."""
    others = (
        Writing(_searched(one.tokens, spelt_so=one.by_exact), one.weight, "synonym") for one in alternatives
    )
    writings = (*ways, *others)
    return OneOf(typed, writings) if len(writings) > 1 else _alone(writings[0].query)


def _entry(
    tokens: Sequence[Token], row: Sequence[Token], queries: Sequence[Query], span: Span
) -> Iterator[Query]:
    """Words that a table has as a whole."""
    phrase = _phrase(row, queries[span.start : span.end])
    yield _with(_typed(tokens), (Writing(phrase),), span.alternatives)
    yield from _hints(phrase)


def _alone(query: Term | Phrase) -> Query:
    return query


def _typed(tokens: Sequence[Token]) -> str:
    return " ".join(token.text for token in tokens)


def _term(token: Token) -> Term:
    return Term(token.text, token.exact, token.stem)


def _searched(tokens: Sequence[Token], *, spelt_so: bool = False) -> Term | Phrase:
    terms = tuple(map(_term, tokens))
    return Phrase(terms) if len(terms) > 1 else replace(terms[0], spelt_so=spelt_so)


def _phrase(parts: Sequence[Token], queries: Sequence[Query]) -> Phrase:
    return Phrase(
        tuple(
            replace(_term(part), sound=_is_sound(query)) for part, query in zip(parts, queries, strict=True)
        )
    )


def _hints(phrase: Phrase) -> Iterator[Query]:
    """The words of one thing: an article that has it is the better for them, and none is found by them."""
    return (Hint(Boost(word, PART)) for word in phrase.words if len(word.exact) > 1)


def _first(query: Query) -> Term | None:
    """The likeliest word that a word of a query is."""
    match query:
        case Term():
            return query
        case Boost(child):
            return _first(child)
        case Any(children):
            return _first(children[0])
        case OneOf(_, writings):
            return _first(writings[0].query)
        case _:
            return None


def _is_sound(query: Query) -> bool:
    term = _first(query)
    return term is not None and term.sound


def _meant(token: Token, query: Query) -> Token:
    """The word that a word of a query is read as; itself unless it is a Latin one."""
    term = _first(query)
    if term is None or term.exact == token.exact:
        return token
    return Token(term.exact, token.start, token.end, term.exact, term.stem)


def _ways(query: Query, weight: float = 1.0) -> tuple[Writing, ...]:
    """The writings of what a word is searched as."""
    match query:
        case Term() | Phrase():
            return (Writing(query, weight, "sound" if isinstance(query, Term) and query.sound else "typed"),)
        case Boost(child, factor):
            return _ways(child, weight * factor)
        case Any(children):
            return tuple(way for child in children for way in _ways(child, weight))
        case OneOf(_, writings):
            return tuple(replace(way, weight=weight * way.weight) for way in writings)
        case _:  # pragma: no cover - a word is nothing else
            raise TypeError(query)
