"""The file of an index's words as it is read: mapped, and compared with its sum before it is believed.

Opening reads the header only. The first word that is looked up reads all of the file, which has some 50 bytes
a word, and sums it up at the speed of memory; its digest, which takes ten times as long, is for ``verify``.
"""

import hashlib
import mmap
from pathlib import Path
from typing import Self

import numpy as np

from onneshon.index.errors import REPAIR, IndexCorruptError
from onneshon.index.kernel.postings import checksum
from onneshon.index.vocabulary.writer import (
    CODES_DIGEST,
    COLUMNS,
    FILE_NAME,
    FORMAT,
    HEADER,
    MAGIC,
    STARTS,
    SUM_BYTES,
    Columns,
    run_count,
)


class VocabularyFile:
    """What ``vocabulary_writer`` wrote. Threads may share it.

    Args:
        content: the file.
        where: its name, for messages.
        sha256: what its digest must be in lower-case hexadecimal; empty where none is known.

    Raises:
        IndexCorruptError: it is cut short, altered in its head, or of another version.
    """

    def __init__(self, content: mmap.mmap, where: str, sha256: str = "") -> None:
        self._content = content
        self._where = where
        self._sha256 = sha256
        self._compared = False
        self.columns = self._read_columns()

    @classmethod
    def open(cls, directory: Path, sha256: str = "") -> Self | None:
        """Maps the file of an index; None if it has none. Raises as the class does."""
        path = directory / FILE_NAME
        try:
            with path.open("rb") as file:
                content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError:
            return None
        except ValueError:  # what mmap says of an empty file
            raise _corrupt(path.name) from None
        return cls(content, path.name, sha256)

    def ensure_sound(self) -> None:
        """Read all of the file and compare it with its sum, unless that was done. Raises as ``verify``."""
        if not self._compared:
            self._believe(sound=self._has_its_sum())

    def verify(self) -> None:
        """Read all of the file and compare it with its sum and with the digest, where one is known.

        Raises:
            IndexCorruptError: it is not as it was built.
        """
        self._believe(sound=self._has_its_sum() and self._has_its_digest())

    def _believe(self, *, sound: bool) -> None:
        if not sound:
            raise IndexCorruptError(f"{self._where} is damaged: {REPAIR}")
        self._compared = True

    def _has_its_sum(self) -> bool:
        return checksum(memoryview(self._content)[:-SUM_BYTES]) == int(self.columns["sum"][0])

    def _has_its_digest(self) -> bool:
        return not self._sha256 or hashlib.sha256(self._content).hexdigest() == self._sha256

    def _read_columns(self) -> Columns:
        if len(self._content) < HEADER.size:
            raise _corrupt(self._where)
        magic, form, codes, words, unit_total, letter_total = HEADER.unpack_from(self._content)
        if (magic, form, codes) != (MAGIC, FORMAT, CODES_DIGEST):
            raise _corrupt(self._where)
        sizes = dict.fromkeys((name for name, _kind in COLUMNS), words)
        sizes |= dict.fromkeys(STARTS.values(), words + 1) | {"units": unit_total, "letters": letter_total}
        sizes |= {"runs": run_count(words), "sum": 1}
        columns, end = self._mapped(sizes)
        if end != len(self._content):
            raise _corrupt(self._where)
        return columns

    def _mapped(self, sizes: dict[str, int]) -> tuple[Columns, int]:
        columns: Columns = {}
        end = HEADER.size
        for name, kind in COLUMNS:
            start = end + -end % 8
            end = start + sizes[name] * np.dtype(kind).itemsize
            if end <= len(self._content):
                columns[name] = np.frombuffer(self._content, kind, sizes[name], start)
        return columns, end


def _corrupt(where: str) -> IndexCorruptError:
    return IndexCorruptError(f"{where} is damaged or of another version: {REPAIR}")
