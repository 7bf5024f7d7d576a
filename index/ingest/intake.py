"""The common part of all intakes: convert Bijoy to Unicode, give each id once, count faults."""

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
"""Weight from which a single word of ASCII is Bijoy: names in Latin letters do not come near it; of random
codes of six or eleven letters, one in a thousand reaches it."""

_CODE: Final = re.compile("[A-Za-z][^ ]*[0-9]|[0-9][^ ]*[A-Za-z]")
"""A letter and a digit in the same word."""


def article_in_unicode(article: Article, where: str, *, convert: bool = True) -> Article:
    """Convert the texts of an article that were typed for a font; without any, return the article itself.

    Args:
        article: the article as its source gave it.
        where: the place of the article, for the message.
        convert: whether to convert; if not, an article that needs conversion is an error.

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
        text: a text that is often too short for a verdict: it stays as it is unless it is clearly Bijoy.
        near: whether the rest of the article is Bijoy, so that a lower weight is enough.
    """
    if text.isascii() and (text.isupper() or _CODE.search(text)):
        return text  # GDP, T20, an item number: any of them could be consonants of Bijoy
    if near:
        return in_unicode(text, near=True).text
    enough = _ENOUGH_OF_A_WORD if text.isascii() and " " not in text.strip() else ENOUGH
    return without_latin_words(text) if verdict(text, enough) == "bijoy" else text


def _ignore(_problem: CorpusError) -> None:
    pass


class Problems:
    """Counts the faults of the input as they are found.

    Args:
        strict: raise the first fault instead of continuing.
        listener: called with each fault.

    Attributes:
        counts: the number of articles left out, by kind of fault.
        first: the first fault of each kind.
        values: the number of values that articles were taken without, by kind of fault.
        unreadable: the number of sources that could not be read, or not to their end.
        first_unreadable: the fault of the first such source.
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
        """The number of articles that were left out."""
        return self.counts.total()

    def report_value(self, problem: CorpusError) -> None:
        """Count a fault of a value; its article is taken without the value. Raises as ``report`` does."""
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
    """A stream of articles with distinct ids; subclasses define where the articles come from.

    Iterating yields each good article once; every bad one is reported to ``problems``. Of several articles
    with the same id only the first is good. Memory grows with the number of ids alone, by 16 bytes and their
    overhead for each.

    Args:
        problems: where faults are reported; may raise to stop at the first.
        numbers: names of the declared fields whose values are numbers.

    Attributes:
        seen: the number of articles read so far, good and bad.
        given: the number of articles yielded so far. ``seen == given + problems.total`` whenever iteration
            has ended.
        passed: the number of items that are no articles, by what they are.
        formats: the number of sources of each format.
        converted: the number of articles that were typed for a font of Bijoy and are yielded in Unicode.
        sources: names of the sources that the articles were read from, for the record.
        withheld: ids of articles to be skipped.
        faulty: ids of articles that a source has, but not in a valid form.
        has_derived_id: whether the id of the article yielded last was derived from its place in its source.
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
        self.has_derived_id = False

    @property
    def total_bytes(self) -> int | None:
        """The number of bytes to read; None if it is not known."""
        return None

    @property
    def record_digest(self) -> int:
        """The digest of the record of the article yielded last; ``NO_RECORD`` if it has none."""
        return NO_RECORD

    def __iter__(self) -> Iterator[Article]:
        raise NotImplementedError

    def _report(self, problem: CorpusError, article_id: str = "") -> None:
        """Count a fault, and note the id of its article if that is known."""
        self.seen += 1
        if article_id:
            self.faulty.add(article_id)
        self._problems.report(problem)

    def _unique(self, article: Article, where: str) -> Iterator[Article]:
        """Yield the article in Unicode; nothing if its id is taken or the article cannot be converted."""
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
        """The article without values of number fields that are no numbers, each of which is reported."""
        good, bad = without_bad_numbers(article, self._numbers)
        for name, value in bad:
            reason = f"{name} is {value[:40]!r}, not a number; the article is taken without it"
            self._problems.report_value(CorpusError(where, "number", reason))
        return good

    def _is_taken(self, article_id: str) -> bool:
        """Whether an id was met before; it is added to the ids that were."""
        before = len(self._ids)
        self._ids.add(hashlib.blake2b(article_id.encode(), digest_size=16).digest())
        return len(self._ids) == before
