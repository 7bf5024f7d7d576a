"""The words of a query: analysed as the words of articles are, Latin ones read by their sound."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.stemmer import is_function_word
from onneshon.search.query.reading import (
    AlternativeReading,
    Ignored,
    Interpretation,
    ReadingKind,
    WordReader,
    WordReading,
)
from onneshon.search.query.tree import (
    Any,
    Boost,
    Conjunction,
    Fuzzy,
    Hint,
    OneOf,
    Phrase,
    Prefix,
    Query,
    Term,
    Variant,
    Within,
)

MAX_READ = 16
"""Words in Latin letters beyond these are taken as they are: reading one takes as long as ten words do."""

_LATIN = re.compile(r"[a-z]")


@dataclass(frozen=True, slots=True)
class ReadSpan:
    """A span of the query that was taken for other words than it spells.

    Attributes:
        start: first code point of it in the query.
        end: one past its last code point.
        word: what it was taken for.
        kind: by what it was read.
        others: what else it may be, the likeliest first.
        before: code points of words at its beginning that say nothing.
        after: the same at its end.
    """

    start: int
    end: int
    word: str
    kind: ReadingKind = "sound"
    others: tuple[str, ...] = ()
    before: int = 0
    after: int = 0

    def typed(self, text: str) -> str:
        """The words that say something, as they are in the text of the query."""
        return text[self.start + self.before : self.end - self.after]


class WordTerms:
    """Makes the terms of the words of one query, of Latin ones by what they are read for.

    Args:
        read: how Latin words are read; None to take them as they are.
        function_words_count: whether function words weigh as much as others, since there are no others.
        verbatim: whether all words are looked for exactly as typed.

    Attributes:
        readings: what words were read for.
        ignored: what was not taken for what it looks like.
        has_content: whether there is more than function words.
    """

    def __init__(self, read: WordReader | None, *, function_words_count: bool, verbatim: bool) -> None:
        self._read = read
        self._function_words_count = function_words_count
        self._verbatim = verbatim
        self._latin = 0
        self._alternatives: dict[int, list[Query]] = {}
        self.readings: list[ReadSpan] = []
        self.ignored: list[Ignored] = []
        self.has_content = False

    def _terms(
        self,
        text: str,
        tokens: Sequence[Token],
        offset: int,
        where: Within = None,
        *,
        quoted: bool = False,
    ) -> list[tuple[Token, Query]]:
        """Words of a span of the query and what is looked for, Latin ones as what they are read for.

        A reading of several words is as many, whatever was typed for it. In quotation marks a word that
        articles have as it is typed is no other.
        """
        readings = self._read(text, self._readable(tokens)) if self._read and not self._verbatim else ()
        if quoted:
            readings = [
                candidate
                for candidate in readings
                if not (candidate.kind == "spelling" and candidate.typed_too)
            ]
        found: list[tuple[Token, Query]] = []
        position = 0
        for reading in readings:
            found += [(token, self._plain_term(token, where)) for token in tokens[position : reading.first]]
            row = tokens[reading.first : reading.last]
            if reading.text:
                found += self._read_terms(reading, row, offset, where)
            elif reading.kind == "sound":
                start, end = row[0].start, row[-1].end
                self.ignored.append(Ignored("unread", text[start:end], offset + start, offset + end))
            position = reading.last
        return found + [(token, self._plain_term(token, where)) for token in tokens[position:]]

    def _readable(self, tokens: Sequence[Token]) -> Sequence[Token]:
        """Those of some tokens that are before the first Latin one too many."""
        latin = [position for position, token in enumerate(tokens) if _LATIN.search(token.exact)]
        room = MAX_READ - self._latin
        self._latin += min(len(latin), room)
        return tokens[: latin[room]] if len(latin) > room else tokens

    def _read_terms(
        self,
        reading: WordReading,
        tokens: Sequence[Token],
        offset: int,
        where: Within,
    ) -> list[tuple[Token, Query]]:
        """What words are read for: one concept for one word typed, else as many as the reading has."""
        span, tokens = tokens, tokens[reading.before : len(tokens) - reading.after]
        if reading.shown:
            self._show(reading, span, tokens, offset)
        typed = " ".join(token.text for token in tokens)
        words = analyze(reading.text)
        labels = [typed] if len(words) == 1 else [word.text for word in words]
        terms = [self._plain_term(word, where, label) for word, label in zip(words, labels, strict=True)]
        as_typed = [self._plain_term(token, where) for token in tokens] if reading.typed_too else []
        units = terms if len(tokens) > 1 else [_side_by_side(terms, where)]
        placed = [word._replace(start=tokens[0].start, end=tokens[-1].end) for word in words]
        cells = placed if len(units) > 1 else tokens
        others = [(other, self._alternative(other, where, typed)) for other in reading.alternatives]
        finding = [(query, other.weight) for other, query in others if other.finds and len(units) == 1]
        self._alternatives[offset + tokens[0].start] = [
            Hint(Boost(query, other.weight)) for other, query in others if not other.finds
        ]
        return [
            (cell, _any_reading(typed, unit, as_typed, finding, where))
            for cell, unit in zip(cells, units, strict=False)
        ]

    def _show(
        self, reading: WordReading, span: Sequence[Token], tokens: Sequence[Token], offset: int
    ) -> None:
        """Note a reading for whoever asks; ``tokens`` are the words of its span that say something."""
        start, end = span[0].start, span[-1].end
        before, after = tokens[0].start - start, end - tokens[-1].end
        self.readings.append(
            ReadSpan(offset + start, offset + end, reading.text, reading.kind, reading.others, before, after)
        )

    def _alternative(self, alternative: AlternativeReading, where: Within, typed: str) -> Term | Phrase:
        """What else a word may be; whether the query has content only its readings tell."""
        content = self.has_content
        words = [self._plain_term(word, where, typed) for word in analyze(alternative.text)]
        self.has_content = content
        return _side_by_side(words, where)

    def _plain_term(self, token: Token, where: Within, typed: str | None = None) -> Term:
        function = is_function_word(token.exact) and not self._function_words_count
        self.has_content |= not function
        sound = typed is not None
        return Term(typed or token.text, token.exact, token.stem, where, function, sound, self._verbatim)


def as_read(token: Token, query: Query) -> Token:
    """A Latin word as the one word that it was read for; any other as it is."""
    read = likeliest(query) if _LATIN.search(token.exact) else ()
    if len(read) != 1 or read[0].exact == token.exact:
        return token
    return token._replace(exact=read[0].exact, stem=read[0].stem)


def is_certain(unit: Interpretation, cells: Sequence[tuple[Token, Query]]) -> bool:
    """Whether words side by side are a unit, or one that is nothing else: *das* is দাস as well as দশ."""
    token, query = cells[unit.start]
    return unit.end > unit.start + 1 or not _LATIN.search(token.exact) or isinstance(query, Term)


def is_typed_too(word: Query) -> bool:
    """Whether a Latin word is looked for as it is typed, beside what it was read for."""
    return isinstance(word, OneOf) and {"sound", "typed"} <= {variant.kind for variant in word.variants}


def _any_reading(
    typed: str,
    unit: Term | Phrase,
    as_typed: Sequence[Term],
    alternatives: Sequence[tuple[Term | Phrase, float]],
    where: Within,
) -> Query:
    """What a word was read for, the word as typed where articles have it, and what else it may be."""
    variants = [Variant(unit, 1.0, "sound")]
    if as_typed:
        variants.append(Variant(_side_by_side(as_typed, where)))
    variants += (Variant(term, weight, "sound") for term, weight in alternatives)
    return OneOf(typed, tuple(variants)) if len(variants) > 1 else unit


def _side_by_side(terms: Sequence[Term], where: Within) -> Term | Phrase:
    if len(terms) == 1:
        return terms[0]
    return Phrase(tuple(replace(term, function=False) for term in terms), 0, where)


def likeliest(query: Query) -> tuple[Term, ...]:
    """The likeliest of the words that a word may be."""
    match query:
        case OneOf(_, variants):
            return likeliest(variants[0].query)
        case Phrase(words):
            return words
        case Term():
            return (query,)
        case _ if isinstance(query, Prefix | Fuzzy | Any | Boost | Hint | Conjunction):  # pragma: no cover
            raise TypeError(query)  # a word is nothing else
        case _:
            assert_never(query)
