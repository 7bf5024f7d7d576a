"""What is counted by the search that looks for something else."""

from onneshon.opensearch.searching.dsl import Dsl, any_of, constant, numbered, term
from onneshon.opensearch.searching.replies import EACH, counting_beside

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
