"""What every way in has in common: each article is given on once or reported, and all are accounted for."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence

from onneshon.index.article import Article
from onneshon.index.errors import CorpusError
from onneshon.index.ingest.legacy import article_in_unicode
from onneshon.index.ingest.problems import Problems
from onneshon.index.ingest.record_digests import NO_RECORD
from onneshon.index.ingest.records import without_bad_numbers

__all__ = ["Intake"]


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

    def _report(self, problem: CorpusError) -> None:
        self.seen += 1
        self._problems.report(problem)

    def _unique(self, article: Article, where: str) -> Iterator[Article]:
        """The article in Unicode, or nothing when its id is taken or it cannot be had in Unicode."""
        try:
            readable = article_in_unicode(article, where, convert=self._convert)
        except CorpusError as problem:
            self._report(problem)
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
