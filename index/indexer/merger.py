"""Joining the postings of several runs into one, term range after term range, in bounded memory."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from onneshon.index.arrays import U4, ends_of, gather_ranges, starts_of
from onneshon.index.columnar.field_reader import FieldReader
from onneshon.index.columnar.postings import PostingsWriter
from onneshon.index.columnar.term_block import TermBlock
from onneshon.index.indexer.parts import Part, release, stops

__all__ = ["merge_field"]

WINDOW_TERMS = 1 << 14
"""Terms of one part looked at together."""

WINDOW_OCCURRENCES = 1 << 21
"""Occurrences of all parts joined at once; a single term with more is joined by itself."""


def merge_field(
    parts: Sequence[Part[FieldReader]],
    writer: PostingsWriter,
    occurrences: int = WINDOW_OCCURRENCES,
    renumbering: U4 | None = None,
) -> None:
    """Write the postings of all parts, whose documents follow one another, as those of one field.

    Args:
        parts: of the field.
        writer: of the field.
        occurrences: joined at once.
        renumbering: as for ``merge_impacts``.
    """
    places = [0] * len(parts)
    while any(place < part.field.term_count for place, part in zip(places, parts, strict=True)):
        ends = _window(parts, places, occurrences // len(parts))
        blocks = [
            (part.field.block(place, stop), part.base)
            for part, place, stop in zip(parts, places, ends, strict=True)
            if place < stop
        ]
        block = _join(blocks)
        writer.extend(block if renumbering is None else block.renumbered(renumbering))
        places = ends
        release(parts)


def _window(parts: Sequence[Part[FieldReader]], places: Sequence[int], occurrences: int) -> list[int]:
    """Where to stop in each part, without many more occurrences in any than asked for."""
    far = [_reach(part.field, place, occurrences) for part, place in zip(parts, places, strict=True)]
    return stops(parts, places, far)


def _reach(reader: FieldReader, place: int, occurrences: int) -> int:
    stop = min(place + WINDOW_TERMS, reader.term_count)
    ends = ends_of(reader.collection_frequencies(place, stop))
    fitting = int(np.searchsorted(ends, occurrences, "right"))
    return min(stop, place + max(1, fitting))


def _join(blocks: Sequence[tuple[TermBlock, int]]) -> TermBlock:
    """One block of several, in the order of terms, within a term in the order of the parts."""
    terms = sorted(set().union(*(block.terms for block, _ in blocks)))
    counts = np.concatenate([block.counts for block, _ in blocks])
    docs = np.concatenate([block.docs + np.uint32(base) for block, base in blocks])
    freqs = np.concatenate([_freqs(block) for block, _ in blocks])
    positions = _positions(blocks)
    if len(terms) == 1 or len(blocks) == 1:
        counts = counts if len(blocks) == 1 else counts.sum(keepdims=True)
        return TermBlock(terms, counts, docs, freqs, positions)
    order, firsts = _order(blocks, terms)
    picked = gather_ranges(starts_of(counts)[order], counts[order])
    if positions is not None:
        occurrences = np.add.reduceat(freqs, starts_of(counts), dtype=np.int64)
        positions = positions[gather_ranges(starts_of(occurrences)[order], occurrences[order])]
    return TermBlock(terms, np.add.reduceat(counts[order], firsts), docs[picked], freqs[picked], positions)


def _order(
    blocks: Sequence[tuple[TermBlock, int]], terms: Sequence[bytes]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How to rearrange the blocks' terms, and where each term of the result begins in the rearranged."""
    number = {term: place for place, term in enumerate(terms)}
    numbers = np.concatenate(
        [np.fromiter(map(number.__getitem__, block.terms), np.int64, len(block.terms)) for block, _ in blocks]
    )
    order = np.argsort(numbers, kind="stable")
    return order, np.flatnonzero(np.diff(numbers[order], prepend=-1))


def _freqs(block: TermBlock) -> NDArray[np.integer]:
    return np.ones(len(block.docs), np.uint32) if block.freqs is None else block.freqs


def _positions(blocks: Sequence[tuple[TermBlock, int]]) -> NDArray[np.integer] | None:
    pieces = [block.positions for block, _ in blocks if block.positions is not None]
    return np.concatenate(pieces) if pieces else None
