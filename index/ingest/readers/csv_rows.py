"""CSV and TSV: the first row names the columns, each other one is an article."""

import csv
from collections.abc import Iterator
from typing import Final

from index.errors import CorpusError
from index.ingest.readers.opened import Opened
from index.ingest.readers.record import Found, Record
from index.ingest.records import decoded
from index.ingest.streams import MAX_BYTES

__all__ = ["CsvRows"]

_SEPARATORS: Final = (",", ";", "\t", "|")


class CsvRows:
    """Rows of CSV as of RFC 4180, whatever separates their fields: quoted fields may hold line ends."""

    name = "csv"
    suffixes = (".csv", ".tsv")
    extra = ""

    def begins(self, _head: bytes, /) -> bool:
        """Too many texts look so."""
        return False

    def read(self, opened: Opened) -> Iterator[Found]:
        """One record a row, told of by the line on which it begins."""
        csv.field_size_limit(MAX_BYTES)
        lines = _Lines(opened)
        first = next(lines, "")
        separator = _separator(first)
        names = [name.strip() for name in next(csv.reader([first], delimiter=separator), [])]
        rows = csv.reader(lines, delimiter=separator, strict=True)
        while True:
            lines.begin()
            try:
                row = next(rows, None)
            except CorpusError as problem:
                yield problem
                return
            except csv.Error as error:
                yield opened.fault("csv", f"not CSV: {error}", lines.began)
                return
            if row is None:
                return
            if row:
                yield _record(opened, names, row, lines.began)


def _separator(first: str) -> str:
    return max(_SEPARATORS, key=first.count)


def _record(opened: Opened, names: list[str], row: list[str], line: int) -> Found:
    if len(row) > len(names):
        return opened.fault("csv", f"{len(row)} fields in a row of {len(names)} columns", line)
    fields = {name: value for name, value in zip(names, row, strict=False) if value}
    return Record(fields, f"{opened.name}:{line}", f"{opened.identity}:{line}")


class _Lines:
    """The lines of a file as text, counted; one row may have so many bytes and no more."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._lines = opened.lines()
        self._number = 0
        self._bytes = 0
        self.began = 1

    def begin(self) -> None:
        """The next line begins a row."""
        self.began = self._number + 1
        self._bytes = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._number += 1
        self._bytes += MAX_BYTES + 1 if line is None else len(line)
        if line is None or self._bytes > MAX_BYTES:
            reason = f"a row longer than {MAX_BYTES >> 20} MiB; is a quotation mark missing?"
            raise self._opened.fault("long", reason, self.began)
        text = decoded(line, f"{self._opened.name}:{self._number}")
        return (text if self._number > 1 else text.lstrip("\ufeff")) + "\n"
