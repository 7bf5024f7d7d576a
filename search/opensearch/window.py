"""What is known of the best articles of a search: where their words stand, read from their column ``stream``.

The second look at the best hundred is that of ``search.reranking``, which asks here what it asks of an index
of ours. Documents are rows of the window, counted from 0.
"""

from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.opensearch.documents import stem_number
from index.ranking import norms
from search.opensearch.statistics import ClusterStatistics
from search.query.tree import Field, Phrase, Term
from search.retrieval.bitmaps import Mask
from search.retrieval.collection import Layer
from search.retrieval.doc_lists import Docs
from search.retrieval.phrases import Places, leaf_places
from search.retrieval.term_scorer import EXPANSIONS, Leaf

__all__ = ["Spelt", "Window"]

PADDING: Final = "=="
"""What OpenSearch leaves off at the end of base64; more than is needed does no harm."""

Spelt = Callable[[str], Mask]
"""Which rows hold a word as it is spelt."""


class Window:
    """A ``WordEvidence`` of a few articles; the statistics are those of all.

    Args:
        statistics: of the generation.
        streams: column ``stream`` of each article, in base64 for addresses.
        spelt: which of them hold a word as it is spelt.
    """

    def __init__(self, statistics: ClusterStatistics, streams: Sequence[str], spelt: Spelt) -> None:
        self._statistics = statistics
        self._spelt = spelt
        self.weights = statistics.weights
        self.k1 = statistics.k1
        parts = [np.frombuffer(urlsafe_b64decode(stream + PADDING), "<u4") for stream in streams]
        sizes = np.array([len(part) for part in parts], np.int64)
        titles = np.array([part[0] for part in parts], np.int64)
        self._lengths: dict[Field, NDArray[np.int64]] = {"title": titles, "body": sizes - 1 - titles}
        every = np.concatenate(parts) if parts else np.empty(0, np.uint32)
        rows = np.repeat(np.arange(len(parts)), sizes)
        at = np.arange(len(every)) - np.repeat(sizes.cumsum() - sizes, sizes) - 1
        words = at >= 0  # the first number of a stream is the length of the title
        self._numbers, rows, at = every[words], rows[words], at[words]
        in_body = at >= titles[rows]
        self._rows, self._in_body = rows, in_body
        self._order = self._numbers.argsort(kind="stable")
        self._sorted = self._numbers[self._order]
        self._where: Places = (rows << 1 | in_body) << 32 | at - np.where(in_body, titles[rows], 0)

    @property
    def articles(self) -> int:
        """How many articles there are in all."""
        return self._statistics.articles

    def rarity(self, holding: int) -> float:
        """The inverse document frequency of what so many articles hold."""
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

    def begins(self, start: str) -> bool:
        """Whether some word, as it is spelt, begins so."""
        return self._statistics.begins(start)

    def expect(self, leaves: Iterable[Leaf]) -> None:
        """Count some leaves at once."""
        self._statistics.expect(leaves)

    def count(self, phrase: Phrase) -> int:
        """How many articles hold a phrase."""
        return self._statistics.count(phrase)

    def holding_beginning(self, start: str) -> int:
        """How many articles hold a stem that begins so; for beginnings of three and of four characters."""
        return self._statistics.holding_beginning(start)

    def norms(self, field: Field, docs: Docs) -> NDArray[np.float64]:
        """What one occurrence in a text of each of some rows is worth."""
        return norms(self._statistics.basis, self._lengths[field][docs], title=field == "title")

    def length(self, field: Field, doc: int) -> int:
        """Tokens of a text of a row."""
        return int(self._lengths[field][doc])

    def places(self, leaf: Term | Phrase, docs: Docs) -> Places:
        """Where a word, or each word of a phrase, stands in some rows, ascending."""
        return leaf_places(
            leaf, lambda stem: self._of_stem(stem, docs), lambda exact: self._spelt(exact)[docs]
        )

    def _found(self, numbers: NDArray[np.uint32]) -> NDArray[np.intp]:
        """The places among all tokens, ascending, of stems with some numbers."""
        first, last = (self._sorted.searchsorted(numbers, side) for side in ("left", "right"))
        parts = [self._order[start:end] for start, end in zip(first, last, strict=True) if start < end]
        return np.sort(np.concatenate(parts)) if parts else np.empty(0, np.intp)

    def _of_stem(self, stem: str, docs: Docs) -> Places:
        found = self._found(np.array([stem_number(stem)], np.uint32))
        if len(docs) == len(self._lengths["title"]):
            return self._where[found]
        rows = self._rows[found]
        places = docs.searchsorted(rows)
        there = docs.take(places, mode="clip") == rows if len(docs) else np.zeros(len(rows), np.bool_)
        shift = (places - rows)[there].astype(np.int64) << 33
        found_there: Places = self._where[found[there]] + shift
        return found_there

    def beginning(self, start: str, docs: Docs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """How many stems that begin so some rows, ascending, hold; and their titles."""
        found = self._found(self._statistics.words.numbers(start, EXPANSIONS))
        in_title = found[~self._in_body[found]]
        return self._distinct(found)[docs], self._distinct(in_title)[docs]

    def _distinct(self, found: NDArray[np.intp]) -> NDArray[np.int64]:
        """How many different stems each row has at some places."""
        pairs = np.unique(self._rows[found].astype(np.uint64) << np.uint64(32) | self._numbers[found])
        rows = (pairs >> np.uint64(32)).astype(np.int64)
        return np.bincount(rows, minlength=len(self._lengths["title"]))
