"""An index for Whoosh: Whoosh's list of segments along with ours, and the live generation opened by Whoosh.

Whoosh is imported only where an index is written, or opened for Whoosh's own searchers, parsers and
collectors.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from onneshon.index.columnar.segment_list import Segment, write_segment_list
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.reader import check_fingerprints


def write_segments(directory: Path, segments: Sequence[Segment]) -> None:
    """Write both lists of segments of a new index, ours and Whoosh's; its other files are written already."""
    from onneshon.index.whoosh_codec.codec import write_toc  # noqa: PLC0415  # loads Whoosh

    write_segment_list(directory, segments)
    write_toc(directory, segments)


def open_with_whoosh(directory: Path) -> Any:
    """Open the live generation of an index; to see later updates, open it again.

    Names and sizes of files are checked first, and every byte of the list that Whoosh unpickles.

    Args:
        directory: the index.

    Returns:
        A ``whoosh.index.FileIndex`` that refuses to write.

    Raises:
        IndexMissingError: there is no index yet.
        IndexCorruptError: a file is not as it was built.
        IndexOutdatedError: the index was built by another version of the analysis or the schema.
    """
    from onneshon.index.whoosh_codec.codec import open_folder  # noqa: PLC0415  # loads Whoosh

    generation = Generations(directory).agreed()
    check_fingerprints(generation.check(digests=False))
    return open_folder(generation.folder)
