"""What is known of the best articles of a search: where their words stand, and how rare those are.

Rescoring of the best hundred is that of ``search.reranking``, which asks here what it asks of an index
of ours. Documents are rows of the window, counted from 0.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.columnar.impact_field import PADDING
from onneshon.index.kernel.encoding import encode
from onneshon.index.kernel.postings import PostingList, Postings
from onneshon.index.ranking import GAP, Norms
from onneshon.opensearch.searching.statistics import ClusterStatistics
from onneshon.opensearch.searching.streams import Streams
from onneshon.opensearch.storage.documents import stem_number
from onneshon.search.query.tree import Field, Leaf
from onneshon.search.retrieval.collection import Docs, Layer, Mask
from onneshon.search.retrieval.evidence import Counts
from onneshon.search.retrieval.term_scorer import END, EXPANSIONS
from onneshon.search.retrieval.word_positions import WordPositions

LOW: Final = (1 << 16) - 1
"""Of a number, what is compared first where many are looked for."""

Spelt = Callable[[str], Mask]
"""Which rows hold a word as it is spelt."""


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
        self.weights = statistics.weights
        self.k1 = statistics.k1
        titles = streams.titles
        self._lengths: dict[Field, NDArray[np.int64]] = {"title": titles, "body": streams.lengths - titles}
        self._numbers, self._rows = streams.numbers, streams.rows
        self._low = (self._numbers & LOW).astype(np.uint16)
        self._in_body = streams.at >= titles[self._rows]
        self._positions = (streams.at + np.where(self._in_body, GAP, 0)).astype(np.uint32)
        self.positions = WordPositions(self._postings, self._spelt_so, lambda: self._titles)
        self._titles = titles.astype(np.uint32)

    @property
    def articles(self) -> int:
        """How many articles there are in all."""
        return self._statistics.articles

    def rarity(self, holding: int) -> float:
        """The inverse document frequency of what ``holding`` articles hold."""
        return self._statistics.rarity(holding)

    def holding(self, leaf: Leaf) -> int:
        """How many articles hold a leaf."""
        return self._statistics.holding(leaf)

    def size(self, leaf: Leaf) -> int:
        """How many articles a leaf finds."""
        return self._statistics.size(leaf)

    def frequency(self, key: str, layer: Layer = "stem") -> int:
        """How many articles hold a word."""
        return self._statistics.frequency(key, layer)

    def are_indexed(self, keys: Sequence[str], layer: Layer = "stem") -> list[bool]:
        """Whether some article has each of some words."""
        return self._statistics.are_indexed(keys, layer)

    def stem_of(self, word: str) -> str | None:
        """The stem of a word in canonical spelling; None where no article has it."""
        return self._statistics.stem_of(word)

    def begins(self, start: str) -> bool:
        """Whether some word, as it is spelt, begins so."""
        return self._statistics.begins(start)

    def cuts(self, word: str, stem: str, fewest: int, share: float) -> None:
        """Each part of a word is looked up by itself."""
        return self._statistics.cuts(word, stem, fewest, share)

    def expect(self, leaves: Iterable[Leaf]) -> None:
        """Count some leaves at once."""
        self._statistics.expect(leaves)

    def count(self, stems: Sequence[str], most: int = END, wanted: int = 1) -> int:
        """How many articles have words side by side."""
        return self._statistics.count(stems, most, wanted)

    def holding_beginning(self, start: str) -> int:
        """How many articles hold a stem that begins so; for beginnings of three and of four characters."""
        return self._statistics.holding_beginning(start)

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
        """The rows that hold a word as it is spelt."""
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
        first = np.ones(len(pairs), np.bool_)
        first[1:] = pairs[1:] != pairs[:-1]
        rows = (pairs[first] >> np.uint64(32)).astype(np.int64)
        return np.bincount(rows, minlength=len(self._titles))
