"""The words of a few articles, and a stand-in for a cluster's counts, where no cluster is needed."""

from base64 import b64decode, b64encode, urlsafe_b64encode
from collections import Counter
from collections.abc import Sequence

import numpy as np

from onneshon.index import Article
from onneshon.index.analysis.analyzer import analyze
from onneshon.index.ranking import Basis
from onneshon.opensearch.searching.dsl import Dsl
from onneshon.opensearch.searching.filters import ClusterStatistics
from onneshon.opensearch.searching.words import WordPart, Words
from onneshon.opensearch.storage.documents import stem_number, stream_of, stream_read
from onneshon.opensearch.storage.word_file import LayerWords
from onneshon.search.retrieval.bm25f import DEFAULT_WEIGHTS

BASIS = Basis(average_title=5.0, average_body=20.0)


def words_of(articles: Sequence[Article]) -> Words:
    """All words of the given articles."""
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
    """Stands in for a cluster: records queries, and answers that ``matching`` articles match each."""

    def __init__(self) -> None:
        self.matching = 3
        self.asked: list[list[Dsl]] = []
        self.whole = True

    def __call__(self, queries: Sequence[Dsl]) -> tuple[list[int], bool]:
        """The signature of a ``Count``."""
        self.asked.append([*queries])
        return [self.matching] * len(queries), self.whole


def statistics_of(articles: Sequence[Article], count: Counting | None = None) -> ClusterStatistics:
    """Statistics of the given articles; counts that words do not give come from ``count``."""
    return ClusterStatistics(words_of(articles), BASIS, DEFAULT_WEIGHTS, count or Counting())


def stream_column(article: Article) -> str:
    """Column ``stream`` of an article, in the form of OpenSearch's answers."""
    stems = [[token.stem for token in analyze(text)] for text in (article.title, article.body)]
    numbers = np.array([stem_number(stem) for stem in (*stems[0], *stems[1])], np.uint32)
    return urlsafe_b64encode(stream_of(len(stems[0]), numbers)).decode().rstrip("=")


def wanted_by(column: Dsl) -> list[int]:
    """The numbers that the script compares, decoded."""
    sent: list[int] = np.frombuffer(b64decode(column["script"]["params"]["numbers"]), "<i4").tolist()
    return sent


def picked_column(stream: str, column: Dsl) -> str:
    """The result of the script that ``picking`` names, for a column."""
    titles, numbers = stream_read(stream)
    wanted = wanted_by(column)
    pairs = [(titles, len(numbers))]
    pairs += [
        (place, wanted.index(number))
        for place, number in enumerate(numbers.view(np.int32).tolist())
        if number in wanted
    ]
    return b64encode(b"".join(part.to_bytes(3, "little") for pair in pairs for part in pair)).decode()
