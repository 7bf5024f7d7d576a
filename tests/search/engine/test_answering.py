"""What a request brings: facets count what choosing a value would find."""

import pytest

from onneshon.search import Engine

QUERIES = ["নদী", "বাংলাদেশের নদী ও পরিবেশ রক্ষা", "ভাষা আন্দোলনের ইতিহাস ১৯৫২", "bangladesher itihas", "*"]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("chosen", [{}, {"since": "2020"}, {"category": "ইতিহাস"}], ids=str)
def test_a_count_is_what_choosing_the_value_finds(
    sample_engine: Engine, query: str, chosen: dict[str, str]
) -> None:
    """Of several words too, of which an article must hold enough; with other filters in force or without."""
    page = sample_engine.search(query, facets=["category", "year"], facet_limit=100, **chosen)  # type: ignore[arg-type]
    others = {name: value for name, value in chosen.items() if name != "category"}
    for value in page.facets["category"].values:
        found = sample_engine.search(query, limit=0, category=[value.value], **others)  # type: ignore[arg-type]
        assert found.total == value.count, value


def test_a_filter_with_nothing_typed_finds_all_it_selects(sample_engine: Engine) -> None:
    """As the star does; without a filter nothing is asked."""
    some = sample_engine.search("", category="ইতিহাস")
    assert some.total == sample_engine.search("*", category="ইতিহাস").total > 0
    assert sample_engine.search(" ").total == 0


@pytest.mark.parametrize("query", ["*", "lang:bn", "-নদী", "+lang:bn -নদী"])
def test_all_articles_have_every_word_of_a_query_without_words(sample_engine: Engine, query: str) -> None:
    """Where a query only selects, none that is found lacks a word, page by page."""
    page = sample_engine.search(query, limit=3)
    assert page.total_all == page.total > 3
    following = sample_engine.search(query, limit=3, cursor=page.cursor)
    assert following.total_all == page.total
    some = sample_engine.search("", category="ইতিহাস")
    assert some.total_all == some.total > 0
