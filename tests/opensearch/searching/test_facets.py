"""Facets: their requests to a cluster, and the reading of its answers."""

from typing import Any

import pytest

from onneshon.opensearch.searching.facets import FEW, facet_query, facet_read
from onneshon.search.retrieval.authors import Authors
from onneshon.search.retrieval.facets import FacetValue

BUCKETS = [
    {"key": "খেলা", "doc_count": 9},
    {"key": "বিশ্ব", "doc_count": 5},
    {"key": "অর্থনীতি", "doc_count": 5},
]
SHOWN = (FacetValue("খেলা", 9), FacetValue("বিশ্ব", 5))


@pytest.mark.parametrize(
    ("different", "size", "counted"), [(8, 8, False), (1, 2, False), (FEW, FEW, False), (FEW + 1, 2, True)]
)
def test_of_few_values_all_are_reported_and_not_counted_once_more(
    different: int, size: int, counted: bool
) -> None:
    """A few values are all requested, since counting them takes a node as long as counting their articles."""
    asked = facet_query("category", 2, (), (), different=different)["aggs"]
    assert (asked["values"]["terms"]["size"], "different" in asked) == (size, counted)


@pytest.mark.parametrize(
    "answer",
    [{"values": {"buckets": BUCKETS}}, {"values": {"buckets": BUCKETS[:2]}, "different": {"value": 3}}],
)
def test_a_facet_shows_some_values_and_says_how_many_more_there_are(answer: dict[str, Any]) -> None:
    """The number of further values comes from all values or from a count."""
    facet = facet_read("category", answer, 2, ())
    assert (facet.values, facet.more) == (SHOWN, 1)


@pytest.mark.parametrize(("name", "shown"), [("author", "রহিম"), ("category", "রহীম")])
def test_only_authors_are_reported_by_the_name_that_readers_see(name: Any, shown: str) -> None:
    """A category may have the same name as an author, and keeps it."""
    answer = {"values": {"buckets": [{"key": "রহীম", "doc_count": 5}]}}
    answer["kept"] = answer["values"]
    facet = facet_read(name, answer, 2, (), authors=Authors({"রহিম": ("রহীম",)}))
    assert [value.value for value in facet.values] == [shown]


def test_names_of_one_author_leave_room_for_others() -> None:
    """Names of one author are merged and others fill up, however few are shown."""
    counts = {"রহীম": 9, "রহিম": 8, "করিম": 5, "নজরুল": 3}
    buckets = [{"key": name, "doc_count": count} for name, count in counts.items()]
    answer = {"values": {"buckets": buckets}, "kept": {"buckets": buckets[:2]}}
    facet = facet_read("author", answer, 2, (), authors=Authors({"রহিম": ("রহীম",)}))
    assert (facet.values, facet.more) == ((FacetValue("রহিম", 17), FacetValue("করিম", 5)), 1)
