"""What readers share: records and their places, names of fields, faults, libraries loaded when needed."""

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
    """A library that is not installed with Onneshon by itself.

    Args:
        module: its name to Python.
        extra: what it is installed with.
        where: the source that it is needed for.

    Raises:
        CorpusError: it cannot be imported; the message says what is missing, and how to install it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        remedy = f"`pip install --upgrade 'onneshon[{extra}]'`"
        if _is_itself(module, error):
            reason = f"this format needs {module}: install it with {remedy} ({error})"
        else:
            lacking = " ".join(str(error).split())
            reason = (
                f"this format needs {module}, which is there and cannot be imported: {lacking}; try {remedy}"
            )
        raise CorpusError(where, "file", reason, ends_source=True) from error


def _is_itself(module: str, error: ImportError) -> bool:
    """Whether it is the library that is missing, and not what it imports."""
    return (error.name or "").partition(".")[0] == module.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Record:
    """The fields of one article as its source has them, under the names that the source gives them.

    Attributes:
        fields: strings, and where the format has them numbers, dates, lists and further mappings.
        where: its place, such as ``file:line``.
        derived_id: the id it gets if it has none of its own.
    """

    fields: Mapping[str, Any]
    where: str
    derived_id: str


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record that nobody has looked into yet: what is known again by its bytes need not be read.

    Attributes:
        content: its bytes; of the same bytes the same fields are made.
        where: its place, such as ``file:line``.
        derived_id: the id it gets if it has none of its own.
        fields_of: makes fields of bytes and their place; raises CorpusError where they are no record.
        context: what else decides what becomes of it, such as the name of its file, which its id is made of;
            empty for records that have an id of their own or are not known again.
        no_article: what it is passed over as where no record can be made of it, as of the lists among the
            pages of a site; empty where that is a fault.
    """

    content: bytes
    where: str
    derived_id: str
    fields_of: Callable[[bytes, str], Mapping[str, Any]]
    context: str = ""
    no_article: str = ""

    def read(self) -> Record:
        """The record.

        Raises:
            CorpusError: it is none.
        """
        return Record(self.fields_of(self.content, self.where), self.where, self.derived_id)


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something of a source that is no article and was never meant to be one, such as a redirect.

    Attributes:
        reason: what it is, a short stable word.
    """

    reason: str


Found: TypeAlias = Record | RawRecord | CorpusError | Skipped
"""What a reader comes upon; after a fault that is raised instead, nothing of the source can be read."""


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How sources are read.

    Attributes:
        format: the name of the reader for all of them; None to tell it by name and first bytes.
        mapping: for fields of articles the names that sources give to them, before those of `onneshon.toml`.
        date_format: how dates are written, as for ``strptime``; None for what ``index.literals`` reads.
        database: the address of the database that queries are put to, as SQLAlchemy has it.
        convert: whether texts typed for a font of Bijoy become Unicode; where not, they are left out.
        follow_links: whether links in folders may lead out of them.
        selection: what is read of databases.
    """

    format: str | None = None
    mapping: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    date_format: str | None = None
    database: str | None = None
    convert: bool = True
    follow_links: bool = False
    selection: Selection = EVERYTHING


class Reader(Protocol):
    """A format: how its files are told, and how they are read."""

    @property
    def name(self) -> str:
        """As people choose it."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Endings of its files, without that of a compression."""

    @property
    def extra(self) -> str:
        """What to install for it besides Onneshon; empty where nothing is needed."""

    def begins(self, head: bytes, /) -> bool:
        """Whether the first bytes of a file are those of this format."""

    def read(self, opened: Opened) -> Iterator[Found]:
        """What is in a source, one at a time, in bounded memory.

        Raises:
            CorpusError: the rest of it cannot be read.
            OSError: the same.
        """


def read_within_budget(reader: Reader, opened: Opened) -> Iterator[Found]:
    """What is in a source, as long as it costs no more than it may; a record that is too long costs itself.

    Raises:
        CorpusError: the rest of it cannot be read, or may not be, for what it costs.
        OSError: it cannot be read.
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
    """All of a source as the one record that it is; too long, it costs that one, and no more.

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
"""How far into a file the signs of its format are looked for, as comments may come before them."""


def plain_field_name(name: str) -> str:
    """A name as the table is asked for it: without case, and without what stands between its words."""
    return _BETWEEN.sub("", unicodedata.normalize("NFC", name)).casefold()


@cache
def field_names() -> dict[str, tuple[str, ...]]:
    """By the field of an article: its own name, and what else it is called, the surest first."""
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
    """The field that a name is commonly given to, with its rank there, 0 the surest; or None."""
    return _ranks().get(plain_field_name(name))


def recognised(names: Iterable[str]) -> dict[str, str]:
    """By fields of articles, which of some names is the surest for it."""
    found: dict[str, tuple[int, str]] = {}
    for name in names:
        field = field_of(name)
        if field and (field[0] not in found or field[1] < found[field[0]][0]):
            found[field[0]] = field[1], name
    return {field: name for field, (_rank, name) in found.items()}


ROWS_LOOKED_AT: Final = 10
"""Rows among which the names of columns are looked for."""


def row_of_names(rows: Sequence[Sequence[object]], given: Mapping[str, str]) -> int:
    """Which of the first rows of a table names its columns, counted from 0.

    That is the one with most names of fields, if it has one of a title or a text; else the first, whose names
    somebody may have given. A heading fills fewer cells than the names below it: a row that is no fuller than
    those above has values, such as a category called খবর, unless it is as full and all of it are names.

    Args:
        rows: the cells of each.
        given: fields of articles by names that somebody said the columns have.
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
    """How many fields of articles a row names; none where no title or text is among them."""
    texts = [" ".join(cell.split()) for cell in cells if isinstance(cell, str)]
    fields = {given[text] for text in texts if text in given}.union(recognised(texts))
    return len(fields) if fields & {"title", "body"} else 0
