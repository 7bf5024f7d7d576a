"""Segments opened by a writer for the next generation, the merge policy, and merging.

Segments are in the order in which they were written, and so roughly from large to small. Each is kept more
than twice as large as all later ones together (the logarithmic method of Bentley and Saxe, "Decomposable
searching problems", 1980): the number of segments grows as the logarithm of the index, and an article is
merged a few times that number at most. With a factor of one, there are a third more segments to search.
"""

import math
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.batch_analyzer import BatchAnalyzer, KnownStem
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
from onneshon.index.completion.writer import word_counts, write_completion
from onneshon.index.errors import IndexCorruptError
from onneshon.index.indexer.bulk_writer import BulkWriter
from onneshon.index.indexer.digests import Digests, digests_of, read_digests, write_digests
from onneshon.index.indexer.segment_merger import Run, merge_runs
from onneshon.index.ranking import Basis
from onneshon.index.storage.durable import link_file
from onneshon.index.storage.reader import MIGRATE
from onneshon.index.vocabulary.file import write_vocabulary
from onneshon.index.vocabulary.learned import LEARNED_EXT
from onneshon.index.vocabulary.pair_counts import counts_of_texts, joined
from onneshon.index.vocabulary.pairs import PAIRS_EXT, WordPairs, write_pairs
from onneshon.index.vocabulary.several import join_learned


@dataclass(frozen=True, slots=True, eq=False)
class OpenSegment:
    """One segment.

    Attributes:
        folder: the folder of its files.
        entry: its row in the list of segments, without current deletions.
        reader: the reader of the segment.
        digests: the digests of its documents' contents and of the records they were made from.
        dead: True for each document that is currently deleted; changed in place.
    """

    folder: Path
    entry: Segment
    reader: SegmentReader
    digests: Digests
    dead: NDArray[np.bool_]

    @classmethod
    def open(cls, folder: Path, entry: Segment, digests: Digests | None = None) -> "OpenSegment":
        """Open a segment whose files are in a folder; digests are read, or computed if it has none."""
        dead = entry.mask()
        reader = SegmentReader(folder, entry.name, entry.documents, dead)
        if digests is None:
            digests = read_digests(side_folder(folder, entry.name), entry.documents)
        return cls(folder, entry, reader, digests_of(reader) if digests is None else digests, dead)

    @property
    def name(self) -> str:
        """The name of its files, without suffixes."""
        return self.entry.name

    @property
    def alive(self) -> int:
        """The number of its documents that are not dead."""
        return len(self.dead) - int(self.dead.sum())

    @property
    def dead_share(self) -> float:
        """The share of its documents that are dead, from 0 to 1."""
        return float(self.dead.mean())

    @property
    def size(self) -> int:
        """The bytes of its postings and stored texts."""
        return sum(self.file(ending).stat().st_size for ending in (INVERTED_EXT, DOCUMENTS_EXT))

    def file(self, ending: str) -> Path:
        """Its file with an ending; one of an earlier version lacks some, and few have learned variants."""
        return self.folder / f"{self.name}{ending}"

    def remove(self) -> None:
        """Remove its files, which are in no published generation."""
        for ending in (INVERTED_EXT, DOCUMENTS_EXT, PAIRS_EXT):
            self.file(ending).unlink()
        self.file(LEARNED_EXT).unlink(missing_ok=True)

    @property
    def dictionary(self) -> bytes:
        """The dictionary by which its stored texts are compressed."""
        return documents_of(self.folder, self.name).stored.dictionary

    @property
    def basis(self) -> Basis:
        """The basis of its impacts."""
        return Basis.from_dict(SectionFile.open(self.file(INVERTED_EXT)).facts[BASIS])

    def find(self, article_id: str) -> int | None:
        """The document number of a live article; None if there is none of that id."""
        doc = self.reader.find(article_id)
        return None if doc is None or self.dead[doc] else doc

    def listed(self) -> Segment:
        """Its row in the list of segments, with current deletions."""
        return self.entry.with_deleted(self.dead)


def opened_segments(folder: Path) -> list[OpenSegment]:
    """The segments of a generation."""
    return [OpenSegment.open(folder, entry) for entry in read_segments(folder)]


class NewSegment(BulkWriter):
    """A segment that is being written, in a folder of its own.

    Args:
        folder: the folder, made here; must not exist.
        dictionary: the compression dictionary of the other segments' stored texts, so that they can be
            merged as they are; None to train one.
        basis: the basis of the other segments' impacts; None if there are no others.
        known_stem: returns the stem of a word of the other segments; None if there are no others.
    """

    def __init__(
        self,
        folder: Path,
        dictionary: bytes | None,
        basis: Basis | None,
        known_stem: KnownStem | None = None,
    ) -> None:
        self._folder = folder
        analyzer = BatchAnalyzer(known_stem) if known_stem else None
        super().__init__(folder, dictionary=dictionary, basis=basis, analyzer=analyzer)

    def finish(self, directory: Path, number: str) -> Segment:
        """Write the segment, which has at least one article, into a directory under a number."""
        self.commit()
        for path in self._folder.glob(f"{BUILT}.*"):
            path.rename(directory / f"{INDEX_NAME}_{number}{path.suffix}")
        shutil.rmtree(self._folder)
        return segment_of(directory, number)


INLINE_BYTES: Final = 4 << 20
"""Most bytes that an update merges before it is published: half a second's work."""

BACKGROUND_BYTES: Final = 64 << 20
"""Most bytes that a background merge takes at a time: some seconds' work."""

OUTWEIGHING: Final = 2
"""A segment is merged unless its size / the size of all later ones together is above this."""

MOST_SEGMENTS: Final = 24
"""If there are more segments than this, the smaller half is merged, whatever their sizes."""


def first_to_merge(sizes: Sequence[int], most: float = math.inf) -> int | None:
    """The number of the segment from which on all are to be merged into one; None if all may stay.

    Args:
        sizes: the bytes of each segment, the oldest first.
        most: the most bytes that may be merged.
    """
    behind = list(accumulate(reversed(sizes), initial=0))[::-1]
    for number in range(len(sizes) - 1):
        if sizes[number] <= OUTWEIGHING * behind[number + 1] and behind[number] <= most:
            return number
    if len(sizes) > MOST_SEGMENTS:
        return len(behind) // 2  # the smaller half
    return None


def write_side_tables(
    directory: Path, name: str, segment: SegmentReader, digests: Digests, titles: Sequence[str]
) -> None:
    """Write the side tables of a segment whose files are in a directory.

    Args:
        directory: the folder of the generation.
        name: the name of the segment's files, without suffixes.
        segment: the reader of the segment.
        digests: the digests of its documents, in their order.
        titles: the titles of its articles.
    """
    folder = side_folder(directory, name)
    folder.mkdir(mode=0o700)
    words = word_counts([segment])
    write_vocabulary(folder, [(found.word, found.articles) for found in words])
    write_completion(folder, words, titles, segment.doc_count)
    write_digests(folder, digests)


def merge_segments(parts: Sequence[OpenSegment], folder: Path, number: str) -> OpenSegment:
    """Write one segment with the live articles of several, in their order, and nothing of the dead ones.

    Args:
        parts: the segments to merge, with at least one live article among them.
        folder: the folder for the new segment.
        number: the number of the new segment.
    """
    if (
        len({part.dictionary for part in parts}) > 1
    ):  # no writer makes such segments, and their merged texts could not be read
        raise IndexCorruptError(f"segments are compressed by several dictionaries: {MIGRATE}")
    join_learned([part.file(LEARNED_EXT) for part in parts], folder / f"{INDEX_NAME}_{number}{LEARNED_EXT}")
    scratch = folder / "joining"
    scratch.mkdir()
    runs = [_as_run(part, scratch / part.name) for part in parts]  # damage is reported by this name
    merge_runs(runs, folder / f"{INDEX_NAME}_{number}")
    shutil.rmtree(scratch)
    _join_pairs(parts, folder / f"{INDEX_NAME}_{number}{PAIRS_EXT}")
    digests = Digests.joined([part.digests.of(~part.dead) for part in parts])
    return OpenSegment.open(folder, segment_of(folder, number), digests)


def _join_pairs(parts: Sequence[OpenSegment], path: Path) -> None:
    """Add up the counts of adjacent words, and subtract those of the dead articles."""
    found = [WordPairs.open(part.file(PAIRS_EXT)) for part in parts]
    known = [pairs.counts() for pairs in found if pairs is not None]
    dead = list(counts_of_texts(text for part in parts for text in _dead_texts(part)))
    write_pairs(path, joined(known, dead))


def _dead_texts(part: OpenSegment) -> Iterator[str]:
    for doc in np.flatnonzero(part.dead).tolist():
        article = part.reader.article(doc)
        yield from (article.title, article.body)


def _as_run(part: OpenSegment, stem: Path) -> Run:
    for ending in (INVERTED_EXT, DOCUMENTS_EXT):
        link_file(part.file(ending), Path(f"{stem}{ending}"))
    return Run(str(stem), part.dead)
