"""The articles of files of every format, folders and standard input, read one at a time."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from onneshon.index.article import Article
from onneshon.index.configuration import Configuration
from onneshon.index.errors import CorpusError
from onneshon.index.ingest.fields import NO_RECORD, FieldMapping, RecordDigests, is_withdrawn
from onneshon.index.ingest.intake import Intake, Problems
from onneshon.index.ingest.readers.opened import Meter, Opened, no_meter
from onneshon.index.ingest.readers.record import (
    Found,
    RawRecord,
    Reader,
    ReadingOptions,
    Record,
    Skipped,
    read_within_budget,
)
from onneshon.index.ingest.readers.registry import FILES_ONLY, FORMATS, foreign, reader_of
from onneshon.index.ingest.source import STDIN, Source, address_of, path_of, shown_name
from onneshon.index.ingest.sources import Sources, plain_name
from onneshon.index.ingest.streams import BrokenStreamError, CutShortError

_REMEDY: Final = "say which is which with --map title=NAME"


class Corpus(Intake):
    """The articles under given paths, read lazily, in a stable order.

    A file that cannot be read, or not to its end, counts as one bad article.

    Args:
        paths: files, folders, or ``-`` for standard input; see ``sources.Sources``.
        problems: where faults are reported; may raise to stop at the first.
        meter: called with the number of bytes of each piece read.
        configuration: the declared fields of articles, and the names that sources have for our fields.
        reading: how sources are read.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        problems: Problems,
        meter: Meter = no_meter,
        configuration: Configuration | None = None,
        reading: ReadingOptions | None = None,
    ) -> None:
        super().__init__(problems, configuration.numbers if configuration else ())
        self._reading = reading or ReadingOptions()
        self._convert = self._reading.convert
        self._mapping = FieldMapping.of(self._reading, configuration)
        self.sources = tuple(str(path) if path == STDIN else shown_name(path) for path in paths)
        self._sources = Sources(paths, self._reading.format, follow_links=self._reading.follow_links)
        self._meter = meter
        self._digests = RecordDigests(self._mapping, self._reading)
        self._raw: RawRecord | None = None
        """The record of the article yielded last, if the record can be recognised the next time."""

    @property
    def total_bytes(self) -> int | None:
        """Bytes of all the files; None if standard input or a FIFO is among them."""
        return self._sources.total_bytes

    @property
    def record_digest(self) -> int:
        """The digest of the record of the article yielded last; ``NO_RECORD`` if it has none."""
        return NO_RECORD if self._raw is None else self._digests.of(self._raw)

    def __iter__(self) -> Iterator[Article]:
        self.passed += self._sources.passed
        for source in self._sources:
            yield from self._articles(source.as_it_is_now())

    def _articles(self, source: Source) -> Iterator[Article]:
        if source.fault:
            self._report(CorpusError(source.name, source.kind, source.fault, ends_source=True))
            return
        for found in self._found(source):
            yield from self._taken(found)

    def _found(self, source: Source) -> Iterator[Found]:
        """The contents of a source; an error that ends it early is yielded as a fault that says so."""
        address = address_of(source.path)
        path = None if address or source.path == STDIN else source.path
        database = address or self._reading.database
        selection = self._reading.selection
        opened = Opened(
            source.name,
            source.identity,
            path,
            self._meter,
            database,
            selection=selection,
            fields=self._mapping.fields,
        )
        try:
            reader = _reader(opened, source.path, self._reading.format)
            self.formats[reader.name] += 1
            yield from read_within_budget(reader, opened)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001  # whatever a reader runs into, the other sources are read
            problem = _problem(opened, error)
            problem.ends_source = True
            yield problem

    def _taken(self, found: Found) -> Iterator[Article]:
        """The article in what was found; none for a fault, which is reported, or for what is no article."""
        self._raw = None
        if isinstance(found, Skipped):
            self.passed[found.reason] += 1
        elif isinstance(found, CorpusError):
            self._report(found)
        elif isinstance(found, RawRecord):
            yield from self._read(found)
        else:
            yield from self._article(found)

    def _read(self, raw: RawRecord) -> Iterator[Article]:
        """The article of a raw record, which is parsed only if its article is not known already."""
        if self._is_known(raw):
            self.seen += 1
            self.given += 1
            return
        try:
            record = raw.read()
        except CorpusError as problem:
            if raw.no_article:
                self.passed[raw.no_article] += 1
            else:
                self._report(problem, raw.derived_id)
            return
        altered = self._altered
        for article in self._article(record):
            # An id derived from a place may be that of another article next time. Articles that were
            # converted, or have invalid values, are read again, to be counted the next time too.
            lasting = raw.context or article.id != raw.derived_id
            self._raw = raw if lasting and self._altered == altered else None
            yield article

    @property
    def _altered(self) -> int:
        """The number of articles converted plus the number of values left out, so far."""
        return self.converted + self._problems.values.total()

    def _is_known(self, _raw: RawRecord) -> bool:
        """Whether a record is to be skipped, as its article is known already."""
        return False

    def _article(self, record: Record) -> Iterator[Article]:
        try:
            if is_withdrawn(record.fields, record.where):
                self._withdrawn(record)
                return
            article = self._mapping.article(
                record.fields,
                record.where,
                record.derived_id,
                remedy=_REMEDY,
                date_format=self._reading.date_format,
            )
        except CorpusError as problem:
            self._report(problem, self._mapping.id_of(record.fields) or record.derived_id)
        else:
            # The id of a page is its address, which is also its place: such an id is not derived.
            is_derived = article.id == record.derived_id
            self.has_derived_id = is_derived and not self._mapping.id_of(record.fields)
            yield from self._unique(article, record.where)

    def _withdrawn(self, _record: Record) -> None:
        """Count a record that withdraws its article, which is no article; subclasses may delete the article.

        Raises:
            CorpusError: the record does not say which article (in subclasses).
        """
        self.passed["deleted"] += 1


def _problem(opened: Opened, error: Exception) -> CorpusError:
    """The fault for an exception that was raised while a source was read."""
    if isinstance(error, CorpusError):
        return error
    if isinstance(error, BrokenStreamError):
        return opened.fault("compression", f"{error}; nothing from here on could be read", opened.line)
    if isinstance(error, CutShortError):
        return opened.fault("file", str(error), opened.line)
    if isinstance(error, OSError):
        return opened.fault("file", f"cannot be read: {error.strerror or error}", opened.line)
    reason = f"{type(error).__name__}: {str(error)[:200]}".rstrip(": ")
    return opened.fault("file", f"cannot be read: {reason}", opened.line)


def read_articles(
    paths: Iterable[str | Path],
    *,
    strict: bool = False,
    problems: Problems | None = None,
    reading: ReadingOptions | None = None,
) -> Iterator[Article]:
    """Read articles; see `Corpus`.

    Args:
        paths: files, folders, or ``-`` for standard input.
        strict: stop at the first bad article.
        problems: where bad articles are counted; without it they are left out silently.
        reading: how sources are read.

    Raises:
        CorpusError: a bad article, under ``strict``.
    """
    yield from Corpus([*map(path_of, paths)], problems or Problems(strict=strict), reading=reading)


def _reader(opened: Opened, path: Path, format_name: str | None) -> Reader:
    """The reader of a source; raises CorpusError if the source is a file of another program."""
    if address_of(path):
        return FORMATS["database"]
    name = plain_name(path.name)
    reader = FORMATS.get(format_name or "") or reader_of(name, opened.head)
    if reader.name not in FILES_ONLY and (other := foreign(name, opened.head)):
        raise opened.fault("format", other)
    return reader


def may_have_rows(paths: Sequence[Path], reading: ReadingOptions) -> bool:
    """Whether a database is among the sources, or a source that may be one but cannot be read.

    Args:
        paths: as for a ``Corpus``; standard input and FIFOs are no databases.
        reading: how sources are read.
    """
    if reading.format:
        return reading.format == "database"
    named = [path for path in paths if not path.is_dir()]  # folders are not searched for databases
    return any(map(_may_have_rows, Sources(named)))


def _may_have_rows(source: Source) -> bool:
    if source.size is None and not address_of(source.path):
        return False
    try:
        opened = Opened(source.name, source.identity, source.path)
        return bool(source.fault) or _reader(opened, source.path, None).name == "database"
    except CorpusError:
        return False  # a file of another program
    except Exception:  # noqa: BLE001  # what is wrong with it is told where it is read
        return True
