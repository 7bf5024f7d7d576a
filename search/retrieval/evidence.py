"""What is asked of the words of an index, whoever counts them: how rare they are, and where they stand.

Understanding a query asks ``WordStatistics``, comparing the best articles asks ``WordEvidence``, and making a
page of them asks ``Evidence``. Documents are numbers that whoever answers gave out.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.index import Article
from onneshon.index.ranking import Norms
from onneshon.search.query.tree import Field, Leaf, Query
from onneshon.search.retrieval.bm25f import Weights
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.collection import Docs, Layer, Mask
from onneshon.search.retrieval.term_scorer import END
from onneshon.search.retrieval.word_cuts import Cut
from onneshon.search.retrieval.word_positions import WordPositions

Counts: TypeAlias = NDArray[np.uint16]
"""How many of some words documents have."""


class WordStatistics(Protocol):
    """How many articles hold a word, words side by side, or a beginning; what that makes them worth."""

    @property
    def weights(self) -> Weights:
        """Every constant of the ranking that is not in the basis of an index."""

    @property
    def k1(self) -> float:
        """How slowly repetitions of a word stop counting."""

    def rarity(self, document_frequency: int, /) -> float:
        """The inverse document frequency of what has this document frequency."""

    def holding(self, leaf: Leaf, /) -> int:
        """The document frequency of a leaf, from which its rarity is computed."""

    def size(self, leaf: Leaf, /) -> int:
        """How many articles a leaf finds."""

    def frequency(self, key: str, layer: Layer = "stem", /) -> int:
        """How many articles hold a word."""

    def are_indexed(self, keys: Sequence[str], layer: Layer = "stem", /) -> list[bool]:
        """Whether some article has each of some words."""

    def stem_of(self, word: str, /) -> str | None:
        """The stem of a word in canonical spelling, as an article has it; None where none has it."""

    def begins(self, start: str, /) -> bool:
        """Whether some word, as it is spelt, begins so."""

    def cuts(self, word: str, stem: str, fewest: int, share: float, /) -> tuple[int, list[Cut]] | None:
        """How many articles have a word in any of its forms, and the ways to cut it into two words.

        Args:
            word: in canonical spelling.
            stem: of it.
            fewest: articles that must have each part in any of its forms; the first also as it is spelt.
            share: of the articles that have the word; as many must have each part.

        Returns:
            None where each part is to be looked up by itself. No part is a listed function word (forms of
            verbs that are such are not listed), and what is left over of an inflected word is none.
        """

    def expect(self, leaves: Iterable[Leaf], /) -> None:
        """Some leaves will be asked for one by one: whoever counts them far away counts them now, at once."""

    def count(self, stems: Sequence[str], most: int = END, wanted: int = 1, /) -> int:
        """How many articles have words side by side, any forms of theirs.

        Args:
            stems: of the words.
            most: document frequency at which no more are looked for.
            wanted: document frequency from which they are likely to be searched for next.
        """


class WordEvidence(WordStatistics, Protocol):
    """Also where words stand in a few documents."""

    @property
    def articles(self) -> int:
        """How many articles there are, as rarities are made of."""

    @property
    def positions(self) -> WordPositions:
        """Where words stand in documents."""

    @property
    def norms(self) -> Mapping[Field, Norms]:
        """What one occurrence in a text of each document is worth."""

    def holding_beginning(self, start: str, /) -> int:
        """How many documents hold a stem that begins so; for beginnings of three and of four characters."""

    def beginnings(self, starts: Sequence[str], docs: Docs, /) -> tuple[Counts, Counts]:
        """How many stems that begin so some documents, ascending, hold; and their titles.

        Each of shape (starts, documents).
        """


class Evidence(Protocol):
    """What pages are made of."""

    @property
    def term_scorer(self) -> WordEvidence:
        """What is known of the words."""

    def masks_at(self, query: Query, docs: Docs, budget: TimeBudget, /) -> list[Mask]:
        """For each concept that a query asks for, which of some documents, ascending, hold it."""

    def article(self, doc: int, /) -> Article | None:
        """The article of a document, as stored; None where that is to be left out."""
