"""The cache of queries prepared for a cluster, and queries that are not cached."""

from typing import Any

import pytest

from onneshon.index import Article
from onneshon.opensearch.searching.compiler import Compiler, Demand
from onneshon.opensearch.searching.dsl import Dsl
from onneshon.opensearch.searching.prepared import PreparedQuery
from onneshon.search.query.parser import parse
from onneshon.search.retrieval.budget import BoundedCache, TimeBudget, by_number
from tests.opensearch.searching.few_words import statistics_of

ARTICLES = [Article(str(number), "নদী", "মেলা বই" if number % 2 else "ঢাকা") for number in range(40)]


class State:
    """Stands in for a generation; records the demands that were decided."""

    def __init__(self) -> None:
        self.statistics = statistics_of(ARTICLES)
        self.prepared = BoundedCache(8, by_number)
        self.decided: list[Demand] = []

    def compiler(self, _budget: TimeBudget) -> Compiler:
        """Like ``ClusterSearcher.compiler``."""
        return Compiler(self.statistics, self._enough)

    def _enough(self, demand: Demand) -> Dsl:
        self.decided.append(demand)
        return {"enough": demand.weights}


def prepared(
    state: Any, text: str, budget: TimeBudget | None = None, *, rescore: bool = True
) -> PreparedQuery:
    """A query prepared for requests."""
    query = parse(text).query
    assert query is not None
    return PreparedQuery.of(state, query, budget or TimeBudget(), rescore=rescore)


def test_the_next_page_of_a_query_finds_it_prepared() -> None:
    """The next page decides nothing again; other queries and those without rescoring are separate entries."""
    state = State()
    first = prepared(state, "নদী মেলা বই")
    assert prepared(state, "নদী মেলা বই") is first
    assert len(state.decided) == 1
    assert prepared(state, "নদী মেলা ঢাকা").scoring != first.scoring
    plain = prepared(state, "নদী মেলা বই", rescore=False)
    assert (plain.scoring, plain.words) == (first.scoring, ())
    assert first.words


def test_what_a_lost_part_left_open_is_prepared_again() -> None:
    """An incomplete preparation is not cached, as later searches would lack the shard's articles."""
    state = State()
    budget = TimeBudget()
    budget.lacking = True
    first = prepared(state, "নদী মেলা বই", budget)
    assert prepared(state, "নদী মেলা বই") is not first
    assert len(state.decided) == 2


@pytest.mark.parametrize(
    "text", ["নদী", "+নদী +মেলা", "(নদী মেলা বই) OR (ঢাকা মেলা বই)", "নদী মেলা ঢাকা (বই AND (ঢাকা নদী মেলা))"]
)
def test_what_may_be_decided_later_is_prepared_again(text: str) -> None:
    """Queries with undecided parts are prepared in each request's time; one word needs no preparation."""
    state = State()
    assert prepared(state, text) is not prepared(state, text)
    assert not len(state.prepared)


def test_a_query_decides_alone_where_no_other_was_decided_about() -> None:
    """A query that contains a group of words decides about both."""
    compiler = State().compiler(TimeBudget())
    outer, inner = (parse(text).query for text in ("নদী মেলা বই", "নদী মেলা ঢাকা"))
    assert outer is not None
    assert inner is not None
    for query, alone in ((outer, True), (inner, False)):
        compiler.compiled(query)
        assert compiler.decided_alone(query) is alone
