"""Tables of rows in key order, one byte a letter: the weightiest rows with a prefix are found quickly.

Half of an index of suggestions is text, and UTF-8 takes three bytes for each letter of Bengali.

The sections of a table: ``keys`` (the first bytes of each key, of one width, for binary search),
``weights``, ``counts``, ``ends`` and ``texts`` (the displayed text of a row), and ``peaks``, the greatest
weight of each block of rows. The best of a range are in the blocks with the greatest peaks: however many rows
have a prefix, a few thousand are examined.
"""

import codecs
import re
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.index.columnar.section_file import SectionFile, SectionWriter
from onneshon.index.columnar.sections import ends_of

_BENGALI: Final = 0x980
_PUNCTUATION: Final = "\u200c\u200d।॥‘’“”–—…•₹€£"
"""Characters common in Bengali titles, with the codes from 1 on, which no text needs."""
_ESCAPE: Final = "\x1f"
_UNDEFINED: Final = "\ufffe"
"""The mark of ``codecs`` for a code without a letter."""


def _letters() -> str:
    table = [_UNDEFINED] * 256
    table[1 : 1 + len(_PUNCTUATION)] = _PUNCTUATION
    table[ord(_ESCAPE)] = _ESCAPE
    table[0x20:0x7F] = map(chr, range(0x20, 0x7F))
    table[0x80:] = map(chr, range(_BENGALI, _BENGALI + 0x80))
    return "".join(table)


_LETTERS: Final = _letters()
_CODES: Final = codecs.charmap_build(_LETTERS)
_ESCAPED: Final = re.compile(f"{_ESCAPE}([0-9a-f]+);")
_ERRORS: Final = "onneshon.spell_out"


def _spell_out(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    rest = error.object[error.start : error.end]
    return "".join(f"{_ESCAPE}{ord(letter):x};" for letter in rest), error.end


codecs.register_error(_ERRORS, _spell_out)


def pack(text: str) -> bytes:
    """Encode a text as bytes, none of them 0; the escape character itself becomes a space."""
    return codecs.charmap_encode(text.replace(_ESCAPE, " "), _ERRORS, _CODES)[0]


def unpack(data: bytes) -> str:
    """Decode a packed text."""
    text = codecs.charmap_decode(data, "replace", _LETTERS)[0]
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if _ESCAPE in text else text


KEY_BYTES: Final = 12
BLOCK_ROWS: Final = 64
_LAST: Final = b"\xff"
"""A byte that sorts after every letter, as U+09FF is none."""

Rows: TypeAlias = NDArray[np.int64]


class NewRow(NamedTuple):
    """A row to write: its key, displayed text, weight, and number of articles."""

    key: bytes
    text: str
    weight: float
    articles: int


class Row(NamedTuple):
    """A row that was read: its ordinal, displayed text, weight, and number of articles."""

    ordinal: int
    text: str
    weight: float
    articles: int


def write_table(sections: SectionWriter, name: str, rows: Sequence[NewRow]) -> None:
    """Write rows, which are in the order of their keys, as a table with a name."""
    weights = np.array([row.weight for row in rows], np.float32)
    texts = [pack(row.text) for row in rows]
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    columns: dict[str, NDArray[Any]] = {
        "keys": np.array([row.key for row in rows], f"|S{KEY_BYTES}"),
        "weights": weights,
        "counts": np.array([row.articles for row in rows], np.uint32),
        "ends": ends_of(lengths).astype(np.uint32),
        "peaks": peaks_of(weights),
        "texts": np.frombuffer(b"".join(texts), np.uint8),
    }
    for column, values in columns.items():
        sections.section(f"{name}/{column}", values.dtype.str).extend(values)


def peaks_of(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """The greatest weight of each block of rows."""
    if not len(weights):
        return weights
    return np.maximum.reduceat(weights, np.arange(0, len(weights), BLOCK_ROWS))


def best_rows(
    weights: NDArray[np.float32],
    peaks: NDArray[np.float32],
    rows: range,
    count: int,
    *,
    order: NDArray[np.uint32] | None = None,
) -> Rows:
    """The indexes of the weightiest rows of a range, the weightiest first, ties in their order.

    Args:
        weights: the weights of all rows.
        peaks: the greatest weight of each block of rows.
        rows: the range.
        count: the largest number of indexes.
        order: the order of the rows, if not that of ``weights``; the results are indexes in it.
    """
    first, last = rows.start // BLOCK_ROWS, -(-rows.stop // BLOCK_ROWS)
    blocks = np.arange(first, last)
    if len(blocks) > count + 2:  # the first and the last may owe their peaks to rows outside
        blocks = np.sort(first + np.argpartition(peaks[first:last], -(count + 2))[-(count + 2) :])
    indexes = (blocks[:, None] * BLOCK_ROWS + np.arange(BLOCK_ROWS)).ravel()
    indexes = indexes[(indexes >= rows.start) & (indexes < rows.stop)]
    weighed = weights[indexes if order is None else order[indexes]]
    return indexes[np.argsort(-weighed, kind="stable")[:count]]


class Table:
    """Reads a table of ``write_table``. Threads may share it.

    Args:
        file: the file with the table.
        name: the name of the table.
        key_of: returns the key of a row's text, for prefixes longer than the stored keys.
    """

    def __init__(self, file: SectionFile, name: str, key_of: Callable[[str], bytes]) -> None:
        self._file = file
        self._name = name
        self._key_of = key_of
        self._texts, self._ends, self._weights, self._counts = (
            file.section(f"{name}/{column}") for column in ("texts", "ends", "weights", "counts")
        )

    def column(self, name: str) -> NDArray[Any]:
        """A column, verified by its checksums."""
        return self._file.array(f"{self._name}/{name}")

    def __len__(self) -> int:
        return len(self._counts)

    def beginning(self, start: bytes) -> range:
        """The indexes of the rows whose keys have a prefix."""
        kept = start[:KEY_BYTES]
        keys = self.column("keys")
        if not len(keys):
            return range(0)
        low = int(np.searchsorted(keys, np.bytes_(kept), "left"))
        if len(kept) < KEY_BYTES:
            return range(low, int(np.searchsorted(keys, np.bytes_(kept + _LAST), "left")))
        high = int(np.searchsorted(keys, np.bytes_(kept), "right"))
        return self._narrowed(start, low, high) if len(start) > KEY_BYTES else range(low, high)

    def _narrowed(self, start: bytes, low: int, high: int) -> range:
        """Narrow a range of equal stored keys to the rows whose full keys have a prefix."""
        end = self._first(lambda key: key[: len(start)] > start, low, high)
        return range(self._first(lambda key: key >= start, low, end), end)

    def _first(self, holds: Callable[[bytes], bool], low: int, high: int) -> int:
        while low < high:
            middle = (low + high) // 2
            if holds(self._key_of(self.text(middle))):
                high = middle
            else:
                low = middle + 1
        return low

    def best(self, rows: range, count: int) -> Rows:
        """The indexes of the weightiest rows of a range, the weightiest first."""
        if not rows:
            return np.empty(0, np.int64)
        return best_rows(self.column("weights"), self.column("peaks"), rows, count)

    def find(self, key: bytes) -> int | None:
        """The index of the row with a key; None where there is none."""
        for index in self.beginning(key)[:1]:
            if self._key_of(self.text(index)) == key:
                return index
        return None

    def text(self, index: int) -> str:
        """The displayed text of a row."""
        return unpack(self._texts.part(*self._ends.span(index)).tobytes())

    def row(self, index: int) -> Row:
        """Read a row."""
        weight = self._weights.part(index, index + 1)[0]
        return Row(index, self.text(index), float(weight), self._counts.at(index))
