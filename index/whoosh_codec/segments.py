"""The segments of an index, from Whoosh's list of them."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from onneshon.index.columnar.segment_reader import SegmentReader
from onneshon.index.whoosh_codec.codec import ColumnarSegment
from onneshon.index.whoosh_codec.toc import read_segments

__all__ = ["open_segments", "segment_names"]


def open_segments(directory: Path) -> tuple[SegmentReader, ...]:
    """The segments of the Whoosh index in a directory, in its order.

    Raises:
        IndexMissingError: there is no index.
        IndexCorruptError: a file is missing, cut short, or not ours.
    """
    return tuple(_open(directory, segment) for segment in read_segments(directory))


def segment_names(directory: Path) -> tuple[str, ...]:
    """The names of the files of the segments, without their endings, in the order of ``open_segments``.

    Raises:
        IndexMissingError: there is no index.
        IndexCorruptError: the list cannot be read.
    """
    return tuple(segment.segment_id() for segment in read_segments(directory))


def _open(directory: Path, segment: ColumnarSegment) -> SegmentReader:
    return SegmentReader(directory, segment.segment_id(), segment.doc_count_all(), _mask(segment))


def _mask(segment: ColumnarSegment) -> NDArray[np.bool_] | None:
    deleted = list(segment.deleted_docs())
    if not deleted:
        return None
    mask = np.zeros(segment.doc_count_all(), np.bool_)
    mask[deleted] = True
    return mask
