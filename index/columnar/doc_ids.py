"""The id of each document in the order of documents: a ranking names its hits without reading them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from onneshon.index.arrays import ends_of
from onneshon.index.columnar.section_file import SectionFile, SectionWriter
from onneshon.index.columnar.term_dictionary import term_bytes
from onneshon.index.errors import REPAIR, IndexCorruptError
from onneshon.index.kernel.errors import DamageError
from onneshon.index.kernel.keys import DocumentKeys

__all__ = ["KeysReader", "KeysWriter"]

PENDING = 1 << 12
"""Ids collected before they are written."""


class KeysWriter:
    """Writes sections ``keys`` and ``keys/ends``."""

    def __init__(self, writer: SectionWriter) -> None:
        self._data = writer.section("keys", "<u1")
        self._ends = writer.section("keys/ends", "<u4")
        self._pending: list[bytes] = []

    def add(self, key: str) -> None:
        """Append the id of a document, empty where it has none."""
        self._pending.append(term_bytes(key))
        if len(self._pending) >= PENDING:
            self.flush()

    def copy(self, reader: "KeysReader", start: int, stop: int) -> None:
        """Append the ids of documents ``start`` to ``stop`` of a reader."""
        self.flush()
        ends = reader.ends.part(start, stop).astype(np.int64)
        if not len(ends):
            return
        begin = reader.ends.at(start - 1) if start else 0
        self._ends.extend(ends + (self._data.count - begin))
        self._data.extend(reader.data.part(begin, int(ends[-1])))

    def flush(self) -> None:
        """Write what is still held back."""
        lengths = np.fromiter(map(len, self._pending), np.int64, len(self._pending))
        self._ends.extend(ends_of(lengths) + self._data.count)
        joined = b"".join(self._pending)
        self._data.write(joined, len(joined))
        self._pending.clear()


class KeysReader:
    """Reads what ``KeysWriter`` wrote."""

    def __init__(self, file: SectionFile) -> None:
        self.data = file.section("keys")
        self.ends = file.section("keys/ends")
        self._damaged = f"{file.name} is damaged in the ids"
        self._keys = DocumentKeys(
            self.data.unchecked, self.ends.unchecked.view(np.uint32), self.data.blocks, self.ends.blocks
        )

    def of(self, docs: Sequence[int] | NDArray[np.integer]) -> list[str]:
        """The ids of some documents.

        Raises:
            IndexCorruptError: they are not as they were written.
        """
        try:
            return self._keys.of(docs)
        except DamageError as error:
            raise IndexCorruptError(f"{self._damaged} ({error}): {REPAIR}") from error
