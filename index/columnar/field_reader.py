"""The postings of one field, read in place from the mapped file; see ``postings.py`` for the layout."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from onneshon.index.arrays import I8, U4, running_sums, starts_of
from onneshon.index.columnar.counts import CountColumn
from onneshon.index.columnar.frequencies import FrequenciesReader
from onneshon.index.columnar.number_streams import NumbersReader
from onneshon.index.columnar.postings import doc_forms, freq_forms, place_forms
from onneshon.index.columnar.section_file import SectionFile
from onneshon.index.columnar.term_block import TermBlock
from onneshon.index.columnar.term_dictionary import GROUP, TermDictionary, term_bytes, term_text

__all__ = ["FieldReader"]

REMEMBERED = 1 << 10
"""Look-ups whose answers are kept."""


class FieldReader:
    """One field of one segment. Immutable, and safe to share between threads.

    Args:
        file: the segment's inverted file.
        name: of the field, which the file has.
        lengths: tokens of the field in each document, shape (documents,).

    Attributes:
        lengths: as given.
        total_length: tokens of the field in all documents.
        term_count: distinct terms.
        has_positions: whether ``positions`` may be asked for.
    """

    def __init__(self, file: SectionFile, name: str, lengths: U4) -> None:
        facts = file.facts["fields"][name]
        self.lengths = lengths
        self.total_length = int(lengths.sum(dtype=np.int64))
        self.term_count: int = facts["terms"]
        self.has_positions: bool = facts["positions"]
        self.posting_count: int = facts["postings"]
        self.dictionary = TermDictionary(file, name)
        # A query asks for a term's postings, then for its positions: it is looked up once.
        self._find = lru_cache(REMEMBERED)(self.dictionary.find)
        self._prefix_range = lru_cache(REMEMBERED)(self.dictionary.prefix_range)
        self._df = CountColumn(file, f"{name}/df")
        self._cf = CountColumn(file, f"{name}/cf") if f"{name}/cf" in file else self._df
        self._first = file.section(f"{name}/first")
        self._forms = file.section(f"{name}/forms")
        self._docs = NumbersReader(file, f"{name}/docs")
        self._freqs = FrequenciesReader(file, name)
        self._places = NumbersReader(file, f"{name}/places") if self.has_positions else None
        self._starts = file.section(f"{name}/postings")
        self._weights = file.section(f"{name}/weights") if f"{name}/weights" in file else None
        self._values = file.section(f"{name}/values")
        self._value_ends = file.section(f"{name}/value_ends") if f"{name}/value_ends" in file else None

    def ordinal(self, term: str) -> int | None:
        """The place of a term in the order of terms, None where the field has no such term."""
        ordinal, found = self._find(term_bytes(term))
        return ordinal if found else None

    def term(self, ordinal: int) -> str:
        """The term of that place."""
        return term_text(self.dictionary[ordinal])

    def terms(self) -> Iterator[str]:
        """All terms in the order of their code points."""
        return map(term_text, self.dictionary.from_ordinal())

    def prefix_range(self, prefix: str) -> range:
        """The ordinals of the terms that begin so."""
        return self._prefix_range(term_bytes(prefix))

    def doc_frequency(self, ordinal: int) -> int:
        """How many documents have the term, deleted ones included."""
        return self._df[ordinal]

    def doc_frequencies(self, start: int, stop: int) -> I8:
        """``doc_frequency`` of a range of ordinals."""
        return self._df.rows(start, stop)

    def collection_frequency(self, ordinal: int) -> int:
        """How often the term occurs in all documents."""
        return self._cf[ordinal]

    def collection_frequencies(self, start: int, stop: int) -> I8:
        """``collection_frequency`` of a range of ordinals."""
        return self._cf.rows(start, stop)

    def postings(self, ordinal: int) -> tuple[U4, U4]:
        """The documents of a term, ascending, and how often each has it; both of shape (documents,)."""
        group, begin = _group(ordinal)
        counts = self._df.rows(begin, ordinal + 1)
        return self._docs_of(ordinal, group, counts), self._freqs_of(ordinal, group, counts)

    def docs(self, ordinal: int) -> U4:
        """The documents of a term, ascending."""
        group, begin = _group(ordinal)
        return self._docs_of(ordinal, group, self._df.rows(begin, ordinal + 1))

    def _docs_of(self, ordinal: int, group: int, counts: I8) -> U4:
        """The documents of a term, given how many the terms of its group have, up to and with it."""
        docs = np.empty(counts[-1], np.uint32)
        docs[0] = self._first.at(ordinal)
        if len(docs) > 1:
            forms = doc_forms(self._forms.part(ordinal + 1 - len(counts), ordinal + 1))
            docs[1:] = self._docs.one(group, counts[:-1] - 1, forms[:-1], int(forms[-1]), len(docs) - 1)
            docs.cumsum(out=docs)
        return docs

    def freqs(self, ordinal: int) -> U4:
        """How often each document of a term has it."""
        if not freq_forms(self._forms.part(ordinal, ordinal + 1)).any():
            return np.ones(self._df[ordinal], np.uint32)
        group, begin = _group(ordinal)
        return self._freqs_of(ordinal, group, self._df.rows(begin, ordinal + 1))

    def _freqs_of(self, ordinal: int, group: int, counts: I8) -> U4:
        """How often each document of a term has it, given the same as for ``_docs_of``."""
        forms = freq_forms(self._forms.part(ordinal + 1 - len(counts), ordinal + 1))
        return self._freqs.one(group, counts[:-1], forms[:-1], int(forms[-1]), int(counts[-1]))

    def positions(self, ordinal: int) -> U4:
        """The token positions of a term, document after document; shape (collection frequency,)."""
        if self._places is None:
            return np.empty(0, np.uint32)
        group, begin = _group(ordinal)
        forms = place_forms(self._forms.part(begin, ordinal + 1))
        lengths = self._cf.rows(begin, ordinal)
        return self._places.one(group, lengths, forms[:-1], int(forms[-1]), self._cf[ordinal])

    def weights(self, ordinal: int) -> NDArray[np.float64] | None:
        """The weights of a term's postings where they are not the frequencies, else None."""
        if self._weights is None:
            return None
        start = self._start(ordinal)
        return self._weights.part(start, start + self._df[ordinal])

    def values(self, ordinal: int) -> list[bytes] | None:
        """The values of a term's postings as Whoosh encoded them, None where the columns say it all."""
        if self._value_ends is None:
            return None
        start = self._start(ordinal)
        ends = self._value_ends.part(start, start + self._df[ordinal]).tolist()
        begins = [self._value_ends.at(start - 1) if start else 0, *ends[:-1]]
        return [self._values.part(begin, end).tobytes() for begin, end in zip(begins, ends, strict=True)]

    def _start(self, ordinal: int) -> int:
        """How many postings stand before the term's."""
        group, begin = _group(ordinal)
        return self._starts.at(group) + int(self._df.rows(begin, ordinal).sum())

    def docs_in_range(self, start: int, stop: int) -> I8:
        """The documents of all terms of a range of ordinals, term after term, with repetitions."""
        counts = self._df.rows(start, stop)
        if not len(counts):
            return np.empty(0, np.int64)
        starts = starts_of(counts)
        steps = np.empty(int(counts.sum()), np.int64)
        further = np.ones(len(steps), np.bool_)
        further[starts] = False
        steps[starts] = self._first.part(start, stop)
        group, begin = _group(start)
        before = self._df.rows(begin, start) - 1, doc_forms(self._forms.part(begin, start))
        steps[further] = self._docs.many(group, before, counts - 1, doc_forms(self._forms.part(start, stop)))
        return running_sums(steps, starts, counts)

    def _range_freqs(self, start: int, stop: int, counts: I8) -> U4:
        group, begin = _group(start)
        before = self._df.rows(begin, start), freq_forms(self._forms.part(begin, start))
        return self._freqs.many(group, before, counts, freq_forms(self._forms.part(start, stop)))

    def _range_positions(self, start: int, stop: int) -> U4 | None:
        if self._places is None:
            return None
        group, begin = _group(start)
        before = self._cf.rows(begin, start), place_forms(self._forms.part(begin, start))
        lengths = self._cf.rows(start, stop)
        return self._places.many(group, before, lengths, place_forms(self._forms.part(start, stop)))

    def block(self, start: int, stop: int) -> TermBlock:
        """The postings of a range of ordinals, for merging; without weights and values."""
        counts = self._df.rows(start, stop)
        return TermBlock(
            self.dictionary.between(start, stop),
            counts,
            self.docs_in_range(start, stop).astype(np.uint32),
            self._range_freqs(start, stop, counts),
            self._range_positions(start, stop),
        )

    def ordinals_by_doc(self, documents: int) -> I8:
        """For a field with one term a document: the ordinal of each document's term, -1 for none."""
        ordinals = np.full(documents, -1, np.int64)
        counts = self._df.rows(0, self.term_count)
        ordinals[self.docs_in_range(0, self.term_count)] = np.repeat(np.arange(self.term_count), counts)
        return ordinals


def _group(ordinal: int) -> tuple[int, int]:
    """The group of a term, and the ordinal of the group's first term."""
    group = ordinal // GROUP
    return group, group * GROUP
