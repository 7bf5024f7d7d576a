"""Changes to the list of segments: other deletions, other names, the files that belong to each.

Files of segments never change; what a generation has deleted stands in its list alone, so that generations
share the files of segments.
"""

from collections.abc import Iterable
from copy import copy
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from onneshon.index.columnar.documents import DocumentsReader
from onneshon.index.columnar.section_file import DOCUMENTS_EXT, SectionFile
from onneshon.index.whoosh_codec.codec import ColumnarSegment
from onneshon.index.whoosh_codec.toc import INDEX_NAME

__all__ = ["BUILT", "deleted_mask", "files_of", "segment_of", "side_folder", "with_deleted"]

BUILT = f"{INDEX_NAME}_bulk"
"""The segment of a build, whose side tables lie beside it; those of others lie in a folder of their name."""


def deleted_mask(segment: ColumnarSegment) -> NDArray[np.bool_]:
    """True for each document that is deleted."""
    mask = np.zeros(segment.doc_count_all(), np.bool_)
    mask[list(segment.deleted_docs())] = True
    return mask


def with_deleted(segment: ColumnarSegment, deleted: NDArray[np.bool_]) -> ColumnarSegment:
    """The same segment with these of its documents deleted and no others."""
    changed = copy(segment)
    changed._deleted = set(np.flatnonzero(deleted).tolist()) or None  # noqa: SLF001  # Whoosh has no other way
    return changed


def segment_of(directory: Path, number: str) -> ColumnarSegment:
    """The segment whose files lie in a directory under a number of lower-case letters and digits.

    Raises:
        IndexCorruptError: they cannot be read.
    """
    name = f"{INDEX_NAME}_{number}"
    documents = DocumentsReader(SectionFile.open(directory / f"{name}{DOCUMENTS_EXT}"))
    segment = ColumnarSegment(INDEX_NAME, documents.count, number)
    segment.note_lengths(documents)
    return segment


def side_folder(directory: Path, name: str) -> Path:
    """Where the side tables of a segment are: its words, its suggestions, the digests of its articles."""
    return directory if name == BUILT else directory / name


def files_of(name: str, files: Iterable[str]) -> list[str]:
    """Those of some paths within a generation that belong to a segment, its side tables among them.

    Args:
        name: of the segment's files, without their endings.
        files: paths within the generation, with ``/``.
    """
    mine = (f"{name}.", f"{name}/", f"{name}_")
    found = [file for file in files if file.startswith(mine)]
    if name == BUILT:
        found += [
            file for file in files if "/" not in file and not file.startswith((INDEX_NAME, f"_{INDEX_NAME}"))
        ]
    return found
