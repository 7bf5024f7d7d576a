"""The order of a cluster's hits, from its answers; ``tests/contract`` tests a real one."""

import datetime as dt
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from onneshon.opensearch.searching import filters, ranking, score_sums
from onneshon.opensearch.searching.asking import Reply
from onneshon.opensearch.searching.compiler import Compiler
from onneshon.opensearch.searching.dsl import NOTHING_MATCHES, Dsl
from onneshon.opensearch.searching.prepared import ALL, Filters, Row, outcome_of, rounded
from onneshon.opensearch.searching.ranking import ClusterRanker
from onneshon.search.query.parser import parse
from onneshon.search.reranking.ranker import MOST_RESCORED, Order
from onneshon.search.retrieval.budget import BoundedCache, TimeBudget, by_number
from tests.fakes import article
from tests.opensearch.searching.few_words import statistics_of

ARTICLES = [article(str(number), "নদী মেলা") for number in range(6)]
EPOCH = dt.date(1970, 1, 1).toordinal()
LATEST = dt.date(2026, 2, 21)


def hit(name: str, score: float, day: str = "") -> dict[str, Any]:
    """A hit in the form of a cluster's answer."""
    fields = {"id": [name], "fingerprint": [-1], **({"date": [day]} if day else {})}
    return {"_score": score, "sort": [score, name], "fields": fields}


class Asked:
    """Stands in for an ``Asker``: returns the same hits whatever the request, up to its size."""

    def __init__(self, hits: Sequence[dict[str, Any]], counts: dict[str, Any] | None = None) -> None:
        self._hits, self._counts = hits, counts or {}
        self.bodies: list[Dsl] = []

    def search(self, body: Dsl, _budget: TimeBudget) -> Reply:
        """A page of the hits."""
        self.bodies.append(body)
        page = self._hits[body.get("from", 0) :][: body["size"]]
        return Reply(page, len(self._hits), self._counts if "aggs" in body else {})

    def search_each(self, bodies: Sequence[Dsl], budget: TimeBudget) -> list[Reply]:
        """Several such pages."""
        return [self.search(body, budget) for body in bodies]


def ranker_of(asker: Asked, *, rescore: bool = False) -> ClusterRanker:
    """The ranker of নদী মেলা."""
    statistics = statistics_of(ARTICLES)
    latest = LATEST.toordinal() - EPOCH
    state: Any = SimpleNamespace(
        asker=asker,
        statistics=statistics,
        days=(latest - 100, latest),
        compiler=lambda _budget: Compiler(statistics, lambda _demand: NOTHING_MATCHES),
        prepared=BoundedCache(1, by_number),
    )
    query = parse("নদী মেলা").query
    assert query is not None
    return ClusterRanker(state, query, TimeBudget(), rescore=rescore)


def names(found: Sequence[Row]) -> str:
    """The ids of rows in their order."""
    return "".join(row.id for row in found)


def test_scores_that_differ_by_less_than_a_cluster_can_tell_are_equal() -> None:
    """Ids then decide the order, as on one machine, whatever the order of the hits."""
    asker = Asked([hit("খ", 2.0), hit("ক", 2.0 + 1e-9), hit("ঘ", 3.0), hit("গ", 1.0)])
    found = ranker_of(asker).first(4, Order(), Filters())
    assert names(found.rows) == "ঘকখগ"
    assert rounded(2.0 + 1e-9) == rounded(2.0) == 2.0 != rounded(2.01)
    assert found.rows[0].fingerprint == 2**64 - 1


def test_what_is_counted_of_all_that_was_asked_for_is_told_apart() -> None:
    """The count of articles with all words is not a facet; without a request for it, it is 0."""
    counts = {"category": {"buckets": []}, ALL: {"doc_count": 3}}
    wanted = Filters(counted={"category": {}}, complete={"match_all": {}})
    found = ranker_of(Asked([hit("ক", 1.0)], counts)).first(1, Order(), wanted)
    assert (found.total_all, [*found.reply.counts]) == (3, ["category"])
    assert ranker_of(Asked([hit("ক", 1.0)])).first(1, Order(), Filters()).total_all == 0


def test_how_many_have_all_that_was_asked_for_is_not_counted_where_it_is_known() -> None:
    """A known number is not counted again, in any order and on any page."""
    known = Filters(counted={"category": {}}, known=7)
    for order in (Order(), Order("newest"), Order(half_life=10.0)):
        asker = Asked([hit("ক", 1.0)])
        assert ranker_of(asker).first(1, order, known).total_all == 7
        assert not any(ALL in body.get("aggs", {}) for body in asker.bodies)
    assert ranker_of(Asked([hit("ক", 1.0)])).beyond([2.0, "খ"], 1, Order(), known).total_all == 7


@pytest.mark.parametrize(
    ("scores", "rescored", "more"),
    [
        ((3.0, 2.0, 1.0, 1.0), "কখ", False),
        ((3.0, 2.0, 2.0, 1.0), "কখগ", False),
        ((3.0, 2.0, 2.0, 2.0, 2.0), "কখগঘঙ", True),
        ((3.0, 2.0, 2.0), "কখগ", False),
        ((3.0, 3.0), "কখ", False),
    ],
)
def test_articles_as_good_as_the_last_that_is_rescored_are_rescored_too(
    monkeypatch: pytest.MonkeyPatch, scores: Sequence[float], rescored: str, *, more: bool
) -> None:
    """Ties with the last rescored article are requested if more exist than came."""
    monkeypatch.setattr(ranking, "WINDOW", 2)
    monkeypatch.setattr(ranking, "BEYOND", 2)
    monkeypatch.setattr(ranking, "window_of", lambda found: found >= scores[1])
    monkeypatch.setattr(ClusterRanker, "_bonus", lambda _, hits: [0.0] * len(hits))
    asker = Asked([hit(name, score) for name, score in zip("কখগঘঙ", scores, strict=False)])
    assert ranker_of(asker, rescore=True).rescored(Filters()).keys() == {*rescored}
    assert [body["size"] for body in asker.bodies] == [4] + [MOST_RESCORED + 1] * more


def test_what_rescoring_adds_moves_articles_up_and_none_is_there_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Articles after the window follow in their order."""
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


@pytest.mark.parametrize(
    ("by", "direction", "last"), [("newest", "desc", -(2**63)), ("oldest", "asc", 2**63 - 1)]
)
def test_an_order_by_day_is_the_clusters_with_the_scores_of_relevance(
    monkeypatch: pytest.MonkeyPatch, by: Any, direction: str, last: int
) -> None:
    """Scores include what rescoring added; articles without a day come last in both directions.

    With ``_last``, OpenSearch sometimes skips an index in which no article has a day.
    """
    monkeypatch.setattr(ClusterRanker, "_bonus", lambda _, hits: [1.5] * len(hits))
    asker = Asked([hit("গ", 1.0), hit("ক", 3.0)])
    found = ranker_of(asker, rescore=True).first(2, Order(by), Filters())
    assert [(row.id, row.score) for row in found.rows] == [("গ", 2.5), ("ক", 4.5)]
    assert asker.bodies[-1]["sort"] == [{"date": {"order": direction, "missing": last}}, {"id": "asc"}]


@pytest.mark.parametrize(
    ("by", "said"), [("price:asc", ("asc", "Infinity")), ("price:desc", ("desc", "-Infinity"))]
)
def test_an_order_by_a_number_has_those_without_it_last(by: Any, said: tuple[str, str]) -> None:
    """Ascending and descending; as for days, ``_last`` would lose some articles."""
    asker = Asked([hit("ক", 1.0)])
    ranker_of(asker).first(1, Order(by), Filters())
    asked = asker.bodies[-1]["sort"][0]["numbers.price"]
    assert (asked["order"], asked["missing"]) == said


@pytest.mark.parametrize(
    ("day", "share"), [(LATEST, 1.0), (LATEST - dt.timedelta(10), 0.5), (LATEST - dt.timedelta(20), 0.25)]
)
def test_a_score_is_shown_without_what_age_took_from_it(day: dt.date, share: float) -> None:
    """Age counts for the order alone; an article without a day is as old as the oldest."""
    asker = Asked([hit("ক", share, day.isoformat())])
    [row] = ranker_of(asker).first(1, Order(half_life=10.0), Filters()).rows
    assert row.score == pytest.approx(1.0)
    assert row.key == share
    [undated] = ranker_of(Asked([hit("ক", 0.1)])).first(1, Order(half_life=100.0), Filters()).rows
    assert undated.score == pytest.approx(0.2)


def test_an_order_with_age_has_as_many_as_were_asked_for() -> None:
    """The best articles by their aged scores are returned, as many as requested."""
    hits = [hit("গ", 0.7 + 1e-9, "2026-02-21"), hit("খ", 0.7, "2026-02-21"), hit("ক", 0.5, "2026-02-11")]
    found = ranker_of(Asked(hits)).first(2, Order(half_life=10.0), Filters())
    assert names(found.rows) == "খগ"


def test_far_down_a_ranking_goes_on_behind_the_last_hit() -> None:
    """The next hits follow the sort values of the last one."""
    asker = Asked([hit("খ", 1.0)])
    found = ranker_of(asker).beyond((2.0, "ক"), 1, Order(), Filters())
    assert (names(found.rows), found.rows[0].after) == ("খ", (1.0, "খ"))
    assert asker.bodies[-1]["search_after"] == [2.0, "ক"]


def test_an_outcome_names_articles_by_their_ranks() -> None:
    """Each rank has a score and an id."""
    outcome = outcome_of([Row("খ", 2.0, 2.0), Row("ক", 1.0, 1.0)], 9, 4)
    assert (outcome.docs.tolist(), outcome.scores.tolist(), [*outcome.ids]) == (
        [0, 1],
        [2.0, 1.0],
        ["খ", "ক"],
    )
    assert (outcome.total, outcome.total_all) == (9, 4)


def test_articles_behind_those_that_are_rescored_are_asked_for_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where many match, the best are requested without counting, and all are counted by another search."""
    monkeypatch.setattr(ranking, "WINDOW", 2)
    monkeypatch.setattr(ranking, "BEYOND", 1)
    monkeypatch.setattr(filters, "COUNTED_BESIDE", 0)
    monkeypatch.setattr(ClusterRanker, "_bonus", lambda _, hits: [0.0] * len(hits))
    asker = Asked([hit(name, 7.0 - place) for place, name in enumerate("কখগঘঙচছ")])
    found = ranker_of(asker, rescore=True).first(5, Order(), Filters())
    assert (names(found.rows), found.reply.total) == ("কখগঘঙ", 7)
    assert [(body.get("from", 0), body["size"]) for body in asker.bodies] == [(0, 3), (3, 2), (0, 0)]
    for body in asker.bodies[:2]:  # otherwise an article might be on both pages, and another on neither
        assert body["sort"] == [{"_score": "desc"}, {"id": "asc"}]


@pytest.mark.parametrize("tied", [False, True])
def test_articles_are_looked_for_in_the_order_of_ids_only_where_that_decides(
    monkeypatch: pytest.MonkeyPatch, *, tied: bool
) -> None:
    """Rescored articles are sorted here; of more ties than fit, the first by id count."""
    monkeypatch.setattr(ranking, "WINDOW", 3)
    monkeypatch.setattr(ranking, "BEYOND", 1)
    monkeypatch.setattr(ClusterRanker, "_bonus", lambda _, hits: [0.0] * len(hits))
    if tied:
        monkeypatch.setattr(ranking, "window_of", lambda found: found > 2.0)
    asker = Asked([hit(name, 2.0 if tied else 7.0 - place) for place, name in enumerate("কখগঘঙ")])
    found = ranker_of(asker, rescore=True).first(2, Order(), Filters())
    first, *more = asker.bodies
    assert ("sort" in first, "id" in first["docvalue_fields"]) == (False, True)
    assert [(body["size"], "sort" in body) for body in more] == [(MOST_RESCORED + 1, True)] * tied
    assert names(found.rows) == ("কখগঘঙ" if tied else "কখগঘ")


def test_what_a_sum_found_and_does_not_match_is_no_article_of_the_ranking(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Articles with a score of 0 do not match; any positive score does."""
    monkeypatch.setattr(ClusterRanker, "_bonus", lambda _, hits: [0.0] * len(hits))
    asker = Asked([hit("ক", 0.5), hit("খ", 0.01), hit("গ", 0.0)])
    assert ranker_of(asker, rescore=True).rescored(Filters()).keys() == {"ক", "খ"}


def test_age_takes_its_share_of_what_rescoring_added(monkeypatch: pytest.MonkeyPatch) -> None:
    """The displayed score is without age; one hit is ranked if none is wanted, so that all are counted."""
    monkeypatch.setattr(ClusterRanker, "_bonus", lambda _, hits: [1.0] * len(hits))
    asker = Asked([hit("ক", 0.5, (LATEST - dt.timedelta(10)).isoformat())])
    [row] = ranker_of(asker, rescore=True).first(0, Order(half_life=10.0), Filters()).rows
    assert row.score == pytest.approx(1.5)
    assert row.key == pytest.approx(0.75)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """An index so large that the best matches are searched without scoring all."""
    monkeypatch.setattr(score_sums, "LOOKED_AT", 1)
    monkeypatch.setattr(ranking, "WINDOW", 2)
    monkeypatch.setattr(ranking, "BEYOND", 1)
    monkeypatch.setattr(ClusterRanker, "_bonus", lambda _, hits: [0.0] * len(hits))


BEST = [hit(name, 7.0 - place) for place, name in enumerate("কখগঘ")]


@pytest.mark.usefixtures("large")
def test_of_very_many_that_match_the_best_are_looked_for_alone() -> None:
    """The totals are counted by separate searches, up to a bound."""
    asker = Asked(BEST)
    found = ranker_of(asker, rescore=True).first(2, Order(), Filters(complete={"match_all": {}}))
    assert (names(found.rows), found.reply.total, found.total_all) == ("কখগ", 4, 4)
    assert [body["size"] for body in asker.bodies] == [3, 0, 0]
    assert ranker_of(Asked(BEST), rescore=True).first(2, Order(), Filters()).total_all == 0


@pytest.mark.usefixtures("large")
def test_where_the_best_by_a_sum_hold_too_little_all_are_scored() -> None:
    """Otherwise a better article would be missed."""
    asker = Asked([BEST[0], hit("খ", 0.0), hit("গ", 0.0)])
    ranker_of(asker, rescore=True).first(2, Order(), Filters())
    assert len(asker.bodies) > 2
    assert "rescore" not in asker.bodies[-1]


@pytest.mark.usefixtures("large")
def test_facets_of_very_many_are_counted_in_a_sample() -> None:
    """The outcome says how large the sample was."""
    asker = Asked(BEST, {"category": {"buckets": []}})
    found = ranker_of(asker, rescore=True).first(2, Order(), Filters(counted={"category": {}}))
    assert found.sample is not None
    assert [*found.reply.counts] == ["category"]
    assert found.reply.total == 4
