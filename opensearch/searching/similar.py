"""Articles of a cluster on the same subject as one of them, by the rules of ``search.reranking.similar``."""

import numpy as np

from onneshon.opensearch.searching.ranking import ClusterRanker, Filters
from onneshon.opensearch.searching.searcher import ClusterSearcher
from onneshon.search.reranking.grouping import looked_at
from onneshon.search.reranking.ordering import Order
from onneshon.search.reranking.ranker import Outcome
from onneshon.search.reranking.similar import alike_query, others, weightiest
from onneshon.search.results.values import SimilarArticle
from onneshon.search.retrieval.budget import TimeBudget

__all__ = ["similar_on_cluster"]


def similar_on_cluster(
    state: ClusterSearcher, article_id: str, limit: int, budget: TimeBudget
) -> list[SimilarArticle]:
    """Articles on the same subject, best first; none that says nearly the same.

    Args:
        state: the generation.
        article_id: of the article.
        limit: how many at most.
        budget: of the search.

    Raises:
        ArticleNotFoundError: there is no such article.
    """
    words = weightiest(state.article(article_id, budget), state.words)
    if not words or limit < 1:
        return []
    ranker = ClusterRanker(state, alike_query(words), budget, once=True)
    rows = ranker.first(looked_at(limit + 1), Order(), Filters()).rows
    best = Outcome(
        np.arange(len(rows), dtype=np.uint32),
        np.array([row.score for row in rows]),
        [row.id for row in rows],
    )
    prints = np.array([row.fingerprint for row in rows], np.uint64)
    pairs = others(article_id, best, prints)[:limit]
    texts = state.articles([name for name, _ in pairs], budget)
    return [SimilarArticle(texts[name], score) for name, score in pairs if name in texts]
