"""Merging several segments into one: their documents in order, without the deleted ones.

All of them were made under one basis, which the segments of an index share.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from onneshon.index.article import TEXT_FIELDS
from onneshon.index.columnar.documents import DocumentsReader, DocumentsWriter, write_id_order
from onneshon.index.columnar.impact_field import BASIS, NO_STEM, STEM_OF, ImpactField, ImpactWriter
from onneshon.index.columnar.keywords import keyword_names, read_keywords, write_keywords
from onneshon.index.columnar.section_file import (
    DOCUMENTS_EXT,
    INVERTED_EXT,
    SectionFile,
    SectionWriter,
    write_file,
)
from onneshon.index.columnar.sections import I8, U4, distinct
from onneshon.index.columnar.term_dictionary import GONE, TermBlock
from onneshon.index.kernel.encoding import gather
from onneshon.index.kernel.postings import PostingList, Postings

WINDOW_TERMS = 1 << 14
"""Most terms of one part that are read at once."""

WINDOW_BYTES = 1 << 21
"""Bytes of the posting lists of all parts joined at once; a single term with more is joined by itself."""


@dataclass(frozen=True, slots=True)
class Part:
    """One segment's share of a field: its postings, the number of its first document, and its file."""

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
    def of(cls, part: Part, ordinals: range) -> Self:
        """The window of a range of ordinals of a part."""
        terms = part.field.dictionary.between(ordinals.start, ordinals.stop)
        return cls(ordinals, terms, part.field.lists(ordinals, part.base))


def merge_impacts(
    parts: Sequence[Part], writer: ImpactWriter, size: int = WINDOW_BYTES, renumbering: U4 | None = None
) -> list[U4]:
    """Write the postings of all parts, with their documents concatenated, as those of one field.

    Args:
        parts: the parts of the field, in order.
        writer: the writer of the field, with positions if the parts have them.
        size: bytes of posting lists that are joined at once.
        renumbering: the new number of each document of all parts, ``GONE`` where it is left out; None if all
            documents stay.

    Returns:
        For each part, the new ordinal of each of its terms; ``GONE`` for a term without remaining documents.
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
    """Divide ``size`` bytes among the parts in proportion to their sizes."""
    total = sum(sizes) or 1
    return [size * own // total for own in sizes]


def _window(parts: Sequence[Part], ordinals: Sequence[int], shares: Sequence[int]) -> list[int]:
    """The ordinal at which to stop in each part, so that few take more bytes than their shares."""
    far = [
        part.field.reach(ordinal, WINDOW_TERMS, share)
        for part, ordinal, share in zip(parts, ordinals, shares, strict=True)
    ]
    return _stops(parts, ordinals, far)


def _stops(parts: Sequence[Part], ordinals: Sequence[int], far: Sequence[int]) -> list[int]:
    """The ordinal at which to stop in each part, not after ``far``, so that all stop at a common term."""
    bounds = [
        part.field.dictionary[stop - 1]
        for part, stop in zip(parts, far, strict=True)
        if stop < part.field.term_count
    ]
    if not bounds:
        return list(far)
    bound = min(bounds)
    return [max(ordinal, _after(part.field, bound)) for part, ordinal in zip(parts, ordinals, strict=True)]


def _after(field: ImpactField, term: bytes) -> int:
    ordinal, found = field.dictionary.find(term)
    return ordinal + found


def _release(parts: Sequence[Part]) -> None:
    """Let the system reclaim the memory of the parts of the files that were read so far."""
    for part in parts:
        part.file.release()


def _joined(lists: Mapping[bytes, Sequence[PostingList]]) -> TermBlock:
    """The posting lists of each term joined into one, in the order of terms."""
    terms = sorted(lists)
    counts, docs, impacts, freqs, positions = gather([Postings(lists[term]) for term in terms])
    return TermBlock(terms, counts, docs, freqs, positions, impacts=impacts)


@dataclass(frozen=True, slots=True)
class Run:
    """The files of a segment to be merged.

    Attributes:
        stem: the path of its two files, without suffixes.
        dead: True for each of its documents that is left out.
    """

    stem: str
    dead: NDArray[np.bool_]

    @property
    def documents(self) -> int:
        """The number of its documents, the dead included."""
        return len(self.dead)

    @property
    def inverted(self) -> Path:
        """The file of its postings."""
        return Path(self.stem + INVERTED_EXT)

    @property
    def documents_file(self) -> Path:
        """The file of its documents."""
        return Path(self.stem + DOCUMENTS_EXT)


def merge_runs(runs: Sequence[Run], stem: Path) -> None:
    """Write the two files of a segment of the live documents of all runs, in order; the runs are consumed.

    Nothing is analysed: postings of dead documents are left out while the others are copied.

    Args:
        runs: at least one run, all with the same dictionary for stored values and the same basis.
        stem: the path of the new segment's files, without suffixes.
    """
    if len(runs) == 1 and not runs[0].dead.any():
        runs[0].inverted.rename(f"{stem}{INVERTED_EXT}")
        runs[0].documents_file.rename(f"{stem}{DOCUMENTS_EXT}")
        return
    _merge_documents(runs, stem)
    _merge_postings(runs, stem)


def _merge_documents(runs: Sequence[Run], stem: Path) -> None:
    first = DocumentsReader(SectionFile.open(runs[0].documents_file))
    with closing(SectionWriter(stem.parent)) as sections:
        documents = DocumentsWriter(sections, first.stored.dictionary)
        for run in runs:
            documents.copy_only(DocumentsReader(SectionFile.open(run.documents_file)), ~run.dead)
            run.documents_file.unlink()
        documents.finish()
        write_file(sections, Path(f"{stem}{DOCUMENTS_EXT}"))


def _merge_postings(runs: Sequence[Run], stem: Path) -> None:
    files = [SectionFile.open(run.inverted) for run in runs]
    renumbering = _renumbering(runs)
    with closing(SectionWriter(stem.parent)) as sections:
        sections.facts[BASIS] = files[0].facts[BASIS]
        numbers = {name: _merge_words(runs, files, name, sections, renumbering) for name in TEXT_FIELDS}
        _merge_stems(files, numbers["exact"], numbers["stem"], sections)
        documents = DocumentsReader(SectionFile.open(Path(f"{stem}{DOCUMENTS_EXT}")))
        write_id_order(sections, documents.keys)
        for name in dict.fromkeys(name for file in files for name in keyword_names(file)):
            _merge_keywords(runs, files, name, sections, documents.count)
        write_file(sections, Path(f"{stem}{INVERTED_EXT}"))


def _renumbering(runs: Sequence[Run]) -> U4 | None:
    """The new number of each document of all runs; None if all documents stay."""
    dead = np.concatenate([run.dead for run in runs])
    if not dead.any():
        return None
    return np.where(dead, np.uint32(GONE), np.cumsum(~dead, dtype=np.uint32) - np.uint32(1))


def _merge_words(
    runs: Sequence[Run],
    files: Sequence[SectionFile],
    name: str,
    sections: SectionWriter,
    renumbering: U4 | None,
) -> list[U4]:
    """Merge a field with impacts; return, for each file, the new ordinal of each of its terms."""
    bases = np.cumsum([0, *(run.documents for run in runs)]).tolist()
    parts = [
        Part(ImpactField(file, name, run.documents), base, file)
        for run, file, base in zip(runs, files, bases, strict=False)
    ]
    positions = any(part.field.has_positions for part in parts)
    writer = ImpactWriter(sections, name, positions=positions, beginnings=name == "stem")
    numbers = merge_impacts(parts, writer, renumbering=renumbering)
    writer.finish()
    return numbers


def _merge_stems(
    files: Sequence[SectionFile], exact: Sequence[U4], stems: Sequence[U4], sections: SectionWriter
) -> None:
    left = len(distinct(np.concatenate([numbers[numbers != GONE] for numbers in exact])))
    stem_of = np.full(left, NO_STEM, np.uint32)
    for file, new_exact, new_stems in zip(files, exact, stems, strict=True):
        before = file.array(STEM_OF)
        # If a term remains, so does its stem, as every document that contains the term contains the stem.
        known = np.flatnonzero((before != NO_STEM) & (new_exact != GONE))
        stem_of[new_exact[known]] = new_stems[before[known]]
    sections.section(STEM_OF, "<u4").extend(stem_of)


def _merge_keywords(
    runs: Sequence[Run], files: Sequence[SectionFile], name: str, sections: SectionWriter, documents: int
) -> None:
    number_of: dict[str, int] = {}
    docs: list[I8] = []
    numbers: list[I8] = []
    base = 0
    for run, file in zip(runs, files, strict=True):
        column = read_keywords(file, name, run.documents)
        found, codes = column.pairs()
        left = ~run.dead[found]
        new = np.zeros(len(column.values), np.int64)
        for code in distinct(codes[left]).tolist():
            new[code] = number_of.setdefault(column.values[code], len(number_of))
        docs.append((np.cumsum(~run.dead) - 1)[found[left]] + base)
        numbers.append(new[codes[left]])
        base += run.documents - int(run.dead.sum())
    pairs = np.concatenate(docs), np.concatenate(numbers)
    write_keywords(sections, name, documents, list(number_of), pairs)
