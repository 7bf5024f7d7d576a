"""Which articles hold enough of a query: what is asked of a cluster for it, and what comes of the answers."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from onneshon.opensearch.searching.asking import Reply
from onneshon.opensearch.searching.compiler import Demand
from onneshon.opensearch.searching.coverage import enough
from onneshon.opensearch.searching.dsl import Dsl, any_of, constant, term
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.query_lists import FEWEST, LEAST_SHARE


def _demand(weights: Sequence[int]) -> Demand:
    holders = [term("stem", str(number)) for number in range(len(weights))]
    weighed = any_of([constant(holder, weight) for holder, weight in zip(holders, weights, strict=True)])
    return Demand(weighed, (*weights,), (*holders,), sum(weights), term("stem", "all"))


class Answering:
    """In place of a generation: what the articles hold that hold most; two more are the best by score."""

    def __init__(self, weights: Sequence[int]) -> None:
        self._weights = weights
        self.asked: list[Dsl] = []

    def search_each(self, bodies: Sequence[Dsl], _budget: TimeBudget) -> list[Reply]:
        """As ``Asker.search_each``."""
        self.asked += bodies
        return [Reply([{"_score": float(weight)} for weight in self._weights], 0, 0.0, {})]

    def search(self, body: Dsl, _budget: TimeBudget) -> Reply:
        """As ``Asker.search``."""
        self.asked.append(body)
        return Reply([{"fields": {"id": ["ক"]}}, {"fields": {"id": ["খ"]}}], 2, 0.0, {})


def _asked(weights: Sequence[int], held: Sequence[int]) -> tuple[Dsl, int]:
    """The filter, and how many requests it took."""
    asker = Answering(held)
    found = enough(_demand(weights), asker, TimeBudget())  # type: ignore[arg-type]  # what is asked of it
    return found, len(asker.asked)


def test_one_request_tells_what_is_enough() -> None:
    """Of the best and of the twentieth article that hold most."""
    found, requests = _asked([30, 30, 40], [100] * FEWEST)
    assert (found["function_score"]["min_score"], requests) == (LEAST_SHARE * 100, 1)


def test_where_no_article_holds_all_the_best_one_is_the_measure() -> None:
    """A share of what it holds."""
    found, _ = _asked([30, 30, 40], [50] * FEWEST)
    assert found["function_score"]["min_score"] == LEAST_SHARE * 50


def test_where_few_hold_enough_the_best_others_follow() -> None:
    """By their ids, after a second request."""
    for held in ([100] * (FEWEST - 1), [100] * (FEWEST - 1) + [39], []):
        found, requests = _asked([30, 30, 40], held)
        assert ({"ids": {"values": ["ক", "খ"]}} in found["bool"]["should"], requests) == (True, 2)


def _named(query: Any) -> set[int]:
    """The concepts that a disjunction of holders names."""
    queries = query["bool"]["should"] if "bool" in query else [query]
    return {int(query["term"]["stem"]["value"]) for query in queries}


@given(st.lists(st.integers(1, 50), min_size=2, max_size=8), st.data())
def test_whoever_holds_enough_holds_one_of_the_things_that_are_needed(
    weights: list[int], data: st.DataObject
) -> None:
    """And without any of the others some article would be missed."""
    best = data.draw(st.integers(1, sum(weights)))
    found, _ = _asked(weights, [best] * FEWEST)
    least = found["function_score"]["min_score"]
    needed = _named(found["function_score"]["query"]["bool"]["filter"][0])
    held = data.draw(st.sets(st.integers(0, len(weights) - 1)))
    assert sum(weights[index] for index in held) < least or held & needed
    assert sum(weight for number, weight in enumerate(weights) if number not in needed) < least
