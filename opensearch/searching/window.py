"""What is known of the best articles of a search: where their words stand, and how rare those are.

Rescoring of the best hundred is that of ``search.reranking``, which asks here what it asks of an index
of ours. Documents are rows of the window, counted from 0. Where stems stand is read from the column
``stream``, which has four bytes for each word of an article: the cluster picks out those that are asked for.
"""

from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from onneshon.index.columnar.impact_field import PADDING
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
"""Bytes of two numbers of a picked column; in base64 each is four characters, the same wherever it stands,
which compresses well."""

BASE64_END: Final = b"=="
"""What OpenSearch leaves off at the end of base64; more than is needed does no harm."""

SIGNS: Final = bytes.maketrans(b"-_", b"+/")
"""From base64 for addresses to the usual one."""

LOW: Final = (1 << 16) - 1
"""The low 16 bits of a number, which are compared first where many numbers are looked for."""

Spelt = Callable[[str], Mask]
"""Which rows hold a word as it is spelt."""


def picking(numbers: NDArray[np.uint32]) -> Dsl:
    """A column for a search, made of ``stream``: where stems with some numbers stand, for ``Streams.picked``.

    Args:
        numbers: of the stems.
    """
    sent = b2a_base64(_sent(numbers).tobytes(), newline=False).decode("ascii")
    return {"script": {"source": PICKED, "params": {"numbers": sent}}}


def _sent(numbers: NDArray[np.uint32]) -> NDArray[np.int32]:
    """Each number once, in the order in which the cluster looks them up."""
    ordered = np.sort(numbers.astype("<u4").view("<i4"))
    return ordered[_firsts(ordered)]


def _firsts(ordered: NDArray[np.integer]) -> Mask:
    """The first of each run of equal numbers: ``np.unique`` of a few hundred takes five times as long."""
    first = np.ones(len(ordered), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return first


@dataclass(frozen=True, slots=True)
class Streams:
    """Some words of some articles, in the order of articles and of words.

    Attributes:
        titles: tokens of the title of each article.
        lengths: tokens of title and body of each.
        rows: the article of each word.
        at: the tokens of the article before it.
        numbers: see ``opensearch.storage.documents.stem_number``.
    """

    titles: NDArray[np.int64]
    lengths: NDArray[np.int64]
    rows: NDArray[np.int64]
    at: NDArray[np.int64]
    numbers: NDArray[np.uint32]

    @classmethod
    def whole(cls, columns: Sequence[str]) -> Self:
        """All words.

        Args:
            columns: ``stream`` of each article, as OpenSearch gives it in ``fields``.
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
        """Those that were picked out.

        Args:
            columns: what ``picking`` made, of each article.
            numbers: of the stems, as ``picking`` was given them.
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
    """The numbers of all columns one after another, and how many each has."""
    sizes = np.array([len(part) // 4 for part in parts], np.int64)
    return np.frombuffer(b"".join(parts), "<u4"), sizes


class Window:
    """A ``WordEvidence`` of a few articles; the statistics are those of all.

    Args:
        statistics: of the generation.
        streams: where words stand in each article; all that will be asked for.
        spelt: which of them hold a word as it is spelt.
    """

    def __init__(self, statistics: ClusterStatistics, streams: Streams, spelt: Spelt) -> None:
        self._statistics = statistics
        self._spelt = spelt
        # What is asked of words is known of all articles.
        self.articles = statistics.articles
        self.rarity, self.holding, self.size = statistics.rarity, statistics.holding, statistics.size
        self.frequency, self.are_indexed = statistics.frequency, statistics.are_indexed
        self.stem_of, self.begins, self.cuts = statistics.stem_of, statistics.begins, statistics.cuts
        self.expect, self.count = statistics.expect, statistics.count
        self.holding_beginning = statistics.holding_beginning
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
        """What one occurrence in a text of each row is worth."""
        basis = self._statistics.basis
        return {
            field: Norms(basis, lengths, title=field == "title") for field, lengths in self._lengths.items()
        }

    def length(self, field: Field, doc: int) -> int:
        """Tokens of a text of a row."""
        return int(self._lengths[field][doc])

    def _postings(self, stem: str) -> Postings:
        """Where a stem stands, as a list of the kernel, which compares the best by it."""
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
        """The positions among all tokens, ascending, of stems with some numbers."""
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
        """How many stems that begin so some rows, ascending, hold; and their titles."""
        words = self._statistics.words
        found = [self._found(words.numbers(start, EXPANSIONS)) for start in starts]
        anywhere = [self._distinct(positions)[docs] for positions in found]
        in_title = [self._distinct(positions[~self._in_body[positions]])[docs] for positions in found]
        return np.array(anywhere, np.uint16), np.array(in_title, np.uint16)

    def _distinct(self, found: NDArray[np.intp]) -> NDArray[np.int64]:
        """How many different stems each row has at some positions."""
        pairs = np.sort(self._rows[found].astype(np.uint64) << np.uint64(32) | self._numbers[found])
        rows = (pairs[_firsts(pairs)] >> np.uint64(32)).astype(np.int64)
        return np.bincount(rows, minlength=len(self._titles))
