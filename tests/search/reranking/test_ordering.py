"""The orders of hits, checked against sorting by hand."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index import Article
from onneshon.search.query.conditions import Condition
from onneshon.search.reranking import ranker
from onneshon.search.reranking.ranker import OLDEST_SHARE, Order, Ordered, Orderer, Ranker, age_shares
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.executor import Collector, Executor
from tests.fakes import article, collection_of, reader_of
from tests.search.queries import query_of

FIRST_DAY = dt.date(2020, 1, 1)
NO_CONDITIONS: tuple[Condition, ...] = ()


def dated(*days: int | None, body: str = "নদী মেলা") -> list[Article]:
    """Articles a, b, c … dated the given numbers of days after ``FIRST_DAY``; None for one without a date."""
    return [
        article(chr(ord("a") + n), body, date=None if day is None else FIRST_DAY + dt.timedelta(day))
        for n, day in enumerate(days)
    ]


class Corpus:
    """Articles in memory with the parts that find and order them."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self.collection = collection_of(reader_of(list(articles)))
        self.orderer = Orderer(Ranker(Executor(self.collection)))

    def all(self, order: Order, text: str = "নদী") -> list[str]:
        """The ids of all articles that match, in order."""
        found = self.orderer.all(query_of(text), TimeBudget(), NO_CONDITIONS, order)
        return self.collection.ids(found.docs)

    def first(self, k: int, order: Order, text: str = "নদী") -> list[str]:
        """The ids of the first ``k`` articles."""
        found = self.orderer.first(query_of(text), Collector(k), TimeBudget(), order)
        return self.collection.ids(found.docs)


def test_days_go_down_or_up_and_unknown_ones_come_last() -> None:
    """Articles of equal days are in the order of ids."""
    corpus = Corpus(dated(3, None, 5, 3, 1))
    assert corpus.all(Order("newest")) == ["c", "a", "d", "e", "b"]
    assert corpus.all(Order("oldest")) == ["e", "a", "d", "c", "b"]


@pytest.mark.parametrize("by", ["newest", "oldest"])
@given(st.lists(st.none() | st.integers(0, 9), min_size=1, max_size=20), st.integers(1, 25))
def test_the_first_of_an_order_are_the_first_of_all(by: str, days: list[int | None], k: int) -> None:
    """The first ``k`` of an order are the first ``k`` of the whole, for any ``k``."""
    corpus = Corpus(dated(*days))
    assert corpus.first(k, Order(by)) == corpus.all(Order(by))[:k]


def test_the_first_of_an_order_have_the_scores_of_their_words() -> None:
    """Hits in any order keep their scores by relevance; all matches are counted."""
    corpus = Corpus([*dated(1, 2, 3), article("x", "নদী নদী নদী", date=FIRST_DAY)])
    best = corpus.orderer.first(query_of("নদী"), Collector(9), TimeBudget(), Order())
    newest = corpus.orderer.first(query_of("নদী"), Collector(2), TimeBudget(), Order("newest"))
    scores = dict(zip(best.docs.tolist(), best.scores.tolist(), strict=True))
    assert newest.scores.tolist() == [scores[doc] for doc in newest.docs.tolist()]
    assert (best.total, newest.total, best.ids, newest.ids) == (4, 4, [], [])


def test_all_of_an_order_have_the_scores_of_their_words() -> None:
    """Each article keeps its own score."""
    corpus = Corpus([*dated(1, 2), article("x", "নদী নদী নদী", date=FIRST_DAY)])
    best = corpus.orderer.all(query_of("নদী"), TimeBudget(), NO_CONDITIONS, Order())
    oldest = corpus.orderer.all(query_of("নদী"), TimeBudget(), NO_CONDITIONS, Order("oldest"))
    assert corpus.collection.ids(oldest.docs) == ["x", "a", "b"]
    assert dict(zip(best.docs.tolist(), best.scores.tolist(), strict=True)) == dict(
        zip(oldest.docs.tolist(), oldest.scores.tolist(), strict=True)
    )


def test_which_match_is_reported_where_asked_for() -> None:
    """The matching documents are returned on demand, in any order."""
    corpus = Corpus([*dated(1, 2), article("x", "আকাশ")])
    for order in (Order(), Order("newest")):
        told, untold = (
            corpus.orderer.first(query_of("নদী"), Collector(1, matched=asked), TimeBudget(), order).matched
            for asked in (True, False)
        )
        assert told is not None
        assert untold is None


def test_ties_stand_in_the_order_of_ids_in_long_lists_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids are in order also where their ranks come from a table of all ids rather than from sorting."""
    articles = [article(name, "নদী") for name in ("c", "a", "d", "b")]
    few = Corpus(articles).all(Order("newest"))
    monkeypatch.setattr(ranker, "MANY", 3)
    assert Corpus(articles).all(Order("newest")) == few == ["a", "b", "c", "d"]


def test_a_younger_article_overtakes_a_better_one() -> None:
    """Freshness decides with a short half-life; with a long one or none, it does not."""
    young = article("z", "নদী মেলা", date=dt.date(2021, 1, 1))
    corpus = Corpus([*dated(0, body="নদী নদী নদী"), young])
    assert corpus.all(Order()) == ["a", "z"]
    assert corpus.all(Order(half_life=30.0)) == ["z", "a"]
    assert corpus.first(1, Order(half_life=30.0)) == ["z"]
    assert corpus.all(Order(half_life=100_000.0)) == ["a", "z"]


def test_of_an_old_article_so_little_is_left_that_any_younger_one_overtakes_it() -> None:
    """The older article loses although it has the words as often and as early as possible."""
    old = article("a", "নদী নদী নদী", title="নদী", date=FIRST_DAY)
    young = article("z", f"{'আকাশ ' * 30}নদী", date=FIRST_DAY + dt.timedelta(99))
    corpus = Corpus([old, young, *(article(f"x{at}", "বই", date=FIRST_DAY) for at in range(30))])
    best = corpus.orderer.first(query_of("নদী"), Collector(2), TimeBudget(), Order())
    assert best.scores[0] > best.scores[1] + 1
    assert corpus.all(Order(half_life=9.0)) == ["z", "a"]


def test_an_unknown_day_is_as_old_as_the_oldest() -> None:
    """An unknown date is neither the youngest nor older than all."""
    corpus = Corpus(dated(None, 0, 9))
    assert corpus.all(Order(half_life=5.0)) == ["c", "a", "b"]
    without = Corpus(dated(None, None))
    assert without.all(Order(half_life=5.0)) == ["a", "b"]


def test_age_halves_a_score_again_and_again() -> None:
    """The share has a lower bound, so that the oldest articles keep their order."""
    ages = np.array([0.0, 10.0, 20.0, 1e6])
    assert age_shares(ages, 10.0).tolist() == [1.0, 0.5, 0.25, OLDEST_SHARE]


def test_numbers_go_down_or_up_and_missing_ones_come_last() -> None:
    """The number is a site's field; equal numbers are in the order of ids."""
    rows = {"a": ["5"], "b": [], "c": ["12"], "d": ["5"], "e": ["-1"]}
    corpus = Corpus([article(name, "নদী", views=views) for name, views in rows.items()])
    assert corpus.all(Order("views:desc")) == ["c", "a", "d", "e", "b"]
    assert corpus.all(Order("views:asc")) == ["e", "a", "d", "c", "b"]


@pytest.mark.parametrize(
    ("order", "plain"),
    [(Order(), True), (Order(half_life=7.0), False), (Order("newest"), False), (Order("views:asc"), False)],
)
def test_score_alone_decides_by_default(order: Order, plain: bool) -> None:
    """Under a plain order no more articles are ranked than are asked for."""
    assert order.is_plain is plain


def test_what_is_kept_says_how_much_it_is() -> None:
    """An ordering reports its hidden articles, and its size in bytes."""
    docs, scores = np.arange(3, dtype=np.uint32), np.ones(3)
    each = Ordered(docs, scores)
    some = Ordered(docs, scores, np.array([2, 0, 1], np.int64))
    assert (each.hidden, some.hidden) == (0, 3)
    assert some.nbytes - each.nbytes == 3 * 8
    assert each.nbytes >= docs.nbytes + scores.nbytes
