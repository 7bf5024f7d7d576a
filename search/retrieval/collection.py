"""All segments of an index as one row of documents, numbered from 0; deleted ones are in no answer."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from index import Article
from search.retrieval.doc_lists import Docs
from search.retrieval.index_protocols import FieldReader, SegmentReader

__all__ = ["Collection", "Postings"]


class Postings(NamedTuple):
    """Documents that hold a term, and its frequency in each."""

    docs: Docs
    frequencies: NDArray[np.uint32]

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        return self.docs.nbytes + self.frequencies.nbytes + 300


Holder = tuple[int, FieldReader, int]
"""A segment's first document, its reader of a field, and the ordinal of a term there."""

Number = TypeVar("Number", bound=np.generic)


def _joined(parts: Sequence[NDArray[Any]], dtype: type[Number]) -> NDArray[Number]:
    if len(parts) == 1:
        return parts[0].astype(dtype, copy=False)
    return np.concatenate(parts).astype(dtype, copy=False) if parts else np.empty(0, dtype)


class Collection:
    """Segments side by side; a document's number is that in its segment plus the segments before.

    Args:
        segments: what is read, in a fixed order.
    """

    def __init__(self, segments: Sequence[SegmentReader]) -> None:
        self.segments = tuple(segments)
        counts = [segment.doc_count for segment in self.segments]
        self.size = sum(counts)
        self.bases = list(accumulate(counts, initial=0))
        self.deleted = self._deleted()
        self.count = self.size - (0 if self.deleted is None else int(self.deleted.sum()))

    def _deleted(self) -> NDArray[np.bool_] | None:
        masks = [segment.deleted for segment in self.segments]
        if all(mask is None or not mask.any() for mask in masks):
            return None
        sizes = (segment.doc_count for segment in self.segments)
        return np.concatenate(
            [np.zeros(n, np.bool_) if mask is None else mask for n, mask in zip(sizes, masks, strict=True)]
        )

    def _fields(self, name: str) -> Iterator[tuple[int, FieldReader]]:
        for base, segment in zip(self.bases, self.segments, strict=False):
            field = segment.field(name)
            if field is not None:
                yield base, field

    def _holders(self, name: str, term: str) -> Iterator[Holder]:
        for base, field in self._fields(name):
            ordinal = field.ordinal(term)
            if ordinal is not None:
                yield base, field, ordinal

    def live(self, docs: Docs) -> Docs:
        """Those of some documents that are not deleted."""
        return docs if self.deleted is None else docs[~self.deleted[docs]]

    @cached_property
    def all_live(self) -> Docs:
        """Every document that is not deleted."""
        return self.live(np.arange(self.size, dtype=np.intp))

    def lengths(self, name: str) -> tuple[NDArray[np.uint32], float]:
        """Tokens of a field in each document, and in an average document (never 0)."""
        lengths = np.zeros(self.size, np.uint32)
        total = 0
        for base, field in self._fields(name):
            lengths[base : base + len(field.lengths)] = field.lengths
            total += field.total_length
        return lengths, max(total, 1) / max(self.size, 1)

    def postings(self, name: str, term: str) -> Postings:
        """Documents that hold a term, deleted ones included, and its frequency in each."""
        docs, frequencies = [], []
        for base, field, ordinal in self._holders(name, term):
            part, counts = field.postings(ordinal)
            docs.append(part.astype(np.intp) + base if base else part)
            frequencies.append(counts)
        return Postings(_joined(docs, np.intp), _joined(frequencies, np.uint32))

    def frequency(self, name: str, term: str) -> int:
        """How many documents hold a term, deleted ones included; no posting is read."""
        return sum(
            int(field.doc_frequencies(ordinal, ordinal + 1)[0])
            for _, field, ordinal in self._holders(name, term)
        )

    def places(self, name: str, term: str) -> NDArray[np.uint32]:
        """The positions of a term in the documents of its postings, grouped by document."""
        parts = [field.positions(ordinal) for _, field, ordinal in self._holders(name, term)]
        return _joined(parts, np.uint32)

    def _prefix_ranges(self, name: str, start: str, most: int) -> Iterator[tuple[int, FieldReader, range]]:
        for base, field in self._fields(name):
            ordinals = field.prefix_range(start)[:most]
            if ordinals:
                yield base, field, ordinals

    def prefix_count(self, name: str, start: str, most: int) -> int:
        """How many entries ``prefix`` would have, deleted documents included."""
        ranges = self._prefix_ranges(name, start, most)
        return sum(int(field.doc_frequencies(found.start, found.stop).sum()) for _, field, found in ranges)

    def prefix(self, name: str, start: str, most: int) -> Docs:
        """Documents that hold a term beginning so, once for each such term; in any order, with deleted ones.

        Args:
            name: the field.
            start: what the terms begin with.
            most: terms of a segment beyond this many, in dictionary order, are left out.
        """
        ranges = self._prefix_ranges(name, start, most)
        parts = [field.docs_in_range(found.start, found.stop) + base for base, field, found in ranges]
        return _joined(parts, np.intp)

    @cached_property
    def dates(self) -> NDArray[np.int32]:
        """Day of each document as a proleptic ordinal; 0 where unknown."""
        return _joined([segment.dates() for segment in self.segments], np.int32)

    @cached_property
    def fingerprints(self) -> NDArray[np.uint64]:
        """A number for each document, nearly equal bodies differing in few bits; 0 where none was kept."""
        return _joined([segment.fingerprints() for segment in self.segments], np.uint64)

    def _place(self, doc: int) -> tuple[SegmentReader, int]:
        part = int(np.searchsorted(self.bases, doc, side="right")) - 1
        return self.segments[part], doc - self.bases[part]

    def ids(self, docs: Docs) -> list[str]:
        """The ids of the articles of some documents, in their order."""
        if len(self.segments) == 1:
            return self.segments[0].article_ids(docs.tolist())
        names: list[str] = []
        for doc in docs.tolist():
            segment, local = self._place(doc)
            names += segment.article_ids([local])
        return names

    def find(self, article_id: str) -> int | None:
        """The document of an article; None where there is none."""
        for base, segment in zip(self.bases, self.segments, strict=False):
            doc = segment.find(article_id)
            if doc is not None:
                return base + doc
        return None

    def article(self, doc: int) -> Article:
        """The article of a document, as stored."""
        segment, local = self._place(doc)
        return segment.article(local)

    @cached_property
    def id_ranks(self) -> NDArray[np.intp]:
        """The place of each document in the order of ids; made only when very many articles tie."""
        names = np.array(self.ids(np.arange(self.size, dtype=np.intp)), dtype=object)
        ranks = np.empty(self.size, np.intp)
        ranks[np.argsort(names, kind="stable")] = np.arange(self.size)
        return ranks
