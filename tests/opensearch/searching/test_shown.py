"""Which texts of a page are requested."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from onneshon.opensearch.searching import searcher
from onneshon.opensearch.searching.asking import Reply
from onneshon.opensearch.searching.dsl import Dsl
from onneshon.opensearch.searching.hit_words import Hit
from onneshon.opensearch.searching.hits import ShownArticles
from onneshon.opensearch.searching.prepared import Row
from onneshon.search.retrieval.budget import TimeBudget

WORDS: Any = SimpleNamespace(named=[], columns={"script_fields": {}}, window=lambda _hits: None)
FIRST, NEWER = "news-000001", "news-000001-0001"


def _hit(name: str, write: int, index: str = FIRST) -> Hit:
    return {"_index": index, "_primary_term": 1, "_seq_no": write, "fields": {"id": [name]}}


class Articles:
    """Stands in for an ``Asker``: has the texts of some articles, and records requests.

    Attributes:
        asked: the ids of each request by id.
        searched: the ids of each search, which also returns words.
        partial: whether a shard does not answer.
    """

    def __init__(self, **texts: str) -> None:
        self.texts = texts
        self.write = 1
        self.partial = False
        self.asked: list[list[str]] = []
        self.searched: list[list[str]] = []

    def index_of(self, hit: Hit) -> str:
        """Like an ``Asker`` of a generation that was rolled over."""
        return str(hit["_index"])

    def by_ids(self, names: Mapping[str, list[str]], _budget: TimeBudget) -> list[Reply]:
        """Like ``Asker.by_ids``."""
        self.asked += names.values()
        return [self._reply(ids if index == FIRST else [], by_id=True) for index, ids in names.items()]

    def search_each(self, bodies: list[Dsl], _budget: TimeBudget) -> list[Reply]:
        """Like ``Asker.search_each``."""
        [body] = bodies
        names = body["query"]["bool"]["filter"][0]["terms"]["id"]
        self.searched.append(names)
        assert "script_fields" in body
        return [self._reply(names)]

    def _reply(self, names: list[str], *, by_id: bool = False) -> Reply:
        found = [
            {**_hit(name, self.write), "_source": {"article": {"id": name, "body": text}} if text else {}}
            for name in names
            if (text := self.texts.get(name)) is not None and (text or by_id)
        ]
        return Reply(found, 0, {}, self.partial)


def _shown(state: Any, *hits: Hit) -> list[str]:
    rows = [Row(hit["fields"]["id"][0], 1.0, 1.0, hit=hit) for hit in hits]
    shown = ShownArticles(state, rows, WORDS, TimeBudget())
    return [shown.article(doc).body for doc in range(len(shown.ids))]


def _state(articles: Articles) -> Any:
    return SimpleNamespace(asker=articles, texts=searcher.text_cache())


def test_a_text_that_was_shown_is_not_asked_for_again() -> None:
    """Only unknown texts of a page are requested; a page of known ones causes no request."""
    articles = Articles(ক="নদী", খ="মেলা")
    state = _state(articles)
    assert _shown(state, _hit("ক", 1)) == ["নদী"]
    assert _shown(state, _hit("খ", 1), _hit("ক", 1)) == ["মেলা", "নদী"]
    assert _shown(state, _hit("ক", 1), _hit("খ", 1)) == ["নদী", "মেলা"]
    assert articles.asked == [["ক"], ["খ"]]


def test_a_text_of_another_version_is_asked_for() -> None:
    """A text must be of the version whose words the ranking gave."""
    articles = Articles(ক="নদী")
    state = _state(articles)
    _shown(state, _hit("ক", 1))
    articles.texts["ক"], articles.write = "চর", 2
    assert _shown(state, _hit("ক", 2)) == ["চর"]
    assert (articles.asked, articles.searched) == ([["ক"], ["ক"]], [])


@pytest.mark.parametrize(("index", "asked"), [(FIRST, [["খ", "ক"]]), (NEWER, [["খ"], ["ক"]])])
def test_what_changed_since_it_was_found_is_searched_for_with_its_words(
    index: str, asked: list[list[str]]
) -> None:
    """An article that changed, or moved to another index, is searched again; others are read once."""
    articles = Articles(ক="চর", খ="মেলা")
    articles.write = 2
    assert _shown(_state(articles), _hit("খ", 2), _hit("ক", 1, index)) == ["মেলা", "চর"]
    assert (articles.asked, articles.searched) == (asked, [["ক"]])


@pytest.mark.parametrize("left", [{}, {"ক": ""}], ids=["nothing", "its id"])
def test_an_article_that_went_away_meanwhile_is_not_shown(left: dict[str, str]) -> None:
    """Other articles are shown; a deleted one may leave a document without an article."""
    articles = Articles(খ="মেলা", **left)
    assert _shown(_state(articles), _hit("ক", 1), _hit("খ", 1)) == ["মেলা"]


def test_where_a_part_does_not_answer_its_articles_are_not_asked_for_again() -> None:
    """The request was already retried; the page is partial, and shows the others."""
    articles = Articles(খ="মেলা")
    articles.partial = True
    assert _shown(_state(articles), _hit("ক", 1), _hit("খ", 1)) == ["মেলা"]
    assert articles.searched == []


def test_texts_are_remembered_within_some_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The least recently shown texts are evicted; a text larger than the cache is not cached."""
    monkeypatch.setattr(searcher, "TEXTS_BYTES", 2_000)
    articles = Articles(ক="নদী" * 100, খ="মেলা" * 100, গ="চর" * 200, ঘ="ভাষা" * 1_000)
    state = _state(articles)
    for name in "কখকগকখঘঘ":
        _shown(state, _hit(name, 1))
    assert articles.asked == [["ক"], ["খ"], ["গ"], ["খ"], ["ঘ"], ["ঘ"]]
