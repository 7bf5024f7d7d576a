"""What an engine answers besides searches: ranks, values, explanations, similar articles, previews."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from onneshon.index import Article, build
from onneshon.search import (
    ArticleNotFoundError,
    Engine,
    Pin,
    QueryError,
    ResultPage,
    SearchRequest,
)

ARTICLES = [
    Article("পদ্মা", "পদ্মা নদীর ভাঙন", "পদ্মা নদীর ভাঙনে ঘর গেল চরের মানুষের।", category="পরিবেশ"),
    Article("যমুনা", "যমুনা নদীর ভাঙন", "যমুনা নদীর ভাঙনে চরের মানুষ ঘর হারাল।", category="পরিবেশ"),
    Article("মেঘনা", "মেঘনার ইলিশ", "মেঘনা নদীতে ইলিশ ধরা পড়ছে।", category="মাছ"),
    Article("মাঝি", "গাঙের গান", "গাঙে মাঝি গান গায়।", category="গান"),
    Article("দল", "ক্রিকেট", "বিশ্বকাপের মাঠে জয়।", category="খেলা"),
]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """An engine over a few news articles."""
    with Engine.of(ARTICLES) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "limit", "found"),
    [("নদী", 2, 2), ("নদী", 9, 3), ("নদী", 1, 1), ("নদী", 0, 0), (" ", 9, 0), ("।", 0, 0)],
)
def test_as_many_are_ranked_as_are_asked_for_and_found(
    engine: Engine, text: str, limit: int, found: int
) -> None:
    """``rank`` returns as many hits as are asked for and found; for an empty query, none."""
    hits = engine.search(text, limit=found).hits
    assert engine.rank(text, limit=limit) == [(hit.id, hit.score) for hit in hits]
    assert len(hits) == found


def test_values_of_a_field_are_reported_and_of_one_that_differs_everywhere_none(engine: Engine) -> None:
    """The most frequent value is first; dates and ids have no list, and an unknown field is an error."""
    assert engine.values("category") == ["পরিবেশ", "খেলা", "গান", "মাছ"]
    assert engine.values("date") == engine.values("id") == []
    with pytest.raises(QueryError, match="রং"):
        engine.values("রং")


@pytest.mark.parametrize(
    ("text", "article", "parts"),
    [("নদী", "দল", ["missing"]), (" ", "পদ্মা", []), ("নদী -ভাঙন", "পদ্মা", ["excluded"])],
)
def test_what_does_not_match_has_no_score_and_the_reason(
    engine: Engine, text: str, article: str, parts: list[str]
) -> None:
    """An article that does not match scores 0 with the reason; a match has the score that ``rank`` gives."""
    found = engine.explain(text, article)
    assert (found.score, [part.kind for part in found.parts]) == (0.0, parts)
    ((best, score),) = engine.rank("ইলিশ")
    assert engine.explain("ইলিশ", best).score == pytest.approx(score)
    with pytest.raises(ArticleNotFoundError):
        engine.explain(text, "নেই")


def test_articles_on_a_subject_are_reported_with_how_near_they_are(engine: Engine) -> None:
    """The nearest article is first; each comes with all its fields and a score."""
    found = engine.similar("পদ্মা")
    assert [similar.article for similar in found] == [ARTICLES[1], ARTICLES[2]]
    assert found[0].score > found[1].score > 0
    assert engine.similar("পদ্মা", limit=1) == found[:1]


@pytest.mark.parametrize(
    ("options", "nearest"),
    [
        ({"category": "পরিবেষ"}, {"পরিবেষ": ("পরিবেশ",)}),
        ({"category": ["মাছ", "গাণ"]}, {"গাণ": ("গান",)}),
        ({"category": "মাছ"}, {}),
        ({}, {}),
    ],
    ids=["one", "one of two", "a known one", "none"],
)
def test_a_filter_by_a_value_of_no_article_names_the_nearest(
    engine: Engine, options: dict[str, str | list[str]], nearest: dict[str, tuple[str, ...]]
) -> None:
    """The nearest value is named for a filter in the options and in the query alike."""
    found = engine.search("নদী", **options).unknown  # type: ignore[arg-type]
    assert {value.value: value.nearest for value in found} == nearest
    (value,) = engine.search("নদী category:পরিবেষ").unknown
    assert value.nearest == ("পরিবেশ",)


def test_a_page_as_if_the_site_said_otherwise_changes_nothing(engine: Engine) -> None:
    """``as_if`` applies other pins or synonyms to one page, and leaves the engine as it is."""
    plain = [hit.id for hit in engine.search("নদী")]
    for _ in range(2):
        assert [hit.id for hit in engine.as_if("নদী", pins=[Pin(("নদী",), first=("দল",))])] == ["দল", *plain]
        assert "মাঝি" in [hit.id for hit in engine.as_if("নদী", synonyms="নদী, গাঙ")]
        assert [hit.id for hit in engine.as_if("নদী")] == plain == [hit.id for hit in engine.search("নদী")]
    assert engine.as_if("", pins=[Pin(("নদী",), first=("দল",))]).total == 0


@pytest.mark.parametrize(
    ("request_", "finished"),
    [
        (SearchRequest("ভাঙ", unfinished=True), True),
        (SearchRequest("ভাঙ"), False),
        (SearchRequest("ভাঙ", unfinished=True, literal=True), False),
    ],
)
def test_what_is_said_to_be_unfinished_is_searched_as_what_it_begins(
    engine: Engine, request_: SearchRequest, finished: bool
) -> None:
    """An unfinished word is searched for as its completion, unless each word is meant literally."""
    page = engine.search(request_)
    assert ([hit.id for hit in page], page.query) == ((["পদ্মা", "যমুনা"], "ভাঙন") if finished else ([], "ভাঙ"))


def test_suggestions_go_on_from_what_is_typed(engine: Engine) -> None:
    """Suggestions come with document frequencies, at most as many as ``limit``."""
    assert [(row.text, row.count) for row in engine.suggest("নদ")] == [("নদীর", 3)]
    assert engine.suggest("নদ", limit=0) == []
    ((word, articles),) = [(word.typed, word.articles) for word in engine.understand("নদী")]
    assert (word, articles) == ("নদী", 3)


@pytest.mark.parametrize("ask", [Engine.suggest, Engine.similar, Engine.rank])
def test_fewer_answers_than_none_cannot_be_asked_for(engine: Engine, ask: Callable[..., object]) -> None:
    """As for a search, the error names the limit and its bound."""
    with pytest.raises(QueryError, match="limit is a whole number, 0 or more") as caught:
        ask(engine, "নদী", limit=-1)
    assert caught.value.parameter == "limit"


def test_what_decides_answers_differs_where_articles_or_synonyms_do(tmp_path: Path) -> None:
    """``edition`` is the same wherever the same files are opened."""
    build(ARTICLES, tmp_path / "index")
    editions = []
    for _ in range(2):
        with Engine.open(tmp_path / "index") as engine:
            editions.append(engine.edition)
    (tmp_path / "index" / "synonyms.txt").write_text("নদী, গাঙ\n", "utf-8")
    with Engine.open(tmp_path / "index") as engine:
        editions.append(engine.edition)
    build(ARTICLES[:-1], tmp_path / "index")
    with Engine.open(tmp_path / "index") as engine:
        editions.append(engine.edition)
    assert editions[0] == editions[1]
    assert len({*editions}) == 3


def test_what_changed_is_reported_since_the_first_article_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One article's changes can be asked for too; an id that never existed has no changes."""
    monkeypatch.setattr("time.time", lambda: 1_000_000)
    build(ARTICLES, tmp_path / "index")
    with Engine.open(tmp_path / "index") as engine:
        first = engine.first_change
        assert first >= 1_000_000
        found = engine.changes(first, first)
        assert {change.article_id: change.article for change in found.changes} == {
            article.id: article for article in ARTICLES
        }
        some = engine.changes(first, first, limit=2)
        assert (some.changes, some.left) == (found.changes[:2], 5)
        assert engine.changes(0, first - 1).left == engine.changes(first + 1, 2**32 - 1).left == 0
        assert engine.change("মাঝি") == engine.changes(first, first, category="গান").changes[0]
        assert engine.change("নেই") is None


def test_of_several_searches_one_that_is_refused_hinders_no_other(engine: Engine) -> None:
    """The place of the refused search has the error that it would raise by itself."""
    found, wrong = engine.multi_search(["ইলিশ", "নদী " * 400])
    assert isinstance(found, ResultPage)
    assert isinstance(wrong, QueryError)
    with pytest.raises(QueryError) as raised:
        engine.search("নদী " * 400)
    assert str(raised.value) == str(wrong)
