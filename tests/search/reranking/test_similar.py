"""Articles on the same subject as a given one."""

from collections.abc import Iterator, Mapping

import numpy as np
import pytest

from onneshon.index import Article
from onneshon.index.errors import ArticleNotFoundError
from onneshon.search import Engine
from onneshon.search.query.tree import Any, Boost, Query, Term
from onneshon.search.reranking.grouping import (
    MOST_SIMILAR,
    READ,
    TITLE,
    Ranking,
    Words,
    _weightiest,
    similar_articles,
)
from onneshon.search.reranking.ranker import Outcome

RIVER = "পদ্মা নদীর চরে পলি জমে মাঝিরা নৌকা ভাসায় জেলেরা ইলিশ ধরে বর্ষায় ভাঙন লাগে পাড়ের মানুষ ঘর সরায়"
CRICKET = "ক্রিকেট ম্যাচে ব্যাটসম্যান ছক্কা মারেন বোলার উইকেট পান দর্শক গ্যালারিতে উল্লাস করে অধিনায়ক ট্রফি তোলেন"
ARTICLES = [
    Article("নদী-1", "পদ্মার চর", RIVER),
    Article("নদী-2", "ইলিশের মৌসুম", "জেলেরা পদ্মা নদীতে নৌকা নিয়ে ইলিশ ধরতে যায় বর্ষায় মাঝিরা গান গায়"),
    Article("নদী-3", "ভাঙন", "পাড়ের মানুষ ভাঙন দেখে ঘর সরায় পলি জমে নতুন চর জাগে"),
    Article("নদী-1-আবার", "পদ্মার চর আবার", RIVER),
    Article("খেলা-1", "ট্রফি", CRICKET),
    Article("খেলা-2", "ছক্কা", "বোলার বল করেন ব্যাটসম্যান ছক্কা মারেন দর্শক উল্লাস করে ক্রিকেট জমে"),
    Article("খালি", "", "ও"),
]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """An engine over the articles of this module."""
    with Engine.of(ARTICLES) as opened:
        yield opened


def ids(engine: Engine, article_id: str, limit: int = 5) -> list[str]:
    """The ids of the articles similar to one."""
    return [hit.article.id for hit in engine.similar(article_id, limit=limit)]


def test_articles_of_one_subject_are_similar(engine: Engine) -> None:
    """Articles of another subject are not similar, or come later."""
    assert ids(engine, "নদী-3")[0] in {"নদী-1", "নদী-1-আবার"}
    assert ids(engine, "নদী-2")[0] in {"নদী-1", "নদী-1-আবার"}
    assert ids(engine, "খেলা-1")[0] == "খেলা-2"


def test_neither_the_article_nor_its_double_is_similar(engine: Engine) -> None:
    """A reader who has read one does not want it again."""
    found = ids(engine, "নদী-1")
    assert "নদী-1" not in found
    assert "নদী-1-আবার" not in found
    assert "নদী-2" in found


class Holding:
    """An index in which every word has the same document frequency.

    Args:
        count: the number of articles.
        holding: the document frequency.
    """

    def __init__(self, count: int, holding: int) -> None:
        self.count, self._holding = count, holding

    def document_frequency(self, _field: str, _term: str, /) -> int:
        """The same for all words."""
        return self._holding


@pytest.mark.parametrize(
    ("count", "holding", "tells"),
    [(100, 1, False), (100, 2, True), (100, 20, True), (100, 21, False), (20, 10, True), (20, 11, False)],
)
def test_a_word_tells_of_a_subject_where_some_articles_have_it(
    count: int, holding: int, *, tells: bool
) -> None:
    """At least one other article must have it, and at most a fifth of all, or ten if articles are few."""
    assert bool(_weightiest(ARTICLES[0], Holding(count, holding))) is tells


class Counted:
    """An index of a hundred articles with a document frequency for each stem.

    Args:
        holding: the document frequencies that are not ten, by stem.
    """

    def __init__(self, holding: Mapping[str, int]) -> None:
        self.count, self._holding = 100, holding

    def document_frequency(self, _field: str, term: str, /) -> int:
        """The document frequency of a stem."""
        return self._holding.get(term, 10)


class Asked:
    """An index that finds at least fifty articles and records the queries."""

    def __init__(self) -> None:
        self.queries: list[Query] = []

    def best(self, query: Query, k: int) -> Ranking:
        """Return ``k`` articles, none a near-duplicate of another."""
        self.queries.append(query)
        ids = [f"নদী-{at}" for at in range(k)]
        found = Outcome(np.arange(k, dtype=np.uint32), np.arange(k, 0, -1).astype(np.float64), ids)
        return found, np.zeros(k, np.uint64)


def words_of(article: Article, words: Words) -> dict[str, float]:
    """The words by which articles similar to one are searched for, each with its boost, heaviest first."""
    asked = Asked()
    similar_articles(article, words, 1, asked.best)
    (query,) = asked.queries
    assert isinstance(query, Any)
    boosts = [child for child in query.children if isinstance(child, Boost)]
    return {boost.child.text: boost.factor for boost in boosts if isinstance(boost.child, Term)}


@pytest.mark.parametrize(
    ("title", "body", "holding", "expected"),
    [
        ("", "পদ্মা মেঘনা মেঘনা", {}, ["মেঘনা", "পদ্মা"]),
        ("", "পদ্মা মেঘনা", {"মেঘনা": 5}, ["মেঘনা", "পদ্মা"]),
        ("", "পদ্মা " + "মেঘনা " * 10, {"মেঘনা": 20}, ["মেঘনা", "পদ্মা"]),
        ("মেঘনা", "পদ্মা " * (TITLE - 1), {}, ["মেঘনা", "পদ্মা"]),
        ("", "মেঘনা পদ্মা তিস্তা", {}, ["তিস্তা", "পদ্মা", "মেঘনা"]),
    ],
    ids=["often", "rare", "often though less rare", "title", "equal in the order of letters"],
)
def test_the_weightiest_words_of_an_article_come_first(
    title: str, body: str, holding: Mapping[str, int], expected: list[str]
) -> None:
    """The weight of a word grows with its frequency in the article and falls with its document frequency."""
    assert [*words_of(Article("x", title, body), Counted(holding))] == expected


def test_a_word_is_worth_the_more_the_oftener_an_article_has_it_up_to_a_bound() -> None:
    """One occurrence in the title counts as ``TITLE`` occurrences in the body."""
    found = words_of(Article("x", "তিস্তা", f"পদ্মা {'মেঘনা ' * 99} {'যমুনা ' * TITLE}"), Counted({}))
    assert 0 < found["পদ্মা"] < found["যমুনা"] < found["মেঘনা"] < 1
    assert found["তিস্তা"] == found["যমুনা"]


def test_the_end_of_a_long_article_is_not_read() -> None:
    """Later parts of an article mostly repeat its subject."""
    assert [*words_of(Article("x", "", "পদ্মা ".ljust(READ) + "মেঘনা"), Counted({}))] == ["পদ্মা"]


@pytest.mark.parametrize(("limit", "count"), [(1, 1), (7, 7), (10 * MOST_SIMILAR, MOST_SIMILAR)])
def test_no_more_are_reported_than_anybody_reads(limit: int, count: int) -> None:
    """At most ``limit`` are returned, and at most the maximum that readers use."""
    assert len(similar_articles(ARTICLES[0], Counted({}), limit, Asked().best)) == count


@pytest.mark.parametrize(("article", "limit"), [(ARTICLES[0], 0), (ARTICLES[0], -1), (ARTICLES[-1], 5)])
def test_nothing_is_looked_for_where_nothing_can_be_found(article: Article, limit: int) -> None:
    """Without usable words, or for a limit of zero, no query is run."""
    asked = Asked()
    assert similar_articles(article, Counted({}), limit, asked.best) == []
    assert not asked.queries


def test_similar_articles_come_best_first_and_no_more_than_asked_for(engine: Engine) -> None:
    """The most similar comes first, and no more come than were asked for."""
    found = engine.similar("নদী-3")
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    assert len(engine.similar("নদী-3", limit=1)) == 1
    assert engine.similar("নদী-3", limit=0) == []


def test_an_article_that_says_nothing_is_like_none(engine: Engine) -> None:
    """Function words say nothing about a subject."""
    assert engine.similar("খালি") == []


def test_an_article_that_is_not_there_is_an_error(engine: Engine) -> None:
    """An unknown id raises the error of the other methods."""
    with pytest.raises(ArticleNotFoundError):
        engine.similar("নেই")
