"""The searches that a ranking sends to a cluster; ``tests/contract`` tests a real one."""

from types import SimpleNamespace
from typing import Any

import pytest

from onneshon.opensearch.searching import filters
from onneshon.opensearch.searching.asking import Reply
from onneshon.opensearch.searching.compiler import Compiler
from onneshon.opensearch.searching.dsl import NOTHING_MATCHES, Dsl
from onneshon.opensearch.searching.prepared import Filters
from onneshon.opensearch.searching.ranking import ClusterRanker
from onneshon.search.query.parser import parse
from onneshon.search.reranking.ranker import Order
from onneshon.search.retrieval.budget import BoundedCache, TimeBudget, by_number
from tests.fakes import article
from tests.opensearch.searching.few_words import statistics_of

ARTICLES = [article(str(number), "নদী মেলা" if number % 2 else "নদী") for number in range(30)]


class Asked:
    """Stands in for an ``Asker``: records searches, and answers that seven articles match."""

    def __init__(self) -> None:
        self.bodies: list[Dsl] = []

    def search_each(self, bodies: list[Dsl], _budget: TimeBudget) -> list[Reply]:
        """Like ``Asker.search_each``; the total is given only if all are counted."""
        self.bodies += bodies
        return [Reply([], 7 if body["track_total_hits"] else 0, {}) for body in bodies]


@pytest.mark.parametrize(("most", "searches"), [(45, 1), (44, 2)])
def test_few_articles_are_counted_as_the_best_are_looked_for(
    monkeypatch: pytest.MonkeyPatch, most: int, searches: int
) -> None:
    """Where many match, the best are searched separately; either way all matches are counted once.

    Thirty articles have নদী and fifteen মেলা.
    """
    monkeypatch.setattr(filters, "COUNTED_BESIDE", most)
    asker, statistics = Asked(), statistics_of(ARTICLES)
    state: Any = SimpleNamespace(
        asker=asker,
        statistics=statistics,
        compiler=lambda _budget: Compiler(statistics, lambda _demand: NOTHING_MATCHES),
        prepared=BoundedCache(1, by_number),
    )
    query = parse("নদী মেলা").query
    assert query is not None
    facets = {"category": {"terms": {"field": "keywords.category"}}}
    found = ClusterRanker(state, query, TimeBudget()).first(10, Order(), Filters(counted=facets))
    assert len(asker.bodies) == searches
    assert [body["aggs"] for body in asker.bodies if "aggs" in body] == [facets]
    assert found.reply.total == 7
