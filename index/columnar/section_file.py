"""The container format of every file of the codec: a versioned header, a table, and sections of plain arrays.

    magic ``ONNESHON``, version, length and CRC-32 of the table, length of the file     32 bytes
    table: JSON, {"facts": {...}, "sections": {name: [offset, bytes, sum, dtype]}}
    sections, each aligned to 8 bytes, little-endian; the last, ``sums``, has the checksum of each block of
    the sections larger than a block (``sections.BLOCK``), one section after another

A reader maps the file and takes arrays out of it without copying. The structure is checked at every opening
(a truncated file is detected at once), a block of a section when it is first read, all blocks by ``verify``.

Version 1, of Onneshon 0.1 and 0.2, had CRC-32 checksums of blocks of 64 KiB or of whole sections; it is still
read, so that such an index can be built again from its stored values.
"""

import json
import mmap
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.index.columnar.sections import BLOCK, BlockSums, Section
from onneshon.index.errors import REPAIR, BuildError, IndexCorruptError
from onneshon.index.kernel.postings import checksum

Buffer: TypeAlias = bytes | bytearray | memoryview | mmap.mmap

INVERTED_EXT: Final = ".inv"
"""Suffix of the file with the terms and postings of all fields."""

DOCUMENTS_EXT: Final = ".doc"
"""Suffix of the file with stored values and lengths."""

MAGIC: Final = b"ONNESHON"
FORMAT_VERSION: Final = 2

SUMMING: Final[dict[int, tuple[Callable[[memoryview], int], int]]] = {
    1: (zlib.crc32, 1 << 16),
    FORMAT_VERSION: (checksum, BLOCK),
}
"""The checksum function of each readable version, and the bytes of its blocks."""

HEADER: Final = struct.Struct("<8sIIIIQ")
ALIGNMENT: Final = 8
FILE_LIMIT: Final = 2**32
"""Most bytes of a file; offsets inside a file are 32-bit, which keeps the tables small."""

SUMS: Final = "sums"

IN_MEMORY: Final = 1 << 18
"""Bytes that a section may grow to before it is spooled to disk."""

COPY: Final = 1 << 20
"""Bytes that are copied at a time from a spool to the file."""


class Spool:
    """A section being written: it grows in memory, then in a temporary file.

    Args:
        dtype: NumPy type of the elements, little-endian, such as ``<u4``.
        directory: the folder for the temporary file, if one is needed; None for the system's folder.
    """

    def __init__(self, dtype: str, directory: Path | None) -> None:
        self.dtype = np.dtype(dtype)
        self.count = 0
        self._sums = BlockSums()
        folder = None if directory is None else str(directory)
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY, dir=folder)  # noqa: SIM115  # see close

    @property
    def size(self) -> int:
        """The bytes written so far."""
        return self.count * self.dtype.itemsize

    @property
    def sum(self) -> int:
        """The checksum of the section if it is one block, else 0."""
        blocks = self._sums.blocks
        return blocks[0] if len(blocks) == 1 else 0

    @property
    def block_sums(self) -> list[int]:
        """The checksum of each block; empty if the section is one block or less."""
        return self._sums.blocks if self.size > BLOCK else []

    def extend(self, values: NDArray[Any]) -> None:
        """Append an array, converted to the section's type, which is wide enough for it."""
        if len(values):
            self.write(np.ascontiguousarray(values, dtype=self.dtype).view(np.uint8).data, len(values))

    def write(self, data: Buffer, count: int) -> None:
        """Append ``count`` elements given as bytes."""
        self._file.write(data)
        if count:  # memory of no bytes cannot be cast
            self._sums.add(memoryview(data).cast("B"))
        self.count += count

    def copy_to(self, stream: Any) -> None:
        """Write everything to ``stream``."""
        self._file.seek(0)
        while piece := self._file.read(COPY):
            stream.write(piece)

    def close(self) -> None:
        """Free the memory or the temporary file."""
        self._file.close()


class SectionWriter:
    """Collects the sections of one file, then writes it in one go.

    Args:
        directory: the folder for temporary files.
    """

    def __init__(self, directory: Path | None = None) -> None:
        self.facts: dict[str, Any] = {}
        self._directory = directory
        self._spools: dict[str, Spool] = {}
        self._sum_of_sums = 0

    def section(self, name: str, dtype: str) -> Spool:
        """Begin a section; sections appear in the file in the order in which they were begun."""
        if name in self._spools:
            raise ValueError(f"section {name!r} is there already")
        spool = self._spools[name] = Spool(dtype, self._directory)
        return spool

    def write_to(self, stream: Any, name: str) -> None:
        """Write the file to a binary stream and close the spools.

        Args:
            stream: an object with ``write(bytes)``.
            name: the name of the file, for messages.

        Raises:
            BuildError: the file would be larger than ``FILE_LIMIT``.
        """
        try:
            self._add_sums()
            stream.write(self._head(name))
            for spool in self._spools.values():
                spool.copy_to(stream)
                stream.write(bytes(-spool.size % ALIGNMENT))
        finally:
            self.close()

    def _add_sums(self) -> None:
        sums = [block_sum for spool in self._spools.values() for block_sum in spool.block_sums]
        if sums:
            values = np.array(sums, "<u4")
            self.section(SUMS, "<u4").extend(values)
            self._sum_of_sums = checksum(values.view(np.uint8).data)

    def _head(self, name: str) -> bytes:
        # The table has absolute offsets and so depends on its own length: reserve room, padded with spaces.
        room = _aligned(len(self._table(FILE_LIMIT)[0]))
        table, end = self._table(HEADER.size + room)
        if end > FILE_LIMIT:
            raise BuildError(
                f"{name} would take {end:,} bytes, more than the {FILE_LIMIT:,} that a file can hold; "
                "build several smaller indexes"
            )
        table = table.ljust(room)
        return HEADER.pack(MAGIC, FORMAT_VERSION, len(table), zlib.crc32(table), 0, end) + table

    def _table(self, offset: int) -> tuple[bytes, int]:
        entries = {}
        for name, spool in self._spools.items():
            sum_ = self._sum_of_sums if name == SUMS else spool.sum
            entries[name] = [offset, spool.size, sum_, spool.dtype.str]
            offset += _aligned(spool.size)
        return json.dumps({"facts": self.facts, "sections": entries}).encode(), offset

    def close(self) -> None:
        """Free the spools; harmless when repeated."""
        for spool in self._spools.values():
            spool.close()


class SectionFile:
    """A file of sections, read in place.

    Args:
        buffer: the content of the whole file, normally mapped.
        name: the name of the file, for messages.

    Raises:
        IndexCorruptError: the file is not a file of sections, is of another version, or was truncated.
    """

    def __init__(self, buffer: Buffer, name: str) -> None:
        self.name = name
        self._view = memoryview(buffer)
        self._path: Path | None = None
        self._mapped: mmap.mmap | None = None
        self._summing, self._block = SUMMING[FORMAT_VERSION]
        table = self._read_table()
        self.facts: dict[str, Any] = table["facts"]
        self._sections = self._make_sections(table["sections"])

    @classmethod
    def open(cls, path: Path) -> "SectionFile":
        """Map a file read-only; it is unmapped when the last array taken from it is freed."""
        try:
            with path.open("rb") as stream:
                mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise IndexCorruptError(f"{path} cannot be read ({error}): {REPAIR}") from error
        file = cls(mapped, path.name)
        file._path, file._mapped = path.resolve(), mapped  # made here
        return file

    def relatives(self) -> Iterator["SectionFile"]:
        """Files of the same suffix in the same and in sibling folders: other segments and generations."""
        if self._path is None:
            return
        for path in sorted(self._path.parent.parent.glob(f"*/*{self._path.suffix}")):
            try:
                yield SectionFile.open(path)
            except IndexCorruptError:
                continue

    def release(self) -> None:
        """Let the system reclaim the memory of pages read so far; reading them again loads them again."""
        if self._mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
            self._mapped.madvise(mmap.MADV_DONTNEED)

    def _read_table(self) -> dict[str, Any]:
        if len(self._view) < HEADER.size:
            raise self._corrupt("is too short to have a header")
        magic, version, length, crc, _, size = HEADER.unpack(self._view[: HEADER.size])
        if magic != MAGIC:
            raise self._corrupt("is not a file of the index")
        if version not in SUMMING:
            raise self._corrupt(f"has format {version}, this version reads format {FORMAT_VERSION}")
        if size != len(self._view):
            raise self._corrupt(f"has {len(self._view):,} bytes where {size:,} were written")
        self._summing, self._block = SUMMING[version]
        table = self._view[HEADER.size : HEADER.size + length]
        if zlib.crc32(table) != crc:
            raise self._corrupt("has a damaged table of contents")
        read: dict[str, Any] = json.loads(bytes(table))
        return read

    def _corrupt(self, what: str) -> IndexCorruptError:
        return IndexCorruptError(f"{self.name} {what}: {REPAIR}")

    def _make_sections(self, table: dict[str, list[Any]]) -> dict[str, Section]:
        """All sections except the sums; a file without sums (version 0.1.0) has one checksum a section."""
        sums = self._make_section(SUMS, table.pop(SUMS)).whole() if SUMS in table else None
        sections, passed = {}, 0
        for name, entry in table.items():
            size = entry[1]
            if sums is None or size <= self._block:
                sections[name] = self._make_section(name, entry)
            else:
                count = -(-size // self._block)
                sections[name] = self._make_section(name, entry, sums[passed : passed + count])
                passed += count
        return sections

    def _make_section(self, name: str, entry: list[Any], sums: NDArray[np.uint32] | None = None) -> Section:
        offset, size, sum_, dtype = entry
        array = np.frombuffer(self._view[offset : offset + size], dtype)
        where = f"{self.name} is damaged in {name}"
        if sums is None:
            return Section(array, np.array([sum_] if size else [], np.uint32), size, where, self._summing)
        return Section(array, sums, self._block, where, self._summing)

    def __contains__(self, name: str) -> bool:
        return name in self._sections

    @property
    def names(self) -> list[str]:
        """The names of the sections, in the order of the file."""
        return list(self._sections)

    def section(self, name: str) -> Section:
        """The section of a name, in the file's memory; empty if there is no such section."""
        return self._sections[name] if name in self._sections else _empty()

    def array(self, name: str) -> NDArray[Any]:
        """A whole section as a read-only array, its checksums verified; empty if there is no such section."""
        return self.section(name).whole()

    def verify(self) -> None:
        """Read the whole file and verify its checksums; the system may reclaim the memory of pages read.

        Raises:
            IndexCorruptError: a section is not as it was written; the message names the first one.
        """
        for section in self._sections.values():
            section.verify()
            self.release()


def _empty() -> Section:
    return Section(np.empty(0, np.uint8), np.empty(0, np.uint32), BLOCK, "")


def write_file(writer: SectionWriter, path: Path) -> None:
    """Write the collected sections to a new file."""
    with path.open("xb") as stream:
        writer.write_to(stream, path.name)


def _aligned(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT
