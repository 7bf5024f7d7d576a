"""In which order a cluster's hits come out, by what it says of each; ``tests/contract`` asks a real one."""

import datetime as dt
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from onneshon.opensearch.searching import ranking
from onneshon.opensearch.searching.compiler import Compiler
from onneshon.opensearch.searching.dsl import NOTHING_MATCHES, Dsl
from onneshon.opensearch.searching.ranking import ClusterRanker
from onneshon.opensearch.searching.replies import Reply
from onneshon.opensearch.searching.rows import ALL, Filters, Row, outcome_of, rounded
from onneshon.search.query.parser import parse
from onneshon.search.reranking.ordering import Order
from onneshon.search.retrieval.budget import TimeBudget
from tests.fakes import article
from tests.opensearch.searching.few_words import statistics_of

ARTICLES = [article(str(number), "নদী মেলা") for number in range(6)]
EPOCH = dt.date(1970, 1, 1).toordinal()
LATEST = dt.date(2026, 2, 21)


def hit(name: str, score: float, day: str = "") -> dict[str, Any]:
    """As a cluster gives it."""
    fields = {"id": [name], "fingerprint": [-1], **({"date": [day]} if day else {})}
    return {"_score": score, "sort": [score, name], "fields": fields}


class Asked:
    """In place of what asks a cluster: gives the same hits whatever is asked, as many as are wanted."""

    def __init__(self, hits: Sequence[dict[str, Any]], counts: dict[str, Any] | None = None) -> None:
        self._hits, self._counts = hits, counts or {}
        self.bodies: list[Dsl] = []

    def search(self, body: Dsl, _budget: TimeBudget) -> Reply:
        """The hits of a page of them."""
        self.bodies.append(body)
        page = self._hits[body.get("from", 0) :][: body["size"]]
        return Reply(page, len(self._hits), 1.0, self._counts if "aggs" in body else {})

    def search_each(self, bodies: Sequence[Dsl], budget: TimeBudget) -> list[Reply]:
        """Several."""
        return [self.search(body, budget) for body in bodies]


def ranker_of(asker: Asked, *, rescore: bool = False) -> ClusterRanker:
    """What ranks নদী মেলা."""
    statistics = statistics_of(ARTICLES)
    latest = LATEST.toordinal() - EPOCH
    state: Any = SimpleNamespace(
        asker=asker,
        statistics=statistics,
        days=(latest - 100, latest),
        compiler=lambda _budget: Compiler(statistics, lambda _demand: NOTHING_MATCHES),
    )
    query = parse("নদী মেলা").query
    assert query is not None
    return ClusterRanker(state, query, TimeBudget(), rescore=rescore)


def names(rows: Sequence[Row]) -> str:
    """Of articles in their order."""
    return "".join(row.id for row in rows)


def test_scores_that_differ_by_less_than_a_cluster_can_tell_are_equal() -> None:
    """Then the order of ids decides, as on one machine; whatever order the hits came in."""
    asker = Asked([hit("খ", 2.0), hit("ক", 2.0 + 1e-9), hit("ঘ", 3.0), hit("গ", 1.0)])
    found = ranker_of(asker).first(4, Order(), Filters())
    assert names(found.rows) == "ঘকখগ"
    assert rounded(2.0 + 1e-9) == rounded(2.0) == 2.0 != rounded(2.01)
    assert found.rows[0].fingerprint == 2**64 - 1


def test_what_is_counted_of_all_that_was_asked_for_is_told_apart() -> None:
    """It is no facet; where nobody asked there is none."""
    counts = {"category": {"buckets": []}, ALL: {"doc_count": 3}}
    filters = Filters(counted={"category": {}}, complete={"match_all": {}})
    found = ranker_of(Asked([hit("ক", 1.0)], counts)).first(1, Order(), filters)
    assert (found.total_all, [*found.reply.counts]) == (3, ["category"])
    assert ranker_of(Asked([hit("ক", 1.0)])).first(1, Order(), Filters()).total_all == 0


@pytest.mark.parametrize(
    ("scores", "more"), [((3.0, 2.0, 1.0), False), ((3.0, 2.0, 2.0), True), ((3.0, 3.0), False)]
)
def test_articles_as_good_as_the_last_that_is_rescored_are_rescored_too(
    monkeypatch: pytest.MonkeyPatch, scores: Sequence[float], more: bool
) -> None:
    """They are asked for where there are such; else what came is enough."""
    monkeypatch.setattr(ranking, "WINDOW", 2)
    monkeypatch.setattr(ClusterRanker, "_bonus", lambda _, hits: [0.0] * len(hits))
    hits = [hit(name, score) for name, score in zip("কখগঘ", [*scores, scores[-1]], strict=False)]
    asker = Asked(hits[: len(scores) + more])
    assert ranker_of(asker, rescore=True).rescored(Filters()).keys() >= {"ক", "খ"}
    assert [body["size"] > 3 for body in asker.bodies] == [False] + [True] * more


def test_what_rescoring_adds_moves_articles_up_and_none_is_there_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Those behind the window follow as they came."""
    monkeypatch.setattr(ranking, "WINDOW", 2)
    monkeypatch.setattr(ranking, "window_of", lambda scores: [score >= 4 for score in scores])
    added = {"ক": 0.0, "খ": 2.0}
    monkeypatch.setattr(
        ClusterRanker, "_bonus", lambda _, hits: [added[each["fields"]["id"][0]] for each in hits]
    )
    asker = Asked([hit(name, 5.0 - place) for place, name in enumerate("কখগঘঙ")])
    found = ranker_of(asker, rescore=True).first(5, Order(), Filters())
    assert names(found.rows) == "খকগঘঙ"
    assert [row.score for row in found.rows] == [6.0, 5.0, 3.0, 2.0, 1.0]
    moved = ranker_of(asker, rescore=True).moved(Order(), Filters())
    assert names(moved) == "খক"
    assert ranker_of(asker, rescore=True).moved(Order("newest"), Filters()) == []


@pytest.mark.parametrize(("by", "direction"), [("newest", "desc"), ("oldest", "asc")])
def test_an_order_by_day_is_the_clusters_with_the_scores_of_relevance(
    monkeypatch: pytest.MonkeyPatch, by: Any, direction: str
) -> None:
    """Which rescoring may have raised; who has no day comes last either way."""
    monkeypatch.setattr(ClusterRanker, "_bonus", lambda _, hits: [1.5] * len(hits))
    asker = Asked([hit("গ", 1.0), hit("ক", 3.0)])
    found = ranker_of(asker, rescore=True).first(2, Order(by), Filters())
    assert [(row.id, row.score) for row in found.rows] == [("গ", 2.5), ("ক", 4.5)]
    assert asker.bodies[-1]["sort"] == [{"date": {"order": direction, "missing": "_last"}}, {"id": "asc"}]


@pytest.mark.parametrize(("by", "direction"), [("price:asc", "asc"), ("price:desc", "desc")])
def test_an_order_by_a_number_has_those_without_it_last(by: Any, direction: str) -> None:
    """From the least up, or from the greatest down."""
    asker = Asked([hit("ক", 1.0)])
    ranker_of(asker).first(1, Order(by), Filters())
    said = asker.bodies[-1]["sort"][0]["numbers.price"]
    assert (said["order"], said["missing"]) == (direction, "_last")


@pytest.mark.parametrize(
    ("day", "share"), [(LATEST, 1.0), (LATEST - dt.timedelta(10), 0.5), (LATEST - dt.timedelta(20), 0.25)]
)
def test_a_score_is_shown_without_what_age_took_from_it(day: dt.date, share: float) -> None:
    """And an article is placed with it; of an unknown day it is as old as the oldest."""
    asker = Asked([hit("ক", share, day.isoformat())])
    [row] = ranker_of(asker).first(1, Order(half_life=10.0), Filters()).rows
    assert row.score == pytest.approx(1.0)
    assert row.key == share
    [undated] = ranker_of(Asked([hit("ক", 0.1)])).first(1, Order(half_life=100.0), Filters()).rows
    assert undated.score == pytest.approx(0.2)


def test_an_order_with_age_has_as_many_as_were_asked_for() -> None:
    """The best, by what age leaves of them."""
    hits = [hit("গ", 0.7 + 1e-9, "2026-02-21"), hit("খ", 0.7, "2026-02-21"), hit("ক", 0.5, "2026-02-11")]
    found = ranker_of(Asked(hits)).first(2, Order(half_life=10.0), Filters())
    assert names(found.rows) == "খগ"


def test_far_down_a_ranking_goes_on_behind_the_last_hit() -> None:
    """By what the cluster sorted it by."""
    asker = Asked([hit("খ", 1.0)])
    found = ranker_of(asker).beyond((2.0, "ক"), 1, Order(), Filters())
    assert (names(found.rows), found.rows[0].after) == ("খ", (1.0, "খ"))
    assert asker.bodies[-1]["search_after"] == [2.0, "ক"]


def test_an_outcome_names_articles_by_their_ranks() -> None:
    """With the score and the id of each."""
    outcome = outcome_of([Row("খ", 2.0, 2.0), Row("ক", 1.0, 1.0)], 9, 4)
    assert (outcome.docs.tolist(), outcome.scores.tolist(), [*outcome.ids]) == (
        [0, 1],
        [2.0, 1.0],
        ["খ", "ক"],
    )
    assert (outcome.total, outcome.total_all) == (9, 4)
