"""The file of an index's words: columns in the order of their consonant skeletons, memory-mapped.

It is a header (magic, format, digest of the codes, sizes) and these columns, each at a multiple of
eight bytes, little-endian:

    skeletons      uint64[words]      packed, ascending: words of one skeleton are adjacent, the frequent
                                      first
    signatures     uint64[words]      one bit for each letter that occurs in the word; in the order of
                                      ``in_runs``
    frequencies    uint32[words]      number of articles
    in_runs        uint32[words]      the words in classes of frequency, the frequent first, in each by some
                                      of their letters and by length (``index.vocabulary.spellings``)
    runs           uint32[...]        where the words of each class, letters and length begin there
    unit_starts    uint32[words + 1]  where the word's units begin
    letter_starts  uint32[words + 1]  where the word's letters begin
    loans          uint8[words]       1 for a word that looks English
    units          uint8[...]         codes of sound units
    letters        uint8[...]         code points from U+0980, the last of each word plus 128
    sum            uint32[1]          checksum of all before it (``index.kernel.postings``)
"""

import hashlib
import json
import mmap
import re
import struct
import zlib
from codecs import charmap_decode
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, Self

import numpy as np
from numpy.typing import NDArray

from onneshon.index.columnar.sections import gather_ranges
from onneshon.index.errors import REPAIR, IndexCorruptError
from onneshon.index.kernel.postings import checksum
from onneshon.index.vocabulary.channels import END, LETTERS_FROM, letter_codes, side_by_side
from onneshon.index.vocabulary.skeleton import CLASSES, pack_skeletons
from onneshon.index.vocabulary.sound_units import UNITS, is_loan, unit_codes
from onneshon.index.vocabulary.spellings import Columns, letter_signatures, ordered_in_runs, run_count

FILE_NAME: Final = "vocabulary.bin"
_LONGEST_WORD: Final = 1 << 16
"""A bound above the number of letters of any word."""
_LETTERS_OF_CODES: Final = "".join(chr(LETTERS_FROM + code % END) for code in range(2 * END))
_MAGIC: Final = b"ONNVOCAB"
_FORMAT: Final = 4
HEADER: Final = struct.Struct("<8sIIQQQ")
"""Magic, format, digest of the codes, words, units, letters."""

CODES_DIGEST: Final = zlib.crc32(json.dumps([UNITS, CLASSES]).encode())
"""A digest of the sound units and skeleton classes in their order, which number the columns."""

_COLUMNS: Final[tuple[tuple[str, str], ...]] = (
    ("skeletons", "<u8"),
    ("signatures", "<u8"),
    ("frequencies", "<u4"),
    ("in_runs", "<u4"),
    ("runs", "<u4"),
    ("unit_starts", "<u4"),
    ("letter_starts", "<u4"),
    ("loans", "|u1"),
    ("units", "|u1"),
    ("letters", "|u1"),
    ("sum", "<u4"),
)
_STARTS: Final = {"units": "unit_starts", "letters": "letter_starts"}
"""Columns with several numbers for each word, and the columns with their starts."""

_SUM_BYTES: Final = 4

_LONGEST: Final = 40
"""The most letters of a word; nobody searches for longer runs of Bengali letters."""
_WORD: Final = re.compile(f"[\u0985-\u09b9\u09ce\u09dc-\u09df][\u0981-\u09df]{{0,{_LONGEST - 1}}}")


def write_vocabulary(directory: Path, words: Iterable[tuple[str, int]]) -> None:
    """Write the vocabulary of an index into its directory.

    Args:
        directory: exists already; the file ``vocabulary.bin`` in it is replaced.
        words: words in canonical spelling and their document frequencies; words that are not
            Bengali, or have no consonant and do not start with a vowel, are left out.
    """
    kept = [(word, frequency) for word, frequency in words if _WORD.fullmatch(word)]
    columns = _columns([word for word, _ in kept], [frequency for _, frequency in kept])
    _write_columns(directory, _in_order(columns))


def _in_order(columns: Columns) -> Columns:
    """The columns with the words in the order of the file; those without a skeleton are left out."""
    order = np.lexsort((-columns["frequencies"].astype(np.int64), columns["skeletons"]))
    order = order[columns["skeletons"][order] != 0]
    ordered = {name: columns[name][order] for name in ("skeletons", "signatures", "frequencies", "loans")}
    for name, starts in _STARTS.items():
        first = columns[starts][order].astype(np.int64)
        lengths = columns[starts][order + 1] - first
        ordered[name] = columns[name][gather_ranges(first, lengths)]
        ordered[starts] = _starts(np.cumsum(lengths))
    return ordered_in_runs(ordered)


def _write_columns(directory: Path, columns: Columns) -> None:
    """Write columns, which are in order, to the file of a vocabulary."""
    sizes = len(columns["frequencies"]), len(columns["units"]), len(columns["letters"])
    unfinished = directory / (FILE_NAME + ".new")
    with unfinished.open("w+b") as file:
        file.write(HEADER.pack(_MAGIC, _FORMAT, CODES_DIGEST, *sizes))
        for name, kind in _COLUMNS:
            file.write(bytes(-file.tell() % 8))
            column = columns[name] if name != "sum" else _sum_of(file)
            file.write(column.astype(kind, copy=False).tobytes())
    unfinished.replace(directory / FILE_NAME)


def _sum_of(file: BinaryIO) -> NDArray[np.uint32]:
    """The checksum of what was written so far."""
    file.flush()
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content, memoryview(content) as view:
        return np.array([checksum(view)], np.uint32)


def _columns(words: Sequence[str], frequencies: Sequence[int]) -> Columns:
    codes, letters = unit_codes(words), letter_codes(words)
    return {
        "skeletons": pack_skeletons(words),
        "signatures": letter_signatures(letters),
        "frequencies": np.array(frequencies, np.uint32),
        "unit_starts": _starts(np.flatnonzero(codes == 0) - np.arange(len(words))),
        "letter_starts": _starts(np.flatnonzero(letters >= END) + 1),
        "loans": np.array([is_loan(word) for word in words], np.uint8),
        "units": codes[codes != 0],
        "letters": letters,
    }


def _starts(ends: NDArray[np.int64]) -> NDArray[np.uint32]:
    return np.concatenate(([0], ends)).astype(np.uint32)


class VocabularyFile:
    """A mapped vocabulary file, whose checksum is verified before use. Threads may share it.

    Opening reads the header only. The first look-up reads all of the file, which has some 50 bytes a word,
    and computes its checksum at the speed of memory; its digest, which takes ten times as long, is for
    ``verify``.

    Args:
        content: the mapped file.
        where: the name of the file, for messages.
        sha256: the expected digest in lower-case hexadecimal; empty where none is known.

    Raises:
        IndexCorruptError: the file is cut short, altered in its head, or of another version.
    """

    def __init__(self, content: mmap.mmap, where: str, sha256: str = "") -> None:
        self._content = content
        self._where = where
        self._sha256 = sha256
        self._compared = False
        self.columns = self._read_columns()

    @classmethod
    def open(cls, directory: Path, sha256: str = "") -> Self | None:
        """Map the file of an index; None if it has none. Raises as the class does."""
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
        """Verify the checksum of the file, unless that was done. Raises as ``verify``."""
        if not self._compared:
            self._believe(sound=self._has_its_sum())

    def verify(self) -> None:
        """Read all of the file and verify its checksum, and its digest where one is known.

        Raises:
            IndexCorruptError: it is not as it was built.
        """
        self._believe(sound=self._has_its_sum() and self._has_its_digest())

    def _believe(self, *, sound: bool) -> None:
        if not sound:
            raise IndexCorruptError(f"{self._where} is damaged: {REPAIR}")
        self._compared = True

    def _has_its_sum(self) -> bool:
        return checksum(memoryview(self._content)[:-_SUM_BYTES]) == int(self.columns["sum"][0])

    def _has_its_digest(self) -> bool:
        return not self._sha256 or hashlib.sha256(self._content).hexdigest() == self._sha256

    def _read_columns(self) -> Columns:
        if len(self._content) < HEADER.size:
            raise _corrupt(self._where)
        magic, form, codes, words, unit_total, letter_total = HEADER.unpack_from(self._content)
        if (magic, form, codes) != (_MAGIC, _FORMAT, CODES_DIGEST):
            raise _corrupt(self._where)
        sizes = dict.fromkeys((name for name, _kind in _COLUMNS), words)
        sizes |= dict.fromkeys(_STARTS.values(), words + 1) | {"units": unit_total, "letters": letter_total}
        sizes |= {"runs": run_count(words), "sum": 1}
        columns, end = self._mapped(sizes)
        if end != len(self._content):
            raise _corrupt(self._where)
        return columns

    def _mapped(self, sizes: dict[str, int]) -> tuple[Columns, int]:
        columns: Columns = {}
        end = HEADER.size
        for name, kind in _COLUMNS:
            start = end + -end % 8
            end = start + sizes[name] * np.dtype(kind).itemsize
            if end <= len(self._content):
                columns[name] = np.frombuffer(self._content, kind, sizes[name], start)
        return columns, end


def _corrupt(where: str) -> IndexCorruptError:
    return IndexCorruptError(f"{where} is damaged or of another version: {REPAIR}")


def padded(
    codes: NDArray[np.uint8], starts: NDArray[np.integer], indexes: NDArray[np.int64]
) -> NDArray[np.uint8]:
    """The codes of some words, shape (codes of the longest, words), padded with 0."""
    first = starts[indexes].astype(np.int64)
    lengths = starts[indexes + 1] - first
    if lengths.min(initial=0) < 0 or lengths.max(initial=0) > _LONGEST_WORD:
        raise nonsense("a word of an impossible length")
    return side_by_side(codes[gather_ranges(first, lengths)], lengths)


class _Sensible:
    """A context that turns errors of the kernel and the channel into damage of the file."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, ValueError):
            raise nonsense(str(error)) from error


SENSIBLE: Final = _Sensible()
"""Entered for each word of a query several times, at a third of what a generator costs."""


def nonsense(what: str) -> IndexCorruptError:
    """The error for a file with impossible content."""
    return IndexCorruptError(f"{FILE_NAME} is damaged: it has {what}; {REPAIR}")


def decoded(letters: Any) -> str:
    """Decode a word from its bytes in the column of letters."""
    return charmap_decode(letters, "strict", _LETTERS_OF_CODES)[0]
