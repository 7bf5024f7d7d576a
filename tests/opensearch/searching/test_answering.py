"""Which articles of a ranking a page shows, on a cluster's answers; ``tests/contract`` tests a real one."""

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from onneshon.index import Article
from onneshon.opensearch.searching.answering import ClusterAnswering, _Found
from onneshon.opensearch.searching.asking import Reply
from onneshon.opensearch.searching.prepared import Filters, Ranked, Row, outcome_of
from onneshon.search.engine.answering import behind_page
from onneshon.search.query.field_values import FieldReading
from onneshon.search.query.parser import parse
from onneshon.search.request import SearchRequest
from onneshon.search.reranking.ranker import Order
from onneshon.search.results.values import Hit, ResultPage, Snippet
from onneshon.search.retrieval.budget import TimeBudget

ALIKE = 150
"""The number of best articles, which are all alike; later articles are not."""

ROWS = [
    Row(str(number), 1.0, 1.0, 1 if number < ALIKE else 0, hit={"id": str(number)})
    for number in range(ALIKE + 20)
]


class Ranker:
    """Stands in for a ranker; records the number of articles that each request wants."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self.asked: list[int] = []
        self.compiler = SimpleNamespace(concepts=lambda _query: [])

    def first(self, count: int, _order: Order, _filters: Filters) -> Ranked:
        """Like ``ClusterRanker.first``."""
        self.asked.append(count)
        return Ranked(self._rows[:count], Reply([], len(self._rows), {}))


def _page(rows: Sequence[Row], offset: int) -> tuple[list[str], list[int]]:
    """The ids of a page of ten, and the numbers of articles requested."""
    state: Any = SimpleNamespace(field_reading=FieldReading())
    ranker: Any = Ranker(rows)
    answering = ClusterAnswering(state, SearchRequest("নদী", offset=offset), parse("নদী"), TimeBudget())
    return [row.id for row in answering._hits(ranker, offset, None).rows], ranker.asked


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (0, ["0", *(str(number) for number in range(150, 159))]),
        (10, [str(number) for number in range(159, 169)]),
        (20, ["169"]),
        (30, []),
    ],
)
def test_a_page_by_number_leads_past_any_number_of_alike_articles(offset: int, expected: list[str]) -> None:
    """One further request gets more of the ranking, where too few articles of the first are shown."""
    found, asked = _page(ROWS, offset)
    assert (found, len(asked)) == (expected, 2)


def test_where_enough_is_shown_one_request_does() -> None:
    """One request suffices where enough articles are shown, or where no more match."""
    assert _page(ROWS[ALIKE:], 0)[1] == _page(ROWS[:50], 0)[1] == [100]


@pytest.mark.parametrize("bounded", [False, True])
def test_where_more_may_match_than_were_counted_a_cursor_leads_on(*, bounded: bool) -> None:
    """A page after the last counted article leads on where counting ended at a bound."""
    page = ResultPage(
        "নদী", (Hit(Article("1", "নদী", ""), 1.0, Snippet("নদী"), Snippet(""), {}),), 10_000, 9_999, 1, 1.0
    )
    shown = behind_page(replace(page, total_is_exact=not bounded))
    assert shown == (10_000 if bounded else None)


@pytest.mark.parametrize(
    ("complete", "total_all", "expected"),
    [
        (("155",), 1, 7),  # it is the seventh article shown
        (("149",), 1, 1),  # it is grouped behind the first
        (("155", "169"), 3, None),  # a third is further down
        ((), 0, 0),
    ],
)
def test_the_last_hit_with_every_word_is_looked_for_among_all_that_were_ranked(
    complete: Sequence[str], total_all: int, expected: int | None
) -> None:
    """Where fewer ranked articles have all words than there are in all, the last one is unknown."""
    state: Any = SimpleNamespace(field_reading=FieldReading())
    answering = ClusterAnswering(state, SearchRequest("নদী চর"), parse("নদী চর"), TimeBudget())
    ranker: Any = Ranker(ROWS)
    hits = answering._hits(ranker, 0, None)._replace(total_all=total_all)
    words: Any = SimpleNamespace(
        window=lambda _hits: None,
        held=lambda hits, _window, _docs: [np.array([hit["id"] in complete for hit in hits])],
    )
    shown: Any = SimpleNamespace()
    found = _Found(outcome_of([]), shown, hits=hits, words=words)
    article = Article("1", "নদী", "")
    page = ResultPage(
        "নদী চর",
        (Hit(article, 1.0, Snippet("নদী"), Snippet(""), {}, missing=("চর",)),),
        170,
        0,
        10,
        1.0,
        total_all=total_all,
    )
    query = parse("নদী চর").query
    assert query is not None
    assert answering._end_of_complete(query, page, found) == expected
