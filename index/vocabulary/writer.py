"""Writes the words of an index as columns, in the order of their consonant skeletons.

The file is a header (magic, format, digest of the codes, sizes) and these columns, each at a multiple of
eight bytes, little-endian:

    skeletons      uint64[words]      packed, ascending: words of one skeleton are neighbours, the frequent
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
    sum            uint32[1]          of all before it (``index.kernel.postings``)
"""

import json
import mmap
import re
import struct
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.index.columnar.sections import gather_ranges
from onneshon.index.kernel.postings import checksum
from onneshon.index.vocabulary.channels import END, letter_codes
from onneshon.index.vocabulary.skeleton import CLASSES, SKELETON_SYMBOLS, skeleton
from onneshon.index.vocabulary.sound_units import UNITS, is_loan, unit_codes
from onneshon.index.vocabulary.spellings import BOUNDS, LENGTHS, PARTING

FILE_NAME: Final = "vocabulary.bin"
MAGIC: Final = b"ONNVOCAB"
FORMAT: Final = 4
HEADER: Final = struct.Struct("<8sIIQQQ")
"""Magic, format, digest of the codes, words, units, letters."""

CODES_DIGEST: Final = zlib.crc32(json.dumps([UNITS, CLASSES]).encode())
"""Of the order of the sound units and the skeleton classes, by which the columns are numbered."""

COLUMNS: Final[tuple[tuple[str, str], ...]] = (
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
STARTS: Final = {"units": "unit_starts", "letters": "letter_starts"}
"""Columns of several numbers a word, and the columns that say where each word's begin."""

SUM_BYTES: Final = 4

Columns: TypeAlias = dict[str, NDArray[Any]]

_RUN: Final = 16
_LONGEST: Final = 40
"""Letters beyond which a run of Bengali is not a word anybody looks for."""
_SYMBOLS_PACKED: Final = 16
_WORD: Final = re.compile(f"[\u0985-\u09b9\u09ce\u09dc-\u09df][\u0981-\u09df]{{0,{_LONGEST - 1}}}")

_DIGITS: Final = {ord(symbol): f"{code:x}" for code, symbol in enumerate(SKELETON_SYMBOLS, 1)}


def write_vocabulary(directory: Path, words: Iterable[tuple[str, int]]) -> None:
    """Writes the vocabulary of an index into its directory.

    Args:
        directory: exists already; the file ``vocabulary.bin`` in it is replaced.
        words: words in canonical spelling and the number of articles that hold them; words that are not
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
    for name, starts in STARTS.items():
        first = columns[starts][order].astype(np.int64)
        lengths = columns[starts][order + 1] - first
        ordered[name] = columns[name][gather_ranges(first, lengths)]
        ordered[starts] = _starts(np.cumsum(lengths))
    return ordered_in_runs(ordered)


def run_count(words: int) -> int:
    """How many numbers the column ``runs`` has: the more words, the more of their letters part them."""
    runs = len(BOUNDS) * LENGTHS
    return (runs << _parting(words)) + 1


def _parting(words: int) -> int:
    """How many letters part a number of words into runs of some ten each."""
    runs = len(BOUNDS) * LENGTHS
    return min(len(PARTING), (words // (runs * _RUN)).bit_length())


def ordered_in_runs(columns: Columns) -> Columns:
    """The columns with those of words in runs, made of signatures that are in the order of the words."""
    signatures, parting = columns["signatures"], _parting(len(columns["signatures"]))
    lengths = np.minimum(np.diff(columns["letter_starts"].astype(np.int64)), LENGTHS - 1)
    bounds = np.array(BOUNDS[::-1], np.int64)
    classes = len(BOUNDS) - np.maximum(np.searchsorted(bounds, columns["frequencies"], "right"), 1)
    keys = sum(
        ((signatures >> np.uint64(bit) & np.uint64(1)).astype(np.int64) << index)
        for index, bit in enumerate(PARTING[:parting])
    )
    runs = ((classes << parting) + keys) * LENGTHS + lengths
    order = np.argsort(runs, kind="stable")
    sizes = np.bincount(runs, minlength=run_count(len(runs)) - 1)
    return columns | {
        "signatures": signatures[order],
        "in_runs": order.astype(np.uint32),
        "runs": _starts(np.cumsum(sizes)),
    }


def _write_columns(directory: Path, columns: Columns) -> None:
    """Writes columns that are in order as the vocabulary of an index."""
    sizes = len(columns["frequencies"]), len(columns["units"]), len(columns["letters"])
    unfinished = directory / (FILE_NAME + ".new")
    with unfinished.open("w+b") as file:
        file.write(HEADER.pack(MAGIC, FORMAT, CODES_DIGEST, *sizes))
        for name, kind in COLUMNS:
            file.write(bytes(-file.tell() % 8))
            column = columns[name] if name != "sum" else _sum_of(file)
            file.write(column.astype(kind, copy=False).tobytes())
    unfinished.replace(directory / FILE_NAME)


def _sum_of(file: BinaryIO) -> NDArray[np.uint32]:
    """The sum of what was written."""
    file.flush()
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content, memoryview(content) as view:
        return np.array([checksum(view)], np.uint32)


def pack_skeleton(symbols: str) -> int:
    """A skeleton as a 64-bit number, four bits a symbol: numbers sort as skeletons do; 16 symbols count."""
    return int(symbols[:_SYMBOLS_PACKED].translate(_DIGITS).ljust(_SYMBOLS_PACKED, "0"), 16)


def pack_skeletons(words: Sequence[str]) -> NDArray[np.uint64]:
    """The packed skeletons of words in canonical spelling; 0 for one that has none."""
    return np.array([pack_skeleton(skeleton(word)) for word in words], np.uint64)


def signature(word: str) -> int:
    """One bit for each different letter of a word."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits


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


def letter_signatures(letters: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """The signature of each word, from all letters; a word ends where its last letter is marked."""
    if not len(letters):
        return np.empty(0, np.uint64)
    bits = np.uint64(1) << (letters & 63).astype(np.uint64)
    ends = np.flatnonzero(letters >= END)
    return np.bitwise_or.reduceat(bits, np.concatenate(([0], ends[:-1] + 1)))


def _starts(ends: NDArray[np.int64]) -> NDArray[np.uint32]:
    return np.concatenate(([0], ends)).astype(np.uint32)
