"""Parquet: a table whose rows are articles, by PyArrow."""

from collections.abc import Iterator

from onneshon.index.ingest.readers.extras import needed
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import Found, Record

__all__ = ["Parquet"]

_ROWS = 64
"""Rows in memory at a time; a row may be an article of some megabytes."""


class Parquet:
    """One record a row, told of by its number from 1."""

    name = "parquet"
    suffixes = (".parquet", ".pq")
    extra = "parquet"

    def begins(self, head: bytes, /) -> bool:
        """With the mark that it ends with too."""
        return head.startswith(b"PAR1")

    def read(self, opened: Opened) -> Iterator[Found]:
        """Row by row."""
        parquet = needed("pyarrow.parquet", "parquet", opened.name)
        arrow = needed("pyarrow", "parquet", opened.name)
        number = 0
        try:
            with parquet.ParquetFile(opened.file(), memory_map=True, pre_buffer=False) as table:
                for batch in table.iter_batches(batch_size=_ROWS, use_threads=False):
                    for row in batch.to_pylist():
                        number += 1
                        where = f"{opened.name}: row {number}"
                        yield Record(row, where, f"{opened.identity}:{number}")
        except (arrow.ArrowException, OSError, ValueError) as error:
            raise opened.fault(
                "file", f"cannot be read after row {number}: {str(error).splitlines()[0][:200]}"
            ) from error
