"""Makes the terms of a query's words, which are analysed like those of articles; reads Latin words."""

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
"""The most Latin words to read; others are searched as typed: reading one takes as long as ten words."""

_LATIN = re.compile(r"[a-z]")


@dataclass(frozen=True, slots=True)
class ReadSpan:
    """A span of the query that was read as other words than it spells.

    Attributes:
        start: offset of its first code point in the query.
        end: offset after its last code point.
        word: the word or words that it was read as.
        kind: the way in which it was read.
        others: its other possible readings, the likeliest first.
        before: the length in code points of skipped words at its beginning.
        after: the length in code points of skipped words at its end.
    """

    start: int
    end: int
    word: str
    kind: ReadingKind = "sound"
    others: tuple[str, ...] = ()
    before: int = 0
    after: int = 0

    def typed(self, text: str) -> str:
        """The part of the query's text that was read, without the words skipped at either end."""
        return text[self.start + self.before : self.end - self.after]


class WordTerms:
    """Makes the terms of one query's words; for Latin words, the terms of their Bengali readings.

    Args:
        read: reads Latin words as Bengali; None to take them as they are.
        function_words_count: whether function words weigh as much as others, for lack of other words.
        verbatim: whether to search for every word exactly as typed.

    Attributes:
        readings: the spans that were read as other words.
        skipped: the offsets of the start and the end of words that no reading has, and that are not searched.
        ignored: the parts that were skipped, or not taken for what they look like.
        has_content: whether the query has more than function words.
    """

    def __init__(self, read: WordReader | None, *, function_words_count: bool, verbatim: bool) -> None:
        self._read = read
        self._function_words_count = function_words_count
        self._verbatim = verbatim
        self._latin = 0
        self._alternatives: dict[int, list[Query]] = {}
        self.readings: list[ReadSpan] = []
        self.skipped: list[tuple[int, int]] = []
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
        """The words of a span with the query of each; for Latin words that of their readings.

        A reading of several words gives as many queries, however many were typed. In quotation marks a
        word that articles contain as typed is not corrected to another spelling.
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
            else:
                self._skip(reading, text, row, offset)
            position = reading.last
        return found + [(token, self._plain_term(token, where)) for token in tokens[position:]]

    def _readable(self, tokens: Sequence[Token]) -> Sequence[Token]:
        """The tokens before the first Latin word that is beyond ``MAX_READ``."""
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
        """The queries of a reading: one concept for one word typed, else one for each word it reads as."""
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
        """Note a reading to show it to readers; ``tokens`` are those of its span that are not skipped."""
        start, end = span[0].start, span[-1].end
        before, after = tokens[0].start - start, end - tokens[-1].end
        self.readings.append(
            ReadSpan(offset + start, offset + end, reading.text, reading.kind, reading.others, before, after)
        )

    def _skip(self, reading: WordReading, text: str, row: Sequence[Token], offset: int) -> None:
        """Note words that are not searched; readers are told of those that may have a meaning."""
        start, end = row[0].start, row[-1].end
        self.skipped.append((offset + start, offset + end))
        if reading.kind == "sound":
            self.ignored.append(Ignored("unread", text[start:end], offset + start, offset + end))

    def _alternative(self, alternative: AlternativeReading, where: Within, typed: str) -> Term | Phrase:
        """The query of an alternative reading, without effect on whether the query has content."""
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
    """A token with the keys of the one word that a Latin or a misspelt word was read as; any other unchanged.

    A misspelt word that is searched as typed too keeps its own keys.
    """
    alone = isinstance(query, Term) and query.sound
    read = likeliest(query) if alone or _LATIN.search(token.exact) else ()
    if len(read) != 1 or read[0].exact == token.exact:
        return token
    return token._replace(exact=read[0].exact, stem=read[0].stem)


def is_certain(unit: Interpretation, cells: Sequence[tuple[Token, Query]]) -> bool:
    """Whether a unit has several words or an unambiguous one; *das* is not: it is দাস as well as দশ."""
    token, query = cells[unit.start]
    return unit.end > unit.start + 1 or not _LATIN.search(token.exact) or isinstance(query, Term)


def is_typed_too(word: Query) -> bool:
    """Whether a Latin word is searched as typed in addition to its reading."""
    return isinstance(word, OneOf) and {"sound", "typed"} <= {variant.kind for variant in word.variants}


def _any_reading(
    typed: str,
    unit: Term | Phrase,
    as_typed: Sequence[Term],
    alternatives: Sequence[tuple[Term | Phrase, float]],
    where: Within,
) -> Query:
    """One query for a word's reading, the word as typed (if articles contain it) and other readings."""
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
    """The terms of a word's likeliest variant."""
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
