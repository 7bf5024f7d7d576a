"""Facets from given counts, and filters by words of names."""

import datetime as dt

import pytest

from onneshon.search.query.conditions import Choice, Filter, NumberRange, Period, Selection
from onneshon.search.retrieval.facets import (
    Facet,
    FacetValue,
    Filters,
    field_of,
    keyword_facet,
    range_facet,
    whole_facet,
)
from tests.fakes import article, collection_of, reader_of

SPORT, NATION, VOTE, BOOK = (
    FacetValue(value, count) for value, count in {"খেলা": 9, "দেশ": 5, "ভোট": 2, "বই": 0}.items()
)


def test_what_is_chosen_is_shown_beyond_the_most_frequent() -> None:
    """Chosen values come after the most frequent, sorted, each once, and only if an article has them."""
    facet = keyword_facet("category", [SPORT, NATION, VOTE], [VOTE, NATION, BOOK], 2, 7)
    assert facet == Facet("category", (SPORT, NATION, VOTE), 4)
    assert keyword_facet("category", [SPORT], [VOTE, NATION], 1, 3).values == (SPORT, NATION, VOTE)
    assert keyword_facet("category", [SPORT], [VOTE], 1, 1).more == 0
    assert whole_facet("year", [SPORT, NATION, VOTE], 1, ["ভোট", "বই"]) == Facet("year", (SPORT, VOTE), 1)


def test_ranges_that_no_article_is_in_are_not_shown() -> None:
    """The other ranges are in ascending order."""
    ranges = [NumberRange("views", low, high, below=True) for low, high in ((0, 10), (10, 20), (20, 30))]
    facet = range_facet("views", ranges, [4, 0, 7], 9, [])
    assert facet.values == (FacetValue("0..<10", 4), FacetValue("20..<30", 7))
    assert (facet.more, facet.exact) == (0, True)


def test_a_sample_stands_for_all() -> None:
    """Counts of a sample are multiplied, and the facet is marked as not exact."""
    facet = Facet("category", (SPORT, NATION), 3).estimated(4)
    assert facet == Facet("category", (FacetValue("খেলা", 36), FacetValue("দেশ", 20)), 3, exact=False)


def test_parts_of_a_day_are_narrowed_by_the_day() -> None:
    """Year, month and day are filtered by the date, every other facet by its own field."""
    assert [*map(field_of, ("year", "month", "day", "author", "tags"))] == [*["date"] * 3, "author", "tags"]


ARTICLES = [
    article("১", author="কাজী নজরুল ইসলাম", date=dt.date(2020, 2, 1), category="খেলা", views=["৫"]),
    article("২", author="নজরুল হক", date=dt.date(2020, 2, 3), category="খেলার পাতা"),
    article("৩", author="ইসলাম কাজী", category="দেশ", views=["৯"]),
]


@pytest.fixture(scope="module")
def filters() -> Filters:
    """Filters over the articles of this module, in two segments."""
    return Filters(collection_of(reader_of(ARTICLES[:2], ARTICLES[2:])))


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        (Filter("author", "নজরুল"), "১২"),
        (Filter("author", "কাজী নজরুল"), "১"),
        (Filter("author", "নজরুল ইসলাম"), "১"),
        (Filter("author", "কাজী ইসলাম"), ""),
        (Filter("author", "নজরুল হক সাহেব"), ""),
        (Filter("author", "।"), ""),
        (Filter("category", "খেলা", whole=True), "১"),
        (Filter("category", "খেলা"), "১"),
        (Filter("category", "পাতা"), "২"),
        (Filter("id", "৩"), "৩"),
        (Filter("id", "৯"), ""),
        (Period(dt.date(2020, 2, 1), dt.date(2020, 2, 2)), "১"),
        (Period(dt.date(2020, 2, 2)), "২"),
        (Period(until=dt.date(2020, 2, 3)), "১২"),
        (Period(), "১২"),
        (NumberRange("views", 5, 5), "১"),
        (Selection((Filter("id", "১"), Filter("id", "৩"))), "১৩"),
        (Selection((Filter("id", "১"), Filter("id", "৩")), negated=True), "২"),
        (Selection(()), ""),
        (Selection((), negated=True), "১২৩"),
    ],
)
def test_a_condition_keeps_what_meets_it(
    filters: Filters, condition: Filter | Period | NumberRange | Selection, met: str
) -> None:
    """Words must be adjacent and exact; periods include both ends; choices are alternatives, or excluded."""
    ids = [document.id for document in ARTICLES]
    assert "".join(name for name, has in zip(ids, filters.mask(condition), strict=True) if has) == met


def test_all_conditions_are_to_be_met(filters: Filters) -> None:
    """No conditions give no mask; ``has_any`` leaves deleted articles out."""
    both = filters.all_of([Filter("author", "নজরুল"), Filter("category", "খেলা", whole=True)])
    assert both is not None
    assert both.tolist() == [True, False, False]
    assert filters.all_of([]) is None
    known: list[Choice] = [
        Filter("id", "৩"),
        Filter("author", "হক"),
        Period(dt.date(2020, 2, 3)),
        NumberRange("views", 6),
    ]
    unknown: list[Choice] = [
        Filter("id", "৯"),
        Filter("author", "রফিক"),
        Period(dt.date(2021, 1, 1)),
        NumberRange("views", 10),
    ]
    assert [*map(filters.has_any, (*known, *unknown))] == [True] * 4 + [False] * 4


def test_the_nearest_days_beside_a_period_are_reported(filters: Filters) -> None:
    """The nearest days are the last before a period and the first after it; an open end has none."""
    first, last = dt.date(2020, 2, 1), dt.date(2020, 2, 3)
    assert filters.days_beside(Period(dt.date(2020, 2, 2), dt.date(2020, 2, 2))) == (first, last)
    assert filters.days_beside(Period(first, last)) == (None, None)
    assert filters.days_beside(Period(until=dt.date(2020, 1, 31))) == (None, first)
    assert filters.days_beside(Period(since=dt.date(2020, 2, 4))) == (last, None)
