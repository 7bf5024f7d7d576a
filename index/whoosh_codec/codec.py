"""The codec by which Whoosh reads the columns, and the segment that names it."""

from collections.abc import Mapping
from typing import Any

from whoosh.codec.whoosh3 import W3Codec, W3Segment

from onneshon.index.columnar.section_file import INVERTED_EXT
from onneshon.index.whoosh_codec.per_document import PerDocumentReader, open_sections
from onneshon.index.whoosh_codec.terms_reader import TermsReader

__all__ = ["ColumnarCodec", "ColumnarSegment"]


class ColumnarCodec(W3Codec):  # type: ignore[misc]  # Whoosh has no types
    """Readers find it by the segments; it only reads."""

    def per_document_reader(self, storage: Any, segment: W3Segment) -> PerDocumentReader:
        """Reads stored values and lengths."""
        return PerDocumentReader(storage, segment)

    def terms_reader(self, storage: Any, segment: W3Segment) -> TermsReader:
        """Reads terms and postings."""
        file = open_sections(storage, segment.make_filename(INVERTED_EXT))
        return TermsReader(file, PerDocumentReader(storage, segment))


class ColumnarSegment(W3Segment):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh pickles this into its list of segments; it holds nothing but plain values.

    Args:
        indexname: of the Whoosh index, ``MAIN``.
        doccount: documents, deleted ones included.
        segid: lower-case letters and digits; random where None.
        deleted: documents.
        lengths: tokens of each field in all documents, by which Whoosh's searchers weigh.
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
