"""Writes the words of an index as columns, in the order of their consonant skeletons.

The file is a header (magic, format, sizes) and these columns, each at a multiple of eight bytes,
little-endian:

    skeletons      uint64[words]      packed, ascending: words of one skeleton are neighbours, the frequent
    first signatures     uint64[words]      one bit for each letter that occurs in the word
    frequencies    uint32[words]      number of articles
    unit_starts    uint32[words + 1]  where the word's units begin
    letter_starts  uint32[words + 1]  where the word's letters begin
    loans          uint8[words]       1 for a word that looks English
    units          uint8[...]         codes of sound units
    letters        uint8[...]         code points from U+0980, the last of each word plus 128
"""

import re
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.channels import END, letter_codes
from index.romanisation import SKELETON_SYMBOLS, UNITS, is_loan, skeleton, unit_codes

__all__ = [
    "COLUMNS",
    "FILE_NAME",
    "FORMAT",
    "HEADER",
    "MAGIC",
    "pack_skeleton",
    "signature",
    "write_vocabulary",
]

FILE_NAME: Final = "vocabulary.bin"
MAGIC: Final = b"ONNVOCAB"
FORMAT: Final = 1
HEADER: Final = struct.Struct("<8sIIQQQ")
"""Magic, format, number of kinds of unit, words, units, letters."""

COLUMNS: Final[tuple[tuple[str, str], ...]] = (
    ("skeletons", "<u8"),
    ("signatures", "<u8"),
    ("frequencies", "<u4"),
    ("unit_starts", "<u4"),
    ("letter_starts", "<u4"),
    ("loans", "|u1"),
    ("units", "|u1"),
    ("letters", "|u1"),
)

_LONGEST: Final = 40
"""Letters beyond which a run of Bengali is not a word anybody looks for."""
_SYMBOLS_PACKED: Final = 16
_WORD: Final = re.compile(f"[\u0985-\u09b9\u09ce\u09dc-\u09df][\u0981-\u09df]{{0,{_LONGEST - 1}}}")

_PACKED: Final = {symbol: code for code, symbol in enumerate(SKELETON_SYMBOLS, 1)}


def write_vocabulary(directory: Path, words: Iterable[tuple[str, int]]) -> None:
    """Writes the vocabulary of an index into its directory.

    Args:
        directory: exists already; the file ``vocabulary.bin`` in it is replaced.
        words: words in canonical spelling and the number of articles that hold them; words that are not
            Bengali, or have no consonant and do not start with a vowel, are left out.
    """
    columns = _columns([(word, frequency) for word, frequency in words if _WORD.fullmatch(word)])
    sizes = len(columns["frequencies"]), len(columns["units"]), len(columns["letters"])
    unfinished = directory / (FILE_NAME + ".new")
    with unfinished.open("wb") as file:
        file.write(HEADER.pack(MAGIC, FORMAT, len(UNITS), *sizes))
        for name, kind in COLUMNS:
            file.write(bytes(-file.tell() % 8))
            file.write(columns[name].astype(kind, copy=False).tobytes())
    unfinished.replace(directory / FILE_NAME)


def pack_skeleton(symbols: str) -> int:
    """A skeleton as a 64-bit number, four bits a symbol: numbers sort as skeletons do; 16 symbols count."""
    packed = 0
    for symbol in symbols[:_SYMBOLS_PACKED].ljust(_SYMBOLS_PACKED):
        packed = packed << 4 | _PACKED.get(symbol, 0)
    return packed


def signature(word: str) -> int:
    """One bit for each different letter of a word."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits


def _columns(words: Sequence[tuple[str, int]]) -> dict[str, NDArray[np.integer]]:
    codes = [unit_codes(word) for word, _ in words]
    skeletons = _packed_skeletons(codes)
    frequencies = np.array([frequency for _, frequency in words], np.uint32)
    order = np.lexsort((-frequencies.astype(np.int64), skeletons))
    order = order[skeletons[order] != 0]
    kept = [words[place][0] for place in order]
    kept_codes = [codes[place] for place in order]
    letters = np.frombuffer(letter_codes(kept), np.uint8)
    return {
        "skeletons": skeletons[order],
        "signatures": _signatures(letters),
        "frequencies": frequencies[order],
        "unit_starts": _starts(kept_codes),
        "letter_starts": _starts(kept),
        "loans": np.array([is_loan(word) for word in kept], np.uint8),
        "units": np.frombuffer(b"".join(kept_codes), np.uint8),
        "letters": letters,
    }


def _packed_skeletons(codes: Sequence[bytes]) -> NDArray[np.uint64]:
    packed = (pack_skeleton(skeleton([UNITS[code - 1] for code in word])) for word in codes)
    return np.fromiter(packed, np.uint64, len(codes))


def _signatures(letters: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """The signature of each word, from all letters; a word ends where its last letter is marked."""
    if not len(letters):
        return np.empty(0, np.uint64)
    bits = np.uint64(1) << (letters & 63).astype(np.uint64)
    ends = np.flatnonzero(letters >= END)
    return np.bitwise_or.reduceat(bits, np.concatenate(([0], ends[:-1] + 1)))


def _starts(items: Sequence[bytes] | Sequence[str]) -> NDArray[np.uint32]:
    lengths = np.fromiter((len(item) for item in items), np.int64, len(items))
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.uint32)
