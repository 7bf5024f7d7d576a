"""CSV and TSV, in UTF-8 or Windows-1252: one row names the columns, and each row below it is an article."""

import csv
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, islice
from typing import Final

from onneshon.index.encodings.bijoy import windows_text
from onneshon.index.encodings.legacy import verdict
from onneshon.index.errors import CONVERT, CorpusError
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import ROWS_LOOKED_AT, Found, Record, Skipped, row_of_names
from onneshon.index.ingest.streams import MAX_BYTES

_BENGALI: Final = re.compile("[\u0980-\u09ff]")
_ODD: Final = re.compile("[\udc80-\udcff]")


def as_lines(line: bytes) -> str:
    """A line as text, in which each byte that is not UTF-8 is a lone surrogate.

    Separators and quotation marks are ASCII in both encodings, so that rows can be split before the encoding
    of their texts is known.
    """
    return line.decode("utf-8", "surrogateescape")


def is_utf8(row: Sequence[str]) -> bool:
    """Whether all bytes of a row are UTF-8."""
    return not any(_ODD.search(cell) for cell in row)


class Codes:
    """Decides about bytes that are not UTF-8: by their row, and where that is unclear, by the file.

    Args:
        head: the first bytes of the file.
    """

    def __init__(self, head: bytes) -> None:
        self._head = head

    @cached_property
    def _is_bijoy(self) -> bool:
        """Whether one of the first lines of the file is clearly Bijoy."""
        return any(_is_bijoy([as_lines(line)]) for line in self._head.split(b"\n"))

    def texts(self, row: list[str], names: Sequence[str], where: str) -> list[str]:
        """The cells of a row, decoded.

        Args:
            row: the cells, from lines made by ``as_lines``.
            names: the names of the columns, for the message.
            where: the place of the row, for the message.

        Raises:
            CorpusError: the row is neither UTF-8 nor Bijoy.
        """
        if is_utf8(row):
            return row
        if _is_bijoy(row) or (self._is_bijoy and not _has_bengali(row)):
            return [_from_windows(cell) for cell in row]
        raise _fault(row, names, where)


def _from_windows(cell: str) -> str:
    return windows_text(cell.encode("utf-8", "surrogateescape").decode("latin-1"))


def _has_bengali(row: Sequence[str]) -> bool:
    return any(_BENGALI.search(cell) for cell in row)


def _is_bijoy(row: Sequence[str]) -> bool:
    """Whether a row is Bijoy by one of its cells; one with Bengali letters is UTF-8 with a stray byte."""
    if is_utf8(row) or _has_bengali(row):
        return False
    return any(verdict(_from_windows(cell)) == "bijoy" for cell in row)


def _fault(row: Sequence[str], names: Sequence[str], where: str) -> CorpusError:
    at, odd = next((at, odd) for at, cell in enumerate(row) if (odd := _ODD.search(cell)))
    column = f"column {names[at]}" if at < len(names) else f"field {at + 1}"
    reason = f"not UTF-8: byte 0x{ord(odd[0]) - 0xDC00:02x} in {column}; {CONVERT}"
    return CorpusError(where, "utf-8", reason)


_LINE_END: Final = re.compile(rb"\r\n?|\n")
_QUOTED: Final = re.compile('"[^"]*"?')
_SEPARATORS: Final = (",", ";", "\t", "|")
_SAID: Final = re.compile(r'"?sep=([^"\w\s]|\t)"?\s*', re.IGNORECASE)
"""The line that declares the separator of a file for Excel."""
_REMEDY: Final = 'within quotation marks, one that is text is written twice ("")'


class CsvRows:
    """Rows of CSV as in RFC 4180, with any of four separators; quoted fields may contain line ends."""

    name = "csv"
    suffixes = (".csv", ".tsv")
    extra = ""

    def begins(self, _head: bytes, /) -> bool:
        """Always false, as too many texts look like CSV."""
        return False

    def read(self, opened: Opened) -> Iterator[Found]:
        """Yield one record per row, with the line on which it begins as its place."""
        csv.field_size_limit(MAX_BYTES)
        lines = _Lines(opened)
        separator, above = _beginning(lines, opened.fields)
        yield from (Skipped("rows above the names") for _ in range(above))
        codes = Codes(opened.head)
        codes.texts(lines.ahead(1), (), f"{opened.name}:{lines.number + 1}")
        rows = csv.reader(lines, delimiter=separator, strict=True)
        names = _names(opened, codes, _next_row(rows, lines, opened) or [], lines.began)
        while (row := _next_row(rows, lines, opened)) is not None:
            yield from _found(opened, codes, names, row, lines.began)


def _next_row(rows: Iterator[list[str]], lines: "_Lines", opened: Opened) -> list[str] | None:
    """The next row; None at the end.

    Raises:
        CorpusError: it is no CSV, so that the beginning of the row after it is unknown.
    """
    lines.begin()
    try:
        return next(rows, None)
    except csv.Error as error:
        raise opened.fault("csv", f"not CSV: {error}; {_REMEDY}", lines.began) from error


def _beginning(lines: "_Lines", fields: Mapping[str, str]) -> tuple[str, int]:
    """Read up to the names of the columns; return the separator of fields and the number of rows above.

    Blank lines above the names, and a line that declares the separator, do not count as rows.
    """
    lines.pass_blank()
    said = next((_SAID.fullmatch(line) for line in lines.ahead(1)), None)
    if said:
        next(lines)
        lines.pass_blank()
    looked_at = lines.ahead(ROWS_LOOKED_AT)
    separators = [
        said[1] if said else max(_SEPARATORS, key=_QUOTED.sub("", line).count) for line in looked_at
    ]
    rows = list(map(_row_alone, looked_at, separators, _within_quotes(looked_at)))
    at = row_of_names(rows, fields)
    for _ in range(at):
        next(lines)
    return (separators or [","])[at], sum(any(map(str.strip, row)) for row in rows[:at])


def _within_quotes(lines: list[str]) -> Iterator[bool]:
    """For each line, whether it begins within a quoted field, so that it is no row of its own."""
    marks = accumulate((line.count('"') for line in lines), initial=0)
    return (count % 2 == 1 for count in marks)


def _row_alone(line: str, separator: str, is_within: bool) -> list[str]:
    """The cells of a line that is a whole row; of others an empty list."""
    try:
        return [] if is_within else next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _names(opened: Opened, codes: Codes, row: list[str], line: int) -> list[str]:
    """The names of the columns, with line ends as spaces."""
    texts = codes.texts(row, (), f"{opened.name}:{line}")
    return opened.named_apart((" ".join(text.split()) for text in texts), "csv", line)


def _found(opened: Opened, codes: Codes, names: list[str], row: list[str], line: int) -> Iterator[Found]:
    """The record of a row, or its fault; nothing for a blank row."""
    where = f"{opened.name}:{line}"
    while len(row) > len(names) and not row[-1].strip():
        row.pop()
    if len(row) > len(names):
        reason = f"{len(row)} fields in a row of {len(names)} columns: quote a text that has the separator"
        yield CorpusError(where, "csv", reason)
    elif any(cell.strip() for cell in row):
        try:
            texts = codes.texts(row, names, where)
        except CorpusError as problem:
            yield problem
            return
        fields = {name: value for name, value in zip(names, texts, strict=False) if value}
        yield Record(fields, where, f"{opened.identity}:{line}")


def _pieces(opened: Opened) -> Iterator[bytes]:
    """The content of a file, with CR line ends, as in files of old Macintoshes, converted to LF."""
    first = _LINE_END.search(opened.head)
    if first and first[0] == b"\r":
        return (piece.replace(b"\r", b"\n") for piece in opened.chunks())
    return opened.chunks()


class _Lines:
    """The lines of a file as text, counted, with a limit on the bytes of a row.

    Attributes:
        number: the number of the line yielded last, from 1.
        began: the number of the line on which the current row began.
    """

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._lines = opened.lines(_pieces(opened))
        self._ahead: deque[bytes | None] = deque()
        self._bytes = 0
        self.number = 0
        self.began = 1

    def begin(self) -> None:
        """Begin a row with the next line."""
        self.began = self.number + 1
        self._bytes = 0

    def ahead(self, count: int) -> list[str]:
        """Peek at the next lines, which are yielded later; a line that is too long is blank here."""
        self._ahead += islice(self._lines, max(0, count - len(self._ahead)))
        return [as_lines(line or b"").lstrip("\ufeff") for line in islice(self._ahead, count)]

    def pass_blank(self) -> None:
        """Skip blank lines."""
        while (ahead := self.ahead(1)) and not ahead[0].strip():
            next(self)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._ahead.popleft() if self._ahead else next(self._lines)
        self.number += 1
        self._bytes += MAX_BYTES + 1 if line is None else len(line)
        if line is None or self._bytes > MAX_BYTES:
            reason = f"a row longer than {MAX_BYTES >> 20} MiB; is a quotation mark missing?"
            raise self._opened.fault("long", reason, self.began)
        text = as_lines(line)
        return (text if self.number > 1 else text.lstrip("\ufeff")) + "\n"
