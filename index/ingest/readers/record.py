"""Common parts of readers: records and their places, names of fields, libraries loaded when needed."""

import importlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from types import ModuleType
from typing import Any, Final, Protocol, TypeAlias

from onneshon.index.errors import CorpusError
from onneshon.index.ingest.budget import size_of
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.source import EVERYTHING, Selection
from onneshon.index.ingest.streams import MAX_BYTES
from onneshon.index.tables import rows_of

_BETWEEN = re.compile(r"[\s_:：\-–.*]+")


def needed(module: str, extra: str, where: str) -> ModuleType:
    """Import a library that is not installed by default.

    Args:
        module: the name of its module.
        extra: the extra of Onneshon that installs it.
        where: the source that it is needed for.

    Raises:
        CorpusError: it cannot be imported; the message says what is missing, and how to install it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        remedy = f"`pip install --upgrade 'onneshon[{extra}]'`"
        if (error.name or "").partition(".")[0] == module.partition(".")[0]:  # not what it imports
            reason = f"this format needs {module}: install it with {remedy} ({error})"
        else:
            lacking = " ".join(str(error).split())
            reason = (
                f"this format needs {module}, which is there and cannot be imported: {lacking}; try {remedy}"
            )
        raise CorpusError(where, "file", reason, ends_source=True) from error


@dataclass(frozen=True, slots=True)
class Record:
    """The fields of one article, with the names and values of its source.

    Attributes:
        fields: strings, and if the format has them numbers, dates, lists and nested mappings.
        where: the place of the record, such as ``file:line``.
        derived_id: the id of the article if the record has none.
    """

    fields: Mapping[str, Any]
    where: str
    derived_id: str


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record that is not parsed yet, and need not be if its bytes are recognised as unchanged.

    Attributes:
        content: the bytes of the record; the same bytes always give the same fields.
        where: the place of the record, such as ``file:line``.
        derived_id: the id of the article if the record has none.
        fields_of: parses the bytes, given their place; raises CorpusError if they are no record.
        context: other input that decides about the article, such as the name of the file, from which its id
            is derived; empty for records that have an id or are never recognised.
        no_article: the reason under which a record that cannot be parsed is skipped, as for list pages among
            the pages of a site; empty if such a record is a fault.
    """

    content: bytes
    where: str
    derived_id: str
    fields_of: Callable[[bytes, str], Mapping[str, Any]]
    context: str = ""
    no_article: str = ""

    def read(self) -> Record:
        """Parse the record.

        Raises:
            CorpusError: the bytes are no record.
        """
        return Record(self.fields_of(self.content, self.where), self.where, self.derived_id)


@dataclass(frozen=True, slots=True)
class Skipped:
    """An item of a source that is not meant to be an article, such as a redirect.

    Attributes:
        reason: what the item is, as a short stable word.
    """

    reason: str


Found: TypeAlias = Record | RawRecord | CorpusError | Skipped
"""What a reader yields; a fault that is raised instead means that the rest of the source cannot be read."""


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How sources are read.

    Attributes:
        format: the name of the reader for all sources; None to detect it by file name and first bytes.
        mapping: for fields of articles the names in sources, which take precedence over `onneshon.toml`.
        date_format: how dates are written, as for ``strptime``; None for what ``index.literals`` reads.
        database: the address of the database that queries are sent to, in the form of SQLAlchemy.
        convert: whether to convert texts typed for a font of Bijoy; if not, their articles are left out.
        follow_links: whether links in folders may lead out of them.
        selection: what to read from databases.
    """

    format: str | None = None
    mapping: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    date_format: str | None = None
    database: str | None = None
    convert: bool = True
    follow_links: bool = False
    selection: Selection = EVERYTHING


class Reader(Protocol):
    """The reader of a format: detects files of the format and reads them."""

    @property
    def name(self) -> str:
        """The name by which people choose the format."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The suffixes of its files, without those of compression."""

    @property
    def extra(self) -> str:
        """The extra of Onneshon that the format needs; empty if none."""

    def begins(self, head: bytes, /) -> bool:
        """Whether the first bytes of a file are those of this format."""

    def read(self, opened: Opened) -> Iterator[Found]:
        """Yield the items of a source one at a time, in bounded memory.

        Raises:
            CorpusError: the rest of the source cannot be read.
            OSError: the rest of the source cannot be read.
        """


def read_within_budget(reader: Reader, opened: Opened) -> Iterator[Found]:
    """Yield the items of a source within its budget; a record that is too long becomes a fault.

    Raises:
        CorpusError: the rest of the source cannot be read, or would exceed the budget.
        OSError: the source cannot be read.
    """
    for found in opened.budget.during(reader.read(opened)):
        if not isinstance(found, Record | RawRecord):
            yield found
            continue
        size = len(found.content) if isinstance(found, RawRecord) else size_of(found.fields)
        if size > MAX_BYTES:
            yield CorpusError(
                found.where, "long", f"longer than {MAX_BYTES >> 20} MiB, or of too many values"
            )
        else:
            opened.budget.given(size)
            yield found


def one_record(
    opened: Opened, fields_of: Callable[[bytes, str], Mapping[str, Any]], context: str
) -> Iterator[Found]:
    """Yield a source that is a single record; if it is too long, yield a fault.

    Args:
        opened: the source.
        fields_of: as for `RawRecord`.
        context: as for `RawRecord`.
    """
    try:
        content = opened.whole()
    except CorpusError as problem:
        yield problem
    else:
        yield RawRecord(content, opened.name, opened.identity, fields_of, context)


MARKUP_HEAD: Final = 2048
"""Bytes at the beginning of a file that are searched for marks of its format; comments may precede them."""


def plain_field_name(name: str) -> str:
    """The form of a name for look-up in the table: without case, and without separators between words."""
    return _BETWEEN.sub("", unicodedata.normalize("NFC", name)).casefold()


@cache
def field_names() -> dict[str, tuple[str, ...]]:
    """For each field of articles, our name and then its common names, the surest first."""
    table = files("onneshon.index.ingest").joinpath("data", "field_names.tsv").read_text(encoding="utf-8")
    return {row[0]: row for row in rows_of(table)}


@cache
def _ranks() -> dict[str, tuple[str, int]]:
    return {
        plain_field_name(name): (field, rank)
        for field, names in field_names().items()
        for rank, name in enumerate(names)
    }


@lru_cache(maxsize=4096)
def field_of(name: str) -> tuple[str, int] | None:
    """The field that a name commonly stands for, with the rank of the name, 0 the surest; else None."""
    return _ranks().get(plain_field_name(name))


def recognised(names: Iterable[str]) -> dict[str, str]:
    """For each field of articles, the surest of the given names, if any stands for it."""
    found: dict[str, tuple[int, str]] = {}
    for name in names:
        field = field_of(name)
        if field and (field[0] not in found or field[1] < found[field[0]][0]):
            found[field[0]] = field[1], name
    return {field: name for field, (_rank, name) in found.items()}


ROWS_LOOKED_AT: Final = 10
"""Rows at the beginning of a table that are searched for the names of columns."""


def row_of_names(rows: Sequence[Sequence[object]], given: Mapping[str, str]) -> int:
    """Find which of the first rows of a table names its columns, counted from 0.

    That is the row with most names of fields, if a title or a text is among them; else the first row. A
    heading fills fewer cells than the names below it: a row that is no fuller than the rows above has values,
    such as a category called খবর, unless it is as full and consists of names only.

    Args:
        rows: the cells of each row.
        given: fields of articles by mapped names of columns.
    """
    best, most, fullest = 0, 0, 0
    for at, row in enumerate(rows):
        filled = [cell for cell in row if not isinstance(cell, str) or cell.strip()]
        count = _names(filled, given)
        if count > most and len(filled) >= fullest + (count < len(filled)):
            best, most = at, count
        fullest = max(fullest, len(filled))
    return best


def _names(cells: Sequence[object], given: Mapping[str, str]) -> int:
    """The number of fields of articles that a row names; 0 if neither title nor body is among them."""
    texts = [" ".join(cell.split()) for cell in cells if isinstance(cell, str)]
    fields = {given[text] for text in texts if text in given}.union(recognised(texts))
    return len(fields) if fields & {"title", "body"} else 0
