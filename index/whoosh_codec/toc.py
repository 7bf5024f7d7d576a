"""Whoosh's own list of segments with the schema, which Whoosh pickles; we write it and never read it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from onneshon.index.columnar.keywords import keyword_names
from onneshon.index.columnar.section_file import INVERTED_EXT, SectionFile
from onneshon.index.columnar.segment_list import INDEX_NAME, Segment, documents_of
from onneshon.index.schema import KEYWORD_FIELDS, TEXT_FIELDS
from onneshon.index.whoosh_codec.codec import ColumnarSegment
from onneshon.index.whoosh_codec.per_document import field_lengths
from onneshon.index.whoosh_codec.schema import article_schema

__all__ = ["TOC_EXT", "write_toc"]

TOC_EXT: Final = ".toc"

_FIRST: Final = 1
"""Number of the list: a generation has only one."""


def write_toc(directory: Path, segments: Sequence[Segment]) -> None:
    """Write the list of a generation, whose other files are there."""
    schema = article_schema(_declared(directory, segments))
    listed = [_listed(directory, segment) for segment in segments]
    TOC(schema, listed, _FIRST).write(FileStorage(str(directory)), INDEX_NAME)


def _declared(directory: Path, segments: Sequence[Segment]) -> list[str]:
    """The fields that a site declared."""
    files = [SectionFile.open(directory / f"{segment.name}{INVERTED_EXT}") for segment in segments]
    return sorted({name for file in files for name in keyword_names(file)} - set(KEYWORD_FIELDS))


def _listed(directory: Path, segment: Segment) -> ColumnarSegment:
    documents = documents_of(directory, segment.name)
    lengths = {name: int(field_lengths(documents, name).sum(dtype="int64")) for name in TEXT_FIELDS}
    number = segment.name.removeprefix(f"{INDEX_NAME}_")
    return ColumnarSegment(INDEX_NAME, segment.documents, number, set(segment.deleted), lengths)
