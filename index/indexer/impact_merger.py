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
from index.columnar.section_file import SectionFile
from index.columnar.term_block import TermBlock
from index.kernel.blocks import PostingList, Postings
from index.kernel.gathering import gather

__all__ = ["ImpactPart", "merge_impacts"]

WINDOW_TERMS = 1 << 14
"""Terms of one part looked at together."""

WINDOW_BYTES = 1 << 21
"""Bytes of the lists of all parts joined at once; a single term with more is joined by itself."""


@dataclass(frozen=True, slots=True)
class ImpactPart:
    """One segment's share of a field: its lists, the number of its first document, and its file."""

    field: ImpactField
    base: int
    file: SectionFile


@dataclass(frozen=True, slots=True)
class _Window:
    """Consecutive terms of a part, with their lists."""

    ordinals: range
    terms: list[bytes]
    lists: list[PostingList]

    @classmethod
    def of(cls, part: ImpactPart, ordinals: range) -> Self:
        """Those of some ordinals."""
        terms = part.field.dictionary.between(ordinals.start, ordinals.stop)
        return cls(ordinals, terms, part.field.lists(ordinals, part.base))


def merge_impacts(parts: Sequence[ImpactPart], writer: ImpactWriter, size: int = WINDOW_BYTES) -> list[U4]:
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
        stops = _window(parts, places, size // len(parts))
        windows = [_Window.of(*one) for one in zip(parts, map(range, places, stops), strict=True)]
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
        places = stops
        for part in parts:
            part.file.release()
    return numbers


def _window(parts: Sequence[ImpactPart], places: Sequence[int], size: int) -> list[int]:
    """Where to stop in each part: all go up to a common term, and none has many more than asked for."""
    far = [part.field.reach(place, WINDOW_TERMS, size) for part, place in zip(parts, places, strict=True)]
    bounds = [
        part.field.dictionary[stop - 1]
        for part, place, stop in zip(parts, places, far, strict=True)
        if place < stop < part.field.term_count
    ]
    if not bounds:
        return far
    bound = min(bounds)
    return [max(place, _after(part.field, bound)) for part, place in zip(parts, places, strict=True)]


def _after(field: ImpactField, term: bytes) -> int:
    ordinal, found = field.dictionary.find(term)
    return ordinal + found


def _joined(terms: Sequence[bytes], lists: Sequence[Sequence[PostingList]]) -> TermBlock:
    """The lists of each term as one."""
    counts, docs, impacts, freqs, positions = gather(list(map(Postings, lists)))
    return TermBlock(terms, counts, docs, freqs, positions, impacts=impacts)
