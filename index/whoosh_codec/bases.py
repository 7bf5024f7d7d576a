"""What the impacts of a segment that Whoosh's own writer writes are made with."""

from typing import Any

from onneshon.index.columnar.documents import DocumentsReader
from onneshon.index.columnar.impact_writer import BASIS
from onneshon.index.columnar.section_file import INVERTED_EXT
from onneshon.index.ranking import Basis
from onneshon.index.whoosh_codec.files import open_sections

__all__ = ["basis_in", "basis_of"]


def basis_in(storage: Any) -> Basis | None:
    """The basis of the segments in a storage, None where none of them has one."""
    for name in sorted(storage.list()):
        if name.endswith(INVERTED_EXT):
            found = open_sections(storage, name).facts.get(BASIS)
            if found is not None:
                return Basis.from_dict(found)
    return None


def basis_of(documents: DocumentsReader) -> Basis:
    """The basis of these documents."""
    return Basis.of_lengths(documents.lengths("title").tolist(), documents.lengths("body").tolist())
