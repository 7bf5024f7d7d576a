"""All segments of an index as one numbering of documents, with their posting lists, columns and ids."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache, partial
from itertools import accumulate
from typing import Any, Final, Literal, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from onneshon.index import Article
from onneshon.index.article import TEXT_FIELDS
from onneshon.index.columnar.sections import distinct
from onneshon.index.kernel.keys import Keys, best_first
from onneshon.index.kernel.postings import Postings
from onneshon.index.kernel.terms import TermRange
from onneshon.index.ranking import Basis, Norms
from onneshon.search.query.tree import Field
from onneshon.search.retrieval.index_protocols import ImpactField, SegmentReader

Docs: TypeAlias = NDArray[np.uint32]
"""Numbers of documents of a collection."""

Units: TypeAlias = NDArray[np.uint32]
"""Scores as integers, see ``index.ranking``."""

Scores: TypeAlias = NDArray[np.float64]

NOTHING: Docs = np.empty(0, np.uint32)


Bitmap: TypeAlias = NDArray[np.uint8]
"""A set of documents: shape (documents / 8, rounded up); bits beyond the last document are 0."""

Mask: TypeAlias = NDArray[np.bool_]
"""A set of documents with one byte for each."""


def packed(mask: Mask) -> Bitmap:
    """A mask as a bitmap."""
    return np.packbits(mask, bitorder="little")


def unpacked(bitmap: Bitmap, size: int) -> Mask:
    """A bitmap as a mask of ``size`` documents."""
    return np.unpackbits(bitmap, count=size, bitorder="little").view(np.bool_)


Layer: TypeAlias = Literal["exact", "stem"]

REMEMBERED: Final = 4_096
"""The number of posting lists whose offsets in the files are cached; a few hundred bytes each."""

Number = TypeVar("Number", bound=np.generic)

Fields: TypeAlias = dict[str, list[tuple[int, ImpactField]]]
"""For each field, its readers in all segments, each with the number of the segment's first document."""


def list_name(layer: Layer, field: Field | None) -> str:
    """The index's name for a layer of both texts, or of the title alone."""
    return f"title_{layer}" if field == "title" else layer


def _joined(parts: Sequence[NDArray[Any]], dtype: type[Number]) -> NDArray[Number]:
    if len(parts) == 1:
        return parts[0].astype(dtype, copy=False)
    return np.concatenate(parts).astype(dtype, copy=False) if parts else np.empty(0, dtype)


def _postings(fields: Fields, name: str, term: str) -> Postings:
    """The posting list of a term in all segments."""
    parts = []
    for base, field in fields[name]:
        part = field.list_of(term, base)
        if part is not None:
            parts.append(part)
    return parts[0] if len(parts) == 1 else Postings(parts)


class Collection:
    """Consecutive segments; a document's number is that in its segment plus the size of those before.

    Args:
        segments: the readers of the segments, in a fixed order.
        basis: the constants with which their impacts were computed.
        lossy: whether damaged lists and texts are skipped; each search that meets one is marked as partial,
            and its results are not cached for others.

    Attributes:
        lossy: the argument.
    """

    def __init__(self, segments: Sequence[SegmentReader], basis: Basis, *, lossy: bool) -> None:
        self.lossy = lossy
        self.segments = tuple(segments)
        self.basis = basis
        counts = [segment.doc_count for segment in self.segments]
        self.size = sum(counts)
        self.bases = list(accumulate(counts, initial=0))
        self.deleted = self._deleted()
        self.count = self.size - (0 if self.deleted is None else int(self.deleted.sum()))
        self._fields: Fields = {
            name: [(base, part.impacts(name)) for base, part in zip(self.bases, segments, strict=False)]
            for name in TEXT_FIELDS
        }
        self.postings: Callable[[str, str], Postings] = lru_cache(0 if lossy else REMEMBERED)(
            partial(_postings, self._fields)
        )
        """The posting list of a term, deleted documents included; empty where no article has it.

        Args:
            name: ``stem``, ``exact``, ``title_stem`` or ``title_exact``.
            term: a key of that layer.
        """

    def _deleted(self) -> Mask | None:
        masks = [segment.deleted for segment in self.segments]
        if all(mask is None or not mask.any() for mask in masks):
            return None
        sizes = (segment.doc_count for segment in self.segments)
        return np.concatenate(
            [np.zeros(n, np.bool_) if mask is None else mask for n, mask in zip(sizes, masks, strict=True)]
        )

    @cached_property
    def live(self) -> Bitmap | None:
        """The documents that are not deleted; None where none is."""
        return None if self.deleted is None else packed(~self.deleted)

    def document_frequency(self, name: str, term: str) -> int:
        """The number of documents that contain a term, deleted ones included."""
        return sum([field.frequency(term) for _, field in self._fields[name]])

    def are_indexed(self, name: str, terms: Sequence[str]) -> list[bool]:
        """For each of some terms, whether any document contains it. Reads no posting list."""
        found = [False] * len(terms)
        for _, field in self._fields[name]:
            found = [
                known or ordinal >= 0 for known, ordinal in zip(found, field.ordinals(terms), strict=True)
            ]
        return found

    def stem_of(self, word: str) -> str | None:
        """The stem of a word in canonical spelling that articles contain; None where none does."""
        stems = (segment.stem_of(word) for segment in self.segments)
        return next((stem for stem in stems if stem is not None), None)

    def ranges(self, name: str, start: str, most: int) -> list[TermRange]:
        """The posting lists of all terms with a prefix.

        Args:
            name: the field.
            start: the prefix.
            most: the most terms of a segment, the first in dictionary order.
        """
        found = []
        for base, field in self._fields[name]:
            terms = field.beginning(start, most, base)
            if terms is not None:
                found.append(terms)
        return found

    def begins(self, name: str, start: str) -> bool:
        """Whether any term of a field begins with ``start``."""
        return any(field.begins(start) for _, field in self._fields[name])

    def prefix_document_frequency(self, start: str) -> int:
        """The number of documents that contain a stem with this prefix, of three or four characters."""
        return sum([segment.beginnings.df(start) for segment in self.segments])

    @cached_property
    def title_lengths(self) -> NDArray[np.uint32]:
        """The number of tokens in the title of each document."""
        return _joined([segment.lengths("title") for segment in self.segments], np.uint32)

    @cached_property
    def body_lengths(self) -> NDArray[np.uint32]:
        """The number of tokens in the body of each document."""
        return _joined([segment.lengths("body") for segment in self.segments], np.uint32)

    @cached_property
    def norms(self) -> dict[Field, Norms]:
        """The length norms of each field: the weight of one occurrence in each document."""
        return {
            "title": Norms(self.basis, self.title_lengths, title=True),
            "body": Norms(self.basis, self.body_lengths, title=False),
        }

    @cached_property
    def alive(self) -> Mask:
        """A mask of the documents that are not deleted."""
        return np.ones(self.size, np.bool_) if self.deleted is None else ~self.deleted

    def all_live(self) -> Docs:
        """Every document that is not deleted."""
        docs = np.arange(self.size, dtype=np.uint32)
        return docs if self.deleted is None else docs[~self.deleted]

    @cached_property
    def dates(self) -> NDArray[np.int32]:
        """The day of each document as a proleptic ordinal; 0 where unknown."""
        return _joined([segment.dates() for segment in self.segments], np.int32)

    @cached_property
    def fingerprints(self) -> NDArray[np.uint64]:
        """A hash of each document, near-equal bodies differing in few bits; 0 where none is stored."""
        return _joined([segment.fingerprints() for segment in self.segments], np.uint64)

    def _segment_of(self, doc: int) -> tuple[SegmentReader, int]:
        part = bisect_right(self.bases, doc) - 1
        return self.segments[part], doc - self.bases[part]

    def ids(self, docs: Docs) -> list[str]:
        """The ids of the articles of some documents, in their order."""
        if len(self.segments) == 1:
            return self.segments[0].article_ids(docs.tolist())
        parts = np.searchsorted(self.bases, docs, side="right") - 1
        names = [""] * len(docs)
        for part in distinct(parts).tolist():
            mine = np.flatnonzero(parts == part)
            found = self.segments[part].article_ids(docs[mine] - self.bases[part])
            for row, name in zip(mine.tolist(), found, strict=True):
                names[row] = name
        return names

    @cached_property
    def keys(self) -> Keys:
        """The ids of all documents as bytes, for sorting; unchecked, see ``check_ids``."""
        parts = zip(self.bases, self.segments, strict=False)
        return Keys([(base, *segment.id_bytes()) for base, segment in parts])

    def check_ids(self) -> None:
        """Verify the checksums of the ids of all documents, if that has not been done yet.

        Raises:
            IndexCorruptError: a checksum does not match.
        """
        for segment in self.segments:
            segment.check_ids()

    def find(self, article_id: str) -> int | None:
        """The document of an article; None where there is none."""
        for base, segment in zip(self.bases, self.segments, strict=False):
            doc = segment.find(article_id)
            if doc is not None:
                return base + doc
        return None

    def article(self, doc: int) -> Article:
        """The article of a document, as stored."""
        segment, local = self._segment_of(doc)
        return segment.article(local)

    @cached_property
    def id_ranks(self) -> NDArray[np.intp]:
        """The rank of each document in the order of ids; computed only when very many articles tie."""
        names = np.array(self.ids(np.arange(self.size, dtype=np.uint32)), dtype=object)
        ranks = np.empty(self.size, np.intp)
        ranks[np.argsort(names, kind="stable")] = np.arange(self.size)
        return ranks


def select(collection: Collection, docs: Docs, scores: Scores, k: int) -> tuple[Docs, Scores]:
    """The ``k`` best documents, best first, ties in the order of their ids."""
    best, of_best, ids_decided = best_first(docs, scores, k, collection.keys)
    if ids_decided:
        collection.check_ids()
    return best, of_best
