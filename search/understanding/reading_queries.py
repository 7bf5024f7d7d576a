"""From the text of a query to its tree: encoding, addresses, Latin and misspelt words, units, compounds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.encodings.bijoy import from_bijoy
from onneshon.index.encodings.legacy import ENOUGH, bijoy_weight, verdict, without_latin_words
from onneshon.search.query.field_values import READ_BY_DEFAULT, FieldReading
from onneshon.search.query.parser import MAX_CHARACTERS, Parsed, parse
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.index_protocols import WordIndex, document_frequency
from onneshon.search.understanding.author_names import NOBODY, AuthorNames, is_words, or_written_by
from onneshon.search.understanding.compounds import Compounds
from onneshon.search.understanding.fuzzy import FUZZY, expanded
from onneshon.search.understanding.interpretation import QueryInterpreter
from onneshon.search.understanding.latin_entries import entry_of
from onneshon.search.understanding.pasted import unpacked
from onneshon.search.understanding.readings import Readings
from onneshon.search.understanding.synonyms import Synonyms

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


@dataclass(frozen=True, slots=True)
class QueryReader:
    """Reads queries with the words of one index.

    Attributes:
        index: its words.
        readings: what words may be that are misspelt, or in Latin letters.
        compounds: of the same words.
        operators: what may stand before a colon, see ``site_operators``.
        field_reading: of the site.
        authors: of the articles.
    """

    index: WordIndex
    readings: Readings
    compounds: Compounds
    operators: Mapping[str, str]
    field_reading: FieldReading = READ_BY_DEFAULT
    authors: AuthorNames = NOBODY

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
            interpreter = QueryInterpreter(synonyms, self.compounds, budget)
            unicode = from_bijoy_query(text, self.index)
            decoded = unicode or (unpacked(text, self._is_one_word) if _PASTED.search(text) else text)
            parsed = parse(
                decoded,
                lambda span, tokens: self.readings.read(span, tokens, budget),
                interpreter,
                declared=self.operators,
                field_reading=self.field_reading,
                strict=strict,
            )
            if decoded != text:
                parsed = replace(parsed, decoded=decoded, bijoy=unicode is not None)
            parsed = self._of_authors(parsed, text)
        if parsed.query is None or FUZZY not in text:
            return parsed
        return replace(parsed, query=expanded(parsed.query, self.index, budget))

    def _is_one_word(self, word: str) -> bool:
        """Whether a word of Latin letters is in articles or in a table, in small letters."""
        return document_frequency(word, self.index) > 0 or entry_of(word) is not None

    def _of_authors(self, parsed: Parsed, text: str) -> Parsed:
        """The same; where it is the name of an author, of what they wrote as well."""
        if parsed.query is None or not is_words(parsed.query):
            return parsed
        typed = parsed.decoded or text
        ways = dict.fromkeys((parsed.as_read(typed), typed))
        authors = next(filter(None, map(self.authors.of, ways)), ())
        if not authors:
            return parsed
        return replace(parsed, query=or_written_by(parsed.query, authors), authors=authors)
