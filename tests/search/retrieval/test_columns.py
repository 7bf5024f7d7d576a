"""Columns for filters, facets and sorting, checked against plain counts over the same articles."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index import Article
from onneshon.search.query.conditions import Filter, NumberRange, Period
from onneshon.search.retrieval.collection import packed
from onneshon.search.retrieval.facets import FacetValue, Filters, count_facet, count_ranges
from tests.fakes import article, collection_of, reader_of

TAGS = ["নদী", "খেলা", "ভোট", "বই"]
DAYS = [None, dt.date(1952, 2, 21), dt.date(1971, 3, 26), dt.date(1971, 12, 16)]
DELETED = "খবর-1"
FACETS = ["category", "tags", "year", "month", "day"]

Row: TypeAlias = tuple[str, list[str], tuple[str, ...], dt.date | None]
"""The category, tags, number and day of an article."""

rows = st.lists(
    st.tuples(
        st.sampled_from(["", "দেশ", "খেলা", "খেলাধুলা"]),
        st.lists(st.sampled_from(TAGS), max_size=3, unique=True),
        st.sampled_from([(), ("১২",), ("1,200",), ("-2.5",)]),
        st.sampled_from(DAYS),
    ),
    min_size=1,
    max_size=9,
)


def _corpus(written: Iterable[Row]) -> list[Article]:
    return [
        article(f"খবর-{n}", "নদী", category=category, date=day, tags=tags, views=views)
        for n, (category, tags, views, day) in enumerate(written)
    ]


def _filters(corpus: list[Article], cut: int) -> Filters:
    segments = [corpus[:cut], corpus[cut:]] if 0 < cut < len(corpus) else [corpus]
    return Filters(collection_of(reader_of(*segments, deleted={DELETED})))


def _live(corpus: list[Article]) -> list[Article]:
    return [document for document in corpus if document.id != DELETED]


def _of(document: Article, name: str) -> tuple[str, ...]:
    if name == "category":
        return (document.category,) if document.category else ()
    if name in {"year", "month", "day"}:
        width = {"year": 4, "month": 7, "day": 10}[name]
        return (document.date.isoformat()[:width],) if document.date else ()
    return document.keywords.get(name, ())


def _counted(corpus: list[Article], name: str) -> list[FacetValue]:
    counts = Counter(value for document in corpus for value in _of(document, name))
    values = [FacetValue(value, count) for value, count in counts.items()]
    if name in {"year", "month", "day"}:
        return sorted(values, key=lambda value: value.value, reverse=True)
    return sorted(values, key=lambda value: (-value.count, value.value))


@given(
    rows, st.integers(0, 9), st.integers(0, 4), st.sampled_from(["category", "tags", "year", "month", "day"])
)
def test_each_value_is_counted_as_often_as_articles_have_it(
    written: list[Row], cut: int, limit: int, name: str
) -> None:
    """Facet counts hold across segments and for several values; chosen values come beyond the limit."""
    corpus = _corpus(written)
    filters = _filters(corpus, cut)
    alive = packed(filters.collection.alive)
    expected = _counted(_live(corpus), name)
    facet = count_facet(filters.columns, name, alive, limit)
    assert [*facet.values] == expected[:limit]
    assert facet.more == len(expected) - len(facet.values)
    chosen = [value.value for value in expected[-1:]]
    assert {value.value for value in count_facet(filters.columns, name, alive, limit, chosen).values} == {
        value.value for value in expected[:limit]
    } | {*chosen}
    if name in {"category", "tags"}:
        assert [*filters.counted(name)] == [value.value for value in expected]


def _kept(corpus: list[Article], filters: Filters, condition: Filter | NumberRange | Period) -> list[str]:
    return [document.id for document, met in zip(corpus, filters.mask(condition), strict=True) if met]


@given(rows, st.integers(0, 9))
def test_a_condition_keeps_the_articles_that_meet_it(written: list[Row], cut: int) -> None:
    """A filter is by a whole value, its words, one of several values, or days."""
    corpus = _corpus(written)
    filters = _filters(corpus, cut)
    for tag in TAGS:
        having = [document for document in corpus if tag in _of(document, "tags")]
        assert _kept(corpus, filters, Filter("tags", tag, whole=True)) == [document.id for document in having]
        assert filters.has_any(Filter("tags", tag, whole=True)) == bool(_live(having))
    exact = Filter("category", "খেলা", whole=True)
    assert _kept(corpus, filters, exact) == [d.id for d in corpus if d.category == "খেলা"]
    assert _kept(corpus, filters, Filter("id", "খবর-0")) == ["খবর-0"]
    assert not filters.has_any(Filter("id", DELETED))
    year = Period(dt.date(1971, 1, 1), dt.date(1971, 12, 16))
    assert _kept(corpus, filters, year) == [d.id for d in corpus if d.date and d.date.year == 1971]
    days = sorted(document.date for document in _live(corpus) if document.date)
    before = [day for day in days if day.year < 1971]
    assert filters.days_beside(year) == (before[-1] if before else None, None)


def _spans(values: Iterable[float]) -> Iterator[NumberRange]:
    for value in values:
        yield NumberRange("views", value, None)
        yield NumberRange("views", value, None, above=True)
        yield NumberRange("views", None, value)
        yield NumberRange("views", None, value, below=True)
        yield NumberRange("views", value, value)


@given(rows, st.integers(0, 9))
def test_numbers_are_compared_as_numbers(written: list[Row], cut: int) -> None:
    """Digits may be of either script; an article without a number is in no range."""
    corpus = _corpus(written)
    filters = _filters(corpus, cut)
    read = {"১২": 12.0, "1,200": 1200.0, "-2.5": -2.5}
    numbers = {document.id: read.get("".join(_of(document, "views"))) for document in corpus}
    for span in _spans([-2.5, 12.0]):
        met = [key for key, number in numbers.items() if number is not None and _in(span, number)]
        assert _kept(corpus, filters, span) == met
        alive = packed(filters.collection.alive)
        assert count_ranges(filters.columns, [span], alive) == [len([k for k in met if k != DELETED])]
    there = [number for key, number in numbers.items() if number is not None and key != DELETED]
    assert filters.columns.extent("views") == ((min(there), max(there)) if there else None)
    found = filters.columns.numbers_of("views", np.arange(len(corpus), dtype=np.uint32))
    assert [None if np.isnan(number) else number for number in found.tolist()] == [*numbers.values()]


def _in(span: NumberRange, number: float) -> bool:
    above = span.least is None or (number > span.least if span.above else number >= span.least)
    return above and (span.most is None or (number < span.most if span.below else number <= span.most))


def test_of_several_numbers_the_greatest_counts() -> None:
    """An article with two numbers is sorted by the greater one."""
    corpus = [article("ক", views=["১০", "৩০"]), article("খ", views=["২০"]), article("গ")]
    columns = _filters(corpus, 1).columns
    found = columns.numbers_of("views", np.array([0, 1, 2], np.uint32)).tolist()
    assert found[:2] == [30.0, 20.0]
    assert np.isnan(found[2])
    assert columns.declared == ("views",)


@pytest.mark.parametrize("field", ["tags", "category"])
def test_two_encodings_of_a_value_are_one(field: str) -> None:
    """Composed and decomposed letters look the same to a reader, so they are one value."""
    values = ["গাড়ি", "গাড\u09bcি"]
    given = [{"tags": [value]} if field == "tags" else {"category": value} for value in values]
    corpus = [article(f"{n}", **options) for n, options in enumerate(given)]
    corpus.append(article("২", tags=values) if field == "tags" else article("২", category=values[0]))
    filters = _filters(corpus, 1)
    facet = count_facet(filters.columns, field, packed(filters.collection.alive), 9)
    assert [value.count for value in facet.values] == [3]
