"""The words of a few articles, and a cluster that counts nothing: for what needs no cluster."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from onneshon.index import Article
from onneshon.index.analysis.analyzer import analyze
from onneshon.index.ranking import Basis
from onneshon.opensearch.searching.dsl import Dsl
from onneshon.opensearch.searching.filters import ClusterStatistics
from onneshon.opensearch.searching.words import WordPart, Words
from onneshon.opensearch.storage.word_file import LayerWords
from onneshon.search.retrieval.bm25f import DEFAULT_WEIGHTS

BASIS = Basis(average_title=5.0, average_body=20.0)


def words_of(articles: Sequence[Article]) -> Words:
    """All words of some articles."""
    layers = {}
    for layer in ("exact", "stem"):
        counts: Counter[str] = Counter()
        titles: Counter[str] = Counter()
        for article in articles:
            in_title, in_body = (
                {getattr(token, layer) for token in analyze(text)} for text in (article.title, article.body)
            )
            titles.update(in_title)
            counts.update(in_title | in_body)
        keys = sorted(counts)
        layers[layer] = LayerWords(
            keys,
            np.array([counts[key] for key in keys], np.int64),
            np.array([titles[key] for key in keys], np.int64),
        )
    return Words(len(articles), [WordPart(layers=layers)])


class Counting:
    """In place of a cluster: notes what it is asked, and says that ``matching`` articles match each query."""

    def __init__(self) -> None:
        self.matching = 3
        self.asked: list[list[Dsl]] = []
        self.whole = True

    def __call__(self, queries: Sequence[Dsl]) -> tuple[list[int], bool]:
        """As a ``Count`` is called."""
        self.asked.append([*queries])
        return [self.matching] * len(queries), self.whole


def statistics_of(articles: Sequence[Article], count: Counting | None = None) -> ClusterStatistics:
    """Statistics of some articles, other counts from ``count``."""
    return ClusterStatistics(words_of(articles), BASIS, DEFAULT_WEIGHTS, count or Counting())
