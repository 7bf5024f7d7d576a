"""From several segments, the documents of which follow one another, to one."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from index.arrays import U4
from index.columnar.documents import DocumentsReader, DocumentsWriter
from index.columnar.field_reader import FieldReader
from index.columnar.impact_field import NO_STEM, STEM_OF, ImpactField
from index.columnar.impact_writer import BASIS, ImpactWriter
from index.columnar.postings import PostingsWriter
from index.columnar.section_file import DOCUMENTS_EXT, INVERTED_EXT, SectionFile, SectionWriter, write_file
from index.indexer.impact_merger import merge_impacts
from index.indexer.merger import merge_field
from index.indexer.parts import Part
from index.indexer.runs import Run
from index.schema import TEXT_FIELDS

__all__ = ["merge_runs"]


def merge_runs(runs: Sequence[Run], stem: Path) -> None:
    """Write the two files of a segment that has the documents of all runs, in order; the runs are used up.

    Args:
        runs: at least one, all with the same dictionary for stored values and the same basis.
        stem: path of the segment's files, without their endings.
    """
    if len(runs) == 1:
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
            documents.copy(DocumentsReader(SectionFile.open(run.documents_file)))
            run.documents_file.unlink()
        documents.finish()
        write_file(sections, Path(f"{stem}{DOCUMENTS_EXT}"))


def _merge_postings(runs: Sequence[Run], stem: Path) -> None:
    files = [SectionFile.open(run.inverted) for run in runs]
    with closing(SectionWriter(stem.parent)) as sections:
        sections.facts[BASIS] = files[0].facts[BASIS]
        numbers = {name: _merge_words(runs, files, name, sections) for name in TEXT_FIELDS}
        _merge_stems(files, numbers["exact"], numbers["stem"], sections)
        for name in dict.fromkeys(name for file in files for name in file.facts["fields"]):
            if name not in TEXT_FIELDS:
                _merge_field(runs, files, name, sections)
        write_file(sections, Path(f"{stem}{INVERTED_EXT}"))


def _merge_words(
    runs: Sequence[Run], files: Sequence[SectionFile], name: str, sections: SectionWriter
) -> list[U4]:
    """Merge a field with impacts; for each file the new ordinal of each of its terms."""
    bases = np.cumsum([0, *(run.documents for run in runs)]).tolist()
    parts = [
        Part(ImpactField(file, name, run.documents), base, file)
        for run, file, base in zip(runs, files, bases, strict=False)
    ]
    positions = any(part.field.has_positions for part in parts)
    writer = ImpactWriter(sections, name, positions=positions, beginnings=name == "stem")
    numbers = merge_impacts(parts, writer)
    writer.finish()
    return numbers


def _merge_stems(
    files: Sequence[SectionFile], exact: Sequence[U4], stems: Sequence[U4], sections: SectionWriter
) -> None:
    """Carry over which stem each exact term has."""
    count = max((int(numbers.max(initial=0)) + 1 for numbers in exact if len(numbers)), default=0)
    stem_of = np.full(count, NO_STEM, np.uint32)
    for file, new_exact, new_stems in zip(files, exact, stems, strict=True):
        before = file.array(STEM_OF)
        known = np.flatnonzero(before != NO_STEM)
        stem_of[new_exact[known]] = new_stems[before[known]]
    sections.section(STEM_OF, "<u4").extend(stem_of)


def _merge_field(
    runs: Sequence[Run], files: Sequence[SectionFile], name: str, sections: SectionWriter
) -> None:
    parts: list[Part[FieldReader]] = []
    base = 0
    for run, file in zip(runs, files, strict=True):
        if name in file.facts["fields"]:
            # The lengths are the documents' business; merging postings does not ask for them.
            parts.append(Part(FieldReader(file, name, np.empty(0, np.uint32)), base, file))
        base += run.documents
    writer = PostingsWriter(sections, name, frequencies=False, positions=False)
    merge_field(parts, writer)
    writer.finish()
