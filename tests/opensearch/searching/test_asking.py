"""Searches of a cluster that loses parts, is late or refuses: asked again once, or said."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.searching.asking import Asker
from onneshon.search.retrieval.budget import TimeBudget

WHOLE = {"timed_out": False, "_shards": {"failed": 0}, "hits": {"hits": [], "total": {"value": 7}}}
PARTIAL = WHOLE | {"_shards": {"failed": 1}}
LATE = WHOLE | {"timed_out": True}
LOST = {"error": {"type": "search_phase_execution_exception", "reason": "disconnected"}, "status": 500}
REFUSED = {"error": {"type": "parsing_exception", "reason": "unknown query [colour]"}, "status": 400}


class OneAnswerAfterAnother:
    """A connection whose cluster gives these answers in their order, and notes what was asked."""

    address = "opensearch://127.0.0.1:9200/news"

    def __init__(self, *answers: Mapping[str, Any]) -> None:
        self.answers = [*answers]
        self.asked: list[tuple[list[Any], float]] = []

    def read(self, ask: Callable[[Any], Any]) -> Any:
        """As ``Cluster.read``."""
        return ask(self)

    def msearch(self, body: Sequence[Any], request_timeout: float) -> Any:
        """As the client's."""
        self.asked.append(([*body], request_timeout))
        return {"responses": [self.answers.pop(0) for _ in range(len(body) // 2)]}


def _asker(*answers: Mapping[str, Any]) -> tuple[Asker, OneAnswerAfterAnother]:
    cluster = OneAnswerAfterAnother(*answers)
    return Asker(cluster, "news-000001"), cluster  # type: ignore[arg-type]  # what is asked of a connection


@pytest.mark.parametrize("lost", [PARTIAL, LOST], ids=["a part", "a node"])
def test_what_was_lost_is_asked_for_again_once(lost: Mapping[str, Any]) -> None:
    """The second answer counts; where it is whole, nothing is partial."""
    asker, cluster = _asker(lost, WHOLE)
    budget = TimeBudget()
    assert asker.search({"size": 0}, budget).total == 7
    assert len(cluster.asked) == 2
    assert not budget.exceeded


def test_what_is_lost_twice_makes_a_page_partial() -> None:
    """And is not asked for a third time."""
    asker, cluster = _asker(PARTIAL, PARTIAL)
    budget = TimeBudget()
    assert asker.search({"size": 0}, budget).partial
    assert (len(cluster.asked), budget.exceeded) == (2, True)


def test_a_late_answer_makes_a_page_partial_at_once() -> None:
    """Asking again would take as long."""
    asker, cluster = _asker(LATE)
    budget = TimeBudget()
    assert asker.search({"size": 0}, budget).partial
    assert (len(cluster.asked), budget.exceeded) == (1, True)


@pytest.mark.parametrize("answers", [(REFUSED,), (LOST, LOST)], ids=["a query", "a node"])
def test_a_refusal_is_an_error_that_names_cluster_and_reason(answers: Sequence[Mapping[str, Any]]) -> None:
    """Of the family, without the traceback of a library."""
    asker, _ = _asker(*answers)
    with pytest.raises(
        ClusterError, match=r"127\.0\.0\.1:9200/news refused a search: (unknown|disconnected)"
    ):
        asker.search({"size": 0}, TimeBudget())


def test_a_search_is_given_the_time_that_is_left() -> None:
    """The cluster stops a little before the client gives up; without a limit, a minute."""
    asker, cluster = _asker(WHOLE, WHOLE)
    asker.search({"size": 0}, TimeBudget(2.0, clock=lambda: 0.0))
    (header, body), patience = cluster.asked[0]
    assert header == {"index": "news-000001", "search_type": "dfs_query_then_fetch"}
    assert body == {"timeout": "2000ms", "size": 0}
    assert patience > 2.0
    asker.count([{"match_all": {}}], TimeBudget())
    (header, body), patience = cluster.asked[1]
    assert header == {"index": "news-000001"}
    assert "timeout" not in body
    assert patience > 60


def test_several_searches_are_one_request() -> None:
    """Answers come in the order of the questions."""
    asker, cluster = _asker(WHOLE, WHOLE | {"hits": {"hits": [], "total": {"value": 9}}})
    assert asker.count([{"match_all": {}}, {"match_none": {}}], TimeBudget()) == ([7, 9], True)
    assert len(cluster.asked) == 1
