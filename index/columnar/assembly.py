"""From runs to the one segment of an index."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from index.columnar.documents import DocumentsReader, DocumentsWriter
from index.columnar.field_reader import FieldReader
from index.columnar.format import SectionFile, SectionWriter, write_file
from index.columnar.merge import Part, merge_field
from index.columnar.postings import PostingsWriter
from index.columnar.runs import Run
from index.columnar.segment import DOCUMENTS_EXT, INVERTED_EXT

__all__ = ["merge_runs"]

FREQUENCY_SECTION = "{}/cf"


def merge_runs(runs: Sequence[Run], stem: Path) -> None:
    """Write the two files of a segment that has the documents of all runs, in order; the runs are used up.

    Args:
        runs: at least one, all with the same dictionary for stored values.
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
        for name in dict.fromkeys(name for file in files for name in file.facts.get("fields", {})):
            _merge_field(runs, files, name, sections)
        write_file(sections, Path(f"{stem}{INVERTED_EXT}"))


def _merge_field(
    runs: Sequence[Run], files: Sequence[SectionFile], name: str, sections: SectionWriter
) -> None:
    parts: list[Part] = []
    base = 0
    for run, file in zip(runs, files, strict=True):
        if name in file.facts["fields"]:
            # The lengths are the documents' business; merging postings does not ask for them.
            parts.append(Part(FieldReader(file, name, np.empty(0, np.uint32)), base, file))
        base += run.documents
    frequencies = any(FREQUENCY_SECTION.format(name) in file for file in files)
    writer = PostingsWriter(sections, name, frequencies=frequencies, positions=parts[0].reader.has_positions)
    merge_field(parts, writer)
    writer.finish()
