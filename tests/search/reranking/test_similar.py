"""Articles on the same subject as one of them."""

from collections.abc import Iterator

import pytest

from onneshon.index import Article
from onneshon.index.errors import ArticleNotFoundError
from onneshon.search import Engine
from onneshon.search.reranking.grouping import _weightiest

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
    """Over these articles."""
    with Engine.of(ARTICLES) as opened:
        yield opened


def ids(engine: Engine, article_id: str, limit: int = 5) -> list[str]:
    """Of the similar ones."""
    return [hit.article.id for hit in engine.similar(article_id, limit=limit)]


def test_articles_of_one_subject_are_similar(engine: Engine) -> None:
    """Those of the other are not, or come after."""
    assert ids(engine, "নদী-3")[0] in {"নদী-1", "নদী-1-আবার"}
    assert ids(engine, "নদী-2")[0] in {"নদী-1", "নদী-1-আবার"}
    assert ids(engine, "খেলা-1")[0] == "খেলা-2"


def test_neither_the_article_nor_its_double_is_similar(engine: Engine) -> None:
    """A reader who is done with one wants another."""
    found = ids(engine, "নদী-1")
    assert "নদী-1" not in found
    assert "নদী-1-আবার" not in found
    assert "নদী-2" in found


class Holding:
    """An index of so many articles, of which so many hold each word.

    Args:
        count: of articles.
        holding: any word.
    """

    def __init__(self, count: int, holding: int) -> None:
        self.count, self._holding = count, holding

    def document_frequency(self, _field: str, _term: str, /) -> int:
        """The same of all."""
        return self._holding


@pytest.mark.parametrize(
    ("count", "holding", "tells"),
    [(100, 1, False), (100, 2, True), (100, 20, True), (100, 21, False), (20, 10, True), (20, 11, False)],
)
def test_a_word_tells_of_a_subject_where_some_articles_have_it(
    count: int, holding: int, *, tells: bool
) -> None:
    """Not this one alone, and no more than a fifth of all, or ten of few."""
    assert bool(_weightiest(ARTICLES[0], Holding(count, holding))) is tells


def test_scores_fall(engine: Engine) -> None:
    """The most similar comes first, and no more come than were asked for."""
    found = engine.similar("নদী-3")
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    assert len(engine.similar("নদী-3", limit=1)) == 1
    assert engine.similar("নদী-3", limit=0) == []


def test_an_article_that_says_nothing_is_like_none(engine: Engine) -> None:
    """Function words tell nothing of a subject."""
    assert engine.similar("খালি") == []


def test_an_article_that_is_not_there_is_an_error(engine: Engine) -> None:
    """As it is elsewhere."""
    with pytest.raises(ArticleNotFoundError):
        engine.similar("নেই")
