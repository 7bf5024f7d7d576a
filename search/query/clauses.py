"""Builds the leaves of a query tree (words, units, phrases) and joins them into clauses."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Final

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.icu_text import cluster_boundaries
from onneshon.index.analysis.script import is_bengali
from onneshon.search.query.conditions import Condition, Selection
from onneshon.search.query.lexer import QueryToken
from onneshon.search.query.reading import Ignored, IgnoredKind, Interpretation, Interpreter, WordReader
from onneshon.search.query.tree import (
    All,
    Any,
    Boost,
    Fuzzy,
    Hint,
    MatchAll,
    Not,
    OneOf,
    Phrase,
    Prefix,
    Query,
    Term,
    Variant,
    Within,
)
from onneshon.search.query.words import WordTerms, as_read, is_certain, is_typed_too, likeliest

MAX_WORDS = 64
"""The most words that are searched for; no question or headline has as many."""

MAX_FUZZY = 2
"""The most words with a tilde; further ones are searched as typed, since each expands to many words."""

MAX_REPEATS = 3
"""The most times that a repeated word counts."""

JOINS: Final = frozenset({"এবং", "অথবা"})
"""Conjunctions without effect between plain words, which match singly and score higher together anyway."""


def any_of(children: Sequence[Query]) -> Query:
    """A disjunction of ``children``; a single child itself."""
    return children[0] if len(children) == 1 else Any(tuple(children))


def words_of(children: Sequence[Query]) -> Query:
    """Plain words, of which an article must contain a share; a single child itself.

    Groups of words among ``children``, also those within alternatives, lose their own share.
    """
    return children[0] if len(children) == 1 else Any(tuple(map(_ungrouped, children)), words=True)


def _ungrouped(query: Query) -> Query:
    return Any(tuple(map(_ungrouped, query.children))) if isinstance(query, Any) else query


@dataclass(slots=True)
class Clauses:
    """The clauses of a query, or of one pair of parentheses."""

    required: list[Query] = field(default_factory=list)
    optional: list[Query] = field(default_factory=list)
    excluded: list[Query] = field(default_factory=list)
    choice: bool = False
    """Whether any of ``optional`` is an alternative by OR."""
    chosen: dict[str, int] = field(default_factory=dict)
    """For each field, the index in ``required`` of its filter, which takes further values as alternatives."""

    def choose(self, condition: Condition) -> None:
        """Require a condition; conditions on the same field become alternatives of each other."""
        further = condition.choices if isinstance(condition, Selection) else (condition,)
        name = further[0].name
        if name not in self.chosen:
            self.chosen[name] = len(self.required)
            self.required.append(condition)
            return
        before = self.required[self.chosen[name]]
        choices = before.choices if isinstance(before, Selection) else (before,)
        self.required[self.chosen[name]] = Selection((*choices, *further))

    def add(self, sign: str, operand: Query, *, demanded: bool, alternative: bool) -> None:
        """Add an operand to the required, optional or excluded clauses.

        Args:
            sign: the sign before the operand: ``+``, ``-`` or empty.
            operand: the query to add.
            demanded: whether it must match even without a sign.
            alternative: whether it is next to OR, where nothing is required.
        """
        if sign == "-":
            self.excluded.append(operand)
        elif isinstance(operand, Condition) and not sign and not alternative:
            self.choose(operand)
        elif (demanded or sign == "+") and not alternative:
            self.required.append(operand)
        else:
            self.optional.append(operand)

    def query(self) -> Query | None:
        """All clauses as one query; None where there is none."""
        required, optional = self.required, self.optional
        if optional and all(isinstance(clause, Condition) for clause in required):
            either = any_of(optional) if self.choice else words_of(optional)
            required, optional = [either, *required], []
        if not required and not self.excluded:
            return None
        if len(required) == 1 and not optional and not self.excluded:
            return required[0]
        negations = [Not(clause) for clause in self.excluded]
        return All((*(required or [MatchAll()]), *negations), tuple(optional))


class LeafMaker(WordTerms):
    """Makes the leaves of one query.

    Args:
        read: reads Latin words as Bengali; None to take them as they are.
        function_words_count: whether function words weigh as much as others, for lack of other words.
        interpreter: finds units, compounds and synonyms; None to search for words as typed.
        verbatim: whether to search for every word exactly as typed.
    """

    def __init__(
        self,
        read: WordReader | None,
        *,
        function_words_count: bool,
        interpreter: Interpreter | None,
        verbatim: bool,
    ) -> None:
        super().__init__(read, function_words_count=function_words_count, verbatim=verbatim)
        self._interpreter = None if verbatim else interpreter
        self._words = 0
        self._fuzzy = 0
        self.unknown_fields: list[str] = []

    def ignore(self, kind: IgnoredKind, piece: QueryToken) -> None:
        """Note a piece that is skipped, or not taken for what it looks like."""
        text = f"{piece.text}*" if piece.kind == "prefix" else piece.text or piece.kind
        self.ignored.append(Ignored(kind, text, piece.start, piece.end))

    def _tokens(self, text: str, offset: int) -> list[Token]:
        """The words of a span of the query, up to ``MAX_WORDS`` in the whole query."""
        found = analyze(text)
        room = MAX_WORDS - self._words
        if len(found) > room:
            first = found[room]
            self.ignored.append(Ignored("words", first.text, offset + first.start, offset + first.end))
        self._words += min(len(found), room)
        return found[:room]

    def _row(self, text: str, offset: int) -> list[Query]:
        """The queries of a span of plain text: its words, and the units and concepts they form together."""
        tokens = self._tokens(text, offset)
        if self._interpreter is None:
            return [query for _, query in self._terms(text, tokens, offset)]
        units = self._interpreter.units(text, tokens)
        cells = self._cells(text, tokens, offset, units)
        read = [as_read(token, query) for token, query in cells]
        if read != tokens:  # words may form a unit once they are read: *satoi march*, ১০ নভেম্মর
            units = [unit for unit in self._interpreter.units(text, read) if is_certain(unit, cells)]
        return self._with_units(cells, units, offset)

    def _cells(
        self, text: str, tokens: Sequence[Token], offset: int, units: Sequence[Interpretation]
    ) -> list[tuple[Token, Query]]:
        """The words of a span with the query of each; Latin words in units (*7 march*) are not read."""
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
        """Replace words by the units they form and drop their other readings: the unit decides those."""
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

    def bag(self, text: str, offset: int) -> list[Query]:
        """Plain words; a repeated word is boosted, and a conjunction between two words is dropped.

        Args:
            text: a span of the query.
            offset: the code point of the query at which ``text`` starts.
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
        """Words that must be adjacent; a single word becomes a plain word."""
        tokens = self._tokens(piece.text, piece.start)
        cells = self._terms(piece.text, tokens, piece.start, where, quoted=piece.kind == "phrase")
        words = [query for _, query in cells]
        if self._interpreter and piece.kind == "word" and where is None:
            meant = self._one_concept(piece, tokens, cells)
            words = words if meant is None else [meant]
        if len(words) < 2:  # noqa: PLR2004 - a phrase of one word is that word
            return words[0] if words else None
        self.has_content = True
        terms = chain.from_iterable(map(likeliest, words))
        counting = (replace(term, function=False) if term.function else term for term in terms)
        phrase = Phrase(tuple(counting), piece.slop, where)
        if piece.kind == "phrase" and any(map(is_typed_too, words)):
            return self._or_as_typed(phrase, piece.text, tokens)
        return All((phrase, *phrase.words)) if self._verbatim else phrase

    def _or_as_typed(self, phrase: Phrase, text: str, tokens: Sequence[Token]) -> OneOf:
        """A phrase as read, or with its Latin words as typed, since a quotation may copy what was printed."""
        words = (replace(self._plain_term(token, phrase.field), function=False) for token in tokens)
        typed = Phrase(tuple(words), phrase.slop, phrase.field)
        label = f"{phrase.field}:“{text}”" if phrase.field else f"“{text}”"
        return OneOf(label, (Variant(phrase, 1.0, "sound"), Variant(typed)))

    def _one_concept(
        self, piece: QueryToken, tokens: Sequence[Token], cells: Sequence[tuple[Token, Query]]
    ) -> Query | None:
        """The concept that a piece without spaces stands for; None where it is not exactly one."""
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
        """A word or phrase whose Latin letters are not read as Bengali."""
        before, self._read = self._read, None
        try:
            return self.phrase(piece)
        finally:
            self._read = before

    def verbatim(self, piece: QueryToken, where: Within) -> Query | None:
        """A word searched exactly as typed: in no other form, spelling or script."""
        before, self._verbatim = self._verbatim, True
        try:
            return self.phrase(piece, where)
        finally:
            self._verbatim = before

    def prefix(self, piece: QueryToken, where: Within = None) -> Query | None:
        """A prefix of at least two clusters; anything else is taken as plain words."""
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
        """A fuzzy Bengali word of at least two clusters; anything else is taken as plain words."""
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


def _is_join(query: Query) -> bool:
    """Whether a query is a function word of ``JOINS``."""
    return isinstance(query, Term) and query.function and not query.spelt_so and query.exact in JOINS
