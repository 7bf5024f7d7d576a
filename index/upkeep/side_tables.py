"""What lies beside the postings of a segment: words by sound, suggestions, digests of its articles."""

from collections.abc import Sequence
from pathlib import Path

from onneshon.index.columnar.segment_list import side_folder
from onneshon.index.columnar.segment_reader import SegmentReader
from onneshon.index.completion.writer import write_completion
from onneshon.index.indexer.builder import word_counts
from onneshon.index.indexer.digests import Digests, write_digests
from onneshon.index.vocabulary.writer import write_vocabulary

__all__ = ["write_side_tables"]


def write_side_tables(
    directory: Path,
    name: str,
    segment: SegmentReader,
    digests: Digests,
    titles: Sequence[str],
) -> None:
    """Write the side tables of a segment whose files are in a directory.

    Args:
        directory: of the index.
        name: of the segment's files, without their endings.
        segment: the segment, open.
        digests: of its documents, in their order.
        titles: of its articles.
    """
    folder = side_folder(directory, name)
    folder.mkdir(mode=0o700, exist_ok=True)
    words = word_counts([segment])
    write_vocabulary(folder, [(found.word, found.articles) for found in words])
    write_completion(folder, words, titles, segment.doc_count)
    write_digests(folder, digests)
