"""Articles as a segment of their own: the one place where upkeep writes postings of articles."""

import shutil
from pathlib import Path

from onneshon.index.analysis.batch_analyzer import BatchAnalyzer, KnownStem
from onneshon.index.article import Article
from onneshon.index.columnar.segment_list import BUILT, INDEX_NAME, Segment, segment_of
from onneshon.index.indexer.bulk_writer import BulkWriter
from onneshon.index.ranking import Basis

__all__ = ["NewSegment", "move_segment"]


class NewSegment:
    """A segment that is being written, in a folder of its own.

    Args:
        folder: made here; must not exist.
        dictionary: by which the stored texts of the other segments are compressed, so that they can be
            joined as they are; None to make one.
        basis: what the impacts of the other segments are made with; None where there are no others.
        known_stem: gives the stems of words of the other segments; None where there are no others.
    """

    def __init__(
        self,
        folder: Path,
        dictionary: bytes | None = None,
        basis: Basis | None = None,
        known_stem: KnownStem | None = None,
    ) -> None:
        self._folder = folder
        analyzer = BatchAnalyzer(known_stem) if known_stem else None
        self._writer = BulkWriter(folder, dictionary=dictionary, basis=basis, analyzer=analyzer)

    @property
    def basis(self) -> Basis:
        """What impacts are made with; known once it is finished."""
        return self._writer.basis

    @property
    def count(self) -> int:
        """Documents so far; the next one has this number."""
        return self._writer.count

    def add(self, article: Article) -> None:
        """Append an article."""
        self._writer.add(article)

    def finish(self, directory: Path, number: str) -> Segment:
        """Write the segment, which has an article, into a directory under a number."""
        self._writer.commit()
        move_segment(self._folder, BUILT, directory, number)
        shutil.rmtree(self._folder)
        return segment_of(directory, number)

    def cancel(self) -> None:
        """Give up; nothing is left."""
        self._writer.cancel()
        shutil.rmtree(self._folder, ignore_errors=True)


def move_segment(source: Path, name: str, target: Path, number: str) -> None:
    """Move the files of a segment to another directory under another number."""
    for path in source.glob(f"{name}.*"):
        path.rename(target / f"{INDEX_NAME}_{number}{path.suffix}")
