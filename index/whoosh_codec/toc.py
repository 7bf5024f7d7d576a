"""Whoosh's own list of segments with the schema, a pickle that only Whoosh reads, and the index it opens."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from whoosh import fields, formats
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex

from onneshon.index.article import ID_FIELD, KEYWORD_FIELDS, TEXT_FIELDS, TEXTS
from onneshon.index.columnar.keywords import keyword_names
from onneshon.index.columnar.section_file import INVERTED_EXT, SectionFile
from onneshon.index.columnar.segment_list import INDEX_NAME, Segment, documents_of
from onneshon.index.errors import IndexStateError
from onneshon.index.whoosh_codec.analyzer import BengaliAnalyzer
from onneshon.index.whoosh_codec.codec import ColumnarSegment
from onneshon.index.whoosh_codec.per_document import field_lengths

__all__ = ["TOC_EXT", "article_schema", "open_folder", "write_toc"]

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


def article_schema(declared: Iterable[str] = ()) -> Any:
    """A new Whoosh schema of an index of articles.

    Args:
        declared: the fields of a site, of which a document may have several values.
    """
    words = {name: _words(name.removeprefix("title_")) for name in TEXT_FIELDS}
    keywords = {name: fields.ID(stored=True) for name in KEYWORD_FIELDS}
    keywords |= {name: fields.ID() for name in declared}
    stored = {name: fields.STORED() for name in (*TEXTS, "url")}
    return fields.Schema(**{ID_FIELD: fields.ID(stored=True, unique=True)}, **words, **keywords, **stored)


def _words(layer: str) -> Any:
    """A field of words: stems have positions, of exact spellings only documents are known."""
    field = fields.TEXT(analyzer=BengaliAnalyzer(layer), phrase=layer == "stem")
    if layer != "stem":
        field.format = formats.Existence()
    return field


class _ReadOnlyStorage(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    def lock(self, _name: str) -> NoReturn:
        """What a writer asks for first."""
        raise IndexStateError(
            "Whoosh reads an index of Onneshon and cannot write it: run `onneshon index update`"
        )


def open_folder(folder: Path) -> Any:
    """The Whoosh index in a folder."""
    return FileIndex(_ReadOnlyStorage(str(folder), readonly=True), indexname=INDEX_NAME)
