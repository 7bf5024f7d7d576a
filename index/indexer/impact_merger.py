"""Joining the lists of several segments into one, term range after term range; impacts stay as they are.

They were made under one basis, which the segments of an index share.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from onneshon.index.arrays import U4
from onneshon.index.columnar.impact_field import ImpactField, ImpactWriter
from onneshon.index.columnar.section_file import SectionFile
from onneshon.index.columnar.term_dictionary import GONE, TermBlock
from onneshon.index.kernel.encoding import gather
from onneshon.index.kernel.postings import PostingList, Postings

__all__ = ["Part", "merge_impacts"]

WINDOW_TERMS = 1 << 14
"""Terms of one part looked at together."""

WINDOW_BYTES = 1 << 21
"""Bytes of the lists of all parts joined at once; a single term with more is joined by itself."""


@dataclass(frozen=True, slots=True)
class Part:
    """One segment's share of a field: its postings, the number of its first document, and its file."""

    field: ImpactField
    base: int
    file: SectionFile | None = None


@dataclass(frozen=True, slots=True)
class _Window:
    """Consecutive terms of a part, with their lists."""

    ordinals: range
    terms: list[bytes]
    lists: list[PostingList]

    @classmethod
    def of(cls, part: Part, ordinals: range) -> Self:
        """Those of some ordinals."""
        terms = part.field.dictionary.between(ordinals.start, ordinals.stop)
        return cls(ordinals, terms, part.field.lists(ordinals, part.base))


def merge_impacts(
    parts: Sequence[Part],
    writer: ImpactWriter,
    size: int = WINDOW_BYTES,
    renumbering: U4 | None = None,
) -> list[U4]:
    """Write the postings of all parts, whose documents follow one another, as those of one field.

    Args:
        parts: of the field.
        writer: of the field, with positions if the parts have them.
        size: bytes of lists joined at once.
        renumbering: the new number of each document of all parts, ``GONE`` where it is left out; None where
            all stay.

    Returns:
        For each part the new ordinal of each of its terms; ``GONE`` where no document is left of it.
    """
    numbers = [np.full(part.field.term_count, GONE, np.uint32) for part in parts]
    ordinals = [0] * len(parts)
    shares = _shares([part.field.size for part in parts], size)
    done = 0
    while any(ordinal < part.field.term_count for ordinal, part in zip(ordinals, parts, strict=True)):
        ends = _window(parts, ordinals, shares)
        windows = [_Window.of(*part) for part in zip(parts, map(range, ordinals, ends), strict=True)]
        lists: dict[bytes, list[PostingList]] = {}
        for window in windows:
            for term, found in zip(window.terms, window.lists, strict=True):
                lists.setdefault(term, []).append(found)
        block = _joined(lists)
        if renumbering is not None:
            block = block.renumbered(renumbering)
        numbered = dict(zip(block.terms, range(done, done + len(block.terms)), strict=True))
        for window, number in zip(windows, numbers, strict=True):
            new = [numbered.get(term, GONE) for term in window.terms]
            number[window.ordinals.start : window.ordinals.stop] = new
        writer.extend(block)
        done += len(block.terms)
        ordinals = ends
        _release(parts)
    return numbers


def _shares(sizes: Sequence[int], size: int) -> list[int]:
    """Of so many bytes those of each part: about as many of a part as it has of all."""
    total = sum(sizes) + len(sizes)
    return [size * (own + 1) // total for own in sizes]


def _window(parts: Sequence[Part], ordinals: Sequence[int], shares: Sequence[int]) -> list[int]:
    """Where to stop in each part, without many more bytes of it than its share."""
    far = [
        part.field.reach(ordinal, WINDOW_TERMS, share)
        for part, ordinal, share in zip(parts, ordinals, shares, strict=True)
    ]
    return _stops(parts, ordinals, far)


def _stops(parts: Sequence[Part], ordinals: Sequence[int], far: Sequence[int]) -> list[int]:
    """Where to stop in each part, so that all go up to a common term; ``far``, where each would by itself."""
    bounds = [
        part.field.dictionary[stop - 1]
        for part, ordinal, stop in zip(parts, ordinals, far, strict=True)
        if ordinal < stop < part.field.term_count
    ]
    if not bounds:
        return list(far)
    bound = min(bounds)
    return [max(ordinal, _after(part.field, bound)) for part, ordinal in zip(parts, ordinals, strict=True)]


def _after(field: ImpactField, term: bytes) -> int:
    ordinal, found = field.dictionary.find(term)
    return ordinal + found


def _release(parts: Sequence[Part]) -> None:
    """Let the system take back the memory of what was read of the files so far."""
    for part in parts:
        if part.file is not None:
            part.file.release()


def _joined(lists: Mapping[bytes, Sequence[PostingList]]) -> TermBlock:
    """The lists of each term as one, in the order of terms."""
    terms = sorted(lists)
    counts, docs, impacts, freqs, positions = gather([Postings(lists[term]) for term in terms])
    return TermBlock(terms, counts, docs, freqs, positions, impacts=impacts)
