"""From the text of a query to its tree: encoding, addresses, Latin and misspelt words, units, compounds."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Final

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.completion.completion import Completion
from onneshon.index.encodings.bijoy import from_bijoy
from onneshon.index.encodings.legacy import ENOUGH, bijoy_weight, verdict, without_latin_words
from onneshon.search.query.field_values import READ_BY_DEFAULT, FieldReading
from onneshon.search.query.parser import MAX_CHARACTERS, Parsed, parse
from onneshon.search.query.tree import Hint, Query, Term, leaves
from onneshon.search.query.words import ReadSpan
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.index_protocols import WordIndex, document_frequency
from onneshon.search.understanding.alternatives import is_words, side_by_side
from onneshon.search.understanding.compounds import Compounds
from onneshon.search.understanding.fuzzy import FUZZY, expanded
from onneshon.search.understanding.interpretation import QueryInterpreter
from onneshon.search.understanding.latin_entries import entry_of
from onneshon.search.understanding.pasted import unpacked
from onneshon.search.understanding.readings import Readings
from onneshon.search.understanding.synonyms import Synonyms
from onneshon.search.understanding.works import (
    ASKING,
    NOTHING,
    WORKS,
    Asked,
    AuthorWorks,
    about,
    asked_about,
    title_beside,
    works_asked,
)

_OPERATORS: Final = re.compile(r"\b(AND|OR|NOT)\b", re.ASCII)
_KNOWN: Final = 0.5
"""Least share of the words read that articles must have: Latin words read so are words of no article."""

_LIGHT: Final = 6.0
"""Weight that is enough where articles have every word that is read: one word has few letters to weigh."""

_ABBREVIATION: Final = 3
"""Letters up to which any may be an abbreviation, *PVC* and *evm*, so that only their weight can tell."""

_SHORT: Final = 4
"""Letters up to which a Latin word may by chance read as a Bengali one: *Aviv*, *Kiev*, *web*."""

_LATIN: Final = re.compile("[A-Za-zÀ-ÿ]")
_BENGALI: Final = re.compile("[\u0980-\u09ff]")
_BETWEEN: Final = re.compile(r"[-\s'’.,:;/+&()\"“”!?*=]+")
"""What stands between words and is no code of Bijoy, but for an ampersand."""

_PASTED: Final = re.compile("[.#]")
"""What every address has, and every hashtag; most queries have neither."""

_LIKE_LATIN: Final = re.compile("[A-Z]?[a-z0-9]*|[A-Z0-9]+")
"""A word with capitals where Latin words have them; in Bijoy they stand anywhere."""


def from_bijoy_query(text: str, index: WordIndex) -> str | None:
    """The query in Unicode, its operators as they are; None where it was not typed for Bijoy.

    Two things must agree: the letters are those of Bijoy and not those of Latin words, and what is read is
    words that articles have, more of them than have what was typed.

    Args:
        text: as typed.
        index: its words.
    """
    certain = verdict(text) == "bijoy"
    if not certain and not _is_likely(text):
        return None
    typed = [
        document_frequency(word, index) for word in {token.exact for token in analyze(text)} if len(word) > 1
    ]
    if _is_short_latin(text, typed):
        return None
    read = _in_unicode(text)
    found = [document_frequency(token.exact, index) for token in analyze(read)]
    known = sum(map(bool, found))
    if not found or known < (_KNOWN if certain else 1) * len(found) or len(read) > MAX_CHARACTERS:
        return None
    # Articles may have left-over words of Bijoy, which are few beside those of the same word in Unicode.
    return None if typed and min(typed) >= max(min(found), 1) else read


def _is_likely(text: str) -> bool:
    """Whether the letters of a text leave it open, so that what it reads as decides."""
    if not _LATIN.search(text) or _BENGALI.search(text):
        return False
    if bijoy_weight(text) < (ENOUGH if _is_latin(text, _ABBREVIATION) else _LIGHT):
        return False
    return not from_bijoy(text).unread


def _is_short_latin(text: str, typed: list[int]) -> bool:
    """Whether a text is short words which articles have as typed, or one of which the tables have."""
    if not _is_latin(text, _SHORT):
        return False
    return bool(typed and all(typed)) or any(entry_of(word.lower()) for word in _BETWEEN.split(text))


def _is_latin(text: str, longest: int) -> bool:
    """Whether all words look like Latin ones of so many letters."""
    return all(len(word) <= longest and _LIKE_LATIN.fullmatch(word) for word in _BETWEEN.split(text))


def _in_unicode(text: str) -> str:
    return "".join(
        part if _OPERATORS.fullmatch(part) else without_latin_words(part) for part in _OPERATORS.split(text)
    )


def _nothing() -> None:
    """Of articles whose titles nobody knows."""


@dataclass(frozen=True, slots=True)
class QueryReader:
    """Reads queries with the words of one index.

    Attributes:
        index: its words.
        readings: what words may be that are misspelt, or in Latin letters.
        compounds: of the same words.
        operators: what may stand before a colon, see ``site_operators``.
        field_reading: of the site.
        works: of the authors of the articles.
        completion: gives the titles of the articles; None where nobody knows them.
    """

    index: WordIndex
    readings: Readings
    compounds: Compounds
    operators: Mapping[str, str]
    field_reading: FieldReading = READ_BY_DEFAULT
    works: AuthorWorks = NOTHING
    completion: Callable[[], Completion | None] = _nothing

    def read(
        self,
        text: str,
        synonyms: Synonyms,
        budget: TimeBudget,
        *,
        literal: bool,
        strict: bool,
    ) -> Parsed:
        """A query understood, with its fuzzy words replaced by what they stand for.

        Args:
            text: as typed.
            synonyms: the tables of now.
            budget: where it runs out, words stay what they are.
            literal: take every word as it is typed.
            strict: pass over nothing of the text.

        Raises:
            QueryError: the query is too long or too deeply nested, or under ``strict`` makes no sense.
        """
        if literal:
            parsed = parse(
                text,
                verbatim=True,
                declared=self.operators,
                field_reading=self.field_reading,
                strict=strict,
            )
        else:
            parsed = self._understood(text, synonyms, budget, strict=strict)
        if parsed.query is None or FUZZY not in text:
            return parsed
        return replace(parsed, query=expanded(parsed.query, self.index, budget))

    def _understood(self, text: str, synonyms: Synonyms, budget: TimeBudget, *, strict: bool) -> Parsed:
        interpreter = QueryInterpreter(synonyms, self.compounds, budget)

        def understood(part: str) -> Parsed:
            return parse(
                part,
                lambda span, tokens: self.readings.read(span, tokens, budget),
                interpreter,
                declared=self.operators,
                field_reading=self.field_reading,
                strict=strict,
            )

        unicode = from_bijoy_query(text, self.index)
        decoded = unicode or (unpacked(text, self._is_one_word) if _PASTED.search(text) else text)
        parsed = understood(decoded)
        if decoded != text:
            parsed = replace(parsed, decoded=decoded, bijoy=unicode is not None)
        parsed = self._of_authors(parsed, decoded, understood)
        return parsed if parsed.authors else self._of_title(parsed, decoded, understood)

    def _is_one_word(self, word: str) -> bool:
        """Whether a word of Latin letters is in articles or in a table, in small letters."""
        return document_frequency(word, self.index) > 0 or entry_of(word) is not None

    def _of_authors(self, parsed: Parsed, text: str, understood: Callable[[str], Parsed]) -> Parsed:
        """The same; where it asks for what an author wrote, of that as well."""
        if parsed.query is None or not is_words(parsed.query):
            return parsed
        text = _without_operators(parsed, text)
        read = parsed.as_read(text)
        asked = self._asked(read)
        if read != text and not (asked and asked.is_spelt) and (heard := self._asked(text)):
            parsed, asked = _heard(parsed, heard), heard._replace(name=heard.authors[0])
        if asked is None:
            return parsed
        query = asked.query(lambda part: parsed.query if part == read else understood(part).query)
        return replace(parsed, query=query, authors=asked.authors)

    def _of_title(self, parsed: Parsed, text: str, understood: Callable[[str], Parsed]) -> Parsed:
        """The same; of a title beside a word for works, of what is called so, and of a subject, of that."""
        if parsed.query is None or not is_words(parsed.query):
            return parsed
        words = [word for word in side_by_side(parsed.query) if not isinstance(word, Hint)]
        if len(words) == 1 or not (_is_work(words[0]) or _is_work(words[-1]) or _may_ask(words[-1])):
            return parsed  # as mostly
        read, titles = parsed.as_read(text), self.completion()
        for place in (-1, 0):
            if not _is_work(words[place]):
                continue
            title = title_beside(read, place, titles, self.readings.are_said) if titles else ""
            subject = title or about(read, text, place, self.readings.are_said)
            if subject and (query := understood(subject).query) is not None:
                return replace(parsed, query=works_asked(query, words[place], titled=bool(title)))
        subject = asked_about(read)
        query = understood(subject).query if subject else None
        return parsed if query is None else replace(parsed, query=query)

    def _asked(self, text: str) -> Asked | None:
        return self.works.asked(text) if self.works.names.are_in(text) else None


def _without_operators(parsed: Parsed, text: str) -> str:
    """The text with blanks for operators that join nothing: an AND is no word of an author's name."""
    for part in parsed.ignored:
        if part.kind == "operator":
            text = text[: part.start] + " " * (part.end - part.start) + text[part.end :]
    return text


def _is_work(word: Query) -> bool:
    """Whether a word of a query is one for works, which say what something is without any ending."""
    first = next(leaves(word), None)
    return isinstance(first, Term) and first.exact in WORKS


def _may_ask(word: Query) -> bool:
    """Whether the last word of a query may ask for what it is about."""
    first = next(leaves(word), None)
    return isinstance(first, Term) and first.exact in ASKING


def _heard(parsed: Parsed, asked: Asked) -> Parsed:
    """The same, what sounds like the name of an author being read as that name."""
    end = asked.start + len(asked.name)
    name = ReadSpan(asked.start, end, asked.authors[0])
    others = [reading for reading in parsed.readings if reading.end <= name.start or reading.start >= end]
    return replace(parsed, readings=(*sorted((*others, name), key=attrgetter("start")),))
