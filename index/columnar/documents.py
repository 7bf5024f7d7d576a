"""The file of a segment's documents: their ids, their stored values, and the exact lengths of their fields.

Whoosh stores a length as one of 256 steps; ours are exact, because they matter most for short titles and long
articles, which the steps round most.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.columnar.section_file import SectionFile, SectionWriter, Spool
from onneshon.index.columnar.sections import U4, ends_of, explaining_damage
from onneshon.index.columnar.stored import StoredReader, StoredWriter
from onneshon.index.columnar.term_dictionary import term_bytes
from onneshon.index.errors import REPAIR, IndexCorruptError
from onneshon.index.kernel import DamageError
from onneshon.index.kernel.keys import DocumentKeys

PENDING_IDS = 1 << 12
"""Ids that are collected before they are written."""

ORDER: Final = "id/order"
"""Section of the inverted file, u4: the numbers of the documents that have an id, in the order of ids."""


class KeysWriter:
    """Writes sections ``keys`` and ``keys/ends``."""

    def __init__(self, writer: SectionWriter) -> None:
        self._data = writer.section("keys", "<u1")
        self._ends = writer.section("keys/ends", "<u4")
        self._pending: list[bytes] = []

    def add(self, key: str) -> None:
        """Append the id of a document, empty if it has none."""
        self._pending.append(term_bytes(key))
        if len(self._pending) >= PENDING_IDS:
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
        self._where = f"{file.name} is damaged in the ids"
        self._keys = DocumentKeys(
            self.data.unchecked, self.ends.unchecked.view(np.uint32), self.data.blocks, self.ends.blocks
        )

    @explaining_damage
    def of(self, docs: Sequence[int] | NDArray[np.integer]) -> list[str]:
        """The ids of some documents.

        Raises:
            IndexCorruptError: the ids are not as they were written.
        """
        return self._keys.of(docs)

    def _damaged(self, error: DamageError) -> IndexCorruptError:
        return IndexCorruptError(f"{self._where} ({error}): {REPAIR}")


def write_id_order(writer: SectionWriter, keys: KeysReader) -> None:
    """Write the document numbers of a segment in the order of their ids; those of one id in ascending order.

    Args:
        writer: the writer of the segment's inverted file.
        keys: the ids of its documents.
    """
    ids = keys.of(range(len(keys.ends)))
    order = sorted(filter(ids.__getitem__, range(len(ids))), key=ids.__getitem__)
    writer.section(ORDER, "<u4").extend(np.array(order, np.uint32))


class IdOrder:
    """Finds documents by their ids. Safe to share between threads.

    Args:
        file: the segment's inverted file.
        keys: the ids of its documents.
    """

    def __init__(self, file: SectionFile, keys: KeysReader) -> None:
        self._section = file.section(ORDER)
        self._keys = keys

    @cached_property
    def docs(self) -> U4:
        """The documents that have an id, in the order of ids; verified as a whole, as look-ups jump about."""
        return self._section.whole().view(np.uint32)  # a missing section is an array of bytes

    def check(self) -> None:
        """Verify the order by its checksums, unless that was done before; raises IndexCorruptError."""
        self._section.whole()

    def _key(self, doc: int) -> str:
        return self._keys.of((doc,))[0]

    def find(self, key: str) -> Iterator[int]:
        """The documents with an id, nearly always one, the latest first.

        Raises:
            IndexCorruptError: the ids or their order are not as they were written.
        """
        docs = self.docs
        index = bisect_right(docs.data, key, key=self._key)
        while index and self._key(docs[index - 1]) == key:
            index -= 1
            yield int(docs[index])


FINGERPRINTS = "fingerprints"
"""Section of fingerprints, which only files of a bulk build have."""


class DocumentsWriter:
    """Writes the documents of one segment in their order.

    Args:
        writer: the writer of the file.
        dictionary: the compression dictionary for stored values, see ``stored.train_dictionary``.
    """

    def __init__(self, writer: SectionWriter, dictionary: bytes = b"") -> None:
        self._writer = writer
        self.stored = StoredWriter(writer, dictionary)
        self._keys = KeysWriter(writer)
        self.count = 0
        self._spools: dict[str, Spool] = {}
        self._fingerprints: Spool | None = None

    def add(self, key: str, encoded: bytes) -> None:
        """Append a document.

        Args:
            key: the document's id, empty if it has none.
            encoded: its stored values, from ``stored.encode_values``.
        """
        self.count += 1
        self._keys.add(key)
        self.stored.add(encoded)

    def set_lengths(self, field: str, lengths: NDArray[np.integer]) -> None:
        """Append the lengths of a field for all documents after the last that has a length."""
        self._spool(field).extend(lengths)

    def set_fingerprints(self, fingerprints: NDArray[np.uint64]) -> None:
        """Append the fingerprints of all documents since the last call."""
        if self._fingerprints is None:
            self._fingerprints = self._writer.section(FINGERPRINTS, "<u8")
        self._fingerprints.extend(fingerprints)

    def copy(self, reader: "DocumentsReader", start: int = 0, stop: int | None = None) -> None:
        """Append documents of a reader with the same dictionary, all of them by default."""
        stop = reader.count if stop is None else stop
        for field in reader.fields:
            self._padded(field).extend(reader.lengths(field)[start:stop])
        if len(reader.fingerprints):
            self.set_fingerprints(reader.fingerprints[start:stop])
        self.count += stop - start
        self.stored.copy(reader.stored, start, stop)
        self._keys.copy(reader.keys, start, stop)

    def copy_only(self, reader: "DocumentsReader", kept: NDArray[np.bool_]) -> None:
        """Append some documents of a reader with the same dictionary.

        Args:
            reader: the reader of the documents.
            kept: True for each document to append, shape (documents,).
        """
        edges = np.flatnonzero(np.diff(kept, prepend=False, append=False)).tolist()
        for start, stop in zip(edges[::2], edges[1::2], strict=True):
            self.copy(reader, start, stop)

    def _spool(self, field: str) -> Spool:
        if field not in self._spools:
            self._spools[field] = self._writer.section(f"{field}/lengths", "<u4")
        return self._spools[field]

    def _padded(self, field: str) -> Spool:
        """The lengths of a field, with zeros for the documents after the last that has one."""
        spool = self._spool(field)
        spool.extend(np.zeros(self.count - spool.count, np.uint32))
        return spool

    def finish(self) -> None:
        """Complete the sections and the file's facts."""
        for field in self._spools:
            self._padded(field)
        self.stored.flush()
        self._keys.flush()
        self._writer.facts["documents"] = self.count
        self._writer.facts["lengths"] = list(self._spools)


class DocumentsReader:
    """Reads what ``DocumentsWriter`` wrote.

    Attributes:
        count: the number of documents.
        fields: the names of the fields that have lengths.
        stored: the documents' stored values.
        keys: the documents' ids.
    """

    def __init__(self, file: SectionFile) -> None:
        self._file = file
        self.count: int = file.facts["documents"]
        self.fields: list[str] = file.facts["lengths"]
        self.stored = StoredReader(file)
        self.keys = KeysReader(file)

    def lengths(self, field: str) -> U4:
        """The number of tokens of a field in each document, shape (count,)."""
        section = f"{field}/lengths"
        return self._file.array(section) if section in self._file else np.zeros(self.count, np.uint32)

    @property
    def fingerprints(self) -> NDArray[np.uint64]:
        """The fingerprint of each body, similar for similar bodies, shape (count,); (0,) if none are kept."""
        return self._file.array(FINGERPRINTS)
