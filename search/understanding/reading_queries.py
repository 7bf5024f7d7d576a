"""Reads the text of a query into a tree: encoding, addresses, Latin and misspelt words, units, compounds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Final

from onneshon.index.analysis.analyzer import Token
from onneshon.index.completion.completion import Completion
from onneshon.search.query.field_values import READ_BY_DEFAULT, FieldReading
from onneshon.search.query.parser import Parsed, parse
from onneshon.search.query.tree import Hint, Query, Term, leaves
from onneshon.search.query.words import ReadSpan
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.index_protocols import WordIndex, document_frequency
from onneshon.search.understanding.alternatives import VISARGA, is_words, side_by_side
from onneshon.search.understanding.compounds import Compounds
from onneshon.search.understanding.decoding import from_bijoy_query, unpacked
from onneshon.search.understanding.fuzzy import FUZZY, expanded
from onneshon.search.understanding.interpretation import QueryInterpreter, is_needless
from onneshon.search.understanding.latin_entries import entry_of
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

_STOP: Final = "."

_AT_THE_END: Final = WORKS | ASKING
"""Words that at the end of a query describe what is wanted of the rest."""


def _nothing() -> None:
    """No completion, for articles whose titles are not known."""


@dataclass(frozen=True, slots=True)
class QueryReader:
    """Reads queries with the words of one index.

    Attributes:
        index: the index whose words are used.
        readings: the reader of words that are misspelt or in Latin letters.
        compounds: the compounds of the same words.
        operators: the names that may stand before a colon, see ``site_operators``.
        field_reading: the site's reading of fields.
        works: the recogniser of queries for works of the articles' authors.
        completion: returns the titles of the articles; None if they are not known.
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
        """The query tree of a text, with its fuzzy words expanded.

        Args:
            text: the query as typed.
            synonyms: the current tables.
            budget: the time budget; once it is spent, words stay as they are.
            literal: whether to take every word as it is typed.
            strict: whether to ignore nothing of the text.

        Raises:
            QueryError: the query is too long or too deeply nested, or under ``strict`` malformed.
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
                lambda span, tokens: self.readings.read(
                    span, tokens, budget, cut_short(span, tokens, synonyms)
                ),
                interpreter,
                declared=self.operators,
                field_reading=self.field_reading,
                strict=strict,
            )

        unicode = from_bijoy_query(text, self.index)
        decoded = unicode or unpacked(text, self._is_one_word)
        parsed = understood(decoded)
        if decoded != text:
            parsed = replace(parsed, decoded=decoded, bijoy=unicode is not None)
        parsed = self._of_authors(parsed, decoded, understood)
        return parsed if parsed.authors else self._of_title(parsed, decoded, understood)

    def _is_one_word(self, word: str) -> bool:
        """Whether a word of Latin letters is in articles or in a table, in small letters."""
        return document_frequency(word, self.index) > 0 or entry_of(word) is not None

    def _of_authors(self, parsed: Parsed, text: str, understood: Callable[[str], Parsed]) -> Parsed:
        """The parsed query, extended to the works of an author if it asks for these."""
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
        """The parsed query, replaced by one for the title or the subject of works if it names that."""
        if parsed.query is None or not is_words(parsed.query):
            return parsed
        words = [word for word in side_by_side(parsed.query) if not isinstance(word, Hint)]
        if len(words) == 1 or not (_is_one_of(WORKS, words[0]) or _is_one_of(_AT_THE_END, words[-1])):
            return parsed  # true of most queries
        read, titles = parsed.as_read(text), self.completion()
        for place in (-1, 0):
            if not _is_one_of(WORKS, words[place]):
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
    """The text with blanks for ignored operators: an AND is no word of an author's name."""
    for part in parsed.ignored:
        if part.kind == "operator":
            text = text[: part.start] + " " * (part.end - part.start) + text[part.end :]
    return text


def _is_one_of(words: frozenset[str], word: Query) -> bool:
    """Whether a word of a query is in a set, without any ending, so that it names a kind of work."""
    first = next(leaves(word), None)
    return isinstance(first, Term) and first.exact in words


def _heard(parsed: Parsed, asked: Asked) -> Parsed:
    """The parsed query, with a text that sounds like an author's name read as that name."""
    end = asked.start + len(asked.name)
    name = ReadSpan(asked.start, end, asked.authors[0])
    others = [reading for reading in parsed.readings if reading.end <= name.start or reading.start >= end]
    return replace(parsed, readings=(*sorted((*others, name), key=attrgetter("start")),))


def cut_short(text: str, tokens: Sequence[Token], synonyms: Synonyms) -> set[int]:
    """The positions of words that end in a visarga, or before a stop with a space or nothing behind it.

    Words that a table has (সাঃ সম্পাদক) and forms of address are left out.
    """
    short = {
        at
        for at, token in enumerate(tokens)
        if (token.exact.endswith(VISARGA) or text[token.end : token.end + 2].rstrip() == _STOP)
        and not is_needless(token, len(tokens))
    }
    for span in synonyms.of(tokens) if short else ():
        short.difference_update(range(span.start, span.end))
    return short
