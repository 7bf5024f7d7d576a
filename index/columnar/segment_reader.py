"""A segment as the search layer reads it: fields of arrays and of whole values, and articles by number.

name/terms ...       the values, see ``term_dictionary.py``
    name/codes u1 u2 u4  the index of a document's value among the values, from 1 on; 0 for none
    name/docs  u4        only where a document has several: the document of each code, ascending

Without ``docs`` there is a code for each document; with it, one for each value of each document.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.article import KEYWORD_FIELDS, TEXT_FIELDS, Article, article_from_stored
from onneshon.index.columnar.documents import DocumentsReader, IdOrder
from onneshon.index.columnar.impact_field import NO_STEM, STEM_OF, ImpactField
from onneshon.index.columnar.lossy_field import LossyField
from onneshon.index.columnar.section_file import DOCUMENTS_EXT, INVERTED_EXT, SectionFile, SectionWriter
from onneshon.index.columnar.sections import I8, U4
from onneshon.index.columnar.term_dictionary import (
    Beginnings,
    TermDictionary,
    TermDictionaryWriter,
    term_bytes,
    term_text,
)
from onneshon.index.errors import REPAIR, IndexCorruptError
from onneshon.index.kernel.terms import StemmedWords

_TYPES: Final = tuple(np.dtype(kind) for kind in ("<u1", "<u2", "<u4"))


@dataclass(frozen=True, slots=True)
class Keywords:
    """The values of a field in one segment.

    Attributes:
        codes: for each document the index of its value in ``values``, in the smallest unsigned type.
        values: each value once, in the order of code points, after "" at index 0 for no value.
        docs: where a document has several values: the document of each of ``codes``, ascending.
    """

    codes: NDArray[np.unsignedinteger]
    values: list[str]
    docs: NDArray[np.uint32] | None = None

    def pairs(self) -> tuple[NDArray[np.integer], NDArray[np.unsignedinteger]]:
        """The document of each value of each document, ascending, and the value's code."""
        if self.docs is not None:
            return self.docs, self.codes
        docs = np.flatnonzero(self.codes)
        return docs, self.codes[docs]


def code_type(count: int) -> np.dtype[Any]:
    """The smallest unsigned type that represents N codes."""
    return next(kind for kind in _TYPES if count <= 1 << 8 * kind.itemsize)


def keyword_names(file: SectionFile) -> list[str]:
    """The fields of a segment's inverted file that were written by ``write_keywords``."""
    return list(file.facts.get("keywords", ()))


def write_keywords(
    writer: SectionWriter, name: str, documents: int, values: Sequence[str], pairs: tuple[I8, I8]
) -> None:
    """Write a field; one that no document has a value of is left out.

    Args:
        writer: of the file.
        name: of the field.
        documents: of the segment.
        values: each once, in any order.
        pairs: the document of each value of each document, ascending, and the index of the value in
            ``values``; no document has one twice.
    """
    docs, numbers = pairs
    if not len(docs):
        return
    ordered = sorted(range(len(values)), key=values.__getitem__)
    code_of = np.empty(len(values), np.int64)
    code_of[ordered] = np.arange(1, len(values) + 1)
    TermDictionaryWriter(writer, name).extend([term_bytes(values[number]) for number in ordered])
    codes = code_of[numbers]
    section = writer.section(f"{name}/codes", code_type(len(values) + 1).str)
    if (np.diff(docs) > 0).all():
        column = np.zeros(documents, np.int64)
        column[docs] = codes
        section.extend(column)
    else:
        order = np.lexsort((codes, docs))
        section.extend(codes[order])
        writer.section(f"{name}/docs", "<u4").extend(docs)
    writer.facts.setdefault("keywords", []).append(name)


def read_keywords(file: SectionFile, name: str, documents: int) -> Keywords:
    """Read a field, whose bytes are compared with their sums; where there is none, no document has a value.

    Args:
        file: the segment's inverted file.
        name: of the field.
        documents: of the segment.

    Raises:
        IndexCorruptError: it is not as it was written.
    """
    if f"{name}/codes" not in file:
        return Keywords(np.zeros(documents, np.uint8), [""])
    docs = file.array(f"{name}/docs") if f"{name}/docs" in file else None
    values = map(term_text, TermDictionary(file, name).from_ordinal())
    return Keywords(file.array(f"{name}/codes"), ["", *values], docs)


class SegmentReader:
    """One segment, mapped. Immutable, and safe to share between threads.

    Args:
        directory: of the index.
        name: of its files, without their endings.
        doc_count: documents, deleted ones included.
        deleted: True for each deleted document, shape (doc_count,); None where none is.

    Attributes:
        name: of its files, without their endings.
        doc_count: documents, deleted ones included.
        deleted: True for each deleted document, shape (doc_count,); None where none is.
        beginnings: in how many documents a stem begins so.
    """

    def __init__(
        self, directory: Path, name: str, doc_count: int, deleted: NDArray[np.bool_] | None = None
    ) -> None:
        self._inverted = SectionFile.open(directory / f"{name}{INVERTED_EXT}")
        self._documents_file = SectionFile.open(directory / f"{name}{DOCUMENTS_EXT}")
        self._documents = DocumentsReader(self._documents_file)
        self.name = name
        self.doc_count = doc_count
        if self._documents.count != self.doc_count:
            raise IndexCorruptError(
                f"{directory}: segment {name} has {self._documents.count:,} documents where "
                f"{self.doc_count:,} were written: {REPAIR}"
            )
        self.deleted = deleted
        self._ids = IdOrder(self._inverted, self._documents.keys)
        self._impacts: Mapping[str, ImpactField] = {
            field: ImpactField(self._inverted, field, self.doc_count) for field in TEXT_FIELDS
        }
        self._stem_of = self._inverted.section(STEM_OF)
        self.beginnings = Beginnings(self._inverted, "stem")

    def leave_out_damage(self, met: Callable[[], None]) -> None:
        """Answer without damaged words and lists from now on; ``met`` is called each time that one is met."""
        self._impacts = {
            field: LossyField(self._inverted, field, self.doc_count, met) for field in TEXT_FIELDS
        }

    @property
    def alive(self) -> NDArray[np.bool_]:
        """False for each deleted document, shape (doc_count,)."""
        return np.ones(self.doc_count, np.bool_) if self.deleted is None else ~self.deleted

    def impacts(self, name: str) -> ImpactField:
        """A field of words (``article.TEXT_FIELDS``); without terms where no document has any."""
        return self._impacts[name]

    @cached_property
    def _stems(self) -> memoryview:
        """The stem of each word; compared whole, for words are all over it."""
        return self._stem_of.whole().data

    @cached_property
    def words(self) -> StemmedWords:
        """The words and their stems for the kernel; what it raises is ``DamageError``."""
        return StemmedWords(
            self._impacts["exact"].dictionary.kernel,
            self._stem_of.whole().view(np.uint32).data,  # one that is not there is of bytes
            self._impacts["stem"].kernel,
        )

    def stem_of(self, word: str) -> str | None:
        """The stem key of a word in canonical spelling; None where no document has it."""
        ordinal = self._impacts["exact"].ordinal(word)
        stem = self._stems[ordinal] if ordinal is not None and ordinal < len(self._stems) else NO_STEM
        return None if stem == NO_STEM else self._impacts["stem"].term(stem) or None

    def living(self, name: str, term: str) -> int:
        """How many documents that are not deleted have a term of a field."""
        field = self.impacts(name)
        if self.deleted is None:
            return field.frequency(term)
        ordinal = field.ordinal(term)
        return 0 if ordinal is None else int((~self.deleted[field.docs(ordinal)]).sum())

    def lengths(self, text: str) -> U4:
        """Tokens of ``title`` or ``body`` in each document, shape (doc_count,)."""
        return self._documents.lengths(text)

    def verify(self) -> None:
        """Read both files and compare their sums.

        Raises:
            IndexCorruptError: names what is damaged.
        """
        self._inverted.verify()
        self._documents_file.verify()

    def article_ids(self, docs: Sequence[int] | NDArray[np.integer]) -> list[str]:
        """The ids of documents, without touching what is stored of them."""
        return self._documents.keys.of(docs)

    def id_bytes(self) -> tuple[NDArray[np.uint8], U4]:
        """The ids of all documents one after another, unchecked, and where each of them ends."""
        keys = self._documents.keys
        return keys.data.unchecked, keys.ends.whole()

    def check_ids(self) -> None:
        """Compare the ids with their sums, where that was not done yet; raises IndexCorruptError."""
        self._documents.keys.data.whole()

    def check_lookup(self) -> None:
        """The same of all that ``find`` reads: ids, and their order."""
        self.check_ids()
        self._ids.check()

    def article(self, doc: int) -> Article:
        """The article as it was given."""
        return article_from_stored(self._documents.stored[doc])

    def find(self, article_id: str) -> int | None:
        """The live document that has this id, None where there is none."""
        docs = self._ids.find(article_id)
        return next((doc for doc in docs if self.deleted is None or not self.deleted[doc]), None)

    def keyword(self, name: str) -> Keywords:
        """The values of ``category``, ``author``, ``lang``, ``date`` or a field that a site declared."""
        return read_keywords(self._inverted, name, self.doc_count)

    @property
    def declared(self) -> list[str]:
        """The fields that a site declared, as far as documents have them."""
        return [name for name in keyword_names(self._inverted) if name not in KEYWORD_FIELDS]

    def fingerprints(self) -> NDArray[np.uint64]:
        """A number for each document, nearly equal bodies differing in few bits; 0 where none was kept."""
        found = self._documents.fingerprints
        return found if len(found) == self.doc_count else np.zeros(self.doc_count, np.uint64)

    def dates(self) -> NDArray[np.int32]:
        """The day of each document (``date.toordinal``, proleptic Gregorian), 0 where it has none."""
        column = self.keyword("date")
        days = [0, *(dt.date.fromisoformat(value).toordinal() for value in column.values[1:])]
        found: NDArray[np.int32] = np.array(days, np.int32)[column.codes]
        return found
