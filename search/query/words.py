"""The words of a query: analysed as the words of articles are, Latin ones read by their sound."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final, assert_never

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.icu_text import cluster_boundaries
from onneshon.index.analysis.script import is_bengali
from onneshon.index.analysis.stemmer import is_function_word
from onneshon.search.query.lexer import QueryToken
from onneshon.search.query.reading import (
    AlternativeReading,
    Ignored,
    IgnoredKind,
    Interpretation,
    Interpreter,
    ReadingKind,
    WordReader,
    WordReading,
)
from onneshon.search.query.tree import (
    All,
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

MAX_WORDS = 64
"""Words beyond these are not searched for; no question or headline has as many."""

MAX_READ = 16
"""Words in Latin letters beyond these are taken as they are: reading one takes as long as ten words do."""

MAX_FUZZY = 2
"""Words with a tilde beyond these are taken as they are: each stands for many."""

MAX_REPEATS = 3
"""Times that a word typed often counts, at most."""

JOINS: Final = frozenset({"এবং", "অথবা"})
"""Between words side by side they say nothing: an article has any of these, and better all, without them."""

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


def any_of(children: Sequence[Query]) -> Query:
    """A disjunction; a single query is its own."""
    return children[0] if len(children) == 1 else Any(tuple(children))


def words_of(children: Sequence[Query]) -> Query:
    """Words side by side, of which an article must hold a share; a single one is its own.

    Words side by side among them, by themselves or within alternatives, are words like the others.
    """
    return children[0] if len(children) == 1 else Any(tuple(map(_ungrouped, children)), words=True)


def _ungrouped(query: Query) -> Query:
    return Any(tuple(map(_ungrouped, query.children))) if isinstance(query, Any) else query


class LeafMaker:
    """Makes the leaves of one query.

    Args:
        read: how Latin words are read; None to take them as they are.
        function_words_count: whether function words weigh as much as others, since there are no others.
        interpreter: knows what is written in several ways; None to search for words as typed.
        verbatim: whether all words are looked for exactly as typed.
    """

    def __init__(
        self,
        read: WordReader | None,
        *,
        function_words_count: bool,
        interpreter: Interpreter | None,
        verbatim: bool,
    ) -> None:
        self._interpreter = None if verbatim else interpreter
        self._read = read
        self._function_words_count = function_words_count
        self._verbatim = verbatim
        self._words = 0
        self._latin = 0
        self._fuzzy = 0
        self._alternatives: dict[int, list[Query]] = {}
        self.readings: list[ReadSpan] = []
        self.unknown_fields: list[str] = []
        self.ignored: list[Ignored] = []
        self.has_content = False

    def ignore(self, kind: IgnoredKind, piece: QueryToken) -> None:
        """Note a piece that is not taken for what it looks like."""
        text = f"{piece.text}*" if piece.kind == "prefix" else piece.text or piece.kind
        self.ignored.append(Ignored(kind, text, piece.start, piece.end))

    def _tokens(self, text: str, offset: int) -> list[Token]:
        """Words of a span of the query, as far as there is room for them."""
        found = analyze(text)
        room = MAX_WORDS - self._words
        if len(found) > room:
            first = found[room]
            self.ignored.append(Ignored("words", first.text, offset + first.start, offset + first.end))
        self._words += min(len(found), room)
        return found[:room]

    def _row(self, text: str, offset: int) -> list[Query]:
        """What a span of the query asks for: its words, and what several of them are together."""
        tokens = self._tokens(text, offset)
        if self._interpreter is None:
            return [query for _, query in self._terms(text, tokens, offset)]
        units = self._interpreter.units(text, tokens)
        cells = self._cells(text, tokens, offset, units)
        read = [_as_read(token, query) for token, query in cells]
        if read != tokens:  # what was read may be a unit: *satoi march*
            units = [unit for unit in self._interpreter.units(text, read) if _is_certain(unit, cells)]
        return self._with_units(cells, units, offset)

    def _cells(
        self, text: str, tokens: Sequence[Token], offset: int, units: Sequence[Interpretation]
    ) -> list[tuple[Token, Query]]:
        """The words of a span and what is looked for; those of units (*7 march*) are not read."""
        cells: list[tuple[Token, Query]] = []
        at = 0
        for unit in units:
            cells += self._terms(text, tokens[at : unit.start], offset)
            cells += ((token, self._plain_term(token, None)) for token in tokens[unit.start : unit.end])
            at = unit.end
        return cells + self._terms(text, tokens[at:], offset)

    def _with_units(
        self, cells: Sequence[tuple[Token, Query]], units: Sequence[Interpretation], offset: int
    ) -> list[Query]:
        """What words ask for, some as units; these need no alternatives: their context says what each is."""
        found: list[Query] = []
        at = 0
        for unit in units:
            found += self._interpreted(cells[at : unit.start])
            found += unit.queries
            self.has_content = True
            for token, _ in cells[unit.start : unit.end]:
                self._alternatives.pop(offset + token.start, None)
            at = unit.end
        return [*found, *self._interpreted(cells[at:])]

    def _interpreted(self, cells: Sequence[tuple[Token, Query]]) -> Sequence[Query]:
        words = [query for _, query in cells]
        if self._interpreter is None or not words:
            return words
        return self._interpreter.words([token for token, _ in cells], words)

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

    def bag(self, text: str, offset: int) -> list[Query]:
        """Words side by side; one that comes again counts again, and what joins two of them does not.

        Args:
            text: a span of the query.
            offset: code point of the query where it starts.
        """
        self._alternatives = {}
        row = self._row(text, offset)
        last = len(row) - 1
        times: dict[Query, int] = {}
        for at, query in enumerate(row):
            if not (0 < at < last and _is_join(query)):
                times[query] = times.get(query, 0) + 1
        found = [
            query if count == 1 else Boost(query, float(min(count, MAX_REPEATS)))
            for query, count in times.items()
        ]
        return [*found, *chain.from_iterable(self._alternatives.values())]

    def phrase(self, piece: QueryToken, where: Within = None) -> Query | None:
        """Words that must stand together; a single one is just that word."""
        tokens = self._tokens(piece.text, piece.start)
        cells = self._terms(piece.text, tokens, piece.start, where, quoted=piece.kind == "phrase")
        words = [query for _, query in cells]
        if self._interpreter and piece.kind == "word" and where is None:
            meant = self._one_concept(piece, tokens, cells)
            words = words if meant is None else [meant]
        if len(words) < 2:  # noqa: PLR2004 - a phrase of one word is that word
            return words[0] if words else None
        self.has_content = True
        terms = chain.from_iterable(map(_likeliest, words))
        counting = (replace(term, function=False) if term.function else term for term in terms)
        phrase = Phrase(tuple(counting), piece.slop, where)
        if piece.kind == "phrase" and any(map(_is_typed_too, words)):
            return self._or_as_typed(phrase, piece.text, tokens)
        return All((phrase, *phrase.words)) if self._verbatim else phrase

    def _or_as_typed(self, phrase: Phrase, text: str, tokens: Sequence[Token]) -> OneOf:
        """A phrase as it was read, or with its Latin words as they are: who quotes has seen them so."""
        words = (replace(self._plain_term(token, phrase.field), function=False) for token in tokens)
        typed = Phrase(tuple(words), phrase.slop, phrase.field)
        label = f"{phrase.field}:“{text}”" if phrase.field else f"“{text}”"
        return OneOf(label, (Variant(phrase, 1.0, "sound"), Variant(typed)))

    def _one_concept(
        self, piece: QueryToken, tokens: Sequence[Token], cells: Sequence[tuple[Token, Query]]
    ) -> Query | None:
        """What a piece without spaces stands for where that is one concept."""
        if self._interpreter is None or not cells:
            return None
        units = self._interpreter.units(piece.text, tokens)
        if units and (units[0].start, units[0].end) != (0, len(tokens)):
            return None
        words = [query for _, query in cells]
        found = units[0].queries if units else self._interpreter.words([token for token, _ in cells], words)
        concepts = [concept for concept in found if not isinstance(concept, Hint)]
        self.has_content |= bool(units)
        return concepts[0] if len(concepts) == 1 else None

    def unread(self, piece: QueryToken) -> Query | None:
        """Words whose Latin letters are taken as they are."""
        before, self._read = self._read, None
        try:
            return self.phrase(piece)
        finally:
            self._read = before

    def verbatim(self, piece: QueryToken, where: Within) -> Query | None:
        """A word exactly as typed: in no other form, spelling or script."""
        before, self._verbatim = self._verbatim, True
        try:
            return self.phrase(piece, where)
        finally:
            self._verbatim = before

    def prefix(self, piece: QueryToken, where: Within = None) -> Query | None:
        """The beginning of words, at least two clusters of it; anything else is taken as words."""
        tokens = analyze(piece.text)
        clusters = len(cluster_boundaries(piece.text)) - 1
        if len(tokens) != 1 or clusters < 2:  # noqa: PLR2004 - one cluster begins a tenth of all words
            self.ignore("star", piece)
            return self.phrase(piece, where)
        if self._words >= MAX_WORDS:
            self.ignore("words", piece)
            return None
        self._words += 1
        self.has_content = True
        return Prefix(piece.text, canonical(tokens[0].text), where)

    def fuzzy(self, piece: QueryToken, where: Within = None) -> Query | None:
        """A Bengali word of at least two clusters and those near it; anything else is taken as words."""
        tokens = analyze(piece.text)
        bengali = len(tokens) == 1 and is_bengali(tokens[0].exact)
        if not bengali or len(cluster_boundaries(piece.text)) < 3 or self._fuzzy >= MAX_FUZZY:  # noqa: PLR2004 - two clusters have three borders
            self.ignore("tilde", piece)
            return self.phrase(piece._replace(slop=0), where)
        if self._words >= MAX_WORDS:
            self.ignore("words", piece)
            return None
        self._words += 1
        self._fuzzy += 1
        self.has_content = True
        return Fuzzy(piece.text, tokens[0].exact, piece.slop, where)


def _as_read(token: Token, query: Query) -> Token:
    """A Latin word as the one word that it was read for; any other as it is."""
    read = _likeliest(query) if _LATIN.search(token.exact) else ()
    if len(read) != 1 or read[0].exact == token.exact:
        return token
    return token._replace(exact=read[0].exact, stem=read[0].stem)


def _is_certain(unit: Interpretation, cells: Sequence[tuple[Token, Query]]) -> bool:
    """Whether words side by side are a unit, or one that is nothing else: *das* is দাস as well as দশ."""
    token, query = cells[unit.start]
    return unit.end > unit.start + 1 or not _LATIN.search(token.exact) or isinstance(query, Term)


def _is_join(query: Query) -> bool:
    """Whether a function word is one that joins others."""
    return isinstance(query, Term) and query.function and not query.spelt_so and query.exact in JOINS


def _is_typed_too(word: Query) -> bool:
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


def _likeliest(query: Query) -> tuple[Term, ...]:
    """The likeliest of the words that a word may be."""
    match query:
        case OneOf(_, variants):
            return _likeliest(variants[0].query)
        case Phrase(words):
            return words
        case Term():
            return (query,)
        case _ if isinstance(query, Prefix | Fuzzy | Any | Boost | Hint | Conjunction):  # pragma: no cover
            raise TypeError(query)  # a word is nothing else
        case _:
            assert_never(query)
