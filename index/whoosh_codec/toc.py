"""Whoosh's list of segments, read without running what a pickle may say and written by Whoosh itself.

Whoosh pickles its schema and its segments. The schema is passed over: ours is known. Of the segments only
plain values and our own class are let in, so that an altered file can make an index unreadable but cannot run
code.
"""

import io
import pickle
from pathlib import Path
from typing import Any, Final

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from onneshon.index.errors import REPAIR, IndexCorruptError, IndexMissingError
from onneshon.index.whoosh_codec.codec import ColumnarSegment
from onneshon.index.whoosh_codec.schema import article_schema

__all__ = ["INDEX_NAME", "read_segments", "write_segments"]

INDEX_NAME: Final = "MAIN"
TOC_VERSION: Final = -111
BYTE_ORDER_MARK: Final = -12345
SIZES: Final = 3
"""Sizes of C types, and numbers of the release, that stand before what is wanted."""

ALLOWED: Final = {
    ("onneshon.index.whoosh_codec.codec", "ColumnarSegment"): ColumnarSegment,
    ("index.whoosh_codec.codec", "ColumnarSegment"): ColumnarSegment,  # before the packages had one name
    ("index.columnar.segment", "ColumnarSegment"): ColumnarSegment,  # where version 0.1 had it
    ("builtins", "set"): set,
    ("__builtin__", "set"): set,
}


class _SegmentUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        try:
            return ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in a list of segments") from None


def read_segments(directory: Path) -> list[ColumnarSegment]:
    """The segments of the newest list in a directory.

    Raises:
        IndexMissingError: there is no list.
        IndexCorruptError: it cannot be read, or lists segments of another kind.
    """
    if not directory.is_dir():
        raise IndexMissingError(f"no index in {directory}; build one with `onneshon index build`")
    storage = FileStorage(str(directory))
    generation = TOC._latest_generation(storage, INDEX_NAME)  # noqa: SLF001  # there is no public way
    if generation < 0:
        raise IndexMissingError(f"no index in {directory}; build one with `onneshon index build`")
    name = TOC._filename(INDEX_NAME, generation)  # noqa: SLF001
    stream = storage.open_file(name)
    try:
        return _read(stream, storage.file_length(name))
    except Exception as error:
        raise IndexCorruptError(f"{directory / name} cannot be read ({error}): {REPAIR}") from error
    finally:
        stream.close()


def _read(stream: Any, length: int) -> list[ColumnarSegment]:
    for _ in range(SIZES):
        stream.read_varint()
    if stream.read_int() != BYTE_ORDER_MARK or stream.read_int() != TOC_VERSION:
        raise ValueError("not a list of segments of this version of Whoosh")
    for _ in range(SIZES):
        stream.read_varint()
    stream.skip_string()
    stream.read_int()
    stream.read_int()
    start = stream.tell()
    data = bytes(stream.get(start, length - start))
    segments: list[ColumnarSegment] = _SegmentUnpickler(io.BytesIO(data)).load()
    if not all(isinstance(segment, ColumnarSegment) for segment in segments):
        raise ValueError("not segments")
    return segments


def write_segments(directory: Path, segments: list[ColumnarSegment]) -> None:
    """Write the first list of a new index."""
    TOC(article_schema(), segments, 1).write(FileStorage(str(directory)), INDEX_NAME)
