"""From runs to the one segment of an index."""

import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from index.columnar.documents import DocumentsReader, DocumentsWriter
from index.columnar.field_reader import FieldReader
from index.columnar.postings import PostingsWriter
from index.columnar.section_file import DOCUMENTS_EXT, INVERTED_EXT, SectionFile, SectionWriter, write_file
from index.indexer.merger import Part, merge_field
from index.indexer.runs import Run
from index.indexer.side_process import SideProcess

__all__ = ["merge_part", "merge_runs"]

LARGEST_FIELD = "body_exact"
FREQUENCY_SECTION = "{}/cf"


def merge_runs(runs: Sequence[Run], stem: Path, *, workers: int = 1) -> None:
    """Write the two files of a segment that has the documents of all runs, in order; the runs are used up.

    Args:
        runs: at least one, all with the same dictionary for stored values.
        stem: path of the segment's files, without their endings.
        workers: with more than one, another process merges the largest field.

    Raises:
        BuildError: that process failed.
    """
    if len(runs) == 1:
        runs[0].inverted.rename(f"{stem}{INVERTED_EXT}")
        runs[0].documents_file.rename(f"{stem}{DOCUMENTS_EXT}")
    elif workers == 1:
        _merge_documents(runs, stem)
        _merge_postings(runs, stem, _fields(runs))
    else:
        _merge_together(runs, stem)


def _merge_together(runs: Sequence[Run], stem: Path) -> None:
    fields = _fields(runs)
    largest = [name for name in fields if name == LARGEST_FIELD]
    part = Path(f"{runs[0].stem}-merged")
    with SideProcess("index.indexer.merge_worker", Path(f"{runs[0].stem}.log")) as other:
        described = [[run.stem, run.documents] for run in runs]
        other.send(json.dumps([described, str(part), largest]).encode())
        _merge_documents(runs, stem)
        _merge_postings(
            runs,
            stem,
            [name for name in fields if name not in largest],
            (other, Path(f"{part}{INVERTED_EXT}")),
        )


def merge_part(runs: Sequence[Run], stem: Path, fields: Sequence[str]) -> None:
    """Write the postings of some fields of all runs, which stay, to a file of their own."""
    _merge_postings(runs, stem, fields)


def _fields(runs: Sequence[Run]) -> list[str]:
    files = [SectionFile.open(run.inverted) for run in runs]
    return list(dict.fromkeys(name for file in files for name in file.facts.get("fields", {})))


def _merge_documents(runs: Sequence[Run], stem: Path) -> None:
    first = DocumentsReader(SectionFile.open(runs[0].documents_file))
    with closing(SectionWriter(stem.parent)) as sections:
        documents = DocumentsWriter(sections, first.stored.dictionary)
        for run in runs:
            documents.copy(DocumentsReader(SectionFile.open(run.documents_file)))
            run.documents_file.unlink()
        documents.finish()
        write_file(sections, Path(f"{stem}{DOCUMENTS_EXT}"))


def _merge_postings(
    runs: Sequence[Run], stem: Path, fields: Sequence[str], other: tuple[SideProcess, Path] | None = None
) -> None:
    """Merge some fields; ``other`` merges the rest, into a file whose sections are taken over."""
    files = [SectionFile.open(run.inverted) for run in runs]
    with closing(SectionWriter(stem.parent)) as sections:
        for name in fields:
            _merge_field(runs, files, name, sections)
        if other is not None:
            other[0].wait()
            _take_over(SectionFile.open(other[1]), sections)
        write_file(sections, Path(f"{stem}{INVERTED_EXT}"))


def _take_over(file: SectionFile, sections: SectionWriter) -> None:
    sections.facts.setdefault("fields", {}).update(file.facts.get("fields", {}))
    for name in file.names:
        array = file.array(name)
        sections.section(name, array.dtype.str).extend(array)


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
