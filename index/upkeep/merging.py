"""Which segments to merge, how they become one, and what is written beside their postings.

Segments stand in the order in which they were written, and so roughly from large to small. Each is kept more
than twice as large as all that came after it together (the logarithmic method of Bentley and Saxe,
"Decomposable searching problems", 1980): the number of segments grows as the logarithm of the index, and an
article is merged a few times as often at most. With once as large, there are a third more segments to search.
"""

import math
import shutil
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Final

import numpy as np

from onneshon.index.article import Article
from onneshon.index.columnar.section_file import DOCUMENTS_EXT, INVERTED_EXT
from onneshon.index.columnar.segment_list import INDEX_NAME, segment_of, side_folder
from onneshon.index.columnar.segment_reader import SegmentReader
from onneshon.index.completion.words import word_counts
from onneshon.index.completion.writer import write_completion
from onneshon.index.indexer.digests import Digests, write_digests
from onneshon.index.indexer.segment_merger import Run, merge_runs
from onneshon.index.storage.durable import link_file
from onneshon.index.upkeep.open_segment import NewSegment, OpenSegment
from onneshon.index.vocabulary.learned import LEARNED_EXT, join_learned
from onneshon.index.vocabulary.pair_counts import counts_of_texts, joined
from onneshon.index.vocabulary.pairs import PAIRS_EXT, WordPairs, write_pairs
from onneshon.index.vocabulary.writer import write_vocabulary

INLINE_BYTES: Final = 4 << 20
"""What an update merges before it is published; half a second's work at most."""

BACKGROUND_BYTES: Final = 64 << 20
"""What is merged at a time when nobody waits for it; some seconds' work, rarely."""

OUTWEIGHING: Final = 2
"""How many times as large as all that came after it together a segment is kept."""

MOST_SEGMENTS: Final = 24
"""So many are merged whatever it takes."""


def first_to_merge(sizes: Sequence[int], most: float = math.inf) -> int | None:
    """The first of the segments at the end of a row that are to become one; None where all may stay.

    Args:
        sizes: bytes of each, the oldest first.
        most: bytes that may be merged.
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


def merge_segments(parts: Sequence[OpenSegment], folder: Path, number: str) -> OpenSegment:
    """Write one segment with the living articles of several, in their order; nothing of the dead is left.

    Args:
        parts: at least one article of which is alive.
        folder: where the segment goes.
        number: of the new segment.
    """
    join_learned([part.learned_file for part in parts], folder / f"{INDEX_NAME}_{number}{LEARNED_EXT}")
    if len({part.dictionary for part in parts}) > 1:
        return _written_anew(parts, folder, number)
    return _joined(parts, folder, number)


def _joined(parts: Sequence[OpenSegment], folder: Path, number: str) -> OpenSegment:
    scratch = folder / "joining"
    scratch.mkdir(mode=0o700)
    runs = [_as_run(part, scratch / f"run{number}") for number, part in enumerate(parts)]
    merge_runs(runs, folder / f"{INDEX_NAME}_{number}")
    shutil.rmtree(scratch)
    _join_pairs(parts, folder / f"{INDEX_NAME}_{number}{PAIRS_EXT}")
    return OpenSegment.open(folder, segment_of(folder, number), _live_digests(parts))


def _join_pairs(parts: Sequence[OpenSegment], path: Path) -> None:
    """Add up how often words stand side by side, and take away what the dead articles count for."""
    found = [WordPairs.open(part.pairs_file) for part in parts]
    known = [pairs.counts() for pairs in found if pairs is not None]
    if len(known) == len(parts):  # a part of an earlier version has none
        dead = list(counts_of_texts(text for part in parts for text in _dead_texts(part)))
        write_pairs(path, joined([*known, *dead], [*(1 for _ in known), *(-1 for _ in dead)]))


def _dead_texts(part: OpenSegment) -> Iterator[str]:
    for doc in np.flatnonzero(part.dead).tolist():
        article = part.reader.article(doc)
        yield from (article.title, article.body)


def _live_digests(parts: Sequence[OpenSegment]) -> Digests:
    return Digests.joined([part.digests.of(~part.dead) for part in parts])


def _as_run(part: OpenSegment, stem: Path) -> Run:
    for ending in (INVERTED_EXT, DOCUMENTS_EXT):
        link_file(part.folder / f"{part.name}{ending}", Path(f"{stem}{ending}"))
    return Run(str(stem), part.dead)


def _written_anew(parts: Sequence[OpenSegment], folder: Path, number: str) -> OpenSegment:
    """Stored texts that were compressed by several dictionaries cannot be copied as they are."""
    largest = max(parts, key=lambda part: part.alive)
    fresh = NewSegment(folder / "rewriting", largest.dictionary, largest.basis)
    for article in _live_articles(parts):
        fresh.add(article)
    entry = fresh.finish(folder, number)
    return OpenSegment.open(folder, entry, _live_digests(parts))


def _live_articles(parts: Sequence[OpenSegment]) -> Iterator[Article]:
    for part in parts:
        for doc in np.flatnonzero(~part.dead).tolist():
            yield part.reader.article(doc)
