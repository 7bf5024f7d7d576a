"""Several segments made one: joined posting by posting, without their dead articles."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from onneshon.index.article import Article
from onneshon.index.columnar.section_file import DOCUMENTS_EXT, INVERTED_EXT
from onneshon.index.columnar.segment_list import INDEX_NAME, segment_of
from onneshon.index.indexer.assembly import merge_runs
from onneshon.index.indexer.digests import Digests
from onneshon.index.indexer.runs import Run
from onneshon.index.storage.durable import link_file
from onneshon.index.upkeep.held import HeldSegment
from onneshon.index.upkeep.new_segment import NewSegment
from onneshon.index.vocabulary.learned import LEARNED_EXT, join_learned
from onneshon.index.vocabulary.pair_counts import counts_of_texts, joined
from onneshon.index.vocabulary.pairs import PAIRS_EXT, WordPairs, write_pairs

__all__ = ["merge_segments"]


def merge_segments(parts: Sequence[HeldSegment], folder: Path, number: str) -> HeldSegment:
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


def _joined(parts: Sequence[HeldSegment], folder: Path, number: str) -> HeldSegment:
    scratch = folder / "joining"
    scratch.mkdir(mode=0o700)
    runs = [_as_run(part, scratch / f"run{place}") for place, part in enumerate(parts)]
    merge_runs(runs, folder / f"{INDEX_NAME}_{number}")
    shutil.rmtree(scratch)
    _join_pairs(parts, folder / f"{INDEX_NAME}_{number}{PAIRS_EXT}")
    return HeldSegment.open(folder, segment_of(folder, number), _living_digests(parts))


def _join_pairs(parts: Sequence[HeldSegment], path: Path) -> None:
    """Add up how often words stand side by side, and take away what the dead articles count for."""
    found = [WordPairs.open(part.pairs_file) for part in parts]
    known = [pairs.counts() for pairs in found if pairs is not None]
    if len(known) == len(parts):  # a part of an earlier version has none
        dead = list(counts_of_texts(text for part in parts for text in _dead_texts(part)))
        write_pairs(path, joined([*known, *dead], [*(1 for _ in known), *(-1 for _ in dead)]))


def _dead_texts(part: HeldSegment) -> Iterator[str]:
    for doc in np.flatnonzero(part.dead).tolist():
        article = part.reader.article(doc)
        yield from (article.title, article.body)


def _living_digests(parts: Sequence[HeldSegment]) -> Digests:
    return Digests.joined([part.digests.of(~part.dead) for part in parts])


def _as_run(part: HeldSegment, stem: Path) -> Run:
    for ending in (INVERTED_EXT, DOCUMENTS_EXT):
        link_file(part.folder / f"{part.name}{ending}", Path(f"{stem}{ending}"))
    return Run(str(stem), part.dead)


def _written_anew(parts: Sequence[HeldSegment], folder: Path, number: str) -> HeldSegment:
    """Stored texts that were compressed by several dictionaries cannot be copied as they are."""
    largest = max(parts, key=lambda part: part.alive)
    fresh = NewSegment(folder / "rewriting", largest.dictionary, largest.basis)
    for article in _living(parts):
        fresh.add(article)
    entry = fresh.finish(folder, number)
    return HeldSegment.open(folder, entry, _living_digests(parts))


def _living(parts: Sequence[HeldSegment]) -> Iterator[Article]:
    for part in parts:
        for doc in np.flatnonzero(~part.dead).tolist():
            yield part.reader.article(doc)
