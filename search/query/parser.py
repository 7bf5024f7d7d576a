"""From the text of a query to its tree.

    ঢাকা বিশ্ববিদ্যালয়          articles with any of the words, those with more of them first
    "সাংহাই সহযোগিতা"       the words in this order; "…"~2 lets two others stand among them
    +ভাষা -আন্দোলন          with the one and without the other
    ক AND খ   ক OR খ   NOT খ  the same in words, with parentheses; এবং, অথবা between quoted phrases
    মুক্তি*                     words that begin so; * alone is every article
    মুক্তিযুদ্দ~                 words that are nearly spelt so; ~1, ~2 for how many clusters may differ
    =ভাষা                    the word exactly as typed
    শিরোনাম:ঢাকা             title:, লেখক: author:, বিভাগ: category:, তারিখ: date:, ভাষা: lang:

Free text is never refused; only a query that is too long or too deeply nested is.
"""

import re
from dataclasses import dataclass, field

from search.errors import QueryError
from search.query.conditions import Condition, Selection
from search.query.dates import period
from search.query.interpreter import Interpreter
from search.query.languages import language_code
from search.query.lexer import QueryToken, is_prose, lex
from search.query.reading import WordReader
from search.query.tree import All, Field, Filter, Hint, MatchAll, Not, Period, Query
from search.query.words import LeafMaker, Reading, any_of, words_of

__all__ = ["MAX_CHARACTERS", "MAX_DEPTH", "Parsed", "parse"]

MAX_CHARACTERS = 512
MAX_DEPTH = 8
EVERYTHING = "*"
"""The query that every article matches."""

_SPECIAL = re.compile(r"[()\"“”*:+~=]|(?:^|\s)-|\b(?:AND|OR|NOT)\b", re.ASCII)
_UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query understood.

    Attributes:
        query: its tree; None where it holds no word.
        readings: the Latin and misspelt words that were read as other ones, in order.
        unknown_fields: names before a colon that are no field.
    """

    query: Query | None
    readings: tuple[Reading, ...] = ()
    unknown_fields: tuple[str, ...] = ()


def parse(
    text: str,
    read: WordReader | None = None,
    interpreter: Interpreter | None = None,
    *,
    verbatim: bool = False,
) -> Parsed:
    """The tree of a query.

    Args:
        text: as typed.
        read: how Latin and misspelt words are read; None to take them as they are.
        interpreter: knows what is written in several ways; None to search for words as typed.
        verbatim: look for every word exactly as typed.

    Raises:
        QueryError: it is too long, or its parentheses are nested too deeply.
    """
    if len(text) > MAX_CHARACTERS:
        raise QueryError(
            f"a query may have {MAX_CHARACTERS} characters; shorten it",
            MAX_CHARACTERS,
            kind="long",
            limit=MAX_CHARACTERS,
        )
    text = _UNREADABLE.sub(" ", text)
    if text.strip() == EVERYTHING:
        return Parsed(MatchAll())
    words = LeafMaker(read, function_words_count=False, interpreter=interpreter, verbatim=verbatim)
    query = _tree(text, words)
    if query is not None and not words.has_content:
        words = LeafMaker(read, function_words_count=True, interpreter=interpreter, verbatim=verbatim)
        query = _tree(text, words)
    return Parsed(query, tuple(words.readings), tuple(words.unknown_fields))


def _tree(text: str, words: LeafMaker) -> Query | None:
    if _SPECIAL.search(text) is None:
        plain = words.bag(text, 0)
        return words_of(plain) if plain else None
    return _Parser(text, words).parse()


@dataclass(slots=True)
class _Clauses:
    """What stands side by side in a query or between its parentheses."""

    required: list[Query] = field(default_factory=list)
    optional: list[Query] = field(default_factory=list)
    excluded: list[Query] = field(default_factory=list)
    choice: bool = False
    """Whether any of ``optional`` is an alternative by OR."""
    chosen: dict[str, int] = field(default_factory=dict)
    """Where in ``required`` the filter on a field stands that takes further values as alternatives."""

    def choose(self, condition: Filter | Period) -> None:
        """Demand a filter's value, or another one of the same field that was typed before."""
        name = "date" if isinstance(condition, Period) else condition.name
        if name not in self.chosen:
            self.chosen[name] = len(self.required)
            self.required.append(condition)
            return
        before = self.required[self.chosen[name]]
        choices = before.choices if isinstance(before, Selection) else (before,)
        self.required[self.chosen[name]] = Selection((*choices, condition))

    def query(self) -> Query | None:
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


class _Parser:
    """One pass over the pieces of a query by recursive descent."""

    def __init__(self, text: str, words: LeafMaker) -> None:
        self.text = text
        self.words = words
        self.place = 0
        self.tokens = lex(text)
        self.prose = is_prose(self.tokens)

    def parse(self) -> Query | None:
        clauses = _Clauses()
        while self.place < len(self.tokens):
            self.side_by_side(clauses, 0)
            self.place += 1  # a parenthesis closed that was never opened
        return clauses.query()

    def peek(self) -> str:
        return self.tokens[self.place].kind if self.place < len(self.tokens) else ""

    def take(self) -> QueryToken:
        self.place += 1
        return self.tokens[self.place - 1]

    def side_by_side(self, clauses: _Clauses, depth: int) -> None:
        """Reads up to a closing parenthesis or the end."""
        after_or = False
        while self.peek() not in {"", ")"}:
            if self.peek() == "OR":
                self.take()
                clauses.choice = True
                after_or = True
                continue
            if not self.run(clauses):
                self.clause(clauses, depth, choice=after_or)
            after_or = False

    def run(self, clauses: _Clauses) -> bool:
        """Plain words in a row, which are analysed together; the last one is left where AND follows it."""
        stop = self.place
        while stop < len(self.tokens) and self.tokens[stop].kind == "word":
            stop += 1
        if stop < len(self.tokens) and self.tokens[stop].kind == "AND":
            stop -= 1
        if stop <= self.place:
            return False
        start = self.tokens[self.place].start
        clauses.optional += self.words.bag(self.text[start : self.tokens[stop - 1].end], start)
        self.place = stop
        return True

    def clause(self, clauses: _Clauses, depth: int, *, choice: bool) -> None:
        """One operand with its sign, or several joined by AND."""
        sign, operand, demanded = self.signed(depth)
        joined = _Clauses()
        while self.peek() == "AND":
            self.take()
            other_sign, other, _ = self.signed(depth)
            if other is not None:
                (joined.excluded if other_sign == "-" else joined.required).append(other)
        if joined.required or joined.excluded:
            if operand is not None:
                (joined.excluded if sign == "-" else joined.required).insert(0, operand)
            sign, operand, demanded = "", joined.query(), False
        if operand is None:
            return
        if sign == "-":
            clauses.excluded.append(operand)
        elif isinstance(operand, Filter | Period) and not sign and not choice and self.peek() != "OR":
            clauses.choose(operand)
        elif (demanded or sign == "+") and not choice and self.peek() != "OR":
            clauses.required.append(operand)
        else:
            clauses.optional.append(operand)

    def signed(self, depth: int) -> tuple[str, Query | None, bool]:
        """A sign, the operand after it, and whether the operand must match even without a sign."""
        sign = ""
        while self.peek() in {"+", "-", "NOT"}:
            kind = self.take().kind
            if kind == "NOT" or not self.prose:
                sign = "+" if kind == "+" else "-"
        operand, demanded = self.operand(depth)
        return sign, operand, demanded

    def operand(self, depth: int) -> tuple[Query | None, bool]:  # noqa: PLR0911 - a table of kinds
        match self.peek():
            case "(":
                return self.parenthesis(depth), False
            case "title" | "author" | "category" | "date" | "lang":
                return self.of_field(self.take().kind), True
            case "phrase":
                return self.quoted(self.take()), not self.prose
            case "word" | "prefix" | "fuzzy":
                return self.single(self.take()), False
            case "verbatim":
                return self.words.verbatim(self.take()), False
            case "unknown":
                return self.unknown(self.take()), False
            case kind:
                self.place += kind not in {"", ")"}  # an operator without a word before it
                return None, False

    def single(self, piece: QueryToken, where: Field | None = None) -> Query | None:
        """A word, the beginning of one, or one and those near it."""
        makers = {"prefix": self.words.prefix, "fuzzy": self.words.fuzzy}
        return makers.get(piece.kind, self.words.phrase)(piece, where)

    def unknown(self, piece: QueryToken) -> Query | None:
        """A name before a colon that is no field: told of, and its value taken as typed; in prose a word."""
        if self.prose:
            return self.words.phrase(piece)
        self.words.unknown_fields.append(piece.text)
        if self.peek() == "word" and self.tokens[self.place].start == piece.end:
            return self.words.unread(self.take())
        return None

    def quoted(self, piece: QueryToken) -> Query | None:
        """A phrase; in prose its words count singly, and more where they stand together."""
        if not self.prose:
            return self.words.phrase(piece)
        words = self.words.bag(piece.text, piece.start)
        together = self.words.phrase(piece) if len(words) > 1 else None
        if together:
            words.append(Hint(together))
        return words_of(words) if words else None

    def parenthesis(self, depth: int) -> Query | None:
        opened = self.take()
        if depth == MAX_DEPTH:
            raise QueryError(
                f"parentheses may be {MAX_DEPTH} deep; use fewer", opened.start, kind="deep", limit=MAX_DEPTH
            )
        clauses = _Clauses()
        self.side_by_side(clauses, depth + 1)
        if self.peek() == ")":
            self.take()
        return clauses.query()

    def of_field(self, name: str) -> Query | None:
        if self.peek() not in {"word", "phrase", "prefix", "fuzzy"}:
            return None
        piece = self.take()
        if name == "title":
            return self.single(piece, "title")
        self.words.has_content = True
        match name:
            case "date":
                return period(piece.text)
            case "lang":
                return Filter("lang", language_code(piece.text) or piece.text, whole=True)
            case _:
                return Filter("author" if name == "author" else "category", piece.text)
