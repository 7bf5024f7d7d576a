"""What all ways in have in common: Bijoy made Unicode, each article given on once, or its fault counted."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from onneshon.index.article import Article
from onneshon.index.encodings.legacy import ENOUGH, in_unicode, verdict, without_latin_words
from onneshon.index.errors import CorpusError
from onneshon.index.ingest.fields import NO_RECORD
from onneshon.index.ingest.records import without_bad_numbers

_ENOUGH_OF_A_WORD: Final = 20.0
"""Weight from which one word of ASCII is Bijoy by itself: of names in Latin letters none comes near, of codes
made at random, six or eleven letters long, one in a thousand."""

_CODE: Final = re.compile("[A-Za-z][^ ]*[0-9]|[0-9][^ ]*[A-Za-z]")
"""A letter and a digit in one word."""


def article_in_unicode(article: Article, where: str, *, convert: bool = True) -> Article:
    """The article itself where none of its texts was typed for a font; else with all of them in Unicode.

    Args:
        article: as its source gave it.
        where: its place, for the message.
        convert: whether to convert; where not, an article to convert is an error.

    Raises:
        CorpusError: it was typed for a font whose codes we do not know, or is not to be converted.
    """
    body = in_unicode(article.body)
    title = in_unicode(article.title, near=bool(body.converted))
    if title.converted and not body.converted:
        body = in_unicode(article.body, near=True)
    if body.unreadable or title.unreadable:
        raise CorpusError(
            where, "font", "typed for a font whose codes are not those of Bijoy: convert it first"
        )
    near = bool(body.converted or title.converted)
    author, category = (_label(text, near=near) for text in (article.author, article.category))
    keywords = {
        name: tuple(_label(label, near=near) for label in labels) for name, labels in article.keywords.items()
    }
    if not near and (author, category, keywords) == (article.author, article.category, article.keywords):
        return article
    if not convert:
        raise CorpusError(where, "font", "typed for a font of Bijoy, and not to be converted")
    return replace(
        article, title=title.text, body=body.text, author=author, category=category, keywords=keywords
    )


def _label(text: str, *, near: bool) -> str:
    """A name or a word of a field in Unicode.

    Args:
        text: too short for a verdict of its own, often: what is no Bijoy beyond doubt stays as it is.
        near: the article is Bijoy otherwise, so that less will do here.
    """
    if text.isascii() and (text.isupper() or _CODE.search(text)):
        return text  # GDP, T20, a number of an item: all of them could be consonants of Bijoy
    if near:
        return in_unicode(text, near=True).text
    enough = _ENOUGH_OF_A_WORD if text.isascii() and " " not in text.strip() else ENOUGH
    return without_latin_words(text) if verdict(text, enough) == "bijoy" else text


def _ignore(_problem: CorpusError) -> None:
    pass


class Problems:
    """Takes each fault of the input as it is found.

    Args:
        strict: raise the first one instead of going on.
        listener: called with each one.

    Attributes:
        counts: how many of each kind.
        first: the first one of each kind.
        values: how many values of each kind articles were taken without.
        unreadable: how many sources could not be read, or not to their end.
        first_unreadable: what was wrong with the first of them.
    """

    def __init__(self, *, strict: bool = False, listener: Callable[[CorpusError], None] = _ignore) -> None:
        self.counts: Counter[str] = Counter()
        self.values: Counter[str] = Counter()
        self.first: dict[str, CorpusError] = {}
        self.unreadable = 0
        self.first_unreadable: CorpusError | None = None
        self._strict = strict
        self._listener = listener

    @property
    def total(self) -> int:
        """How many articles were left out."""
        return self.counts.total()

    def report_value(self, problem: CorpusError) -> None:
        """Count a fault of a value without which its article is taken; raises as ``report``."""
        self._note(problem, self.values)

    def report(self, problem: CorpusError) -> None:
        """Count a fault and report it.

        Raises:
            CorpusError: under ``strict``, the fault itself.
        """
        self._note(problem, self.counts)

    def _note(self, problem: CorpusError, counts: Counter[str]) -> None:
        counts[problem.kind] += 1
        self.first.setdefault(problem.kind, problem)
        if problem.ends_source:
            self.unreadable += 1
            self.first_unreadable = self.first_unreadable or problem
        if self._strict:
            raise problem
        self._listener(problem)


class Intake:
    """A stream of articles, each with an id of its own; a subclass says where they come from.

    Iterating gives each good article once; every bad one goes to ``problems``. Of several articles with one
    id the first counts. The memory used does not grow with the articles, but for 16 bytes and their overhead
    for each id.

    Args:
        problems: where faults are reported; may raise to stop at the first.
        numbers: names of the declared fields whose values are numbers.

    Attributes:
        seen: how many articles, good and bad, were met so far.
        given: how many of them were given out. ``seen == given + problems.total`` whenever iteration has
            ended.
        passed: what was met and is no article, by what it is.
        formats: of how many sources each format was.
        converted: how many articles were typed for a font of Bijoy and are given out in Unicode.
        sources: what they were read from, for the record.
        withheld: ids of articles that are passed over.
        faulty: ids of articles of which a source has something, but nothing that is one.
    """

    sources: tuple[str, ...] = ()

    def __init__(self, problems: Problems, numbers: Sequence[str] = ()) -> None:
        self._numbers = numbers
        self.seen = 0
        self.given = 0
        self.passed: Counter[str] = Counter()
        self.formats: Counter[str] = Counter()
        self.converted = 0
        self._convert = True
        self._problems = problems
        self._ids: set[bytes] = set()
        self.withheld: frozenset[str] = frozenset()
        self.faulty: set[str] = set()

    @property
    def total_bytes(self) -> int | None:
        """How much there is to read; None when nobody knows."""
        return None

    @property
    def record_digest(self) -> int:
        """Of the record that the article given out last was made of; ``NO_RECORD`` where it has none."""
        return NO_RECORD

    @property
    def has_derived_id(self) -> bool:
        """Whether the id of the article given out last was made of its place in its source."""
        return False

    def __iter__(self) -> Iterator[Article]:
        raise NotImplementedError

    def _report(self, problem: CorpusError, article_id: str = "") -> None:
        """Count a fault, and whose it is where that is known."""
        self.seen += 1
        if article_id:
            self.faulty.add(article_id)
        self._problems.report(problem)

    def _unique(self, article: Article, where: str) -> Iterator[Article]:
        """The article in Unicode, or nothing when its id is taken or it cannot be had in Unicode."""
        try:
            readable = article_in_unicode(article, where, convert=self._convert)
        except CorpusError as problem:
            self._report(problem, article.id)
            return
        if article.id in self.withheld:
            self.passed["held back"] += 1
            return
        if self._is_taken(article.id):
            reason = f"the id {article.id!r} is that of an earlier article"
            self._report(CorpusError(where, "duplicate", reason))
            return
        self.seen += 1
        self.given += 1
        self.converted += readable is not article
        yield self._with_numbers(readable, where)

    def _with_numbers(self, article: Article, where: str) -> Article:
        """The article without values of numbers that are none, each of which is reported."""
        good, bad = without_bad_numbers(article, self._numbers)
        for name, value in bad:
            reason = f"{name} is {value[:40]!r}, not a number; the article is taken without it"
            self._problems.report_value(CorpusError(where, "number", reason))
        return good

    def _is_taken(self, article_id: str) -> bool:
        """Whether the id came before; from now on it has."""
        before = len(self._ids)
        self._ids.add(hashlib.blake2b(article_id.encode(), digest_size=16).digest())
        return len(self._ids) == before
