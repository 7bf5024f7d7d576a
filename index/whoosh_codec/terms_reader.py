"""A segment as Whoosh reads it: its terms, and matchers over their postings."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import formats
from whoosh.codec import base
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.reading import TermInfo, TermNotFound
from whoosh.system import pack_uint

from onneshon.index.article import ID_FIELD, TEXT_FIELDS
from onneshon.index.columnar.documents import IdOrder
from onneshon.index.columnar.impact_field import ImpactField
from onneshon.index.columnar.keywords import keyword_names, read_keywords
from onneshon.index.columnar.section_file import SectionFile
from onneshon.index.columnar.sections import ends_of
from onneshon.index.whoosh_codec.postings import (
    Field,
    PerDocumentReader,
    ValueField,
    WordField,
    round_lengths,
)

PAST_ALL = 1 << 32
"""A number above that of any document."""

BLOCK = 128
"""The number of postings in a block with one score bound, as in Whoosh's own codec."""


class ColumnarMatcher(LeafMatcher):  # type: ignore[misc]  # Whoosh has no types
    """A Whoosh matcher over arrays.

    Args:
        field: the field of the term.
        ordinal: the ordinal of the term.
        format_: Whoosh's format of the field, which determines the form of a posting's value.
        term: name of the field and bytes of the term, for Whoosh's reports.
        scorer: Whoosh's scorer of the term, or None.
    """

    def __init__(
        self, field: Field, ordinal: int, format_: Any, term: tuple[str, bytes], scorer: Any = None
    ) -> None:
        self._field = field
        self._ordinal = ordinal
        self.format = format_
        self.scorer = scorer
        self._term = term
        self._docs = field.docs(ordinal)
        self._ids: list[int] = self._docs.tolist()
        self._i = 0

    def copy(self) -> "ColumnarMatcher":
        """An independent matcher at the same posting."""
        twin = type(self)(self._field, self._ordinal, self.format, self._term, self.scorer)
        twin._i = self._i  # noqa: SLF001  # one of us
        return twin

    def reset(self) -> None:
        """Go back to the first posting."""
        self._i = 0

    def is_active(self) -> bool:
        """Whether there is a current posting."""
        return self._i < len(self._ids)

    def id(self) -> int:
        """The current document; after the last a number past all, as Whoosh's span queries ask even then."""
        return self._ids[self._i] if self._i < len(self._ids) else PAST_ALL

    def all_ids(self) -> Any:
        """The documents from the current one on."""
        return iter(self._ids[self._i :])

    def next(self) -> bool:
        """Advance by one posting; whether that begins a new block."""
        if not self.is_active():
            raise ReadTooFar
        self._i += 1
        return self._i % BLOCK == 0 or not self.is_active()

    def skip_to(self, targetid: int) -> None:
        """Advance to the first document not less than ``targetid``."""
        if not self.is_active():
            raise ReadTooFar
        if targetid > self._ids[self._i]:
            self._i += int(np.searchsorted(self._docs[self._i :], targetid))

    def skip_to_quality(self, minquality: float) -> int:
        """Skip the blocks whose postings cannot score more than ``minquality``; returns their number."""
        skipped = 0
        while self.is_active() and self.block_quality() <= minquality:
            self._i = (self._i // BLOCK + 1) * BLOCK
            skipped += 1
        return skipped

    @cached_property
    def _weights(self) -> NDArray[Any]:
        return self._field.weights(self._ordinal)

    @cached_property
    def _freqs(self) -> NDArray[Any]:
        return self._field.freqs(self._ordinal)

    @cached_property
    def _weight_list(self) -> list[float]:
        weights: list[float] = self._weights.astype(np.float64).tolist()
        return weights

    def weight(self) -> float:
        """The weight of the current posting."""
        return self._weight_list[self._i]

    def value(self) -> bytes | None:
        """The value of the current posting, encoded by the field's format; None if that has no values."""
        if type(self.format) is formats.Existence:
            return None
        if type(self.format) is formats.Positions:
            encoded: bytes = self.format.encode(self._token_positions())
            return encoded
        packed: bytes = pack_uint(int(self._freqs[self._i]))
        return packed

    def all_items(self) -> Any:
        """Documents and values from the current posting on."""
        while self.is_active():
            yield self.id(), self.value()
            self.next()

    def value_as(self, astype: str) -> Any:
        """The current posting's value as ``frequency``, ``positions`` and so on."""
        if astype == "positions" and self._field.has_positions:
            return self._token_positions()
        return super().value_as(astype)

    def _token_positions(self) -> list[int]:
        end = int(self._position_ends[self._i])
        positions: list[int] = self._positions[end - int(self._freqs[self._i]) : end].tolist()
        return positions

    @cached_property
    def _positions(self) -> NDArray[np.uint32]:
        return self._field.positions(self._ordinal)

    @cached_property
    def _position_ends(self) -> NDArray[np.int64]:
        return ends_of(self._freqs)

    @cached_property
    def _blocks(self) -> tuple[list[int], list[int], list[float]]:
        """The least and the greatest length, and the greatest weight, of each block."""
        starts = np.arange(0, len(self._ids), BLOCK)
        lengths = round_lengths(self._field.lengths[self._docs])
        least = np.minimum.reduceat(lengths, starts).tolist()
        greatest = np.maximum.reduceat(lengths, starts).tolist()
        return least, greatest, np.maximum.reduceat(self._weights, starts).astype(float).tolist()

    def _block(self) -> int:
        """The current block, the last one after the end: some versions of Whoosh ask even then."""
        return min(self._i, len(self._ids) - 1) // BLOCK

    def block_min_length(self) -> int:
        """The least length in the current block."""
        return self._blocks[0][self._block()]

    def block_max_length(self) -> int:
        """The greatest length in the current block."""
        return self._blocks[1][self._block()]

    def block_max_weight(self) -> float:
        """The greatest weight in the current block."""
        return self._blocks[2][self._block()]


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
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """The terms of a field from a prefix on, then those of the later fields."""
        for name in sorted(self._fields):
            if name >= fieldname:
                dictionary = self._fields[name].dictionary
                start = dictionary.find(prefix)[0] if name == fieldname else 0
                yield from ((name, term) for term in dictionary.from_ordinal(start))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """``terms`` with the statistics of each."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """``terms_from`` with the statistics of each."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, tbytes: bytes) -> TermInfo:
        """Statistics of a term; raises TermNotFound."""
        return _term_info(*self._find(fieldname, tbytes))

    def frequency(self, fieldname: str, tbytes: bytes) -> float:
        """The summed weight of a term; raises KeyError, which is what Whoosh's readers catch here."""
        return float(_term_info(*self._find(fieldname, tbytes, KeyError)).weight())

    def doc_frequency(self, fieldname: str, tbytes: bytes) -> int:
        """The document frequency of a term; raises KeyError."""
        field, ordinal = self._find(fieldname, tbytes, KeyError)
        return field.doc_frequency(ordinal)

    def matcher(self, fieldname: str, tbytes: bytes, format_: Any, scorer: Any = None) -> ColumnarMatcher:
        """A matcher over the postings of a term; raises TermNotFound."""
        return ColumnarMatcher(*self._find(fieldname, tbytes), format_, (fieldname, tbytes), scorer)

    def close(self) -> None:
        """Do nothing: the mapping is released with its last user."""


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
    """The statistics that Whoosh keeps of a term, from its postings; lengths are rounded as Whoosh's are."""
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
