"""Which texts of a page are asked for."""

from types import SimpleNamespace
from typing import Any

import pytest

from onneshon.opensearch.searching import searcher
from onneshon.opensearch.searching.dsl import Dsl
from onneshon.opensearch.searching.hit_words import Hit
from onneshon.opensearch.searching.replies import Reply
from onneshon.opensearch.searching.rows import Row
from onneshon.opensearch.searching.shown import ShownArticles
from onneshon.search.retrieval.budget import TimeBudget

WORDS: Any = SimpleNamespace(named=[], columns={"script_fields": {}}, window=lambda _hits: None)


def _hit(name: str, write: int, index: str = "news-000001") -> Hit:
    return {"_index": index, "_primary_term": 1, "_seq_no": write, "fields": {"id": [name]}}


class Articles:
    """In place of what asks a cluster: has the text of some articles, and notes whose are asked for.

    Attributes:
        asked: the ids of each request.
        told: whether it asked for words of the articles too.
    """

    def __init__(self, **texts: str) -> None:
        self.texts = texts
        self.write = 1
        self.asked: list[list[str]] = []
        self.told: list[bool] = []

    def search_each(self, bodies: list[Dsl], _budget: TimeBudget) -> list[Reply]:
        """As an ``Asker`` answers."""
        [body] = bodies
        names = body["query"]["bool"]["filter"][0]["terms"]["id"]
        self.asked.append(names)
        self.told.append("script_fields" in body)
        found = [
            {**_hit(name, self.write), "_source": {"article": {"id": name, "body": self.texts[name]}}}
            for name in names
            if name in self.texts
        ]
        return [Reply(found, 0, 0.0, {})]


def _shown(state: Any, *hits: Hit) -> list[str]:
    rows = [Row(hit["fields"]["id"][0], 1.0, 1.0, hit=hit) for hit in hits]
    shown = ShownArticles(state, rows, WORDS, TimeBudget())
    return [shown.article(doc).body for doc in range(len(shown.ids))]


def _state(articles: Articles) -> Any:
    return SimpleNamespace(asker=articles, texts=searcher.text_cache())


def test_a_text_that_was_shown_is_not_asked_for_again() -> None:
    """Only those beside it that were not; a page of known ones asks for nothing."""
    articles = Articles(ক="নদী", খ="মেলা")
    state = _state(articles)
    assert _shown(state, _hit("ক", 1)) == ["নদী"]
    assert _shown(state, _hit("খ", 1), _hit("ক", 1)) == ["মেলা", "নদী"]
    assert _shown(state, _hit("ক", 1), _hit("খ", 1)) == ["নদী", "মেলা"]
    assert articles.asked == [["ক"], ["খ"]]


def test_a_text_of_another_version_is_asked_for() -> None:
    """Its words are those that the ranking told."""
    articles = Articles(ক="নদী")
    state = _state(articles)
    _shown(state, _hit("ক", 1))
    articles.texts["ক"], articles.write = "চর", 2
    assert _shown(state, _hit("ক", 2)) == ["চর"]
    assert articles.told == [False, False]


@pytest.mark.parametrize("index", ["news-000001", "news-000001-0001"])
def test_of_what_changed_since_it_was_found_the_words_are_asked_for_too(index: str) -> None:
    """The text is another one then, or in another index; that of the others is asked for once."""
    articles = Articles(ক="চর", খ="মেলা")
    articles.write = 2
    assert _shown(_state(articles), _hit("খ", 2), _hit("ক", 1, index)) == ["মেলা", "চর"]
    assert articles.asked == [["খ", "ক"], ["ক"]]
    assert articles.told == [False, True]


def test_an_article_that_went_away_meanwhile_is_not_shown() -> None:
    """The others are."""
    assert _shown(_state(Articles(খ="মেলা")), _hit("ক", 1), _hit("খ", 1)) == ["মেলা"]


def test_texts_are_remembered_within_some_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was longest not shown is forgotten first; a text that takes more than all of them is not kept."""
    monkeypatch.setattr(searcher, "TEXTS_BYTES", 2_000)
    articles = Articles(ক="নদী" * 100, খ="মেলা" * 100, গ="চর" * 200, ঘ="ভাষা" * 1_000)
    state = _state(articles)
    for name in "কখকগকখঘঘ":
        _shown(state, _hit(name, 1))
    assert articles.asked == [["ক"], ["খ"], ["গ"], ["খ"], ["ঘ"], ["ঘ"]]
