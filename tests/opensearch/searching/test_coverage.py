"""Which articles have enough of a query: the requests to a cluster, and the use of its answers."""

from collections.abc import Sequence
from math import ceil
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.opensearch.searching.asking import Reply
from onneshon.opensearch.searching.compiler import Demand
from onneshon.opensearch.searching.dsl import Dsl, term
from onneshon.opensearch.searching.holdings import BEST, DEPTH, MARKED, Holdings, enough, holding_most
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.query_lists import FEWEST, LEAST_SHARE


def _demand(weights: Sequence[int]) -> Demand:
    filters = tuple(term("stem", str(number)) for number in range(len(weights)))
    return Demand((*weights,), filters, sum(weights), term("stem", "all"))


def _reply(held: Sequence[Sequence[int]]) -> Reply:
    """A reply with articles that contain the given concepts, by number."""
    return Reply([{"matched_queries": [f"t{number}" for number in numbers]} for numbers in held], 0, {})


class Answering:
    """Stands in for a generation: articles with most concepts, and two others that are best by score."""

    def __init__(self, held: Sequence[Sequence[int]]) -> None:
        self._held = held
        self.asked: list[Dsl] = []

    def search_each(self, bodies: Sequence[Dsl], _budget: TimeBudget) -> list[Reply]:
        """Like ``Asker.search_each``."""
        self.asked += bodies
        return [_reply(self._held)]

    def search(self, body: Dsl, _budget: TimeBudget) -> Reply:
        """Like ``Asker.search``."""
        self.asked.append(body)
        return Reply([{"fields": {"id": ["ক"]}}, {"fields": {"id": ["খ"]}}], 2, {})


def _asked(
    weights: Sequence[int], held: Sequence[Sequence[int]], known: Holdings | None = None
) -> tuple[Dsl, int]:
    """The filter, and the number of requests that it took."""
    asker = Answering(held)
    found = enough(_demand(weights), asker, TimeBudget(), known)  # type: ignore[arg-type]  # what is asked of it
    return found, len(asker.asked)


WEIGHTS = (30, 30, 40)
ALL = (0, 1, 2)


def test_one_request_tells_what_is_enough() -> None:
    """One request gives the cut, from the best and the twentieth article, however many weigh the same."""
    for count in (FEWEST, DEPTH):
        found, requests = _asked(WEIGHTS, [ALL] * count)
        assert (found["function_score"]["min_score"], requests) == (LEAST_SHARE * 100, 1)


def test_where_no_article_holds_all_the_best_one_is_the_measure() -> None:
    """The cut is a share of the best article's weight."""
    found, _ = _asked(WEIGHTS, [(0, 1)] * DEPTH)
    assert found["function_score"]["min_score"] == LEAST_SHARE * 60


def test_where_few_hold_enough_the_best_others_follow() -> None:
    """The best others are added by id, after a second request."""
    lists: list[list[tuple[int, ...]]] = [[ALL] * (FEWEST - 1), [ALL] * (FEWEST - 1) + [(0,)] * 20, []]
    for held in lists:
        found, requests = _asked(WEIGHTS, held)
        assert ({"terms": {"id": ["ক", "খ"]}} in found["bool"]["should"], requests) == (True, 2)


def _known(weights: Sequence[int], held: Sequence[Sequence[int]]) -> Holdings:
    return Holdings.of(_demand(weights), _reply(held))


def test_what_was_asked_by_other_weights_saves_the_request() -> None:
    """No request is made if no other article can weigh more, and enough articles reach the cut."""
    known = _known((33, 27, 40), [ALL] * FEWEST + [(0, 1)] * FEWEST)
    found, requests = _asked(WEIGHTS, [], known)
    assert (found["function_score"]["min_score"], requests) == (LEAST_SHARE * 100, 0)


@pytest.mark.parametrize(
    "held",
    [
        [(0, 1)] * DEPTH,  # others, with the third alone, might weigh more now
        [ALL] * 5 + [(0, 1)] * (DEPTH - 5),  # or the number of those that reach the cut is unknown
    ],
)
def test_where_others_may_hold_more_it_is_asked_by_the_true_weights(held: list[tuple[int, ...]]) -> None:
    """The former answer was for other weights, so another request is made."""
    _, requests = _asked((10, 10, 80), [(2,)] * DEPTH, _known(WEIGHTS, held))
    assert requests == 1


@given(st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=1, max_size=90), st.data())
def test_whatever_the_weights_were_the_cut_is_the_true_one(
    rows: list[list[bool]], data: st.DataObject
) -> None:
    """A cut decided from former holdings equals the cut over all articles, or is left undecided."""
    some = st.lists(st.integers(1, 60), min_size=3, max_size=3)
    then, now = (np.array(data.draw(some)) for _ in range(2))
    every = np.array(sorted(rows, key=lambda row: -int(np.array(row) @ then)), np.bool_)
    numbers = [np.flatnonzero(row).tolist() for row in every[:DEPTH]]
    decided = _known(then.tolist(), numbers).cut(_demand(now.tolist()))
    if decided is not None:
        weights = every @ now
        cut = ceil(LEAST_SHARE * min(int(weights.max()), int(now.sum())))
        assert decided == (cut, min(int((weights >= cut).sum()), FEWEST))


SOME_CONCEPTS = st.integers(2, MARKED).flatmap(
    lambda count: st.tuples(
        *[st.lists(st.integers(1, 40_000), min_size=count, max_size=count)] * 2,
        st.lists(st.lists(st.booleans(), min_size=count, max_size=count), min_size=1, max_size=90),
    )
)
"""Former and present weights of concepts, and the concepts that some articles have."""


@given(SOME_CONCEPTS)
def test_a_score_tells_what_an_article_holds_where_few_may_match(
    drawn: tuple[list[int], list[int], list[list[bool]]],
) -> None:
    """Scores without names give the concepts of each article; the cut from them is right or undecided."""
    then, now, rows = drawn
    body = holding_most(_demand(then), few=True)
    boosts = np.array([clause["constant_score"]["boost"] for clause in body["query"]["bool"]["should"]])
    every = np.array(sorted(rows, key=lambda row: -int(np.array(row) @ boosts)), np.bool_)
    scores = (every @ boosts).astype(np.float32)[: body["aggs"][BEST]["top_hits"]["size"]]
    hits = [{"_score": score} for score in scores.tolist()]
    known = Holdings.of(_demand(then), Reply([], 0, {BEST: {"hits": {"hits": hits}}}))
    assert known.held.T.tolist() == every[:DEPTH].tolist()
    decided = known.cut(_demand(now))
    if decided is not None:
        weights = every @ np.array(now)
        cut = ceil(LEAST_SHARE * min(int(weights.max()), sum(now)))
        assert decided == (cut, min(int((weights >= cut).sum()), FEWEST))


@pytest.mark.parametrize("count", [2, 7])
def test_of_a_few_concepts_scores_tell_the_very_weights(count: int) -> None:
    """With few concepts the marks have the exact weights, so that scores decide as much as names do."""
    weights = [(1 << 16) // count] * count
    body = holding_most(_demand(weights), few=True)
    marks = [clause["constant_score"]["boost"] for clause in body["query"]["bool"]["should"]]
    assert [mark >> count for mark in marks] == weights


@pytest.mark.parametrize("weights", [[40_000] * MARKED, [1] * 11 + [50_000], [9_000] * 8, [1 << 15] * 2])
def test_whatever_an_article_holds_its_score_is_exact(weights: list[int]) -> None:
    """Sums of marks fit 24 bits, as all whole numbers of a score must, and no weight becomes 0."""
    body = holding_most(_demand(weights), few=True)
    marks = [clause["constant_score"]["boost"] for clause in body["query"]["bool"]["should"]]
    assert sum(marks) < 1 << 24
    assert min(mark >> len(weights) for mark in marks) > 0


def test_of_more_concepts_than_a_score_tells_hits_say_the_names() -> None:
    """Names are used too where many articles may match, of which the best are found without scoring all."""
    for count, few in ((MARKED + 1, True), (2, False)):
        body = holding_most(_demand([5] * count), few=few)
        assert (body["size"], "aggs" in body) == (DEPTH, False)
        assert [clause["constant_score"]["_name"] for clause in body["query"]["bool"]["should"]]


def _named(queries: Sequence[Any]) -> dict[int, int]:
    """The concepts of query clauses and their boosts; disjunctions are read recursively."""
    worth: dict[int, int] = {}
    for query in queries:
        if "bool" in query:
            worth |= _named(query["bool"]["should"])
        else:
            found = query["constant_score"]
            worth[int(found["filter"]["term"]["stem"]["value"])] = found["boost"]
    return worth


@given(st.lists(st.integers(1, 50), min_size=2, max_size=8), st.data())
def test_an_article_with_enough_has_one_of_the_concepts_that_are_needed(
    weights: list[int], data: st.DataObject
) -> None:
    """The needed concepts cover every article that reaches the cut, and none of them can be left out."""
    best = data.draw(st.sets(st.integers(0, len(weights) - 1), min_size=1))
    found, _ = _asked(weights, [sorted(best)] * FEWEST)
    least = found["function_score"]["min_score"]
    query = found["function_score"]["query"]
    parts = query["bool"] if "must" in query.get("bool", {}) else {"must": [query], "should": []}
    needed, others = _named(parts["must"]), _named(parts["should"])
    assert needed | others == dict(enumerate(weights))
    held = data.draw(st.sets(st.integers(0, len(weights) - 1)))
    assert sum(weights[index] for index in held) < least or held & needed.keys()
    assert sum(weight for number, weight in enumerate(weights) if number not in needed) < least


@given(SOME_CONCEPTS, st.data())
def test_how_many_hold_all_that_is_asked_for_the_best_tell(
    drawn: tuple[list[int], list[int], list[list[bool]]], data: st.DataObject
) -> None:
    """The count is right if all such articles are known; function words are weighed but not required."""
    then, now, rows = drawn
    asked = sorted(data.draw(st.sets(st.integers(0, len(then) - 1), min_size=1)))
    every = np.array(sorted(rows, key=lambda row: -int(np.array(row) @ then)), np.bool_)
    known = _known(then, [np.flatnonzero(row).tolist() for row in every[:DEPTH]])
    demand = _demand(now)
    told = known.holding_all(demand, [demand.filters[number] for number in asked])
    if told is not None:
        least = ceil(LEAST_SHARE * min(int((every @ now).max()), sum(now)))
        assert told == int((every[:, asked].all(axis=1) & (every @ now >= least)).sum())
    elif len(rows) < DEPTH:
        assert sum(now[number] for number in asked) < ceil(LEAST_SHARE * int((every @ now).max())) or (
            known.cut(demand) is None
        )


def test_how_many_hold_all_is_not_reported_where_others_may() -> None:
    """The count is unknown if further articles may have all concepts, or if a concept was not requested."""
    demand = _demand(WEIGHTS)
    for count in (DEPTH - 1, DEPTH):
        known = _known(WEIGHTS, [ALL] * count)
        assert known.holding_all(demand, demand.filters) == (count if count < DEPTH else None)
    assert _known(WEIGHTS, [ALL] * 3).holding_all(demand, [*demand.filters, term("stem", "নদী")]) is None
    assert _known(WEIGHTS, [(0, 1)] * 30).holding_all(demand, demand.filters) == 0
