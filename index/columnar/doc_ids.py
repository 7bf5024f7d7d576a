"""The id of each document in the order of documents: a ranking names its hits without reading them."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.arrays import U4, ends_of
from onneshon.index.columnar.section_file import SectionFile, SectionWriter
from onneshon.index.columnar.term_dictionary import term_bytes
from onneshon.index.errors import REPAIR, IndexCorruptError
from onneshon.index.kernel.errors import DamageError
from onneshon.index.kernel.keys import DocumentKeys

__all__ = ["IdOrder", "KeysReader", "KeysWriter", "write_id_order"]

PENDING = 1 << 12
"""Ids collected before they are written."""

ORDER: Final = "id/order"
"""Section of the inverted file, u4: the documents that have an id, in the order of ids."""


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
        """Write what is still buffered."""
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


def write_id_order(writer: SectionWriter, keys: KeysReader) -> None:
    """Write the documents of a segment in the order of their ids; of those with one id the earlier first.

    Args:
        writer: of the segment's inverted file.
        keys: of its documents.
    """
    ids = keys.of(range(len(keys.ends)))
    order = sorted(filter(ids.__getitem__, range(len(ids))), key=ids.__getitem__)
    writer.section(ORDER, "<u4").extend(np.array(order, np.uint32))


class IdOrder:
    """Finds documents by their ids. Safe to share between threads.

    Args:
        file: the segment's inverted file.
        keys: of its documents.
    """

    def __init__(self, file: SectionFile, keys: KeysReader) -> None:
        self._section = file.section(ORDER)
        self._keys = keys

    @cached_property
    def docs(self) -> U4:
        """The documents that have an id, in the order of ids; compared whole, for ids are all over it."""
        return self._section.whole().view(np.uint32)  # one that is not there is of bytes

    def _key(self, doc: int) -> str:
        return self._keys.of((doc,))[0]

    def find(self, key: str) -> Iterator[int]:
        """The documents of an id, nearly always one, the latest first.

        Raises:
            IndexCorruptError: the ids or their order are not as they were written.
        """
        docs = self.docs
        place = bisect_right(docs.data, key, key=self._key)
        while place and self._key(docs[place - 1]) == key:
            place -= 1
            yield int(docs[place])
