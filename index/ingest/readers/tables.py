"""Parquet and XLSX: tables whose rows are articles, read in a process with limited memory and time."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, Final, TypeAlias

from onneshon.index.errors import CorpusError
from onneshon.index.ingest.budget import in_a_limited_process
from onneshon.index.ingest.readers.archive import locked
from onneshon.index.ingest.readers.office import begins_as_office
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import ROWS_LOOKED_AT, Found, Record, Skipped, needed, row_of_names

_ROWS: Final = 16
"""Rows that are decoded at a time, as each may have some megabytes."""


class Parquet:
    """One record per row, with its number from 1 as its place.

    The content of a file of 31 kB may take gigabytes, and no size declared in the file has to be true.
    """

    name = "parquet"
    suffixes = (".parquet", ".pq")
    extra = "parquet"

    def begins(self, head: bytes, /) -> bool:
        """Whether a file begins with the mark of Parquet, with which it also ends."""
        return head.startswith(b"PAR1")

    def read(self, opened: Opened) -> Iterator[Found]:
        """Yield the rows."""
        needed("pyarrow.parquet", "parquet", opened.name)
        path = opened.file()
        number = 0
        try:
            rows = in_a_limited_process(_rows, path, seconds=opened.budget.seconds)
            names = opened.named_apart(next(rows), "format")
            for number, row in enumerate(rows, start=1):
                fields = dict(zip(names, row, strict=True))
                yield Record(fields, f"{opened.name}: row {number}", f"{opened.identity}:{number}")
        except ValueError as error:
            raise opened.fault("file", f"cannot be read after row {number}: {error}") from error


def _rows(path: Path) -> Iterator[list[Any]]:
    """The names of the columns, of which two may be the same, then the values of each row."""
    from pyarrow import parquet  # noqa: PLC0415  # an extra

    with parquet.ParquetFile(path, memory_map=True, pre_buffer=False) as table:
        yield table.schema_arrow.names
        for batch in table.iter_batches(batch_size=_ROWS, use_threads=False):
            # Row by row, as rows that share a value of a dictionary would get a copy of it each.
            for number in range(batch.num_rows):
                yield [_value(column[0]) for column in batch.slice(number, 1).columns]


_NONE_OF_PYTHON: Final = (ArithmeticError, LookupError, NotImplementedError, TypeError, ValueError)
"""Exceptions for values that Python cannot represent: timestamps with nanoseconds, after the year 9999, or in
an unknown time zone; texts that are not UTF-8."""


def _value(value: Any) -> Any:
    """A value as a Python object; if it has none, a text as its bytes, and a timestamp as text or number."""
    try:
        return value.as_py()
    except _NONE_OF_PYTHON:
        if hasattr(value, "as_buffer"):
            return bytes(value.as_buffer())
    try:
        return str(value.cast("string"))
    except _NONE_OF_PYTHON:
        return str(getattr(value, "value", ""))


class Xlsx:
    """One record per row of each visible sheet, below the row that names the columns."""

    name = "xlsx"
    suffixes = (".xlsx", ".xlsm")
    extra = "office"

    def begins(self, head: bytes, /) -> bool:
        """Whether a file is an archive with a workbook."""
        return begins_as_office(head, b"xl/")

    def read(self, opened: Opened) -> Iterator[Found]:
        """Yield the rows, sheet by sheet."""
        needed("openpyxl", self.extra, opened.name)
        if problem := locked(opened):
            yield problem
            return
        path = opened.file()
        try:
            names: list[str] = []
            for sheet, number, cells in in_a_limited_process(
                _rows_of_sheets, path, opened.fields, seconds=opened.budget.seconds
            ):
                where = f"{opened.name}: {sheet or 'row'} {number}"
                if number == _HIDDEN:
                    yield Skipped("hidden sheets")
                elif number < 0:
                    yield from (Skipped("rows above the names") for _ in range(-number - 1))
                    names = _names(opened, cells, sheet or None)
                else:
                    derived_id = f"{opened.identity}{sheet and '#'}{sheet}:{number}"
                    yield _record(names, cells, where, derived_id)
        except ValueError as error:
            raise opened.fault("file", f"cannot be read: {error}") from error


_HIDDEN: Final = 0
_Cell: TypeAlias = str | dt.date | None
"""A value of a cell; None for a formula without a stored value, or with an error."""


def _names(opened: Opened, cells: list[_Cell], sheet: str | None) -> list[str]:
    """The names of the columns, with line ends as spaces."""
    if None in cells:
        raise opened.fault("format", f"a formula without its value among the names: {_CALCULATE}", sheet)
    return opened.named_apart((" ".join(str(cell).split()) for cell in cells), "format", sheet)


def _record(names: list[str], cells: list[_Cell], where: str, derived_id: str) -> Found:
    """The record of a row, or its fault."""
    if len(cells) > len(names):
        reason = f"{len(cells)} cells in a row of {len(names)} columns: name each column in the first row"
        return CorpusError(where, "format", reason)
    if None in cells:
        reason = f"a formula without its value in column {names[cells.index(None)]}: "
        return CorpusError(where, "format", reason + _CALCULATE)
    fields = {name: cell for name, cell in zip(names, cells, strict=False) if cell != ""}
    return Record(fields, where, derived_id)


_CALCULATE: Final = (
    "open the workbook in Excel or LibreOffice, mend what is an error there (#REF!), and save it"
)


def _rows_of_sheets(path: Path, fields: Mapping[str, str]) -> Iterator[tuple[str, int, list[_Cell]]]:
    """The rows of all sheets: the name of the sheet if there are several, the row's number, its cells.

    The number of a row of names is -1 minus the number of rows above it; that of a hidden sheet is 0.
    """
    import openpyxl  # noqa: PLC0415  # an extra

    _adapt_openpyxl()
    with path.open("rb") as file:  # not by path, as openpyxl would refuse the suffixes .xls and .csv
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        yield from _rows_of_book(book, fields)


def _rows_of_book(book: Any, fields: Mapping[str, str]) -> Iterator[tuple[str, int, list[_Cell]]]:
    for sheet in book.worksheets:
        title = sheet.title if len(book.worksheets) > 1 else ""
        if sheet.sheet_state != "visible":
            yield title, _HIDDEN, []
            continue
        sheet.reset_dimensions()  # the declared dimensions may be false
        rows = _filled(sheet.iter_rows(values_only=True))
        first = [row for _, row in zip(range(ROWS_LOOKED_AT), rows, strict=False)]
        at = row_of_names([cells for _number, cells in first], fields)
        if first:
            yield title, -at - 1, first[at][1]
        for number, row in chain(first[at + 1 :], rows):
            yield title, number, row


def _filled(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[int, list[_Cell]]]:
    """The rows that are not blank, with their numbers."""
    for number, row in enumerate(rows, start=1):
        cells = [_cell(value) for value in row]
        while cells and cells[-1] == "":
            cells.pop()
        if cells:
            yield number, cells


class _Unknown:
    """A placeholder for the missing value of a cell."""


def _adapt_openpyxl() -> None:
    """Patch openpyxl to distinguish missing values from empty cells, and errors from texts; to skip charts.

    It takes a formula without a value for an empty cell, and fails at a chart sheet without a drawing. The
    patch remains for the life of this process, which reads one workbook and ends.
    """
    from openpyxl.reader.excel import ExcelReader  # noqa: PLC0415  # an extra
    from openpyxl.worksheet import _read_only, _reader  # noqa: PLC0415  # an extra

    class Parser(_reader.WorkSheetParser):  # type: ignore[misc]  # it has no types
        def parse_cell(self, element: Any) -> dict[str, Any]:
            cell: dict[str, Any] = super().parse_cell(element)
            # A formula whose result is empty has the type of a text.
            is_formula = element.find(_reader.FORMULA_TAG) is not None
            is_lost = cell["value"] is None and is_formula and element.get("t", "n") != "str"
            if is_lost or cell["data_type"] == "e":
                cell["value"] = _Unknown()
            return cell

    _read_only.WorkSheetParser = Parser
    ExcelReader.read_chartsheet = lambda *_: None


_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
"""The escape in workbooks for a character that XML lacks, such as a carriage return: ECMA-376, ST_Xstring."""


def _cell(value: object) -> _Cell:
    """The value of a cell as a text or a day; whole numbers without decimals."""
    if isinstance(value, _Unknown):
        return None
    if value is None or isinstance(value, dt.time):
        return "" if value is None else value.isoformat()
    if isinstance(value, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
    if isinstance(value, dt.date):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
