"""What every engine promises of fields that a site declares as numbers."""

from typing import Any

import pytest

from onneshon.search import FieldFilter, QueryError, SearchEngine, SearchRequest
from onneshon.testing.articles import ids

__all__ = ["NumbersContract"]


class NumbersContract:
    """Numbers that are compared, counted and sorted by; a test each."""

    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            ({"views": ">50"}, ["ঢাকা-২"]),
            ({"views": ">=৫০"}, ["৪", "ঢাকা-২", "ঢাকা-১"]),
            ({"views": "<50"}, ["ঢাকা-৩"]),
            ({"views": "<=50"}, ["৪", "ঢাকা-৩", "ঢাকা-১"]),
            ({"views": 50}, ["৪", "ঢাকা-১"]),
            ({"views": "১০..১,২০০"}, ["৪", "ঢাকা-২", "ঢাকা-১"]),
            ({"views": "1200..50"}, ["৪", "ঢাকা-২", "ঢাকা-১"]),
            ({"views": "50..<1200"}, ["৪", "ঢাকা-১"]),
            ({"views": "..0"}, ["ঢাকা-৩"]),
            ({"views": ["-7.5", "1200.."]}, ["ঢাকা-৩", "ঢাকা-২"]),
            ({"not_views": ">50"}, ["৪", "ঢাকা-৩", "ঢাকা-১", "৫"]),
            ({"views": "50", "price": "3"}, ["ঢাকা-১"]),
            ({"views": ">5000"}, []),
        ],
        ids=str,
    )
    def test_numbers_select(self, engine: SearchEngine, options: dict[str, Any], expected: list[str]) -> None:
        """By signs and ranges as values of a filter, or by what they are equal to."""
        assert ids(engine, sort="newest", **options) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("views:>50", ["ঢাকা-২"]),
            ("পঠিত:>=৫০ নদী", ["৪", "ঢাকা-২", "ঢাকা-১"]),
            ("নদী -views:>=50", ["ঢাকা-৩"]),
            ("views:(-7.5 >1000)", ["ঢাকা-৩", "ঢাকা-২"]),
            ("price:0..5 OR মেলা", ["ঢাকা-৩", "ঢাকা-২", "ঢাকা-১", "৫"]),
        ],
    )
    def test_numbers_in_a_query_are_compared(
        self, engine: SearchEngine, text: str, expected: list[str]
    ) -> None:
        """By signs and ranges, in either script, under the name of the field or its label."""
        page = engine.search(SearchRequest(text, sort="newest"))
        assert ([hit.id for hit in page], page.ignored) == (expected, ())

    @pytest.mark.parametrize(
        ("sort", "expected"),
        [
            ("views:desc", ["ঢাকা-২", *sorted(["ঢাকা-১", "৪"]), "ঢাকা-৩", "৫"]),
            ("views:asc", ["ঢাকা-৩", *sorted(["ঢাকা-১", "৪"]), "ঢাকা-২", "৫"]),
            ("price:asc", ["ঢাকা-৩", "ঢাকা-১", "ঢাকা-২", *sorted(["৪", "৫"])]),
        ],
    )
    def test_an_order_by_a_number_has_those_without_one_last(
        self, engine: SearchEngine, sort: str, expected: list[str]
    ) -> None:
        """Equal ones stand in the order of their ids."""
        assert ids(engine, "*", sort=sort) == expected
        assert [article.id for article in engine.scan(SearchRequest("*", sort=sort))] == expected

    @pytest.mark.parametrize("sort", ["views:up", "tags:desc", "views", "Views:desc", ":desc"])
    def test_an_order_that_there_is_not_is_refused(self, engine: SearchEngine, sort: str) -> None:
        """By what is no number of the site, too."""
        with pytest.raises(QueryError) as caught:
            engine.search(SearchRequest.of("নদী", sort=sort))
        assert caught.value.parameter == "sort"

    @pytest.mark.parametrize("value", ["x", ">", "..", "1..2..3", "<1..2", "৫০ টি"])
    def test_a_filter_by_what_is_no_number_is_refused(self, engine: SearchEngine, value: str) -> None:
        """By name, with what to write."""
        with pytest.raises(QueryError, match="is no number; write 100") as caught:
            engine.search(SearchRequest("নদী", filters=(FieldFilter("views", (value,)),)))
        assert caught.value.parameter == "views"

    def test_numbers_are_counted_in_ranges(self, engine: SearchEngine) -> None:
        """The site's own or round ones; each is a value of a filter, which does not narrow its own counts."""

        def counted(**options: Any) -> dict[str, list[tuple[str, int]]]:
            page = engine.search(SearchRequest.of("*", facets=["views", "price"], **options))
            return {name: [(v.value, v.count) for v in facet.values] for name, facet in page.facets.items()}

        views = [("<0", 1), ("50..<1000", 2), (">=1000", 1)]
        assert counted() == {"views": views, "price": [("0..<5", 2), (">=10", 1)]}
        assert counted(views="50..<1000") == {"views": views, "price": [("0..<5", 1)]}
        assert counted(category="উৎসব")["views"] == [("50..<1000", 1), (">=1000", 1)]
        assert engine.search(SearchRequest.of("*", facets=["views"], facet_limit=1)).facets["views"].more == 2
        for value, count in views:
            assert len(ids(engine, "", views=value)) == count
