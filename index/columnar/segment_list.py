"""The list of an index's segments, with the deleted documents of each.

Files of segments never change; the deletions of a generation are in its list alone, so that generations can
share the files of segments.

In layouts 1 and 2, and for Whoosh, the list is a pickle. Of that, only plain values and one class of our own
are accepted, so that an altered file can make an index unreadable but cannot run code.
"""

import io
import pickle
import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from onneshon.index.columnar.documents import DocumentsReader
from onneshon.index.columnar.section_file import DOCUMENTS_EXT, SectionFile
from onneshon.index.columnar.segment_reader import SegmentReader
from onneshon.index.errors import REPAIR, IndexCorruptError, IndexMissingError
from onneshon.index.json_checks import decoded

_SIZES: Final = b"\x04\x08\x04"
"""The sizes of C types, which Whoosh writes first."""
_HEAD: Final = struct.Struct(">3sii3x")
_MARKS: Final = (_SIZES, -12345, -111)
"""The head: sizes, byte order and version of the list; three bytes of the release of Whoosh follow."""
_GENERATION: Final = 8


class _OldSegment:
    """The attributes of Whoosh's segments: ``indexname``, ``segid``, ``_doccount``, ``_deleted``."""

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


def read_old_list(directory: Path) -> list[tuple[str, int, tuple[int, ...]]]:
    """The name, number of documents and deleted documents of each segment in a directory's newest list.

    Raises:
        FileNotFoundError: there is no list.
        Exception: the list is damaged; of any kind.
    """
    path = max(_lists(directory))[1]
    data = path.read_bytes()
    if _HEAD.unpack_from(data) != _MARKS:
        raise ValueError(f"{path} is not a list of segments of this version of Whoosh")
    length, start = _varint(data, _HEAD.size)
    segments = _SegmentUnpickler(io.BytesIO(data[start + length + _GENERATION :])).load()
    return [_row(segment) for segment in segments]


def _lists(directory: Path) -> Iterator[tuple[int, Path]]:
    pattern = re.compile(rf"_{INDEX_NAME}_([0-9]+)\.toc")
    found = [(int(match[1]), path) for path in directory.iterdir() if (match := pattern.fullmatch(path.name))]
    if not found:
        raise FileNotFoundError(directory)
    yield from found


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Decode a number of seven bits a byte, the lowest first; return it and the offset of its end."""
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


INDEX_NAME: Final = "MAIN"
"""Whoosh's name of the index within its folder, which is a prefix of the names of all files."""

SEGMENT_LIST: Final = "segments.json"

WHOOSH_LIST_EXT: Final = ".toc"
"""Suffix of Whoosh's list, which has the same content."""

BUILT: Final = f"{INDEX_NAME}_bulk"
"""The segment of a build, whose side tables are next to it; other segments' are in a folder of their name."""

_NAME: Final = re.compile(rf"{INDEX_NAME}_[0-9a-z]+")


class Segment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A segment's row in the list.

    Attributes:
        name: the name of its files, without suffixes.
        documents: the number of its documents, deleted ones included.
        deleted: the numbers of its deleted documents, ascending.
    """

    name: str
    documents: int
    deleted: tuple[int, ...] = ()

    def mask(self) -> NDArray[np.bool_]:
        """True for each document that is deleted."""
        mask = np.zeros(self.documents, np.bool_)
        mask[list(self.deleted)] = True
        return mask

    def with_deleted(self, deleted: NDArray[np.bool_]) -> "Segment":
        """The same segment with these of its documents deleted and no others."""
        return Segment(self.name, self.documents, tuple(np.flatnonzero(deleted).tolist()))

    def is_sound(self) -> bool:
        """Whether the row is possible: a valid name, and deleted documents ascending and within bounds."""
        between = (-1, *self.deleted, self.documents)
        return _NAME.fullmatch(self.name) is not None and all(
            before < after for before, after in pairwise(between)
        )


def documents_of(directory: Path, name: str) -> DocumentsReader:
    """The documents of a segment whose files are in a directory; raises IndexCorruptError."""
    return DocumentsReader(SectionFile.open(directory / f"{name}{DOCUMENTS_EXT}"))


def segment_of(directory: Path, number: str) -> Segment:
    """The segment whose files are in a directory under a number of lower-case letters and digits.

    Raises:
        IndexCorruptError: its documents cannot be read.
    """
    name = f"{INDEX_NAME}_{number}"
    return Segment(name, documents_of(directory, name).count)


def write_segment_list(directory: Path, segments: Sequence[Segment]) -> None:
    """Write the list of a new index."""
    (directory / SEGMENT_LIST).write_bytes(msgspec.json.encode(segments) + b"\n")


def read_segments(directory: Path) -> tuple[Segment, ...]:
    """Read the list of the segments in a directory, in the order of the index.

    If our list is missing, Whoosh's list, which has the same content, is read.

    Args:
        directory: the folder of the generation.

    Raises:
        IndexMissingError: there is no list.
        IndexCorruptError: the list cannot be read, or has an impossible row.
    """
    path = directory / SEGMENT_LIST
    try:
        segments = (
            decoded(path.read_bytes(), tuple[Segment, ...])
            if path.exists()
            else tuple(Segment(*row) for row in read_old_list(directory))
        )
    except FileNotFoundError:
        raise IndexMissingError(f"no index in {directory}; build one with `onneshon index build`") from None
    except Exception as error:
        raise IndexCorruptError(
            f"{directory}: the list of segments cannot be read ({error}): {REPAIR}"
        ) from error
    if not all(segment.is_sound() for segment in segments):
        raise IndexCorruptError(f"{path} lists what is no segment: {REPAIR}")
    return segments


def open_segments(directory: Path) -> tuple[SegmentReader, ...]:
    """Open the segments of ``read_segments``.

    Raises:
        IndexMissingError: there is no index.
        IndexCorruptError: a file is missing, cut short, or not ours.
    """
    return tuple(
        SegmentReader(directory, segment.name, segment.documents, segment.mask() if segment.deleted else None)
        for segment in read_segments(directory)
    )


def side_folder(directory: Path, name: str) -> Path:
    """The folder of a segment's side tables: its words, its suggestions, the digests of its articles."""
    return directory if name == BUILT else directory / name


def files_of(name: str, files: Iterable[str]) -> list[str]:
    """Select the paths within a generation that belong to a segment, its side tables included.

    Args:
        name: the name of the segment's files, without suffixes; the name of the index for its lists of
            segments and of removed articles, which belong to no segment.
        files: paths within the generation, with ``/``.
    """
    if name == INDEX_NAME:
        return [file for file in files if file.startswith((f"{name}.", f"_{name}", SEGMENT_LIST))]
    mine = (f"{name}.", f"{name}/", f"{name}_")
    found = [file for file in files if file.startswith(mine)]
    if name == BUILT:
        others = (INDEX_NAME, f"_{INDEX_NAME}", SEGMENT_LIST)
        found += [file for file in files if "/" not in file and not file.startswith(others)]
    return found
