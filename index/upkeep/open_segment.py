"""Segments while the next generation is put together: of the live one, and new ones of articles."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.batch_analyzer import BatchAnalyzer, KnownStem
from onneshon.index.article import Article
from onneshon.index.columnar.impact_field import BASIS
from onneshon.index.columnar.section_file import DOCUMENTS_EXT, INVERTED_EXT, SectionFile
from onneshon.index.columnar.segment_list import (
    BUILT,
    INDEX_NAME,
    Segment,
    documents_of,
    read_segments,
    segment_of,
    side_folder,
)
from onneshon.index.columnar.segment_reader import SegmentReader
from onneshon.index.indexer.bulk_writer import BulkWriter
from onneshon.index.indexer.digests import Digests, digests_of, read_digests
from onneshon.index.ranking import Basis
from onneshon.index.vocabulary.learned import LEARNED_EXT
from onneshon.index.vocabulary.pairs import PAIRS_EXT


@dataclass(frozen=True, slots=True, eq=False)
class OpenSegment:
    """One segment.

    Attributes:
        folder: where its files are.
        entry: as the list of segments has it, without the deletions of now.
        reader: reads it.
        digests: of its documents, by what they are and by what they were made of.
        dead: True for each document that is deleted by now; changed in place.
    """

    folder: Path
    entry: Segment
    reader: SegmentReader
    digests: Digests
    dead: NDArray[np.bool_]

    @classmethod
    def open(cls, folder: Path, entry: Segment, digests: Digests | None = None) -> "OpenSegment":
        """Open a segment whose files are in a folder; digests are read, or made where it has none."""
        dead = entry.mask()
        reader = SegmentReader(folder, entry.name, entry.documents, dead)
        if digests is None:
            digests = read_digests(side_folder(folder, entry.name), entry.documents)
        return cls(folder, entry, reader, digests_of(reader) if digests is None else digests, dead)

    @property
    def name(self) -> str:
        """Of its files, without their endings."""
        return self.entry.name

    @property
    def alive(self) -> int:
        """How many of its documents are not dead."""
        return len(self.dead) - int(self.dead.sum())

    @property
    def dead_share(self) -> float:
        """How many of all its documents are dead."""
        return float(self.dead.mean()) if len(self.dead) else 0.0

    @property
    def size(self) -> int:
        """Bytes of its postings and stored texts."""
        return sum(path.stat().st_size for path in self._files)

    @property
    def _files(self) -> list[Path]:
        return [self.folder / f"{self.name}{ending}" for ending in (INVERTED_EXT, DOCUMENTS_EXT)]

    @property
    def pairs_file(self) -> Path:
        """How often its words stand side by side; a segment of an earlier version has none."""
        return self.folder / f"{self.name}{PAIRS_EXT}"

    @property
    def learned_file(self) -> Path:
        """What was learned of its articles; only a segment of a build, or one made of it, has one."""
        return self.folder / f"{self.name}{LEARNED_EXT}"

    def remove(self) -> None:
        """Remove its files, of which no generation has been made."""
        for path in self._files:
            path.unlink()
        self.pairs_file.unlink(missing_ok=True)
        self.learned_file.unlink(missing_ok=True)

    @property
    def dictionary(self) -> bytes:
        """By what its stored texts are compressed."""
        return documents_of(self.folder, self.name).stored.dictionary

    @property
    def basis(self) -> Basis:
        """What its impacts are made with."""
        return Basis.from_dict(SectionFile.open(self.folder / f"{self.name}{INVERTED_EXT}").facts[BASIS])

    def find(self, article_id: str) -> int | None:
        """The document of an article that is alive; None where there is none."""
        doc = self.reader.find(article_id)
        return None if doc is None or self.dead[doc] else doc

    def listed(self) -> Segment:
        """The entry with the deletions of now."""
        return self.entry.with_deleted(self.dead)


def opened_segments(folder: Path) -> list[OpenSegment]:
    """The segments of a generation."""
    return [OpenSegment.open(folder, entry) for entry in read_segments(folder)]


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
