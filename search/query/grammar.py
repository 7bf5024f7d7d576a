"""The grammar of queries: a recursive-descent parser that makes one pass over the lexer's pieces."""

import re
from collections.abc import Mapping

from onneshon.search.errors import QueryError
from onneshon.search.query.clauses import Clauses, LeafMaker, words_of
from onneshon.search.query.conditions import Choice, Filter, Selection
from onneshon.search.query.field_values import FieldReading, condition_in_query
from onneshon.search.query.lexer import FIELDS, OPENING, QueryToken, is_prose, lex
from onneshon.search.query.reading import Ignored
from onneshon.search.query.tree import Hint, Query, Within

MAX_DEPTH = 8
_TILDE = re.compile("~[0-9]{1,4}")


class QueryParser:
    """Parses the pieces of one query.

    Args:
        text: the query.
        words: makes the leaves, and notes what is ignored.
        declared: the names allowed before a colon for the site's fields, each with the field's name.
        field_reading: how the site's field values are read.
        strict: whether to take signs as operators in prose too.
    """

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
        """The field whose parentheses are open."""
        if not self.prose:  # in prose these signs are punctuation
            words.ignored += noted

    def parse(self) -> Query | None:
        """The query tree; None where no word is left."""
        clauses = Clauses()
        while self.position < len(self.tokens):
            self.side_by_side(clauses, 0)
            if self.position < len(self.tokens):
                self.ignore(self.take())  # a closing parenthesis without an opening one
        return clauses.query()

    def peek(self) -> str:
        """The kind of the next piece; empty at the end."""
        return self.tokens[self.position].kind if self.position < len(self.tokens) else ""

    def take(self) -> QueryToken:
        """Read the next piece."""
        self.position += 1
        return self.tokens[self.position - 1]

    def ignore(self, piece: QueryToken) -> None:
        """Note a sign that has no meaning where it is."""
        if not self.prose:
            bracket = piece.kind in {"(", ")"}
            self.words.ignore(
                "parenthesis" if bracket else "sign" if piece.kind in "+-" else "operator", piece
            )

    def side_by_side(self, clauses: Clauses, depth: int) -> None:
        """Add the clauses up to a closing parenthesis or the end."""
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
        """Add consecutive plain words, analysed together; a word before AND is left to ``clause``."""
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
        """Add one operand with its sign, or several joined by AND."""
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
        """Note an OR before or after an excluded operand, which cannot be an alternative."""
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
        """The next operand, and whether it must match even without a sign."""
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
        """A word, a prefix or a fuzzy word."""
        makers = {"prefix": self.words.prefix, "fuzzy": self.words.fuzzy}
        return makers.get(piece.kind, self.words.phrase)(piece, where)

    def unknown(self, piece: QueryToken, depth: int) -> tuple[Query | None, bool]:
        """A name before a colon that is no field: noted, and its value taken as typed; in prose a word.

        A field's name before a value that the field cannot have is treated alike; the lexer noted it.
        """
        if self.prose:
            return self.words.phrase(piece), False
        if piece.text not in FIELDS and piece.text not in self.declared:
            self.words.unknown_fields.append(piece.text)
            self.words.ignore("field", piece)
        if self.peek() == "word" and self.tokens[self.position].start == piece.end:
            return self.words.unread(self.take()), False
        if self.text.startswith(OPENING, piece.end):  # its sign applies to that phrase or group
            return self.operand(depth)
        return None, False

    def quoted(self, piece: QueryToken) -> Query | None:
        """A phrase; in prose its words count singly, and more where they are adjacent."""
        if not self.prose:
            return self.words.phrase(piece, self.where)
        words = self.words.bag(piece.text, piece.start)
        together = self.words.phrase(piece) if len(words) > 1 else None
        if together:
            words.append(Hint(together))
        return words_of(words) if words else None

    def parenthesis(self, depth: int) -> Query | None:
        """The query between parentheses; raises QueryError where they are nested too deeply."""
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
        """The query between parentheses, all of which is searched in one field."""
        before, self.where = self.where, where
        try:
            return self.parenthesis(depth)
        finally:
            self.where = before

    def of_field(self, name: QueryToken, depth: int) -> Query | None:
        """The query after a field's name; None where there is none."""
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
        """The condition of a field and one value; None where the field takes no such value."""
        self.words.has_content = True
        if piece.kind in {"prefix", "fuzzy"}:
            self.words.ignore("star" if piece.kind == "prefix" else "tilde", piece)
        self.ignore_slop(piece)
        return self.value(name, piece)

    def value(self, name: QueryToken, piece: QueryToken) -> Choice | None:
        """The condition for one value of a field, without notes."""
        return condition_in_query(name.text, piece.text, self.field_reading)

    def ignore_slop(self, piece: QueryToken) -> None:
        """Note the tilde after a quoted value, which has no effect there."""
        tilde = _TILDE.match(self.text, piece.end + 1) if piece.kind == "phrase" else None
        if tilde:
            self.words.ignored.append(Ignored("tilde", tilde[0], tilde.start(), tilde.end()))
