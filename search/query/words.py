"""The words of a query: analysed as the words of articles are, Latin ones read by their sound."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat

from index.analysis.analyzer import Token, analyze
from index.analysis.canonical import canonical
from index.analysis.clusters import cluster_boundaries
from index.analysis.function_words import is_function_word
from search.query.interpreter import Interpreter
from search.query.lexer import QueryToken
from search.query.tree import Any, Boost, Field, Hint, OneOf, Phrase, Prefix, Query, Term

__all__ = ["MAX_READ", "MAX_WORDS", "Guess", "Reading", "SoundReader", "WordReader", "any_of", "words_of"]

MAX_WORDS = 64
"""Words beyond these are not searched for; no question or headline has as many."""

MAX_READ = 12
"""Words in Latin letters beyond these are taken as they are: reading one takes as long as ten words do."""

MAX_REPEATS = 3
"""A word typed often counts at most so many times."""

Guess = tuple[str, float]
"""A word that may have been meant, and its weight up to 1."""

SoundReader = Callable[[Sequence[str]], Sequence[Sequence[Guess]]]
"""For words side by side: what each may be in Bengali, with weights, best first; none to take it as it is."""

_LATIN = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """A stretch of the query that was read as a Bengali word."""

    start: int
    end: int
    word: str


def any_of(children: Sequence[Query]) -> Query:
    """A disjunction; a single query is its own."""
    return children[0] if len(children) == 1 else Any(tuple(children))


def words_of(children: Sequence[Query]) -> Query:
    """Words side by side, of which an article must hold a share; a single one is its own."""
    return children[0] if len(children) == 1 else Any(tuple(children), words=True)


class WordReader:
    """Makes the leaves of one query.

    Args:
        read: how Latin words are read; None to take them as they are.
        function_words_count: whether function words weigh as much as others, since there are no others.
        interpreter: knows what is written in several ways; None to search for words as typed.
    """

    def __init__(
        self,
        read: SoundReader | None,
        *,
        function_words_count: bool,
        interpreter: Interpreter | None = None,
    ) -> None:
        self._interpreter = interpreter
        self._read = read
        self._function_words_count = function_words_count
        self._words = 0
        self._latin = 0
        self.readings: list[Reading] = []
        self.has_content = False

    def _tokens(self, text: str) -> list[Token]:
        """Words of a stretch of the query, as far as there is room for them."""
        found = analyze(text)[: MAX_WORDS - self._words]
        self._words += len(found)
        return found

    def _row(self, text: str, offset: int) -> list[Query]:
        """What a stretch of the query asks for: its words, and what several of them are together."""
        tokens = self._tokens(text)
        if self._interpreter is None:
            return self._terms(tokens, offset)
        found: list[Query] = []
        at = 0
        for unit in self._interpreter.units(text, tokens):
            found += self._interpreted(tokens[at : unit.start], offset)
            found += unit.queries
            self.has_content = True
            at = unit.end
        return [*found, *self._interpreted(tokens[at:], offset)]

    def _interpreted(self, tokens: Sequence[Token], offset: int) -> Sequence[Query]:
        words = self._terms(tokens, offset)
        return self._interpreter.words(tokens, words) if self._interpreter and words else words

    def _terms(self, tokens: Sequence[Token], offset: int, where: Field | None = None) -> list[Query]:
        """Words of the query; for a Latin one the Bengali words that it may be."""
        words = self._readable([token.exact for token in tokens])
        readings = self._read(words) if self._read and words else ()
        return [
            self._term(token, guesses, offset, where)
            for token, guesses in zip(tokens, chain(readings, repeat(())), strict=False)
        ]

    def _readable(self, words: Sequence[str]) -> Sequence[str]:
        """Those of some words that are before the first Latin one too many; none without a Latin one."""
        latin = [place for place, word in enumerate(words) if _LATIN.fullmatch(word)]
        room = MAX_READ - self._latin
        self._latin += min(len(latin), room)
        if not latin[:room]:
            return ()
        return words[: latin[room]] if len(latin) > room else words

    def _term(self, token: Token, readings: Sequence[Guess], offset: int, where: Field | None) -> Query:
        found = [
            Boost(self._plain_term(word, where, typed=token.text), weight)
            for text, weight in readings
            for word in analyze(text)[:1]
        ]
        if not found:
            return self._plain_term(token, where)
        self.readings.append(Reading(offset + token.start, offset + token.end, readings[0][0]))
        return any_of(found)

    def _plain_term(self, token: Token, where: Field | None, typed: str | None = None) -> Term:
        function = is_function_word(token.exact) and not self._function_words_count
        self.has_content |= not function
        return Term(typed or token.text, token.exact, token.stem, where, function, typed is not None)

    def bag(self, text: str, offset: int) -> list[Query]:
        """Words side by side; one that comes again counts again.

        Args:
            text: a stretch of the query.
            offset: code point of the query where it starts.
        """
        found = Counter(self._row(text, offset))
        return [
            term if times == 1 else Boost(term, float(min(times, MAX_REPEATS)))
            for term, times in found.items()
        ]

    def phrase(self, piece: QueryToken, where: Field | None = None) -> Query | None:
        """Words that must stand together; a single one is just that word."""
        tokens = self._tokens(piece.text)
        words = self._terms(tokens, piece.start, where)
        if self._interpreter and piece.kind == "word" and where is None:
            meant = self._one_thing(piece, tokens, words)
            words = words if meant is None else [meant]
        if len(words) < 2:  # noqa: PLR2004 - a phrase of one word is that word
            return words[0] if words else None
        self.has_content = True
        terms = map(_likeliest, words)
        counting = (replace(term, function=False) if term.function else term for term in terms)
        return Phrase(tuple(counting), piece.slop, where)

    def _one_thing(self, piece: QueryToken, tokens: Sequence[Token], words: Sequence[Query]) -> Query | None:
        """What a piece without spaces stands for where that is one thing."""
        if self._interpreter is None or not words:
            return None
        units = self._interpreter.units(piece.text, tokens)
        if units and (units[0].start, units[0].end) != (0, len(tokens)):
            return None
        found = units[0].queries if units else self._interpreter.words(tokens, words)
        things = [one for one in found if not isinstance(one, Hint)]
        self.has_content |= bool(units)
        return things[0] if len(things) == 1 else None

    def prefix(self, piece: QueryToken, where: Field | None = None) -> Query | None:
        """The beginning of words, at least two clusters of it; anything else is taken as words."""
        tokens = analyze(piece.text)
        clusters = len(cluster_boundaries(piece.text)) - 1
        if len(tokens) != 1 or clusters < 2:  # noqa: PLR2004 - one cluster begins a tenth of all words
            return self.phrase(piece, where)
        if self._words >= MAX_WORDS:
            return None
        self._words += 1
        self.has_content = True
        return Prefix(piece.text, canonical(tokens[0].text), where)


def _likeliest(query: Query) -> Term:
    """The likeliest of the words that a word may be."""
    match query:
        case Any(children):
            return _likeliest(children[0])
        case Boost(child):
            return _likeliest(child)
        case Term():
            return query
        case OneOf(_, writings) if isinstance(writings[0].query, Term):
            return writings[0].query
        case _:  # pragma: no cover - a word is nothing else
            raise TypeError(query)
