"""A column of counts, one byte each; the few larger ones stand in a table of their own.

Most words of a corpus occur in a handful of articles, so that a byte is enough for nearly all of them, and a
column of four bytes would be a tenth of the whole dictionary.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from onneshon.index.arrays import I8
from onneshon.index.columnar.section_file import SectionFile, SectionWriter

__all__ = ["CountColumn", "CountColumnWriter"]

LARGE = 255
"""The byte that says: look into the table."""


class CountColumnWriter:
    """Writes sections ``name``, ``name.rows`` and ``name.large``."""

    def __init__(self, writer: SectionWriter, name: str) -> None:
        self._small = writer.section(name, "<u1")
        self._rows = writer.section(f"{name}.rows", "<u4")
        self._large = writer.section(f"{name}.large", "<u4")

    def extend(self, counts: NDArray[Any]) -> None:
        """Append counts, each below 2**32."""
        large = np.flatnonzero(counts >= LARGE)
        self._rows.extend(large + self._small.count)
        self._large.extend(counts[large])
        self._small.extend(np.minimum(counts, LARGE))


class CountColumn:
    """Reads what ``CountColumnWriter`` wrote."""

    def __init__(self, file: SectionFile, name: str) -> None:
        self._small = file.section(name)
        self._rows = file.section(f"{name}.rows")
        self._large = file.section(f"{name}.large")

    def __len__(self) -> int:
        return len(self._small)

    def __getitem__(self, row: int) -> int:
        count = self._small.at(row)
        return count if count < LARGE else int(self._large.whole()[self._rows.whole().searchsorted(row)])

    def rows(self, start: int, stop: int) -> I8:
        """The counts of rows ``start`` to ``stop``."""
        counts = self._small.part(start, stop).astype(np.int64)
        large = np.flatnonzero(counts == LARGE)
        if len(large):
            counts[large] = self._large.whole()[self._rows.whole().searchsorted(large + start)]
        return counts
