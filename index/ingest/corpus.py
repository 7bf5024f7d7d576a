"""Articles in: JSON Lines, folders of plain text, standard input; one at a time, whatever their number."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from index.article import Article
from index.errors import CorpusError
from index.ingest.problems import Problems
from index.ingest.records import article_from_json, article_from_text
from index.ingest.sources import STDIN, Source, find_sources
from index.ingest.streams import (
    MAX_BYTES,
    BrokenStreamError,
    CutShortError,
    read_chunks,
    read_lines,
    read_whole,
)

__all__ = ["Corpus", "read_articles"]


_Reader = Callable[[bytes, str, str], Article]
"""Takes a record, its place, and the id the article gets if it has none."""


def _no_meter(_count: int) -> None:
    pass


class Corpus:
    """The articles behind some paths, read as they are asked for.

    Iterating gives each good article once, in an order that does not change; every bad one goes to
    ``problems``. Of several articles with one id the first counts. The memory used does not grow with the
    articles, but for 16 bytes and their overhead for each id.

    Args:
        paths: files, folders, or ``-`` for standard input; see ``sources.find_sources``.
        problems: where faults are reported; may raise to stop at the first.
        meter: called with the number of bytes of each piece read.

    Attributes:
        seen: how many articles, good and bad, were met so far. A file that cannot be read, or not to its end,
            counts as one bad article.
        given: how many of them were given out. ``seen == given + problems.total`` whenever iteration has
            ended.
    """

    def __init__(
        self, paths: Sequence[Path], problems: Problems, meter: Callable[[int], object] = _no_meter
    ) -> None:
        self.seen = 0
        self.given = 0
        self._paths = paths
        self._problems = problems
        self._meter = meter
        self._ids: set[bytes] = set()
        self._where = ""

    def __iter__(self) -> Iterator[Article]:
        for source in find_sources(self._paths):
            yield from self._articles(source)

    def _articles(self, source: Source) -> Iterator[Article]:
        self._where = source.name
        records = {"lines": self._lines, "text": self._text, "fault": self._fault}[source.kind]
        try:
            yield from records(source)
        except BrokenStreamError as error:
            self._report("compression", f"{error}; nothing from here on could be read")
        except CutShortError as error:
            self._report("file", str(error))
        except OSError as error:
            self._report("file", f"cannot be read: {error.strerror or error}")

    def _report(self, kind: str, reason: str) -> None:
        self.seen += 1
        self._problems.report(CorpusError(self._where, kind, reason))

    def _fault(self, source: Source) -> Iterator[Article]:
        self._report("file", source.fault)
        return iter(())

    def _chunks(self, source: Source) -> Iterator[bytes]:
        return read_chunks(None if source.path == STDIN else source.path, self._meter)

    def _lines(self, source: Source) -> Iterator[Article]:
        number = 1
        self._where = f"{source.name}:{number}"
        for line in read_lines(self._chunks(source)):
            if line is None or line.strip():
                yield from self._article(article_from_json, line, f"{source.identity}:{number}")
            number += 1
            self._where = f"{source.name}:{number}"

    def _text(self, source: Source) -> Iterator[Article]:
        content = read_whole(self._chunks(source))
        yield from self._article(article_from_text, content, source.identity)

    def _article(self, read: _Reader, record: bytes | None, derived_id: str) -> Iterator[Article]:
        """The article, or nothing when it had to be reported."""
        if record is None:
            self._report("long", f"longer than {MAX_BYTES >> 20} MiB")
            return
        try:
            article = read(record, self._where, derived_id)
        except CorpusError as problem:
            self._report(problem.kind, problem.reason)
            return
        if self._is_taken(article.id):
            self._report("duplicate", f"the id {article.id!r} is that of an earlier article")
            return
        self.seen += 1
        self.given += 1
        yield article

    def _is_taken(self, article_id: str) -> bool:
        """Whether the id came before; from now on it has."""
        before = len(self._ids)
        self._ids.add(hashlib.blake2b(article_id.encode(), digest_size=16).digest())
        return len(self._ids) == before


def read_articles(
    paths: Sequence[Path], *, strict: bool = False, problems: Problems | None = None
) -> Iterator[Article]:
    """Read articles; see `Corpus`.

    Args:
        paths: files, folders, or ``-`` for standard input.
        strict: stop at the first bad article.
        problems: where bad articles are counted; without it they are left out in silence.

    Raises:
        CorpusError: a bad article, under ``strict``.
    """
    yield from Corpus(paths, problems or Problems(strict=strict))
