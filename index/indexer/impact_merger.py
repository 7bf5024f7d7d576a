"""Joining the lists of several segments into one, term range after term range; impacts stay as they are.

They were made under one basis, which the segments of an index share.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.arrays import U4
from index.columnar.impact_field import ImpactField
from index.columnar.impact_writer import ImpactWriter
from index.columnar.section_file import SectionFile
from index.columnar.term_block import TermBlock
from index.kernel.blocks import Postings
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
        ordinals = _ordinals(parts, places, stops)
        terms = sorted(set().union(*ordinals))
        for found, number in zip(ordinals, numbers, strict=True):
            number[list(found.values())] = [done + place for place, term in enumerate(terms) if term in found]
        writer.extend(_joined(parts, ordinals, terms))
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


def _ordinals(
    parts: Sequence[ImpactPart], places: Sequence[int], stops: Sequence[int]
) -> list[dict[bytes, int]]:
    """The terms of each part's window, with their ordinals."""
    return [
        dict(zip(part.field.dictionary.between(place, stop), range(place, stop), strict=True))
        for part, place, stop in zip(parts, places, stops, strict=True)
    ]


def _joined(
    parts: Sequence[ImpactPart], ordinals: Sequence[dict[bytes, int]], terms: Sequence[bytes]
) -> TermBlock:
    sources = [(part.field.postings, part.base, found) for part, found in zip(parts, ordinals, strict=True)]
    lists = [
        Postings([postings(found[term], base) for postings, base, found in sources if term in found])
        for term in terms
    ]
    counts, docs, impacts, freqs, positions = gather(lists)
    return TermBlock(terms, counts, docs, freqs, positions, impacts=impacts)
