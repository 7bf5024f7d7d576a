"""Searches of a cluster that loses shards, is late or refuses, and the reading of its answers."""

import math
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import pytest

from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.connection.rotation import Patience
from onneshon.opensearch.searching.asking import Reply, id_of
from onneshon.opensearch.searching.dsl import EACH, Dsl, any_of, constant, counting_beside, numbered, term
from onneshon.search.retrieval.budget import TimeBudget, budget_now, in_turn
from tests.opensearch.searching.answers import (
    CROWDED,
    HALF_CROWDED,
    LATE,
    LOST,
    NOT_COUNTED,
    NOT_REDUCED,
    NOWHERE,
    PARTIAL,
    REFUSED,
    SHARDS,
    WHOLE,
    asker_of,
)


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let retries happen without a pause."""
    monkeypatch.setattr(Patience, "pause_before", lambda _patience, _times: 0.0)


@pytest.mark.parametrize("lost", [PARTIAL, LOST], ids=["a part", "a node"])
def test_what_was_lost_is_asked_for_again_once(lost: Mapping[str, Any]) -> None:
    """The second answer counts; if it is whole, nothing is partial."""
    asker, cluster = asker_of(lost, WHOLE)
    budget = TimeBudget()
    assert asker.search({"size": 0}, budget).total == 7
    assert len(cluster.asked) == 2
    assert budget.whole


def test_where_one_search_found_no_room_all_wait_before_they_are_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A rejection delays all retries, while a loss alone is retried at once; each has its own limit."""
    waited: list[int] = []

    def pause(_patience: Patience, times: int) -> float:
        waited.append(times)
        return 0.0

    monkeypatch.setattr(Patience, "pause_before", pause)
    asker, cluster = asker_of(LOST, CROWDED, WHOLE, WHOLE)
    assert [reply.total for reply in asker.search_each([{"size": 0}] * 2, TimeBudget())] == [7, 7]
    assert (waited, len(cluster.asked)) == ([0], 2)
    asker, _ = asker_of(LOST, WHOLE)
    asker.search({"size": 0}, TimeBudget())
    assert waited == [0]


def test_what_is_lost_twice_makes_a_page_partial() -> None:
    """There is no third try."""
    asker, cluster = asker_of(PARTIAL, PARTIAL)
    budget = TimeBudget()
    assert asker.search({"size": 0}, budget).partial
    assert (len(cluster.asked), budget.partial_reason) == (2, "part")
    assert not budget.spent()  # the rest of the page is still computed


@pytest.mark.parametrize(("relation", "bounded"), [("eq", False), ("gte", True)])
def test_that_counting_ended_at_a_bound_is_read(relation: str, *, bounded: bool) -> None:
    """A bounded total means that more articles may match than were counted."""
    total = {"value": 7, "relation": relation}
    reply = Reply.of({**WHOLE, "hits": {"hits": [], "total": total}})
    assert (reply.total, reply.bounded) == (7, bounded)


def test_a_part_of_which_no_copy_is_left_makes_a_page_partial() -> None:
    """OpenSearch counts no failure then, and a retry would not find the shard either."""
    asker, cluster = asker_of(NOWHERE)
    budget = TimeBudget()
    assert asker.search({"size": 0}, budget).partial
    assert (len(cluster.asked), budget.partial_reason, asker.gaps) == (1, "part", 1)


def test_a_part_that_cannot_match_is_not_missing() -> None:
    """A skipped shard counts as successful."""
    asker, _ = asker_of(WHOLE | {"_shards": SHARDS | {"skipped": 2}})
    assert not asker.search({"size": 0}, TimeBudget()).partial


@pytest.mark.parametrize(
    "crowded",
    [CROWDED, HALF_CROWDED, NOT_REDUCED, NOT_COUNTED],
    ids=["a search", "a part", "no heap for all parts", "no heap for a part"],
)
def test_what_found_no_room_is_asked_again_until_it_does(crowded: Mapping[str, Any]) -> None:
    """The rejection is within an otherwise good answer; other searches of the request are not retried."""
    asker, cluster = asker_of(WHOLE, crowded, crowded, crowded, crowded, WHOLE)
    budget = TimeBudget(2.0, clock=lambda: 0.0)
    assert [reply.partial for reply in asker.search_each([{"size": 0}, {"size": 1}], budget)] == [
        False,
        False,
    ]
    assert [len(body) // 2 for body, _ in cluster.asked] == [2, 1, 1, 1, 1]
    assert budget.whole


def test_searches_of_a_node_that_rejects_half_are_answered() -> None:
    """Each search is answered within the time of a page."""
    chance = Random(17)  # noqa: S311  # no secret
    answers = [chance.choice((CROWDED, WHOLE)) for _ in range(2_000)]
    asker, _ = asker_of(*answers)
    for _ in range(200):
        assert asker.search({"size": 0}, TimeBudget(2.0, clock=lambda: 0.0)).total == 7


@pytest.mark.parametrize("crowded", [CROWDED, NOT_REDUCED], ids=["its queue", "its heap"])
def test_a_node_without_room_is_not_asked_beyond_the_time_of_a_page(crowded: Mapping[str, Any]) -> None:
    """The keeper's error says what to do, without class names of Java."""
    now = iter(range(100))
    asker, _ = asker_of(*[crowded] * 50)
    with pytest.raises(ClusterError, match="too much to do") as raised:
        asker.search({"size": 0}, TimeBudget(20, clock=lambda: float(next(now))))
    assert "org.opensearch" not in str(raised.value)
    assert raised.value.reported_as == "crowded"


def test_where_a_node_hangs_copies_on_others_are_preferred() -> None:
    """A healthy host would wait for the hanging one."""
    asker, cluster = asker_of(WHOLE)
    cluster.preferred = "_prefer_nodes:a,b"
    asker.count([{"match_all": {}}], TimeBudget())
    assert cluster.asked[0][0][0] == {"preference": "_prefer_nodes:a,b"}


def test_an_answer_that_is_none_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON of another program at that port raises an error."""
    asker, cluster = asker_of()
    monkeypatch.setattr(cluster, "read", lambda _ask, **_options: {"status": "UP"})
    with pytest.raises(ClusterError, match="gave no answer"):
        asker.search({"size": 0}, TimeBudget())


def test_what_is_asked_for_a_page_shares_its_time() -> None:
    """Code that counts words, without knowing of the page, gets the page's time budget."""
    page = TimeBudget(2.0)
    before = budget_now()
    with in_turn(page):
        assert budget_now() is page
        with in_turn(other := TimeBudget(1.0)):
            assert budget_now() is other
        assert budget_now() is page
    assert budget_now() is not page
    assert before.left == math.inf


def test_a_late_answer_makes_a_page_partial_at_once() -> None:
    """A late answer is not retried, as that would take as long."""
    asker, cluster = asker_of(LATE)
    budget = TimeBudget()
    assert asker.search({"size": 0}, budget).partial
    assert (len(cluster.asked), budget.partial_reason) == (1, "time")


@pytest.mark.parametrize("answers", [(REFUSED,), (LOST, LOST)], ids=["a query", "a node"])
def test_a_refusal_is_an_error_that_names_cluster_and_reason(answers: Sequence[Mapping[str, Any]]) -> None:
    """The error is an OnneshonError, without the traceback of a library."""
    asker, _ = asker_of(*answers)
    with pytest.raises(
        ClusterError, match=r"127\.0\.0\.1:9200/news refused a search: (unknown|disconnected)"
    ):
        asker.search({"size": 0}, TimeBudget())


def test_an_index_that_somebody_closed_is_named_with_what_opens_it() -> None:
    """The error names the index and the request that opens it; the fault is within a search's answer."""
    fault = {"type": "index_closed_exception", "reason": "closed", "index": "news-000007-0001"}
    asker, _ = asker_of({"error": fault, "status": 400})
    with pytest.raises(ClusterError, match=r"closed: `POST /news-000007-0001/_open` opens it again"):
        asker.search({"size": 0}, TimeBudget())


def test_a_search_is_given_the_time_that_is_left() -> None:
    """The cluster stops a little before the client times out; without a limit the client waits a minute."""
    asker, cluster = asker_of(WHOLE, WHOLE)
    asker.search({"size": 0}, TimeBudget(2.0, clock=lambda: 0.0))
    (header, body), patience = cluster.asked[0]
    assert header == {}
    assert body == {"timeout": "2000ms", "size": 0}
    assert patience > 2.0
    asker.count([{"match_all": {}}], TimeBudget())
    (header, body), patience = cluster.asked[1]
    assert header == {}
    assert "timeout" not in body
    assert patience > 60


def test_a_search_that_only_counts_is_asked_in_the_same_words_a_moment_later() -> None:
    """The text of a counting search stays the same for the cluster's cache; hits get the time left."""
    asker, cluster = asker_of(*[WHOLE] * 4)
    for left in (1.93, 1.87):
        asker.search_each([{"size": 0}, {"size": 10}], TimeBudget(left, clock=lambda: 0.0))
    (_, counts, _, hits), (_, counts_then, _, hits_then) = (lines for lines, _ in cluster.asked)
    assert counts == counts_then == {"timeout": "2000ms", "size": 0}
    assert (hits["timeout"], hits_then["timeout"]) == ("1930ms", "1870ms")


def test_several_searches_are_one_request() -> None:
    """Answers come in the order of the searches."""
    asker, cluster = asker_of(WHOLE, WHOLE | {"hits": {"hits": [], "total": {"value": 9}}})
    assert [reply.total for reply in asker.search_each([{}, {}], TimeBudget())] == [7, 9]
    assert len(cluster.asked) == 1


def test_several_queries_are_counted_by_one_search() -> None:
    """One search matches any of the queries, and counts the matches of each."""
    buckets = [{"doc_count": 7}, {"doc_count": 9}]
    asker, cluster = asker_of(WHOLE | {"aggregations": {"each": {"buckets": buckets}}}, LATE)
    queries = [{"term": {"stem": "নদী"}}, {"term": {"stem": "মেলা"}}]
    assert asker.count(queries, TimeBudget()) == ([7, 9], True)
    (_, body), _ = cluster.asked[0]
    assert body["query"]["bool"]["filter"][0]["bool"]["should"] == queries
    assert body["aggs"]["each"]["filters"]["filters"] == queries
    assert asker.count(queries, TimeBudget()) == ([0, 0], False)  # nothing was answered in time


RIVER, FAIR, BOOK = term("stem", "নদী"), term("stem", "মেলা"), term("exact", "বই")
ROW: Dsl = {"match_phrase": {"title_stems": {"query": "বই মেলা"}}}


def test_what_is_counted_beside_is_looked_for_once() -> None:
    """Clauses that several counted queries share, or that the search has anyway, are added once."""
    body: Dsl = {"query": any_of(numbered([RIVER, any_of([FAIR, ROW])], [2.0, 3.0])), "size": 40}
    queries = [any_of([FAIR, ROW]), any_of([BOOK, ROW]), any_of([BOOK, any_of([RIVER, ROW])])]
    found = counting_beside(body, queries)
    assert found["query"] == any_of([body["query"], constant(BOOK, 0.0)])
    assert found["aggs"][EACH]["filters"]["filters"] == queries


@pytest.mark.parametrize(
    ("searched", "counted", "beside"),
    [
        ("মেলা", {"match_phrase": {"body_stems": {"query": "বই মেলা"}}}, False),
        ("নদী", {"match_phrase": {"body_stems": {"query": "বই মেলা"}}}, True),
        ("মেল", {"match_phrase": {"title_stems": {"query": "বই মেলা"}}}, True),
        ("ঢাকা", term("exact", "ঢাকার"), False),
        ("নদী", term("exact", "ঢাকার"), True),
        ("নদী", term("title_stem", "নদী"), True),
    ],
    ids=["phrase", "other phrase", "part of a word", "spelling", "other spelling", "title"],
)
def test_what_articles_hold_that_are_searched_anyway_is_not_looked_for(
    searched: str, counted: Dsl, beside: bool
) -> None:
    """An article with a phrase contains each of its words, and one with an exact form contains its stem."""
    body: Dsl = {"query": any_of(numbered([term("stem", searched), BOOK], [2.0, 3.0])), "size": 40}
    found = counting_beside(body, [counted])
    assert (found["query"] != body["query"]) == beside
    assert found["aggs"][EACH]["filters"]["filters"] == [counted]


def test_what_is_counted_beside_leaves_what_a_search_counts_itself() -> None:
    """Both aggregations stay under their names."""
    best: Dsl = {"top_hits": {"size": 40}}
    found = counting_beside({"query": RIVER, "size": 0, "aggs": {"best": best}}, [RIVER, FAIR])
    assert (found["aggs"]["best"], [*found["aggs"]]) == (best, ["best", EACH])


@pytest.mark.parametrize(
    "hit",
    [{"fields": {"id": ["খবর-১"]}}, {"sort": [2.5, "খবর-১"]}, {"sort": [7], "fields": {"id": ["খবর-১"]}}],
)
def test_the_id_of_an_article_is_that_of_its_column_or_what_it_was_sorted_by(hit: dict[str, Any]) -> None:
    """The id is read from the sort values where hits are sorted by it."""
    assert id_of(hit) == "খবর-১"


def test_where_all_that_is_counted_is_searched_nothing_more_is_looked_for() -> None:
    """A clause counts as an alternative only without a filter or a name."""
    filtered: Dsl = {"bool": {"should": [FAIR], "minimum_should_match": 1, "filter": [RIVER]}}
    body: Dsl = {"query": any_of(numbered([RIVER, filtered], [2.0, 3.0])), "size": 40}
    assert counting_beside(body, [RIVER, filtered])["query"] == body["query"]
    assert counting_beside(body, [FAIR])["query"] == any_of([body["query"], constant(FAIR, 0.0)])


def test_an_answer_says_what_was_found() -> None:
    """What was not counted is 0 or empty."""
    hits = {"hits": [{"_id": "ক"}], "total": {"value": 7, "relation": "gte"}}
    found = Reply.of(WHOLE | {"hits": hits, "aggregations": {"a": {"value": 1}}})
    assert (found.total, found.bounded, found.partial) == (7, True, False)
    assert found.counts == {"a": {"value": 1}}
    uncounted = Reply.of(WHOLE | {"hits": {"hits": []}})
    assert (uncounted.total, uncounted.bounded, uncounted.counts) == (0, False, {})


@pytest.mark.parametrize(
    ("reply", "counts"),
    [
        (Reply([], 7, {}), [7]),
        (Reply([], 0, {EACH: {"buckets": [{"doc_count": 4}]}}), [4]),
    ],
)
def test_articles_of_one_query_are_counted_by_themselves_or_with_others(
    reply: Reply, counts: list[int]
) -> None:
    """The total counts a single query if no aggregation does."""
    assert reply.counted([RIVER]) == counts


def test_articles_of_several_queries_are_counted_one_by_one() -> None:
    """Counts are in the order of the queries, and 0 where there is no answer."""
    buckets = {EACH: {"buckets": [{"doc_count": 4}, {"doc_count": 0}]}}
    assert Reply([], 9, buckets).counted([RIVER, FAIR]) == [4, 0]
    assert Reply([], 9, {}).counted([RIVER, FAIR]) == [0, 0]
