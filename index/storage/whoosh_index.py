"""An index as Whoosh has it: its list of segments beside ours, and the live generation as Whoosh opens it.

Whoosh loads only where an index is written, or opened for Whoosh's own searchers, parsers and collectors.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from onneshon.index.columnar.segment_list import Segment, write_segment_list
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.reader import check_fingerprints


def write_segments(directory: Path, segments: Sequence[Segment]) -> None:
    """Write both lists of a new index, whose other files are there: ours, and the one of Whoosh."""
    from onneshon.index.whoosh_codec.codec import write_toc  # noqa: PLC0415  # loads Whoosh

    write_segment_list(directory, segments)
    write_toc(directory, segments)


def open_with_whoosh(directory: Path) -> Any:
    """Open the live generation of an index; updates that come later need another opening.

    Names and sizes of files are compared first, and every byte of the list that Whoosh unpickles.

    Args:
        directory: the index.

    Returns:
        A ``whoosh.index.FileIndex`` that refuses to write.

    Raises:
        IndexMissingError: there is no index yet.
        IndexCorruptError: a file is not as it was built.
        IndexOutdatedError: it was built by another version of the analysis or the schema.
    """
    from onneshon.index.whoosh_codec.codec import open_folder  # noqa: PLC0415  # loads Whoosh

    generation = Generations(directory).agreed()
    check_fingerprints(generation.check(digests=False))
    return open_folder(generation.folder)
