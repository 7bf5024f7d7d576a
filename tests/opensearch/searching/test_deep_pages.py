"""Pages far down a ranking and lists of all hits, on a cluster's answers."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from onneshon.index import Article
from onneshon.index.article import stored_values
from onneshon.opensearch.searching import answering as module
from onneshon.opensearch.searching.answering import ClusterAnswering, _Last
from onneshon.opensearch.searching.asking import Reply
from onneshon.opensearch.searching.filters import condition_filter
from onneshon.opensearch.searching.prepared import Filters, Ranked, Row
from onneshon.search.query.conditions import Filter
from onneshon.search.query.field_values import FieldFilter, FieldReading
from onneshon.search.query.parser import parse
from onneshon.search.request import SearchRequest
from onneshon.search.reranking.ranker import Order
from onneshon.search.retrieval.authors import NOBODY
from onneshon.search.retrieval.budget import TimeBudget

ROWS = [
    Row(f"{place:02}", 50.0 - place, 50.0 - place, after=(50.0 - place, f"{place:02}")) for place in range(40)
]
"""Rows of 40 articles, none of which is like another."""


class Ranker:
    """Stands in for a ranker; records requests."""

    def __init__(self, rows: Sequence[Row] = ROWS) -> None:
        self._rows = rows
        self.asked: list[int] = []
        self.filters = Filters()
        self.compiler = SimpleNamespace(concepts=lambda _query: [{"term": {"stem": "নদী"}}])
        self.known: int | None = None

    def first(self, count: int, _order: Order, filters: Filters) -> Ranked:
        """Like ``ClusterRanker.first``."""
        self.asked.append(count)
        self.filters = filters
        return Ranked(self._rows[:count], Reply([], len(self._rows), {}), 3)

    def holding_all(self, _concepts: Sequence[Any]) -> int | None:
        """Like ``ClusterRanker.holding_all``."""
        return self.known

    def beyond(self, after: Sequence[Any], count: int, _order: Order, _filters: Filters) -> Ranked:
        """Like ``ClusterRanker.beyond``."""
        self.asked.append(count)
        behind = [row for row in self._rows if row.after[0] < after[0]]
        return Ranked(behind[:count], Reply([], len(self._rows), {}), 3)


def answering_of(**asked: Any) -> ClusterAnswering:
    """The answering of a request for নদী."""
    state: Any = SimpleNamespace(
        field_reading=FieldReading(),
        filter_of=condition_filter,
        ranges=lambda _name: None,
        different={},
        authors=NOBODY,
        statistics=None,
    )
    return ClusterAnswering(state, SearchRequest("নদী", **asked), parse("নদী"), TimeBudget())


def ids(rows: Sequence[Row]) -> list[int]:
    """The places of rows in the ranking."""
    return [int(row.id) for row in rows]


@pytest.mark.parametrize("group", [True, False])
def test_far_down_hits_follow_the_last_one(*, group: bool) -> None:
    """Hits follow the last one and those skipped; the page notes where the next one continues."""
    ranker: Any = Ranker()
    hits = answering_of(limit=3, offset=2, group=group)._hits(ranker, 0, _Last((40.0, "10"), 7))
    assert (ids(hits.rows), ranker.asked) == ([13, 14, 15], [5])
    assert (hits.hidden, hits.total, hits.total_all) == (7, 40, 3)
    assert hits.last == _Last((35.0, "15"), 7)
    assert (hits.near_duplicates is None) is not group
    assert answering_of(limit=3)._hits(ranker, 0, _Last((11.0, "39"), 7)).last is None


def test_a_cursor_goes_on_by_the_last_hit_once_counting_leads_too_far(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nearer cursors count the skipped hits; nothing follows a page without hits."""
    monkeypatch.setattr(module, "FARTHEST", 30)
    monkeypatch.setattr(module, "MOST", 5)
    ranker: Any = Ranker()
    last = {}
    for offset in (10, 11, 38, 45):
        hits = answering_of(limit=10, offset=offset, group=False)._hits(ranker, offset, None)
        last[offset] = hits.last
    assert last[10] is None
    assert last[11] == _Last((30.0, "20"), 0)
    assert last[45] is None
    assert ranker.asked == [20, 21, 30, 30]


def test_what_a_cursor_notes_is_read_again() -> None:
    """The note of a cursor can be read back; for a page that is not far down it is empty."""
    last = _Last((2.5, "নদী"), 7)
    assert _Last.unpacked(last.packed()) == last
    assert _Last.unpacked(b"") is None


@pytest.mark.parametrize("limit", [0, 1])
def test_of_no_hits_one_is_ranked_all_the_same(limit: int) -> None:
    """One hit is ranked even if none is wanted, so that matches are counted."""
    ranker: Any = Ranker()
    found = answering_of(limit=limit, group=False)._hits(ranker, 0, None)
    assert (len(found.rows), ranker.asked) == (limit, [1])


def test_filters_of_a_field_that_is_counted_narrow_hits_and_not_its_counts() -> None:
    """Filters of other fields narrow both; articles with all words must pass every filter."""
    ranker: Any = Ranker()
    chosen = [FieldFilter("category", ("মাছ",)), FieldFilter("author", ("রহিম",))]
    answering_of(filters=chosen, facets=("category",))._hits(ranker, 0, None)
    author, category = (
        condition_filter(Filter(name, value, whole=True))
        for name, value in (("author", "রহিম"), ("category", "মাছ"))
    )
    assert (ranker.filters.common, ranker.filters.after) == ((author,), (category,))
    assert ranker.filters.complete == {"bool": {"filter": [{"term": {"stem": "নদী"}}, category]}}
    assert [*ranker.filters.counted] == ["category"]
    assert "মাছ" not in repr(ranker.filters.counted["category"].get("filter", {}))
    assert answering_of(filters=chosen)._filters() == Filters((category, author))


def test_what_is_known_to_have_all_that_was_asked_for_is_counted_where_filters_narrow_it() -> None:
    """Filters change which articles count as found, so the known number does not apply."""
    ranker: Any = Ranker()
    ranker.known = 7
    for filters in ([], [FieldFilter("category", ("মাছ",))]):
        answering_of(filters=filters)._hits(ranker, 0, None)
        found = ranker.filters
        assert (found.known, found.complete is None) == ((None, False) if filters else (7, True))


@pytest.mark.parametrize(
    ("moved", "expected"),
    [
        ([], "কখগঘ"),
        ([Row("গ", 9.0, 9.0)], "গকখঘ"),
        ([Row("গ", 2.5, 2.5), Row("ঘ", 1.5, 1.5)], "কগখঘ"),
        ([Row("গ", 2.0, 2.0)], "কখগঘ"),
        ([Row("ঘ", 3.0, 3.0)], "কঘখগ"),
        ([Row("ঘ", 0.5, 0.5)], "কখগঘ"),
        ([Row("চ", 9.0, 9.0)], "কখগঘ"),
    ],
    ids=str,
)
def test_a_list_of_everything_has_each_article_once_in_its_place(
    monkeypatch: pytest.MonkeyPatch, moved: list[Row], expected: str
) -> None:
    """Each article is listed once, including those that rescoring moves up; deleted ones are left out."""
    scores = {"ক": 3.0, "খ": 2.0, "গ": 1.0, "ঘ": 0.1}
    ranker = SimpleNamespace(moved=lambda *_: moved, ordered=lambda *_: ({}, []))
    monkeypatch.setattr(module, "ClusterRanker", lambda *_: ranker)
    found = [
        {"_source": {"article": stored_values(Article(name, name))}, "sort": [scores[name]]}
        for name in scores
    ]
    monkeypatch.setattr(module, "scan", lambda *_, **__: iter(found))
    answering = answering_of()
    state: Any = answering._state
    state.asker = SimpleNamespace(cluster=None, index="")
    state.articles = lambda names, _budget: {name: Article(name, name) for name in names if name in scores}
    query = parse("নদী").query
    assert query is not None
    assert "".join(article.id for article in answering._every(query)) == expected
