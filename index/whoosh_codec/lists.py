"""Our list of segments, and Whoosh's beside it, by which ``whoosh.index.open_dir`` finds the same."""

from collections.abc import Sequence
from pathlib import Path

from onneshon.index.columnar.segment_list import Segment, write_segment_list

__all__ = ["write_segments"]


def write_segments(directory: Path, segments: Sequence[Segment]) -> None:
    """Write both lists of a new index, whose other files are there."""
    from onneshon.index.whoosh_codec.toc import write_toc  # noqa: PLC0415  # Whoosh loads only where an index is written

    write_segment_list(directory, segments)
    write_toc(directory, segments)
