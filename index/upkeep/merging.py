"""Several segments made one: joined posting by posting, or written anew where many articles are dead."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from index.article import Article
from index.columnar.section_file import DOCUMENTS_EXT, INVERTED_EXT
from index.indexer.assembly import merge_runs
from index.indexer.digests import Digests
from index.indexer.runs import Run
from index.storage.durable import link_file
from index.upkeep.held import HeldSegment
from index.upkeep.new_segment import NewSegment
from index.whoosh_codec.segment_list import segment_of, with_deleted
from index.whoosh_codec.toc import INDEX_NAME

__all__ = ["merge_segments"]

DEAD_SHARE: Final = 0.2
"""With more, what is left is written anew."""

REWRITTEN: Final = 500
"""Articles that are analysed again before an update is published, at most."""


def merge_segments(
    parts: Sequence[HeldSegment],
    folder: Path,
    number: str,
    *,
    rewritten: float = REWRITTEN,
    dead_share: float = DEAD_SHARE,
) -> HeldSegment:
    """Write one segment with the living articles of several, in their order.

    Args:
        parts: at least one article of which is alive.
        folder: where the segment goes.
        number: of the new segment.
        rewritten: articles that may be analysed again to be rid of dead ones; where there are more, dead ones
            are taken along.
        dead_share: of the documents, beyond which the living are written anew.
    """
    documents = sum(len(part.dead) for part in parts)
    alive = sum(part.alive for part in parts)
    many_dead = documents - alive > dead_share * documents
    if len({part.dictionary for part in parts}) > 1 or (many_dead and alive <= rewritten):
        return _written_anew(parts, folder, number)
    return _joined(parts, folder, number)


def _joined(parts: Sequence[HeldSegment], folder: Path, number: str) -> HeldSegment:
    scratch = folder / "joining"
    scratch.mkdir(mode=0o700)
    runs = [_as_run(part, scratch / f"run{place}") for place, part in enumerate(parts)]
    merge_runs(runs, folder / f"{INDEX_NAME}_{number}")
    shutil.rmtree(scratch)
    dead = np.concatenate([part.dead for part in parts])
    entry = with_deleted(segment_of(folder, number), dead)
    return HeldSegment.open(folder, entry, Digests.joined([part.digests for part in parts]))


def _as_run(part: HeldSegment, stem: Path) -> Run:
    for ending in (INVERTED_EXT, DOCUMENTS_EXT):
        link_file(part.folder / f"{part.name}{ending}", Path(f"{stem}{ending}"))
    return Run(str(stem), len(part.dead))


def _written_anew(parts: Sequence[HeldSegment], folder: Path, number: str) -> HeldSegment:
    largest = max(parts, key=lambda part: part.alive)
    fresh = NewSegment(folder / "rewriting", largest.dictionary, largest.basis)
    for article in _living(parts):
        fresh.add(article)
    entry = fresh.finish(folder, number)
    living = [part.digests.of(~part.dead) for part in parts]
    return HeldSegment.open(folder, entry, Digests.joined(living))


def _living(parts: Sequence[HeldSegment]) -> Iterator[Article]:
    for part in parts:
        for doc in np.flatnonzero(~part.dead).tolist():
            yield part.reader.article(doc)
