"""The contract of every engine for pages and for number fields, and the whole contract."""

from contextlib import closing
from typing import Any

import pytest

from onneshon.search import (
    ArticleNotFoundError,
    FieldFilter,
    IndexStateError,
    QueryError,
    SearchEngine,
    SearchRequest,
)
from onneshon.testing.articles import ids
from onneshon.testing.filters import FiltersContract


class NumbersContract:
    """Tests of number fields: to compare, to count, and to sort by."""

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
        """A filter on a number field takes comparison signs, ranges, or a number that must be equal."""
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
        """Comparison signs and ranges work in either script, with the field's name or its label."""
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
        """Articles with equal numbers are ordered by their ids."""
        assert ids(engine, "*", sort=sort) == expected
        assert [article.id for article in engine.scan(SearchRequest("*", sort=sort))] == expected

    @pytest.mark.parametrize("sort", ["views:up", "tags:desc", "views", "Views:desc", ":desc"])
    def test_an_order_that_there_is_not_is_refused(self, engine: SearchEngine, sort: str) -> None:
        """So is an order by a field that is no number field of the site."""
        with pytest.raises(QueryError) as caught:
            engine.search(SearchRequest.of("নদী", sort=sort))
        assert caught.value.parameter == "sort"

    @pytest.mark.parametrize("value", ["x", ">", "..", "1..2..3", "<1..2", "৫০ টি"])
    def test_a_filter_by_what_is_no_number_is_refused(self, engine: SearchEngine, value: str) -> None:
        """The error names the field and what to write."""
        with pytest.raises(QueryError, match="is no number; write 100") as caught:
            engine.search(SearchRequest("নদী", filters=(FieldFilter("views", (value,)),)))
        assert caught.value.parameter == "views"

    def test_numbers_are_counted_in_ranges(self, engine: SearchEngine) -> None:
        """Ranges are the site's or round; each is a filter value, which does not narrow its own counts."""

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


class PagesContract:
    """Tests of pages, sort orders, cursors and scans."""

    def test_words_find_articles_and_mark_them(self, engine: SearchEngine) -> None:
        """Inflected forms match, marks are at the words' positions, and each mark names its layer."""
        page = engine.search(SearchRequest("মেলা"))
        assert {hit.id for hit in page} == {"ঢাকা-২", "৫"}
        for hit in page:
            (mark,) = hit.snippet.matches
            assert hit.snippet.text[mark.start : mark.end].startswith("মেলা")
            assert mark.layer == ("exact" if hit.id == "ঢাকা-২" else "inflection")
            assert f'<mark class="{mark.layer}">' in hit.snippet.html()

    def test_the_total_counts_all_and_pages_show_each_once(self, engine: SearchEngine) -> None:
        """For any page size, the pages together are all hits, in the same order."""
        whole = ids(engine, "নদী মেলা")
        assert engine.search(SearchRequest("নদী মেলা", limit=0)).total == len(whole) == 5
        for size in (1, 2, 3):
            paged = [
                article_id
                for start in range(0, 6, size)
                for article_id in ids(engine, "নদী মেলা", limit=size, offset=start)
            ]
            assert paged == whole

    @pytest.mark.parametrize("sort", ["relevance", "newest", "oldest", "views:desc", "views:asc"])
    @pytest.mark.parametrize("size", [1, 2, 5])
    def test_cursors_lead_through_the_same_pages(self, engine: SearchEngine, sort: str, size: int) -> None:
        """From the first page to the last, which has no cursor."""
        whole = ids(engine, "নদী মেলা", sort=sort)
        found: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = engine.search(SearchRequest.of("নদী মেলা", sort=sort, limit=size, cursor=cursor))
            assert (page.total, page.offset, page.sort) == (5, len(found), sort)
            found += [hit.id for hit in page]
            cursor = page.cursor
        assert found == whole

    def test_several_requests_are_answered_as_each_by_itself(self, engine: SearchEngine) -> None:
        """Answers come in the order of requests; an invalid one has its error there, and fails no other."""
        asked = [SearchRequest.of("নদী"), SearchRequest.of("মেলা", sort="colour:asc"), SearchRequest.of("মেলা")]
        first, wrong, last = engine.multi_search(asked)
        assert isinstance(wrong, QueryError)
        assert wrong.parameter == "sort"
        for request, page in ((asked[0], first), (asked[2], last)):
            assert not isinstance(page, Exception)
            assert [hit.id for hit in page] == [hit.id for hit in engine.search(request)] != []
        assert engine.multi_search([]) == []

    def test_an_offset_counts_from_the_cursor(self, engine: SearchEngine) -> None:
        """Hits after a cursor can be skipped too, and beyond the last hit there is nothing."""
        cursor = engine.search(SearchRequest("নদী মেলা", limit=2)).cursor or ""
        page = engine.search(SearchRequest("নদী মেলা", limit=1, offset=1, cursor=cursor))
        assert ([hit.id for hit in page], page.offset) == (ids(engine, "নদী মেলা")[3:4], 3)
        assert not engine.search(SearchRequest("নদী মেলা", offset=9, cursor=cursor))

    def test_a_cursor_fits_its_request_alone(self, engine: SearchEngine) -> None:
        """A cursor with another query, filter or order, or with a changed letter, is refused as such."""
        cursor = engine.search(SearchRequest("নদী", limit=1)).cursor
        assert cursor
        changed = cursor[:-3] + ("A" if cursor[-3] != "A" else "B") + cursor[-2:]
        for asked in (
            {"text": "মেলা", "cursor": cursor},
            {"text": "নদী", "cursor": cursor, "sort": "newest"},
            {"text": "নদী", "cursor": cursor, "category": "উৎসব"},
            {"text": "নদী", "cursor": changed},
            {"text": "নদী", "cursor": "x"},
            {"text": "নদী", "cursor": "অ"},
        ):
            with pytest.raises(QueryError) as caught:
                engine.search(SearchRequest.of(**asked))  # type: ignore[arg-type]
            assert (caught.value.kind, caught.value.parameter) == ("cursor", "cursor")

    def test_the_order_is_said(self, engine: SearchEngine) -> None:
        """A page names the order of its hits, even if it has none."""
        for text in ("নদী", "খপুষ্প", " "):
            page = engine.search(SearchRequest.of(text, sort="oldest"))
            assert (page.sort, page.freshness) == ("oldest", None)
            page = engine.search(SearchRequest.of(text, freshness=30))
            assert (page.sort, page.freshness) == ("relevance", 30)

    def test_sorts_are_total(self, engine: SearchEngine) -> None:
        """By day, newest or oldest first; articles without a day come last, ties are ordered by id."""
        assert ids(engine, "নদী মেলা", sort="newest") == ["৪", "ঢাকা-৩", "ঢাকা-২", "ঢাকা-১", "৫"]
        assert ids(engine, "নদী মেলা", sort="oldest") == ["ঢাকা-১", "ঢাকা-২", "ঢাকা-৩", "৪", "৫"]
        assert ids(engine, lang="bn") == ["ঢাকা-১", "ঢাকা-২", "ঢাকা-৩", "৪", "৫"] == sorted(ids(engine, lang="bn"))

    def test_freshness_lets_age_count(self, engine: SearchEngine) -> None:
        """A short half-life puts the latest first; a very long one changes nothing, unknown days included."""
        plain = ids(engine, "নদী মেলা")
        assert plain[0] != "৪"
        assert ids(engine, "নদী মেলা", freshness=100)[0] == "৪"
        assert ids(engine, "নদী মেলা", freshness=1e9) == plain

    def test_a_scan_reads_everything_in_order(self, engine: SearchEngine) -> None:
        """A scan yields all articles, whatever the page size; none for a query without words."""
        assert [
            article.id for article in engine.scan(SearchRequest.of("নদী মেলা", sort="newest", limit=1))
        ] == ids(engine, "নদী মেলা", sort="newest")
        assert [article.id for article in engine.scan(SearchRequest.of("", category="উৎসব"))] == ["ঢাকা-২", "৪"]
        assert list(engine.scan(SearchRequest(""))) == []

    def test_articles_and_their_marks_are_had_by_id(self, engine: SearchEngine) -> None:
        """Articles have their texts as stored, and the ranges that a query matches."""
        assert engine.article("৪").body == "পদ্মা নদী"
        found = engine.marked("৪", "নদী")
        assert [found.body.text[mark.start : mark.end] for mark in found.body.matches] == ["নদী"]
        with pytest.raises(ArticleNotFoundError):
            engine.article("none")

    def test_a_quotation_that_no_article_has_is_answered_by_its_words(self, engine: SearchEngine) -> None:
        """The page says so, and its cursor works; with options that demand exactness, nothing is found."""
        quotation = '"নদী মেলা"'
        page = engine.search(SearchRequest(quotation, limit=2, facets=("category",), explain=True))
        of_words = engine.search(SearchRequest("নদী মেলা", limit=2, facets=("category",), explain=True))
        same = {"took_ms": 0.0, "quotation": quotation}
        assert page.to_dict() | {"took_ms": 0.0} == of_words.to_dict() | same
        further = engine.search(SearchRequest(quotation, limit=3, cursor=page.cursor or ""))
        assert [hit.id for hit in (*page, *further)] == ids(engine, "নদী মেলা")
        for options in ({"literal": True}, {"strict": True}, {"sort": "newest"}):
            assert not ids(engine, quotation, **options)
        assert list(engine.scan(SearchRequest(quotation))) == []
        assert engine.search(SearchRequest('"পদ্মা নদী"')).quotation == ""

    def test_a_query_that_is_too_long_is_refused(self, engine: SearchEngine) -> None:
        """The error has a sentence, and a kind for programs."""
        with pytest.raises(QueryError) as caught:
            engine.search(SearchRequest("ক" * 1000))
        assert caught.value.kind == "long"

    def test_health_and_reload(self, engine: SearchEngine) -> None:
        """The engine reports its state, verifies the whole index when asked, and has no newer generation."""
        assert (engine.count, engine.health.articles, engine.health.damage) == (5, 5, "")
        engine.verify()
        assert engine.health.verified is True
        assert not engine.reload()

    def test_a_closed_engine_says_so(self, engine: SearchEngine) -> None:
        """A search afterwards raises an OnneshonError, and does not crash."""
        with closing(engine):
            pass
        for ask in (
            lambda: engine.search(SearchRequest("নদী")),
            lambda: list(engine.scan(SearchRequest("নদী"))),
        ):
            with pytest.raises(IndexStateError):
                ask()


class EngineContract(PagesContract, FiltersContract, NumbersContract):
    """Tests of what every engine promises, see ``search.interface.SearchEngine``.

    A subclass has a fixture ``engine``, which yields an open engine over ``ARTICLES`` with the configuration
    ``SITE``. The fixture opens an engine for each test, since one of the tests closes it.
    """
