"""What an answer of a cluster says, and what is counted by the search that looks for something else."""

import pytest

from onneshon.opensearch.searching.dsl import Dsl, any_of, constant, numbered, term
from onneshon.opensearch.searching.replies import EACH, Reply, counted_by, counting_beside
from tests.opensearch.searching.answers import WHOLE

RIVER, FAIR, BOOK = term("stem", "নদী"), term("stem", "মেলা"), term("exact", "বই")
ROW: Dsl = {"match_phrase": {"title_stems": {"query": "বই মেলা"}}}


def test_what_is_counted_beside_is_looked_for_once() -> None:
    """Of several queries that have a phrase in common, and of what is searched anyway."""
    body: Dsl = {"query": any_of(numbered([RIVER, any_of([FAIR, ROW])], [2.0, 3.0])), "size": 40}
    queries = [any_of([FAIR, ROW]), any_of([BOOK, ROW]), any_of([BOOK, any_of([RIVER, ROW])])]
    found = counting_beside(body, queries)
    assert found["query"] == any_of([body["query"], constant(BOOK, 0.0)])
    assert found["aggs"][EACH]["filters"]["filters"] == queries


def test_where_all_that_is_counted_is_searched_nothing_more_is_looked_for() -> None:
    """What says more than one alternative of several is no alternative: one with a filter, or with a name."""
    filtered: Dsl = {"bool": {"should": [FAIR], "minimum_should_match": 1, "filter": [RIVER]}}
    body: Dsl = {"query": any_of(numbered([RIVER, filtered], [2.0, 3.0])), "size": 40}
    assert counting_beside(body, [RIVER, filtered])["query"] == body["query"]
    assert counting_beside(body, [FAIR])["query"] == any_of([body["query"], constant(FAIR, 0.0)])


@pytest.mark.parametrize(("said", "best"), [(2.5, 2.5), (None, 0.0)])
def test_an_answer_says_what_was_found_and_how_good_the_best_is(said: float | None, best: float) -> None:
    """Of no hits, or none with a score, there is no best; of what was not counted there is none."""
    hits = {"hits": [{"_id": "ক"}], "total": {"value": 7, "relation": "gte"}, "max_score": said}
    found = Reply.of(WHOLE | {"hits": hits, "aggregations": {"a": {"value": 1}}})
    assert (found.total, found.best, found.bounded, found.partial) == (7, best, True, False)
    assert found.counts == {"a": {"value": 1}}
    uncounted = Reply.of(WHOLE | {"hits": {"hits": []}})
    assert (uncounted.total, uncounted.best, uncounted.bounded, uncounted.counts) == (0, 0.0, False, {})


@pytest.mark.parametrize(
    ("reply", "counts"),
    [
        (Reply([], 7, 0.0, {}), [7]),
        (Reply([], 0, 0.0, {EACH: {"buckets": [{"doc_count": 4}]}}), [4]),
    ],
)
def test_articles_of_one_query_are_counted_by_themselves_or_with_others(
    reply: Reply, counts: list[int]
) -> None:
    """By the total, where nothing else was counted."""
    assert counted_by(reply, [RIVER]) == counts


def test_articles_of_several_queries_are_counted_one_by_one() -> None:
    """In their order; where nothing answered there are none."""
    buckets = {EACH: {"buckets": [{"doc_count": 4}, {"doc_count": 0}]}}
    assert counted_by(Reply([], 9, 0.0, buckets), [RIVER, FAIR]) == [4, 0]
    assert counted_by(Reply([], 9, 0.0, {}), [RIVER, FAIR]) == [0, 0]
