"""Joining the lists of several segments into one, term range after term range; impacts stay as they are.

They were made under one basis, which the segments of an index share.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from index.arrays import U4
from index.columnar.impact_field import ImpactField
from index.columnar.impact_writer import ImpactWriter
from index.columnar.term_block import TermBlock
from index.indexer.parts import Part, release, stops
from index.kernel.blocks import PostingList, Postings
from index.kernel.gathering import gather

__all__ = ["merge_impacts"]

WINDOW_TERMS = 1 << 14
"""Terms of one part looked at together."""

WINDOW_BYTES = 1 << 21
"""Bytes of the lists of all parts joined at once; a single term with more is joined by itself."""


@dataclass(frozen=True, slots=True)
class _Window:
    """Consecutive terms of a part, with their lists."""

    ordinals: range
    terms: list[bytes]
    lists: list[PostingList]

    @classmethod
    def of(cls, part: Part[ImpactField], ordinals: range) -> Self:
        """Those of some ordinals."""
        terms = part.field.dictionary.between(ordinals.start, ordinals.stop)
        return cls(ordinals, terms, part.field.lists(ordinals, part.base))


def merge_impacts(
    parts: Sequence[Part[ImpactField]], writer: ImpactWriter, size: int = WINDOW_BYTES
) -> list[U4]:
    """Write the postings of all parts, whose documents follow one another, as those of one field.

    Args:
        parts: of the field.
        writer: of the field, with positions if the parts have them.
        size: bytes of lists joined at once.

    Returns:
        For each part the new ordinal of each of its terms.
    """
    numbers = [np.zeros(part.field.term_count, np.uint32) for part in parts]
    places = [0] * len(parts)
    done = 0
    while any(place < part.field.term_count for place, part in zip(places, parts, strict=True)):
        ends = _window(parts, places, size // len(parts))
        windows = [_Window.of(*one) for one in zip(parts, map(range, places, ends), strict=True)]
        lists: dict[bytes, list[PostingList]] = {}
        for window in windows:
            for term, found in zip(window.terms, window.lists, strict=True):
                lists.setdefault(term, []).append(found)
        terms = sorted(lists)
        numbered = dict(zip(terms, range(done, done + len(terms)), strict=True))
        for window, number in zip(windows, numbers, strict=True):
            number[window.ordinals.start : window.ordinals.stop] = [numbered[term] for term in window.terms]
        writer.extend(_joined(terms, [lists[term] for term in terms]))
        done += len(terms)
        places = ends
        release(parts)
    return numbers


def _window(parts: Sequence[Part[ImpactField]], places: Sequence[int], size: int) -> list[int]:
    """Where to stop in each part, without many more bytes of any than asked for."""
    far = [part.field.reach(place, WINDOW_TERMS, size) for part, place in zip(parts, places, strict=True)]
    return stops(parts, places, far)


def _joined(terms: Sequence[bytes], lists: Sequence[Sequence[PostingList]]) -> TermBlock:
    """The lists of each term as one."""
    counts, docs, impacts, freqs, positions = gather(list(map(Postings, lists)))
    return TermBlock(terms, counts, docs, freqs, positions, impacts=impacts)
