"""Articles in: JSON Lines, folders of plain text, standard input; one at a time, whatever their number."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from index.article import Article
from index.configuration import Configuration
from index.errors import CorpusError
from index.ingest.intake import Intake
from index.ingest.problems import Problems
from index.ingest.records import article_from_json, article_from_text
from index.ingest.sources import STDIN, Source, find_sources, total_bytes
from index.ingest.streams import (
    MAX_BYTES,
    BrokenStreamError,
    CutShortError,
    read_chunks,
    read_lines,
    read_whole,
)

__all__ = ["Corpus", "Meter", "no_meter", "read_articles"]

_Reader = Callable[[bytes, str, str], Article]
"""Takes a record, its place, and the id the article gets if it has none."""

Meter = Callable[[int], object]
"""Is told how many bytes were read."""


def no_meter(_count: int) -> None:
    """Counts nothing."""


class Corpus(Intake):
    """The articles behind some paths, read as they are asked for, in an order that does not change.

    A file that cannot be read, or not to its end, counts as one bad article.

    Args:
        paths: files, folders, or ``-`` for standard input; see ``sources.find_sources``.
        problems: where faults are reported; may raise to stop at the first.
        meter: called with the number of bytes of each piece read.
        configuration: which fields articles may have besides ours.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        problems: Problems,
        meter: Meter = no_meter,
        configuration: Configuration | None = None,
    ) -> None:
        super().__init__(problems)
        self._from_json = partial(article_from_json, declared=configuration.fields if configuration else ())
        self.sources = tuple(str(path) for path in paths)
        self._paths = paths
        self._meter = meter
        self._where = ""

    @property
    def total_bytes(self) -> int | None:
        """Size of all the files; None when standard input is among them."""
        return total_bytes(self._paths)

    def __iter__(self) -> Iterator[Article]:
        for source in find_sources(self._paths):
            yield from self._articles(source)

    def _articles(self, source: Source) -> Iterator[Article]:
        self._where = source.name
        records = {"lines": self._lines, "text": self._text, "fault": self._unreadable}[source.kind]
        try:
            yield from records(source)
        except BrokenStreamError as error:
            self._fault("compression", f"{error}; nothing from here on could be read")
        except CutShortError as error:
            self._fault("file", str(error))
        except OSError as error:
            self._fault("file", f"cannot be read: {error.strerror or error}")

    def _fault(self, kind: str, reason: str) -> None:
        self._report(CorpusError(self._where, kind, reason))

    def _unreadable(self, source: Source) -> Iterator[Article]:
        self._fault("file", source.fault)
        return iter(())

    def _chunks(self, source: Source) -> Iterator[bytes]:
        return read_chunks(None if source.path == STDIN else source.path, self._meter)

    def _lines(self, source: Source) -> Iterator[Article]:
        number = 1
        self._where = f"{source.name}:{number}"
        for line in read_lines(self._chunks(source)):
            if line is None or line.strip():
                yield from self._article(self._from_json, line, f"{source.identity}:{number}")
            number += 1
            self._where = f"{source.name}:{number}"

    def _text(self, source: Source) -> Iterator[Article]:
        content = read_whole(self._chunks(source))
        yield from self._article(article_from_text, content, source.identity)

    def _article(self, read: _Reader, record: bytes | None, derived_id: str) -> Iterator[Article]:
        """The article, or nothing when it had to be reported."""
        if record is None:
            self._fault("long", f"longer than {MAX_BYTES >> 20} MiB")
            return
        try:
            article = read(record, self._where, derived_id)
        except CorpusError as problem:
            self._report(problem)
        else:
            yield from self._unique(article, self._where)


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
