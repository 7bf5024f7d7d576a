"""The list of segments of layouts 1 and 2, and of Whoosh: a pickle, read without running what it may say.

Only plain values and one class of our own are let in, so that an altered file can make an index unreadable
but cannot run code.
"""

import io
import pickle
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

__all__ = ["read_old_list"]

_SIZES: Final = b"\x04\x08\x04"
"""Of C types, before anything else."""
_HEAD: Final = struct.Struct(">3sii3x")
_MARKS: Final = (_SIZES, -12345, -111)
"""With the order of bytes and the version of the list; three bytes of the release of Whoosh follow."""
_GENERATION: Final = 8


class _OldSegment:
    """What Whoosh's segments keep: ``indexname``, ``segid``, ``_doccount``, ``_deleted``."""

    indexname: str
    segid: str
    _doccount: int
    _deleted: set[int] | None

    def row(self) -> tuple[str, int, tuple[int, ...]]:
        return f"{self.indexname}_{self.segid}", self._doccount, tuple(sorted(self._deleted or ()))


_ALLOWED: Final[dict[tuple[str, str], type]] = {
    ("onneshon.index.whoosh_codec.codec", "ColumnarSegment"): _OldSegment,
    ("index.whoosh_codec.codec", "ColumnarSegment"): _OldSegment,  # before all that is installed had one name
    ("index.columnar.segment", "ColumnarSegment"): _OldSegment,  # where version 0.1 had it
    ("builtins", "set"): set,
    ("__builtin__", "set"): set,
}


class _SegmentUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in a list of segments") from None


def read_old_list(directory: Path, index_name: str) -> list[tuple[str, int, tuple[int, ...]]]:
    """Name, number of documents and deleted documents of each segment in the newest list of a directory.

    Raises:
        FileNotFoundError: there is no list.
        Exception: of any kind, where the list is damaged.
    """
    path = max(_lists(directory, index_name))[1]
    data = path.read_bytes()
    if _HEAD.unpack_from(data) != _MARKS:
        raise ValueError(f"{path} is not a list of segments of this version of Whoosh")
    length, start = _varint(data, _HEAD.size)
    segments = _SegmentUnpickler(io.BytesIO(data[start + length + _GENERATION :])).load()
    return [_row(segment) for segment in segments]


def _lists(directory: Path, index_name: str) -> Iterator[tuple[int, Path]]:
    pattern = re.compile(rf"_{index_name}_([0-9]+)\.toc")
    found = [(int(match[1]), path) for path in directory.iterdir() if (match := pattern.fullmatch(path.name))]
    if not found:
        raise FileNotFoundError(directory)
    yield from found


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, the lowest first, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:  # noqa: PLR2004  # no further byte
            return value, at


def _row(segment: Any) -> tuple[str, int, tuple[int, ...]]:
    if not isinstance(segment, _OldSegment):
        raise TypeError("not a segment")
    return segment.row()
