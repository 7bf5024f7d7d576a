"""From the text of a query to its tree.

    ঢাকা বিশ্ববিদ্যালয়          articles with any of the words, those with more of them first
    "সাংহাই সহযোগিতা"       the words in this order; "…"~2 lets two others stand among them
    +ভাষা -আন্দোলন          with the one and without the other
    ক AND খ   ক OR খ   NOT খ  the same in words, with parentheses; এবং, অথবা between quoted phrases
    মুক্তি*                     words that begin so; * alone is every article
    মুক্তিযুদ্দ~                 words that are nearly spelt so; ~1, ~2 for how many clusters may differ
    =ভাষা                    the word exactly as typed
    শিরোনাম:ঢাকা             title:, লেখক: author:, বিভাগ: category:, তারিখ: date:, ভাষা: lang:
    শিরোনাম:(ঢাকা নদী)       all that stands between the parentheses in the title
    বিভাগ:(খেলা "জাতীয় সংবাদ")  any of the values between the parentheses
    tags:নদী                  a field that the site declares, by its name or its Bengali label
    views:>১০০  views:10..20   a number that it declares

Free text is never refused; only a query that is too long or too deeply nested is. What is skipped, or
not taken for what it looks like, is noted; ``strict`` makes an error of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from onneshon.index.analysis.script import BENGALI_DIGITS
from onneshon.search.errors import QueryError
from onneshon.search.query.clauses import Clauses, LeafMaker, words_of
from onneshon.search.query.conditions import Choice, Filter, Selection
from onneshon.search.query.field_values import READ_BY_DEFAULT, FieldReading, condition_in_query
from onneshon.search.query.lexer import FIELDS, NO_FIELDS, OPENING, QueryToken, is_prose, lex
from onneshon.search.query.reading import Ignored, Interpreter, WordReader
from onneshon.search.query.tree import Hint, MatchAll, Query, Within
from onneshon.search.query.words import ReadSpan

MAX_CHARACTERS = 512
MAX_DEPTH = 8
EVERYTHING = "*"
"""The query that every article matches."""

_SPECIAL = re.compile(r"[()\"“”*:+~=]|(?:^|\s)-|\b(?:AND|OR|NOT)\b", re.ASCII)
_TILDE = re.compile("~[0-9]{1,4}")
_LATIN = re.compile(r"[A-Za-z]")
_UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query understood.

    Attributes:
        query: its tree; None where it holds no word.
        readings: the Latin and misspelt words that were read as other ones, in order.
        unknown_fields: names before a colon that are no field.
        ignored: what was skipped or not taken for what it looks like, in the order typed.
        decoded: the text that was parsed, where another one was typed for a font, or pasted as an address;
            positions are those in it.
        bijoy: whether it was typed for a font.
        withheld: ids of articles that are not to be found, whatever they have.
        authors: whose name is in the query, so that what they wrote does for the name.
    """

    query: Query | None
    readings: tuple[ReadSpan, ...] = ()
    unknown_fields: tuple[str, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    decoded: str | None = None
    bijoy: bool = False
    withheld: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()

    def as_read(self, text: str) -> str:
        """The text that was parsed, with what was read in place of what was typed.

        Where nothing in Latin letters is left, digits are Bengali too, which are the same to a search.
        """
        read, end = "", 0
        for reading in self.readings:
            read += text[end : reading.start] + reading.word
            end = reading.end
        read += text[end:]
        return read if _LATIN.search(read) or "~" in read else read.translate(BENGALI_DIGITS)


def parse(
    text: str,
    read: WordReader | None = None,
    interpreter: Interpreter | None = None,
    *,
    verbatim: bool = False,
    declared: Mapping[str, str] = NO_FIELDS,
    field_reading: FieldReading = READ_BY_DEFAULT,
    strict: bool = False,
) -> Parsed:
    """The tree of a query.

    Args:
        text: as typed.
        read: how Latin and misspelt words are read; None to take them as they are.
        interpreter: knows what is written in several ways; None to search for words as typed.
        verbatim: look for every word exactly as typed.
        declared: what may stand before a colon for a field of the site, and the field's name.
        field_reading: of the site.
        strict: pass over nothing, and take signs for signs in prose too.

    Raises:
        QueryError: it is too long, or its parentheses are nested too deeply; under ``strict`` also what would
            be passed over, at its position.
    """
    if len(text) > MAX_CHARACTERS:
        raise QueryError(
            f"a query may have {MAX_CHARACTERS} characters; shorten it",
            MAX_CHARACTERS,
            kind="long",
            limit=MAX_CHARACTERS,
        )
    unreadable: list[Ignored] = []
    if _UNREADABLE.search(text):
        unreadable += [
            Ignored("character", character[0], character.start(), character.end())
            for character in _UNREADABLE.finditer(text)
        ]
        text = _UNREADABLE.sub(" ", text)
    if text.strip() == EVERYTHING:
        return Parsed(MatchAll())
    words = LeafMaker(read, function_words_count=False, interpreter=interpreter, verbatim=verbatim)
    query = _tree(text, words, declared, field_reading, strict=strict)
    if query is not None and not words.has_content:
        words = LeafMaker(read, function_words_count=True, interpreter=interpreter, verbatim=verbatim)
        query = _tree(text, words, declared, field_reading, strict=strict)
    noted = dict.fromkeys([*unreadable, *words.ignored])  # some by two who pass over them
    ignored = tuple(sorted(noted, key=lambda part: part.start))
    if strict and ignored:
        raise ignored[0].error()
    if strict and query is None and text.strip():
        raise QueryError("the query has no word", 0)
    return Parsed(query, tuple(words.readings), tuple(words.unknown_fields), ignored)


def _tree(
    text: str, words: LeafMaker, declared: Mapping[str, str], field_reading: FieldReading, *, strict: bool
) -> Query | None:
    if _SPECIAL.search(text) is None:
        plain = words.bag(text, 0)
        return words_of(plain) if plain else None
    return _Parser(text, words, declared, field_reading, strict=strict).parse()


class _Parser:
    """One pass over the pieces of a query by recursive descent."""

    def __init__(
        self,
        text: str,
        words: LeafMaker,
        declared: Mapping[str, str],
        field_reading: FieldReading,
        *,
        strict: bool,
    ) -> None:
        self.declared = declared
        self.field_reading = field_reading
        self.text = text
        self.words = words
        self.position = 0
        noted: list[Ignored] = []
        self.tokens = lex(text, declared, noted, field_reading)
        self.prose = not strict and is_prose(self.tokens)
        self.where: Within = None
        """The field that parentheses were opened for."""
        if not self.prose:  # there they are punctuation
            words.ignored += noted

    def parse(self) -> Query | None:
        clauses = Clauses()
        while self.position < len(self.tokens):
            self.side_by_side(clauses, 0)
            if self.position < len(self.tokens):
                self.ignore(self.take())  # a parenthesis closed that was never opened
        return clauses.query()

    def peek(self) -> str:
        return self.tokens[self.position].kind if self.position < len(self.tokens) else ""

    def take(self) -> QueryToken:
        self.position += 1
        return self.tokens[self.position - 1]

    def ignore(self, piece: QueryToken) -> None:
        """Note a sign that means nothing where it stands."""
        if not self.prose:
            bracket = piece.kind in {"(", ")"}
            self.words.ignore(
                "parenthesis" if bracket else "sign" if piece.kind in "+-" else "operator", piece
            )

    def side_by_side(self, clauses: Clauses, depth: int) -> None:
        """Reads up to a closing parenthesis or the end."""
        after_or = False
        begun = self.position
        while self.peek() not in {"", ")"}:
            if self.peek() == "OR":
                alone = self.position == begun or after_or
                operator = self.take()
                if alone or self.peek() in {"", ")"}:
                    self.ignore(operator)
                clauses.choice = True
                after_or = True
                continue
            if not self.run(clauses):
                self.clause(clauses, depth, choice=after_or)
            after_or = False

    def run(self, clauses: Clauses) -> bool:
        """Plain words in a row, which are analysed together; the last one is left where AND follows it."""
        if self.where is not None:
            return False
        stop = self.position
        while stop < len(self.tokens) and self.tokens[stop].kind == "word":
            stop += 1
        if stop < len(self.tokens) and self.tokens[stop].kind == "AND":
            stop -= 1
        if stop <= self.position:
            return False
        start = self.tokens[self.position].start
        clauses.optional += self.words.bag(self.text[start : self.tokens[stop - 1].end], start)
        self.position = stop
        return True

    def clause(self, clauses: Clauses, depth: int, *, choice: bool) -> None:
        """One operand with its sign, or several joined by AND."""
        position, first = self.position, self.tokens[self.position]
        sign, operand, demanded = self.signed(depth)
        joined = Clauses()
        while self.peek() == "AND":
            operator = self.take()
            other_sign, other, _ = self.signed(depth)
            if operand is None or other is None:
                self.ignore(operator)
            if other is not None:
                (joined.excluded if other_sign == "-" else joined.required).append(other)
        if joined.required or joined.excluded:
            if operand is not None:
                (joined.excluded if sign == "-" else joined.required).insert(0, operand)
            sign, operand, demanded = "", joined.query(), False
        if operand is None:
            return
        alternative = choice or self.peek() == "OR"
        if sign == "+" and alternative:
            self.ignore(first)
        if sign == "-":
            self.ignore_beside(position)
        clauses.add(sign, operand, demanded=demanded, alternative=alternative)

    def ignore_beside(self, position: int) -> None:
        """Note OR before and after what is excluded, which is no alternative."""
        for token in (
            *self.tokens[max(position - 1, 0) : position],
            *self.tokens[self.position : self.position + 1],
        ):
            if token.kind == "OR":
                self.ignore(token)

    def signed(self, depth: int) -> tuple[str, Query | None, bool]:
        """A sign, the operand after it, and whether the operand must match even without a sign."""
        sign = ""
        signs: list[QueryToken] = []
        while self.peek() in {"+", "-", "NOT"}:
            signs.append(self.take())
            kind = signs[-1].kind
            if kind == "NOT" or not self.prose:
                sign = "+" if kind == "+" else "-"
        operand, demanded = self.operand(depth)
        for piece in signs if operand is None else signs[:-1]:
            self.ignore(piece)
        return sign, operand, demanded

    def operand(self, depth: int) -> tuple[Query | None, bool]:  # noqa: PLR0911 - a table of kinds
        match self.peek():
            case "(":
                return self.parenthesis(depth), False
            case "title" | "field":
                return self.of_field(self.take(), depth), True
            case "phrase":
                return self.quoted(self.take()), not self.prose
            case "word" | "prefix" | "fuzzy":
                return self.single(self.take(), self.where), False
            case "verbatim":
                return self.words.verbatim(self.take(), self.where), False
            case "unknown":
                return self.unknown(self.take(), depth)
            case kind:
                if kind not in {"", ")"}:
                    self.ignore(self.take())  # an operator without a word before it
                return None, False

    def single(self, piece: QueryToken, where: Within) -> Query | None:
        """A word, the beginning of one, or one and those near it."""
        makers = {"prefix": self.words.prefix, "fuzzy": self.words.fuzzy}
        return makers.get(piece.kind, self.words.phrase)(piece, where)

    def unknown(self, piece: QueryToken, depth: int) -> tuple[Query | None, bool]:
        """A name before a colon that is no field: reported, and its value taken as typed; in prose a word.

        So is the name of a field before what it cannot be, which was reported as it was met.
        """
        if self.prose:
            return self.words.phrase(piece), False
        if piece.text not in FIELDS and piece.text not in self.declared:
            self.words.unknown_fields.append(piece.text)
            self.words.ignore("field", piece)
        if self.peek() == "word" and self.tokens[self.position].start == piece.end:
            return self.words.unread(self.take()), False
        if self.text.startswith(OPENING, piece.end):  # its sign is that of what stands there
            return self.operand(depth)
        return None, False

    def quoted(self, piece: QueryToken) -> Query | None:
        """A phrase; in prose its words count singly, and more where they stand together."""
        if not self.prose:
            return self.words.phrase(piece, self.where)
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
        clauses = Clauses()
        self.side_by_side(clauses, depth + 1)
        closed = self.peek() == ")"
        if closed:
            self.take()
        query = clauses.query()
        if not closed or query is None:
            self.ignore(opened)
        return query

    def within(self, where: Within, depth: int) -> Query | None:
        """What stands between parentheses, all of it looked for in one field."""
        before, self.where = self.where, where
        try:
            return self.parenthesis(depth)
        finally:
            self.where = before

    def of_field(self, name: QueryToken, depth: int) -> Query | None:
        """What a field is asked for."""
        if self.peek() == "(":
            return self.within("title", depth) if name.kind == "title" else self.alternatives(name)
        if name.kind == "title" and self.peek() == "verbatim":
            return self.words.verbatim(self.take(), "title")
        if self.peek() not in {"word", "phrase", "prefix", "fuzzy"}:
            self.words.ignore("field", name)
            return None
        piece = self.take()
        return self.single(piece, "title") if name.kind == "title" else self.condition(name, piece)

    def alternatives(self, name: QueryToken) -> Query | None:
        """The values between the parentheses after a field, of which an article must have one."""
        opened = self.take()
        found = []
        while self.peek() not in {"", ")"}:
            piece = self.take()
            self.ignore_slop(piece)
            condition = self.value(name, piece) if piece.kind in {"word", "phrase"} else None
            if condition is not None:
                found.append(condition)
                if not isinstance(condition, Filter):  # all of it was read, its signs too
                    within = range(piece.start, piece.end)
                    self.words.ignored = [part for part in self.words.ignored if part.start not in within]
            elif piece.kind != "OR":
                self.words.ignore("value", piece)
                self.position += piece.kind in {"-", "NOT"} and self.peek() not in {
                    "",
                    ")",
                }  # not its opposite
        self.position += self.peek() == ")"
        if not found:
            self.ignore(opened)
            return None
        self.words.has_content = True
        return found[0] if len(found) == 1 else Selection(tuple(found))

    def condition(self, name: QueryToken, piece: QueryToken) -> Query | None:
        """What a keyword or a date must be."""
        self.words.has_content = True
        if piece.kind in {"prefix", "fuzzy"}:
            self.words.ignore("star" if piece.kind == "prefix" else "tilde", piece)
        self.ignore_slop(piece)
        return self.value(name, piece)

    def value(self, name: QueryToken, piece: QueryToken) -> Choice | None:
        """The condition that a value of a field is."""
        return condition_in_query(name.text, piece.text, self.field_reading)

    def ignore_slop(self, piece: QueryToken) -> None:
        """Note the tilde after a quoted value, which is compared as it is."""
        tilde = _TILDE.match(self.text, piece.end + 1) if piece.kind == "phrase" else None
        if tilde:
            self.words.ignored.append(Ignored("tilde", tilde[0], tilde.start(), tilde.end()))
