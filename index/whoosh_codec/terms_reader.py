"""Terms and what is known of them, as Whoosh's readers and queries ask for it."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.reading import TermInfo, TermNotFound

from onneshon.index.article import ID_FIELD, TEXT_FIELDS
from onneshon.index.columnar.documents import IdOrder
from onneshon.index.columnar.impact_field import ImpactField
from onneshon.index.columnar.keywords import keyword_names, read_keywords
from onneshon.index.columnar.section_file import SectionFile
from onneshon.index.whoosh_codec.matcher import ColumnarMatcher
from onneshon.index.whoosh_codec.postings import (
    Field,
    PerDocumentReader,
    ValueField,
    WordField,
    round_lengths,
)


class TermsReader(base.TermsReader):  # type: ignore[misc]  # Whoosh has no types
    """The terms of all fields of a segment; terms are bytes here, as Whoosh's codecs have them."""

    def __init__(self, file: SectionFile, documents: PerDocumentReader) -> None:
        self._fields = {name: field for name, field in _fields(file, documents) if field.dictionary}

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._ordinal(*term) is not None

    def _ordinal(self, fieldname: str, tbytes: bytes) -> int | None:
        field = self._fields.get(fieldname)
        ordinal, found = field.dictionary.find(tbytes) if field else (0, False)
        return ordinal if found else None

    def _find(
        self, fieldname: str, tbytes: bytes, error: type[Exception] = TermNotFound
    ) -> tuple[Field, int]:
        ordinal = self._ordinal(fieldname, tbytes)
        if ordinal is None:
            raise error(f"No term {fieldname}:{tbytes!r}")
        return self._fields[fieldname], ordinal

    def indexed_field_names(self) -> list[str]:
        """The fields that have terms."""
        return list(self._fields)

    def cursor(self, fieldname: str, fieldobj: Any) -> "Cursor":
        """A cursor over the terms of a field."""
        return Cursor(self._fields.get(fieldname), fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """All terms, field after field."""
        return self._from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """The terms of a field from a prefix on, then those of the later fields."""
        return self._from(fieldname, prefix)

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """``terms`` with what is known of each."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """``terms_from`` with what is known of each."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def _from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        for name in sorted(self._fields):
            if name >= fieldname:
                dictionary = self._fields[name].dictionary
                start = dictionary.find(prefix)[0] if name == fieldname else 0
                yield from ((name, term) for term in dictionary.from_ordinal(start))

    def term_info(self, fieldname: str, tbytes: bytes) -> TermInfo:
        """Statistics of a term; raises TermNotFound."""
        return _term_info(*self._find(fieldname, tbytes))

    def frequency(self, fieldname: str, tbytes: bytes) -> float:
        """The summed weight of a term; raises KeyError, which is what Whoosh's readers catch here."""
        return float(_term_info(*self._find(fieldname, tbytes, KeyError)).weight())

    def doc_frequency(self, fieldname: str, tbytes: bytes) -> int:
        """How many documents have a term; raises KeyError."""
        field, ordinal = self._find(fieldname, tbytes, KeyError)
        return field.doc_frequency(ordinal)

    def matcher(self, fieldname: str, tbytes: bytes, format_: Any, scorer: Any = None) -> ColumnarMatcher:
        """Walks the postings of a term; raises TermNotFound."""
        return ColumnarMatcher(*self._find(fieldname, tbytes), format_, (fieldname, tbytes), scorer)

    def close(self) -> None:
        """Nothing to close: the mapping goes with its last user."""


def _fields(file: SectionFile, reader: PerDocumentReader) -> Iterator[tuple[str, Field]]:
    documents = reader.documents
    for name in TEXT_FIELDS:
        yield name, WordField(ImpactField(file, name, documents.count), reader.lengths(name))
    for name in keyword_names(file):
        column = read_keywords(file, name, documents.count)
        yield name, ValueField.of_column(column, reader.lengths(name))
    ids = IdOrder(file, documents.keys)
    yield ID_FIELD, ValueField.of_ids(ids, documents, reader.lengths(ID_FIELD))


def _term_info(field: Field, ordinal: int) -> TermInfo:
    """What Whoosh keeps of a term, worked out of its postings; lengths are rounded as Whoosh's are."""
    docs = field.docs(ordinal)
    weights = field.weights(ordinal)
    lengths = field.lengths[docs]
    rounded = round_lengths(lengths[lengths > 0])
    return TermInfo(
        weight=float(weights.sum(dtype=np.float64)),
        df=len(docs),
        minlength=int(rounded.min()) if len(rounded) else 0,
        maxlength=int(rounded.max(initial=0)),
        maxweight=float(weights.max()),
        minid=int(docs[0]),
        maxid=int(docs[-1]),
    )


class Cursor(base.FieldCursor):  # type: ignore[misc]  # Whoosh has no types
    """Moves over the terms of a field as Whoosh's automata do: forward, and to the first not less."""

    def __init__(self, field: Field | None, fieldobj: Any) -> None:
        self._field = field
        self._fieldobj = fieldobj
        self._count = 0 if field is None else len(field.dictionary)
        self._ordinal = 0

    def first(self) -> Any:
        """Go to the first term."""
        self._ordinal = 0
        return self.text()

    def find(self, term: Any) -> Any:
        """Go to the first term that is not less; its text, None past the end."""
        wanted = term if isinstance(term, bytes) else self._fieldobj.to_bytes(term)
        self._ordinal = 0 if self._field is None else self._field.dictionary.find(wanted)[0]
        return self.text()

    def next(self) -> Any:
        """Go to the next term; its text, None past the end."""
        self._ordinal += 1
        return self.text()

    def text(self) -> Any:
        """The current term as the field's own type, None past the end."""
        if self._field is None or not self.is_valid():
            return None
        return self._fieldobj.from_bytes(self._field.dictionary[self._ordinal])

    def term_info(self) -> TermInfo | None:
        """Statistics of the current term, None past the end."""
        if self._field is None or not self.is_valid():
            return None
        return _term_info(self._field, self._ordinal)

    def is_valid(self) -> bool:
        """Whether there is a current term."""
        return self._ordinal < self._count
