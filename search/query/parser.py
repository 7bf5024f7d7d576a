"""Parses the text of a query into its tree, and rewrites such texts.

    ঢাকা বিশ্ববিদ্যালয়          articles with any of the words, those with more of them first
    "সাংহাই সহযোগিতা"       the words in this order; "…"~2 allows two other words among them
    +ভাষা -আন্দোলন          with ভাষা and without আন্দোলন
    ক AND খ   ক OR খ   NOT খ  the same as words, with parentheses; এবং, অথবা between quoted phrases
    মুক্তি*                     words with this prefix; * alone is every article
    মুক্তিযুদ্দ~                 words spelt nearly like this; ~1, ~2 for the clusters that may differ
    =ভাষা                    the word exactly as typed
    শিরোনাম:ঢাকা             title:, লেখক: author:, বিভাগ: category:, তারিখ: date:, ভাষা: lang:
    শিরোনাম:(ঢাকা নদী)       everything between the parentheses is searched in the title
    বিভাগ:(খেলা "জাতীয় সংবাদ")  any of the values between the parentheses
    tags:নদী                  a field that the site declares, by its name or its Bengali label
    views:>১০০  views:10..20   a field of numbers that the site declares

Free text is never refused, only a query that is too long or too deeply nested. Each part that is skipped
or not taken for what it looks like is noted; with ``strict`` it is an error.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from onneshon.index.analysis.script import BENGALI_DIGITS
from onneshon.search.errors import QueryError
from onneshon.search.query.clauses import LeafMaker, words_of
from onneshon.search.query.field_values import READ_BY_DEFAULT, FieldReading
from onneshon.search.query.grammar import QueryParser
from onneshon.search.query.lexer import (
    NO_FIELDS,
    PROSE_WORDS,
    QUOTED,
    SIGN,
    SIGNS,
    lex,
)
from onneshon.search.query.reading import Ignored, Interpreter, WordReader
from onneshon.search.query.tree import MatchAll, Query
from onneshon.search.query.words import ReadSpan

MAX_CHARACTERS = 512
EVERYTHING = "*"
"""The query that every article matches."""

_SPECIAL = re.compile(r"[()\"“”*:+~=]|(?:^|\s)-|\b(?:AND|OR|NOT)\b", re.ASCII)
_LATIN = re.compile(r"[A-Za-z]")
_UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_QUOTATION: Final = re.compile(QUOTED, re.VERBOSE)
_OPENING: Final = '("“:'
"""The signs after which no space is left."""

_SIGNS_QUOTED: Final = str.maketrans(dict.fromkeys("()*:+~=", " "))


@dataclass(frozen=True, slots=True)
class Parsed:
    """A parsed query.

    Attributes:
        query: the query tree; None where the text has no word.
        readings: the Latin and misspelt words that were read as other words, in order.
        unknown_fields: names before a colon that are no field.
        ignored: the parts that were skipped or not taken for what they look like, in the order typed.
        decoded: the text parsed, where what was typed is in a font's encoding or is a pasted address;
            offsets refer to ``decoded``. None where the typed text was parsed.
        bijoy: whether the query was typed in the legacy encoding of a font.
        withheld: ids of articles that must not be found.
        authors: authors named in the query, whose articles match the name too.
        skipped: the offsets of the start and the end of words that are not searched, beside others that are.
    """

    query: Query | None
    readings: tuple[ReadSpan, ...] = ()
    unknown_fields: tuple[str, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    decoded: str | None = None
    bijoy: bool = False
    withheld: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    skipped: tuple[tuple[int, int], ...] = ()

    def as_read(self, text: str) -> str:
        """The text that was parsed, with each reading in place of what was typed, without skipped words.

        Where no Latin letter is left, digits become Bengali too; a search makes no difference between them.
        """
        read, end = "", 0
        words = [(reading.start, reading.end, reading.word) for reading in self.readings]
        for start, after, word in sorted([*words, *((*span, "") for span in self.skipped)]):
            read += text[end:start] + word
            end = after
            if not word:
                read, end = _closed_up(read, text, end)
        read += text[end:]
        return read if _LATIN.search(read) or "~" in read else read.translate(BENGALI_DIGITS)


def _closed_up(before: str, text: str, end: int) -> tuple[str, int]:
    """The text before a skipped word and the end of that word, without one of the spaces around it."""
    rest = text[end:]
    if not rest[:1].isspace():
        return before.rstrip(), end
    opened = not before or before[-1].isspace() or before[-1] in _OPENING
    return before, end + opened * (len(rest) - len(rest.lstrip()))


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
    """Parse a query.

    Args:
        text: the query as typed.
        read: reads Latin and misspelt words as others; None to take them as they are.
        interpreter: finds units, compounds and synonyms; None to search for words as typed.
        verbatim: whether to search for every word exactly as typed.
        declared: the names allowed before a colon for the site's fields, each with the field's name.
        field_reading: how the site's field values are read.
        strict: whether to ignore nothing, and to take signs as operators in prose too.

    Raises:
        QueryError: the text is too long, or its parentheses are nested too deeply; with ``strict`` also if
            a part would be ignored, with its position.
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
    noted = dict.fromkeys([*unreadable, *words.ignored])  # each once; some are noted twice
    ignored = tuple(sorted(noted, key=lambda part: part.start))
    if strict and ignored:
        raise ignored[0].error()
    if strict and query is None and text.strip():
        raise QueryError("the query has no word", 0)
    skipped = tuple(dict.fromkeys(words.skipped))
    return Parsed(query, tuple(words.readings), tuple(words.unknown_fields), ignored, skipped=skipped)


def _tree(
    text: str, words: LeafMaker, declared: Mapping[str, str], field_reading: FieldReading, *, strict: bool
) -> Query | None:
    if _SPECIAL.search(text) is None:
        plain = words.bag(text, 0)
        return words_of(plain) if plain else None
    return QueryParser(text, words, declared, field_reading, strict=strict).parse()


def unquoted(text: str) -> str:
    """A query without its quotation marks, whose words need not be adjacent any more."""
    return _QUOTATION.sub(_words_quoted, text).strip()


def quotation_of(text: str) -> str:
    """The words of a query that is a quotation and nothing else; empty where it is not."""
    found = _QUOTATION.fullmatch(text.strip())
    return _words_quoted(found) if found and found["slop"] is None else ""


def _words_quoted(found: re.Match[str]) -> str:
    """The quoted words, without what would be an operator outside quotation marks."""
    words = (found["straight"] or found["curly"] or "").translate(_SIGNS_QUOTED).split()
    return " ".join([word.lstrip("-") for word in words if word not in SIGNS])


def requiring(text: str, typed: str, word: str) -> str | None:
    """The query with some of its words made required.

    Args:
        text: the query as typed.
        typed: the word or words of it, with single spaces between them.
        word: what replaces them in the query: the same words, or their reading.

    Returns:
        None where the query is more than plain words, or does not have these words just once.
    """
    pieces = lex(text)
    words, sought = [piece.text for piece in pieces], typed.split()
    positions = [at for at in range(len(words)) if words[at : at + len(sought)] == sought]
    if len(positions) != 1 or any(piece.kind != "word" for piece in pieces):
        return None
    start, end = pieces[positions[0]].start, pieces[positions[0] + len(sought) - 1].end
    operand = word if " " not in word and SIGN.match(f"+{word}") else f"({word})"
    if len(pieces) <= PROSE_WORDS:
        return f"{text[:start]}+{operand}{text[end:]}"
    rest = " ".join(f"{text[:start]} {text[end:]}".split())
    return f"{operand} AND ({rest})"  # where there are more words, a plus sign is punctuation
