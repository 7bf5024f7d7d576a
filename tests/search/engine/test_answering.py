"""What a page has besides hits: facets that count what choosing a value would find, cursors, times."""

import datetime as dt
from dataclasses import replace
from itertools import count

import pytest

from onneshon.search import Engine, FieldFilter, SearchRequest
from onneshon.search.engine.answering import UnderstoodRequest
from onneshon.search.query.field_values import FieldReading
from onneshon.search.query.parser import Parsed
from tests.fakes import article, reader_of

QUERIES = ["নদী", "বাংলাদেশের নদী ও পরিবেশ রক্ষা", "ভাষা আন্দোলনের ইতিহাস ১৯৫২", "bangladesher itihas", "*"]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("chosen", [{}, {"since": "2020"}, {"category": "ইতিহাস"}], ids=str)
def test_a_count_is_what_choosing_the_value_finds(
    sample_engine: Engine, query: str, chosen: dict[str, str]
) -> None:
    """The count of a facet's value equals the total of a search with that value as a filter."""
    page = sample_engine.search(query, facets=["category", "year"], facet_limit=100, **chosen)  # type: ignore[arg-type]
    others = {name: value for name, value in chosen.items() if name != "category"}
    for value in page.facets["category"].values:
        found = sample_engine.search(query, limit=0, category=[value.value], **others)  # type: ignore[arg-type]
        assert found.total == value.count, value
    whole = sample_engine.search(query, facets=["category"], facet_limit=100, **others)  # type: ignore[arg-type]
    assert sample_engine.search(query, limit=0, **others).total == 0 or whole.facets["category"].values  # type: ignore[arg-type]
    assert page.facets["category"].values == whole.facets["category"].values


@pytest.mark.parametrize("sort", ["relevance", "newest"])
def test_each_page_counts_the_same_and_only_the_order_by_words_says_who_lacks_some(
    sample_engine: Engine, sort: str
) -> None:
    """By cursor and by number, pages have the same facets; ``lacking_from`` is known by relevance only."""
    request = SearchRequest("নদী পরিবেশ", limit=2, sort=sort, facets=("category",))
    first = sample_engine.search(request)
    assert first.cursor
    second = sample_engine.search(replace(request, cursor=first.cursor))
    assert [hit.id for hit in second] == [hit.id for hit in sample_engine.search(replace(request, offset=2))]
    assert first.facets == second.facets != {}
    everything = sample_engine.search(replace(request, limit=100))
    assert (everything.lacking_from is None) == (sort == "newest")
    rest = sample_engine.search(replace(request, limit=100, cursor=first.cursor))
    assert (rest.lacking_from is None) == (sort == "newest")


@pytest.mark.parametrize("text", ["নদী", " "])
def test_how_long_it_took_is_reported_in_thousandths_of_what_the_clock_says(text: str) -> None:
    """``took_ms`` is milliseconds by the engine's clock, also for an empty query."""
    with Engine(reader_of([article("1", "নদী")]), clock=count().__next__) as engine:
        took = engine.search(text).took_ms
    assert took > 0 == took % 1000


def test_a_filter_with_nothing_typed_finds_all_it_selects(sample_engine: Engine) -> None:
    """A filter without words finds all it selects, as ``*`` does; without a filter nothing is searched."""
    some = sample_engine.search("", category="ইতিহাস")
    assert some.total == sample_engine.search("*", category="ইতিহাস").total > 0
    assert sample_engine.search(" ").total == 0


@pytest.mark.parametrize("query", ["*", "lang:bn", "-নদী", "+lang:bn -নদী"])
def test_all_articles_have_every_word_of_a_query_without_words(sample_engine: Engine, query: str) -> None:
    """For a query that only selects, ``total_all`` is the total, on each page."""
    page = sample_engine.search(query, limit=3)
    assert page.total_all == page.total > 3
    following = sample_engine.search(query, limit=3, cursor=page.cursor)
    assert following.total_all == page.total
    some = sample_engine.search("", category="ইতিহাস")
    assert some.total_all == some.total > 0


@pytest.mark.parametrize(
    ("text", "filters", "differs"),
    [
        ("নদী date:গতকাল", (), True),
        ("নদী", (FieldFilter("date", ("২০২৪", "গতকাল")),), True),
        ("নদী", (FieldFilter("date", ("২০২৪",)),), False),
        ("নদী", (FieldFilter("category", ("গতকাল",)),), False),
        ("নদী গতকাল", (), False),
        ("নদী date:২০২৪", (), False),
    ],
)
def test_a_cursor_of_days_that_are_seen_from_today_holds_that_day(
    text: str, filters: tuple[FieldFilter, ...], differs: bool
) -> None:
    """A relative date is part of the cursor's identity: tomorrow it means other articles."""
    first, second = (
        UnderstoodRequest(
            SearchRequest(text, filters=filters),
            Parsed(None),
            FieldReading(today=lambda day=day: dt.date(2026, 3, day)),  # type: ignore[misc]
        ).identity
        for day in (11, 12)
    )
    assert (first != second) == differs


def test_a_page_is_full_however_many_say_nearly_the_same() -> None:
    """A page is full although there are more near-duplicates than are ranked for a page at first."""
    news = "পদ্মা নদীর ভাঙনে চরের মানুষের ঘর ও ধানের জমি গেল, নৌকায় করে তারা শহরে যাচ্ছে, "
    same = [article(f"একই-{at}", f"{news * 3} {at}", title="নদী নদী") for at in range(120)]
    rest = [article(f"আর-{at}", "নদী " + " ".join(f"কথা{at}{word}" for word in "কখগঘচছজ")) for at in range(12)]
    with Engine.of([*same, *rest]) as engine:
        page = engine.search("নদী", limit=10)
        assert len(page) == 10
        assert sum(hit.id.startswith("একই") for hit in page) == 1
        assert [hit.id for hit in page] == [hit.id for hit in engine.search("নদী", limit=50)][:10]
