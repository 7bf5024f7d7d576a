"""The positions of a query's words in the best articles of a search, with statistics of the whole index.

The best hundred are rescored by ``search.reranking``, to which this offers the interface of a local index.
Documents are rows of the window, counted from 0. Positions are read from the column ``stream``, which has
four bytes for each word of an article: a script in the cluster picks out the stems that are asked for.
"""

from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from onneshon.index.columnar.impact_field import PADDING
from onneshon.index.columnar.sections import distinct, firsts
from onneshon.index.kernel.encoding import encode
from onneshon.index.kernel.postings import PostingList, Postings
from onneshon.index.ranking import GAP, Norms
from onneshon.opensearch.searching.dsl import PICKED, Dsl
from onneshon.opensearch.searching.filters import ClusterStatistics
from onneshon.opensearch.storage.documents import stem_number
from onneshon.search.query.tree import Field
from onneshon.search.retrieval.collection import Docs, Mask
from onneshon.search.retrieval.evidence import Counts, WordPositions
from onneshon.search.retrieval.term_scorer import EXPANSIONS

PAIR: Final = 6
"""Bytes of a pair of numbers of a picked column; in base64 each number is four characters, the same at every
place, which compresses well."""

BASE64_END: Final = b"=="
"""The base64 padding that OpenSearch leaves out; more than is needed does no harm."""

SIGNS: Final = bytes.maketrans(b"-_", b"+/")
"""Translates URL-safe base64 to the standard alphabet."""

LOW: Final = (1 << 16) - 1
"""Mask of the low 16 bits of a number, which are compared first where many numbers are searched."""

Spelt = Callable[[str], Mask]
"""Returns which rows contain an exact form."""


def picking(numbers: NDArray[np.uint32]) -> Dsl:
    """A script field of a search that picks the positions of some stems, for ``Streams.picked``.

    Args:
        numbers: the numbers of the stems.
    """
    sent = b2a_base64(_sent(numbers).tobytes(), newline=False).decode("ascii")
    return {"script": {"source": PICKED, "params": {"numbers": sent}}}


def _sent(numbers: NDArray[np.uint32]) -> NDArray[np.int32]:
    """Each number once, in the order in which the cluster looks them up."""
    return distinct(numbers.astype("<u4").view("<i4"))


@dataclass(frozen=True, slots=True)
class Streams:
    """Words of some articles with their positions, in the order of articles and of words.

    Attributes:
        titles: the number of tokens in the title of each article.
        lengths: the number of tokens in title and body of each article.
        rows: the index of each word's article.
        at: the position of each word, counted from the beginning of the title.
        numbers: the stem number of each word, see ``opensearch.storage.documents.stem_number``.
    """

    titles: NDArray[np.int64]
    lengths: NDArray[np.int64]
    rows: NDArray[np.int64]
    at: NDArray[np.int64]
    numbers: NDArray[np.uint32]

    @classmethod
    def whole(cls, columns: Sequence[str]) -> Self:
        """Read all words from whole columns.

        Args:
            columns: the column ``stream`` of each article, as OpenSearch gives it in ``fields``.
        """
        every, sizes = _joined(
            [a2b_base64(column.encode("ascii").translate(SIGNS) + BASE64_END) for column in columns]
        )
        starts = sizes.cumsum() - sizes
        words = np.ones(len(every), np.bool_)
        words[starts] = False
        rows = np.repeat(np.arange(len(sizes)), sizes - 1)
        at = np.arange(len(rows)) - (starts - np.arange(len(sizes)))[rows]
        return cls(every[starts].astype(np.int64), sizes - 1, rows, at, every[words])

    @classmethod
    def picked(cls, columns: Sequence[str], numbers: NDArray[np.uint32]) -> Self:
        """Read the words that a script picked out.

        Args:
            columns: the value of the script field ``picking`` of each article.
            numbers: the numbers of the stems, as they were given to ``picking``.
        """
        parts = [a2b_base64(column) for column in columns]
        sizes = np.array([len(part) // PAIR for part in parts], np.int64)
        digits = np.frombuffer(b"".join(parts), np.uint8).reshape(-1, 2, PAIR // 2).astype(np.int64)
        every = digits @ (1 << 8 * np.arange(PAIR // 2))
        starts = sizes.cumsum() - sizes
        words = np.ones(len(every), np.bool_)
        words[starts] = False
        at, which = every[words].T
        titles, lengths = every[starts].T
        rows = np.repeat(np.arange(len(sizes)), sizes - 1)
        return cls(titles, lengths, rows, at, _sent(numbers)[which].view(np.uint32))


def _joined(parts: Sequence[bytes]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The concatenated numbers of all columns, and the number of them in each."""
    sizes = np.array([len(part) // 4 for part in parts], np.int64)
    return np.frombuffer(b"".join(parts), "<u4"), sizes


class Window:
    """A ``WordEvidence`` of a few articles, with the statistics of all.

    Args:
        statistics: the statistics of the generation.
        streams: the positions of words in each article; of all words that will be asked for.
        spelt: returns which articles contain an exact form.
    """

    def __init__(self, statistics: ClusterStatistics, streams: Streams, spelt: Spelt) -> None:
        self._statistics = statistics
        self._spelt = spelt
        # Statistics of words are those of all articles.
        self.articles = statistics.articles
        self.rarity, self.document_frequency, self.size = (
            statistics.rarity,
            statistics.document_frequency,
            statistics.size,
        )
        self.key_document_frequency, self.are_indexed = (
            statistics.key_document_frequency,
            statistics.are_indexed,
        )
        self.stem_of, self.begins, self.cuts = statistics.stem_of, statistics.begins, statistics.cuts
        self.expect, self.count = statistics.expect, statistics.count
        self.prefix_document_frequency = statistics.prefix_document_frequency
        self.weights = statistics.weights
        self.k1 = statistics.k1
        titles = streams.titles
        self._lengths: dict[Field, NDArray[np.int64]] = {"title": titles, "body": streams.lengths - titles}
        self._numbers, self._rows = streams.numbers, streams.rows
        self._low = (self._numbers & LOW).astype(np.uint16)
        self._in_body = streams.at >= titles[self._rows]
        self._positions = (streams.at + np.where(self._in_body, GAP, 0)).astype(np.uint32)
        self.positions = WordPositions(cache(self._postings), self._spelt_so, lambda: self._titles)
        self._titles = titles.astype(np.uint32)

    @cached_property
    def norms(self) -> dict[Field, Norms]:
        """The length norms of each row: the worth of one occurrence in each field."""
        basis = self._statistics.basis
        return {
            field: Norms(basis, lengths, title=field == "title") for field, lengths in self._lengths.items()
        }

    def length(self, field: Field, doc: int) -> int:
        """The number of tokens in a field of a row."""
        return int(self._lengths[field][doc])

    def _postings(self, stem: str) -> Postings:
        """The positions of a stem as a posting list of the kernel, which rescoring uses."""
        found = np.flatnonzero(self._numbers == np.uint32(stem_number(stem)))
        frequencies = np.bincount(self._rows[found])
        docs = np.flatnonzero(frequencies)
        return self._list(docs, frequencies[docs].astype(np.uint32), self._positions[found])

    def _spelt_so(self, exact: str) -> Postings:
        return self._list(np.flatnonzero(self._spelt(exact)))

    def _list(
        self,
        docs: NDArray[np.int64],
        frequencies: NDArray[np.uint32] | None = None,
        positions: NDArray[np.uint32] | None = None,
    ) -> Postings:
        if not len(docs):
            return Postings([])
        counts = np.array([len(docs)], np.uint32)
        impacts = np.ones(len(docs), np.uint8)
        data, [size] = encode(counts, docs.astype(np.uint32), impacts, frequencies, positions)
        posting_list = PostingList(
            data + bytes(PADDING), 0, int(size), len(self._titles), positions=positions is not None
        )
        return Postings([posting_list])

    def _found(self, numbers: NDArray[np.uint32]) -> NDArray[np.intp]:
        """The indexes among all tokens, ascending, of stems with the given numbers."""
        if not len(numbers):
            return np.empty(0, np.intp)
        low = np.zeros(LOW + 1, np.bool_)
        low[numbers & LOW] = True
        likely = np.flatnonzero(low[self._low])
        there = self._numbers[likely]
        ordered = np.sort(numbers)
        found: NDArray[np.intp] = likely[ordered[ordered.searchsorted(there) % len(ordered)] == there]
        return found

    def beginnings(self, starts: Sequence[str], docs: Docs) -> tuple[Counts, Counts]:
        """For each prefix, the number of different stems with it in rows, ascending, and in their titles."""
        words = self._statistics.words
        found = [self._found(words.numbers(start, EXPANSIONS)) for start in starts]
        anywhere = [self._distinct(positions)[docs] for positions in found]
        in_title = [self._distinct(positions[~self._in_body[positions]])[docs] for positions in found]
        return np.array(anywhere, np.uint16), np.array(in_title, np.uint16)

    def _distinct(self, found: NDArray[np.intp]) -> NDArray[np.int64]:
        """The number of different stems that each row has at the given indexes."""
        pairs = np.sort(self._rows[found].astype(np.uint64) << np.uint64(32) | self._numbers[found])
        rows = (pairs[firsts(pairs)] >> np.uint64(32)).astype(np.int64)
        return np.bincount(rows, minlength=len(self._titles))
