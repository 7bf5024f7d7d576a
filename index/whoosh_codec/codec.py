"""The codec, the list of segments and the schema by which Whoosh reads an index; a pickle that we write."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from whoosh import fields, formats
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex

from onneshon.index.article import ID_FIELD, KEYWORD_FIELDS, TEXT_FIELDS, TEXTS
from onneshon.index.columnar.keywords import keyword_names
from onneshon.index.columnar.section_file import INVERTED_EXT, SectionFile
from onneshon.index.columnar.segment_list import INDEX_NAME, Segment, documents_of
from onneshon.index.errors import IndexStateError
from onneshon.index.whoosh_codec.analyzer import BengaliAnalyzer
from onneshon.index.whoosh_codec.postings import PerDocumentReader, field_lengths, open_sections
from onneshon.index.whoosh_codec.terms_reader import TermsReader


class ColumnarCodec(W3Codec):  # type: ignore[misc]  # Whoosh has no types
    """The read-only codec, which Whoosh's readers get from the segments."""

    def per_document_reader(self, storage: Any, segment: W3Segment) -> PerDocumentReader:
        """A reader of stored values and lengths."""
        return PerDocumentReader(storage, segment)

    def terms_reader(self, storage: Any, segment: W3Segment) -> TermsReader:
        """A reader of terms and postings."""
        file = open_sections(storage, segment.make_filename(INVERTED_EXT))
        return TermsReader(file, PerDocumentReader(storage, segment))


class ColumnarSegment(W3Segment):  # type: ignore[misc]  # Whoosh has no types
    """A segment, which Whoosh pickles into its list of segments; it has only plain values.

    Args:
        indexname: the name of the Whoosh index, ``MAIN``.
        doccount: the number of documents, deleted ones included.
        segid: the id of the segment, lower-case letters and digits; random where None.
        deleted: the deleted documents.
        lengths: the number of tokens of each field in all documents, for Whoosh's scoring.
    """

    def __init__(
        self,
        indexname: str,
        doccount: int = 0,
        segid: str | None = None,
        deleted: set[int] | None = None,
        lengths: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__(None, indexname, doccount, segid, deleted or None)
        self._fieldlengths = dict(lengths or {})

    def codec(self, **_options: Any) -> Any:
        """The codec that reads this segment."""
        return ColumnarCodec()

    def should_assemble(self) -> bool:
        """False: the files are mapped one by one, a compound file would only be a second copy."""
        return False


_FIRST: Final = 1
"""The number of the list of segments: a generation has only one."""


def write_toc(directory: Path, segments: Sequence[Segment]) -> None:
    """Write the list of segments of a generation, whose other files exist."""
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
    """A field of words: stems have positions, exact forms only documents."""
    field = fields.TEXT(analyzer=BengaliAnalyzer(layer), phrase=layer == "stem")
    if layer != "stem":
        field.format = formats.Existence()
    return field


class _ReadOnlyStorage(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    def lock(self, _name: str) -> NoReturn:
        """Refuse the lock, which a writer takes first."""
        raise IndexStateError(
            "Whoosh reads an index of Onneshon and cannot write it: run `onneshon index update`"
        )


def open_folder(folder: Path) -> Any:
    """The Whoosh index in a folder."""
    return FileIndex(_ReadOnlyStorage(str(folder), readonly=True), indexname=INDEX_NAME)
