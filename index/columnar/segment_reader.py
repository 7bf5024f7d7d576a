"""A segment as the search layer reads it: text fields, keyword fields, and articles by document number."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from onneshon.index.article import KEYWORD_FIELDS, TEXT_FIELDS, Article, article_from_stored
from onneshon.index.columnar.documents import DocumentsReader, IdOrder
from onneshon.index.columnar.impact_field import NO_STEM, STEM_OF, ImpactField
from onneshon.index.columnar.keywords import Keywords, keyword_names, read_keywords
from onneshon.index.columnar.section_file import DOCUMENTS_EXT, INVERTED_EXT, SectionFile
from onneshon.index.columnar.sections import U4
from onneshon.index.columnar.term_dictionary import (
    Beginnings,
)
from onneshon.index.errors import REPAIR, IndexCorruptError
from onneshon.index.kernel.postings import PostingList
from onneshon.index.kernel.terms import StemmedWords, TermRange

_NOTHING: Final = np.empty(0, np.uint32)

P = ParamSpec("P")
T = TypeVar("T")


class LossyField(ImpactField):
    """A field whose damaged terms and posting lists are left out of searches, as if no document had them.

    Args:
        file: as for ``ImpactField``.
        name: as for ``ImpactField``.
        documents: as for ``ImpactField``.
        met: called each time that a damaged part is left out.
    """

    def __init__(self, file: SectionFile, name: str, documents: int, met: Callable[[], None]) -> None:
        super().__init__(file, name, documents)
        self._met = met

    def _or(self, otherwise: T, read: Callable[P, T], /, *args: P.args, **options: P.kwargs) -> T:
        try:
            return read(*args, **options)
        except IndexCorruptError:
            self._met()
            return otherwise

    def ordinal(self, term: str) -> int | None:
        """As ``ImpactField.ordinal``; None if it cannot be read."""
        return self._or(None, super().ordinal, term)

    def ordinals(self, terms: Sequence[str]) -> list[int]:
        """As ``ImpactField.ordinals``, each term read by itself."""
        found = map(self.ordinal, terms)
        return [-1 if ordinal is None else ordinal for ordinal in found]

    def term(self, ordinal: int) -> str:
        """As ``ImpactField.term``; empty if it is damaged."""
        return self._or("", super().term, ordinal)

    def frequency(self, term: str) -> int:
        """As ``ImpactField.frequency``; 1 if it cannot be read, as a damaged list had some document."""
        return self._or(1, super().frequency, term)

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """As ``ImpactField.frequencies``, each term read by itself."""
        return [*map(self.frequency, terms)]

    def begins(self, prefix: str) -> bool:
        """As ``ImpactField.begins``; False if it cannot be read."""
        return self._or(False, super().begins, prefix)  # what there is otherwise

    def docs(self, ordinal: int) -> U4:
        """As ``ImpactField.docs``; none if the posting list is damaged."""
        return self._or(_NOTHING, super().docs, ordinal)

    def list_of(self, term: str, base: int = 0) -> PostingList | None:
        """As ``ImpactField.list_of``; None if it is damaged."""
        return self._or(None, super().list_of, term, base)

    def beginning(self, prefix: str, most: int, base: int = 0) -> TermRange | None:
        """As ``ImpactField.beginning``; None if any of the lists is damaged."""
        return self._or(None, super().beginning, prefix, most, base)


class SegmentReader:
    """One segment, mapped. Immutable, and safe to share between threads.

    Args:
        directory: the folder of the generation.
        name: the name of its files, without suffixes.
        doc_count: the number of documents, deleted ones included.
        deleted: True for each deleted document, shape (doc_count,); None if none is deleted.

    Attributes:
        beginnings: the document frequencies of prefixes of stems.
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
        """Answer without damaged terms and posting lists from now on; ``met`` is called for each one met."""
        self._impacts = {
            field: LossyField(self._inverted, field, self.doc_count, met) for field in TEXT_FIELDS
        }

    @property
    def alive(self) -> NDArray[np.bool_]:
        """False for each deleted document, shape (doc_count,)."""
        return np.ones(self.doc_count, np.bool_) if self.deleted is None else ~self.deleted

    def impacts(self, name: str) -> ImpactField:
        """A text field (``article.TEXT_FIELDS``); without terms if no document has any."""
        return self._impacts[name]

    @cached_property
    def _stems(self) -> memoryview:
        """The ordinal of the stem of each word; verified as a whole, as look-ups jump about."""
        return self._stem_of.whole().view(np.uint32).data  # a missing section is an array of bytes

    @cached_property
    def words(self) -> StemmedWords:
        """The words and their stems for the kernel, which raises ``DamageError``."""
        words, stems = self._impacts["exact"].dictionary.kernel, self._impacts["stem"].kernel
        return StemmedWords(words, self._stems, stems)

    def stem_of(self, word: str) -> str | None:
        """The stem key of a word in canonical spelling; None if no document contains the word."""
        ordinal = self._impacts["exact"].ordinal(word)
        stem = self._stems[ordinal] if ordinal is not None and ordinal < len(self._stems) else NO_STEM
        return None if stem == NO_STEM else self._impacts["stem"].term(stem) or None

    def living(self, name: str, term: str) -> int:
        """The number of documents that contain a term in a field and are not deleted."""
        field = self.impacts(name)
        if self.deleted is None:
            return field.frequency(term)
        ordinal = field.ordinal(term)
        return 0 if ordinal is None else int((~self.deleted[field.docs(ordinal)]).sum())

    def lengths(self, text: str) -> U4:
        """The number of tokens of ``title`` or ``body`` in each document, shape (doc_count,)."""
        return self._documents.lengths(text)

    def verify(self) -> None:
        """Read both files and verify their checksums.

        Raises:
            IndexCorruptError: a section is damaged; the message names it.
        """
        self._inverted.verify()
        self._documents_file.verify()

    def article_ids(self, docs: Sequence[int] | NDArray[np.integer]) -> list[str]:
        """The ids of documents, without reading their stored values."""
        return self._documents.keys.of(docs)

    def id_bytes(self) -> tuple[NDArray[np.uint8], U4]:
        """The concatenated ids of all documents, not verified, and the end of each id."""
        keys = self._documents.keys
        return keys.data.unchecked, keys.ends.whole()

    def check_ids(self) -> None:
        """Verify the ids by their checksums, unless that was done before; raises IndexCorruptError."""
        self._documents.keys.data.whole()

    def check_lookup(self) -> None:
        """Verify everything that ``find`` reads, the ids and their order, as ``check_ids``."""
        self.check_ids()
        self._ids.check()

    def article(self, doc: int) -> Article:
        """The stored article of a document, as it was given to the build."""
        return article_from_stored(self._documents.stored[doc])

    def find(self, article_id: str) -> int | None:
        """The number of the live document with an id, None if there is none."""
        docs = self._ids.find(article_id)
        return next((doc for doc in docs if self.deleted is None or not self.deleted[doc]), None)

    def keyword(self, name: str) -> Keywords:
        """The values of ``category``, ``author``, ``lang``, ``date`` or a field declared by the site."""
        return read_keywords(self._inverted, name, self.doc_count)

    @property
    def declared(self) -> list[str]:
        """The names of the fields declared by the site that some document has a value of."""
        return [name for name in keyword_names(self._inverted) if name not in KEYWORD_FIELDS]

    def fingerprints(self) -> NDArray[np.uint64]:
        """The fingerprint of each body; those of similar bodies differ in few bits; 0 if none is stored."""
        found = self._documents.fingerprints
        return found if len(found) == self.doc_count else np.zeros(self.doc_count, np.uint64)

    def dates(self) -> NDArray[np.int32]:
        """The date of each document (``date.toordinal``, proleptic Gregorian), 0 if it has none."""
        column = self.keyword("date")
        days = [0, *(dt.date.fromisoformat(value).toordinal() for value in column.values[1:])]
        found: NDArray[np.int32] = np.array(days, np.int32)[column.codes]
        return found
