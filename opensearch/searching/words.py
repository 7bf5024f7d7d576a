"""All words of a generation and their counts, which an engine knows without asking the cluster."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.stemmer import stem_key
from onneshon.index.completion.completion import Completion
from onneshon.index.vocabulary.pairs import WordPairs
from onneshon.index.vocabulary.vocabulary import Vocabulary
from onneshon.opensearch.storage.documents import BEGINNINGS, stem_number
from onneshon.opensearch.storage.word_file import LayerWords
from onneshon.search.retrieval.collection import Layer

__all__ = ["Words"]

LAST = "\U0010ffff"
"""No key begins with what comes after it."""


REMEMBERED: Final = 16_384
"""Words of queries whose counts are at hand: one query asks several times for each."""


class Words:
    """The words of a generation: a ``WordIndex``, and what suggests. Threads may share it.

    Args:
        count: articles.
        layers: the keys of each layer.
        vocabulary: the Bengali words with their sounds, if the index was built with them.
        completion: what is suggested to whoever types, if it was built with that.
        pairs: how often words stand side by side, if it was built with that.
        learned: a table of the variants and abbreviations that the articles teach.
    """

    def __init__(  # noqa: PLR0917  # the files of a generation, of which most calls give the first ones
        self,
        count: int,
        layers: Mapping[str, LayerWords],
        vocabulary: Vocabulary | None = None,
        completion: Completion | None = None,
        pairs: WordPairs | None = None,
        learned: str = "",
    ) -> None:
        self.count = count
        self.layers = layers
        self.vocabulary = vocabulary
        self.completion = completion
        self.pairs = pairs
        self.learned = learned
        self._known = lru_cache(REMEMBERED)(self._holding)

    def stem_of(self, word: str) -> str | None:
        """The stem key of a word in canonical spelling; None where no article has it."""
        return stem_key(word) if self.holding("exact", word) else None

    def document_frequency(self, field: str, term: str) -> int:
        """How many articles hold a term in a field of words."""
        layer: Layer = "stem" if field.endswith("stem") else "exact"
        return self.holding(layer, term, title=field.startswith("title_"))

    def document_frequencies(self, field: str, terms: Sequence[str]) -> list[int]:
        """The same of each of some terms."""
        return [self.document_frequency(field, term) for term in terms]

    def holding(self, layer: Layer, key: str, *, title: bool = False) -> int:
        """How many articles hold a key of a layer, or have it in their titles."""
        return self._known(layer, key, title)

    def _holding(self, layer: str, key: str, title: bool) -> int:
        words = self.layers[layer]
        index = bisect_left(words.keys, key)
        if index == len(words.keys) or words.keys[index] != key:
            return 0
        return int((words.titles if title else words.articles)[index])

    def holding_beginning(self, start: str) -> int:
        """How many articles hold a stem that begins so; for beginnings of three and of four characters."""
        return self._known(BEGINNINGS, start, False)

    def begins(self, layer: Layer, start: str) -> bool:
        """Whether a key of a layer begins so."""
        found = self._range(layer, start)
        return bool(found.stop > found.start)

    def _range(self, layer: Layer, start: str) -> slice:
        """The indexes of the keys that begin so."""
        keys = self.layers[layer].keys
        return slice(bisect_left(keys, start), bisect_left(keys, start + LAST))

    def beginning(
        self, layer: Layer, start: str, most: int, *, title: bool = False
    ) -> tuple[list[str], bool]:
        """The keys of a layer that begin so, in order, and whether these are all.

        Args:
            layer: whose keys.
            start: what they begin with.
            most: keys; of more, those that most articles hold, of equal ones the first.
            title: only keys of titles, counted there.
        """
        words, found = self.layers[layer], self._range(layer, start)
        counts = (words.titles if title else words.articles)[found].astype(np.int64)
        present = np.flatnonzero(counts)
        frequent = present[np.argsort(-counts[present], kind="stable")[:most]]
        return [words.keys[found.start + index] for index in np.sort(frequent).tolist()], len(present) <= most

    @cached_property
    def _numbers(self) -> NDArray[np.uint32]:
        return np.array([stem_number(stem) for stem in self.layers["stem"].keys], np.uint32)

    def numbers(self, start: str, most: int) -> NDArray[np.uint32]:
        """The numbers that column ``stream`` has of stems that begin so; of more than ``most``, the first."""
        return self._numbers[self._range("stem", start)][:most]
