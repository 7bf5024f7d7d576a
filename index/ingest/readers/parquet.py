"""Parquet: a table whose rows are articles, by PyArrow in a process of bounded memory and time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from onneshon.index.ingest.readers.limited_process import in_a_limited_process
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import Found, Record, needed

_ROWS: Final = 16
"""Rows that are decoded at a time; each may have some megabytes."""


class Parquet:
    """One record a row, reported by its number from 1.

    What is in a file of 31 kB may take gigabytes, and nothing in it says so beforehand that has to be true.
    """

    name = "parquet"
    suffixes = (".parquet", ".pq")
    extra = "parquet"

    def begins(self, head: bytes, /) -> bool:
        """With the mark that it ends with too."""
        return head.startswith(b"PAR1")

    def read(self, opened: Opened) -> Iterator[Found]:
        """Row by row."""
        needed("pyarrow.parquet", "parquet", opened.name)
        path = opened.file()
        number = 0
        try:
            for row in in_a_limited_process(_rows, path, seconds=opened.budget.seconds):
                number += 1
                yield Record(row, f"{opened.name}: row {number}", f"{opened.identity}:{number}")
        except ValueError as error:
            raise opened.fault("file", f"cannot be read after row {number}: {error}") from error


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    from pyarrow import parquet  # noqa: PLC0415  # an extra

    with parquet.ParquetFile(path, memory_map=True, pre_buffer=False) as table:
        for batch in table.iter_batches(batch_size=_ROWS, use_threads=False):
            # Row by row, as all that have one value of a dictionary would have it once each.
            for number in range(batch.num_rows):
                yield from batch.slice(number, 1).to_pylist()
