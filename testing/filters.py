"""The contract of every engine for filters, fields, facets and unknown values."""

import datetime as dt
from typing import Any

import pytest

from onneshon.search import FieldFilter, QueryError, SearchEngine, SearchRequest, UnknownValue
from onneshon.testing.articles import ids


class FiltersContract:
    """Tests of filters, fields and facets, one for each promise."""

    def test_a_cursor_goes_on_where_filters_and_values_come_in_another_order(
        self, engine: SearchEngine
    ) -> None:
        """The cursor stays valid as the request is the same; without a filter it is another request."""
        asked = SearchRequest.of("নদী", limit=1, tags=["শহর", "জল"], category=["উৎসব", "পরিবেশ"])  # type: ignore[call-arg]
        cursor = engine.search(asked).cursor or ""
        tags, category = FieldFilter("tags", ("জল", "শহর", "জল")), FieldFilter("category", ("পরিবেশ", "উৎসব"))
        following = engine.search(SearchRequest("নদী", limit=1, cursor=cursor, filters=(tags, category)))
        assert [hit.id for hit in following] == ids(engine, "নদী", tags=["জল", "শহর"])[1:]
        with pytest.raises(QueryError, match="cursor"):
            engine.search(SearchRequest("নদী", cursor=cursor, filters=(tags,)))

    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            ({"category": "উৎসব"}, ["৪", "ঢাকা-২"]),
            ({"category": ["উৎসব", "পরিবেশ"]}, ["৪", "ঢাকা-৩", "ঢাকা-২", "ঢাকা-১"]),
            ({"not_category": "উৎসব"}, ["ঢাকা-৩", "ঢাকা-১", "৫"]),
            ({"category": "উৎসব", "not_author": "গ"}, ["৪"]),
            ({"author": "ক খ"}, ["ঢাকা-১"]),
            ({"author": "ক"}, []),
            ({"date": "2020"}, ["ঢাকা-৩", "ঢাকা-২"]),
            ({"date": ["২০১৯", "২০২১-১২"]}, ["৪", "ঢাকা-১"]),
            ({"date": "জুন ২০২০"}, ["ঢাকা-৩", "ঢাকা-২"]),
            ({"date": "২০২০-০৬-১৫.."}, ["৪", "ঢাকা-৩", "ঢাকা-২"]),
            ({"not_date": "..2020"}, ["৪", "৫"]),
            ({"since": "2020-06-16", "until": dt.date(2020, 12, 31)}, ["ঢাকা-৩"]),
            ({"since": "ডিসেম্বর ২০২০", "until": dt.date(2020, 6, 16)}, ["ঢাকা-৩"]),
            ({"lang": "en"}, []),
            ({"lang": "bn", "category": "উৎসব"}, ["৪", "ঢাকা-২"]),
            ({"ids": ["৫", "৪", "none"]}, ["৪", "৫"]),
            ({"not_ids": ["৫", "৪"]}, ["ঢাকা-৩", "ঢাকা-২", "ঢাকা-১"]),
            ({"section": "প্রথম পাতা"}, ["ঢাকা-১"]),
            ({"section": ["প্রথম পাতা", "শেষ পাতা"]}, ["ঢাকা-২", "ঢাকা-১"]),
            ({"not_section": "প্রথম পাতা"}, ["৪", "ঢাকা-৩", "ঢাকা-২", "৫"]),
            ({"tags": "শহর"}, ["ঢাকা-২", "ঢাকা-১"]),
            ({"tags": "বা\u09dcি"}, ["ঢাকা-৩", "ঢাকা-২"]),
            ({"tags": ["জল", "বাড\u09bcি"]}, ["ঢাকা-৩", "ঢাকা-২", "ঢাকা-১"]),
            ({"tags": "শহর", "not_tags": "জল"}, ["ঢাকা-২"]),
            ({"tags": "নেই"}, []),
            ({"desk": "নেই"}, []),
            ({"section": [0, 1]}, ["৪"]),
            ({"section": 0}, ["৪"]),
            ({"section": [0]}, ["৪"]),
            ({"section": "0"}, ["৪"]),
            ({"not_section": [0]}, ["ঢাকা-৩", "ঢাকা-২", "ঢাকা-১", "৫"]),
            ({"section": [7.5]}, []),
            ({"date": 2020}, ["ঢাকা-৩", "ঢাকা-২"]),
            ({"ids": []}, []),
            ({"ids": [], "category": "উৎসব"}, []),
            ({"ids": [""]}, []),
            ({"ids": "", "tags": "জল"}, ["ঢাকা-১"]),
            ({"not_ids": [], "tags": "জল"}, ["ঢাকা-১"]),
            ({"category": [], "tags": ["", None, "জল"]}, ["ঢাকা-১"]),
        ],
        ids=str,
    )
    def test_filters_select(self, engine: SearchEngine, options: dict[str, Any], expected: list[str]) -> None:
        """Values of a field are alternatives, all fields must match, each can be negated; no query needed."""
        assert ids(engine, sort="newest", **options) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("নদী বিভাগ:উৎসব", {"৪", "ঢাকা-২"}),
            ("নদী category:উৎসব category:পরিবেশ", {"৪", "ঢাকা-১", "ঢাকা-২", "ঢাকা-৩"}),
            ("নদী -category:উৎসব", {"ঢাকা-১", "ঢাকা-৩"}),
            ('নদী তারিখ:"জুন ২০২০"', {"ঢাকা-২", "ঢাকা-৩"}),
            ("নদী date:২০২১.. OR date:2019", {"ঢাকা-১", "ঢাকা-২", "ঢাকা-৩", "৪"}),
            ("নদী date:২০২১.. date:2019", {"ঢাকা-১", "৪"}),
            ("নদী -date:২০২০", {"ঢাকা-১", "৪"}),
            ("ভাষা:বাংলা লেখক:ক", {"ঢাকা-১"}),
            ("lang:en", set()),
            ('section:"প্রথম পাতা"', {"ঢাকা-১"}),
            ("পাতা:প্রথম", {"ঢাকা-১"}),
            ("Page:পাতা", {"ঢাকা-১", "ঢাকা-২"}),
            ("নদী tags:শহর tags:বাড়ি", {"ঢাকা-১", "ঢাকা-২", "ঢাকা-৩"}),
            ("নদী tags:শহর -tags:জল", {"ঢাকা-২"}),
            ("নদী desk:ক", set()),
        ],
    )
    def test_filters_can_be_typed_in_the_query(
        self, engine: SearchEngine, text: str, expected: set[str]
    ) -> None:
        """Field names work in either language, with the operators of the query language."""
        assert set(ids(engine, text)) == expected

    def test_facets_count_everything_that_matches(self, engine: SearchEngine) -> None:
        """All hits count, not only the page; a field's own filter does not narrow its own counts."""
        request = SearchRequest.of(
            "নদী", limit=1, category="উৎসব", facets=["category", "author", "year", "month", "day", "lang"]
        )
        facets = {
            name: [(v.value, v.count) for v in facet.values]
            for name, facet in engine.search(request).facets.items()
        }
        assert facets == {
            "category": [("উৎসব", 2), ("পরিবেশ", 2)],
            "author": [("গ", 1)],
            "year": [("2021", 1), ("2020", 1)],
            "month": [("2021-12", 1), ("2020-06", 1)],
            "day": [("2021-12-31", 1), ("2020-06-15", 1)],
            "lang": [("bn", 2)],
        }
        first = engine.search(
            SearchRequest.of("নদী", facets=["category", "year"], facet_limit=1, date="2019")
        )
        assert (first.facets["category"].values[0].value, first.facets["category"].more) == ("পরিবেশ", 0)
        assert ([v.value for v in first.facets["year"].values], first.facets["year"].more) == (
            ["2021", "2019"],
            1,
        )

    @pytest.mark.parametrize(("field", "left_out"), [("tags", "জল"), ("category", "উৎসব"), ("date", "2020")])
    def test_a_value_counts_what_choosing_it_beside_one_left_out_finds(
        self, engine: SearchEngine, field: str, left_out: str
    ) -> None:
        """Articles excluded by a filter are counted nowhere, not even among the values of its own field."""
        without = FieldFilter(field, (left_out,), negated=True)
        name = "year" if field == "date" else field
        facet = engine.search(SearchRequest("নদী", facets=(name,), filters=(without,))).facets[name]
        assert facet.values
        for value in facet.values:
            chosen = (without, FieldFilter(field, (value.value,)))
            assert engine.search(SearchRequest("নদী", filters=chosen)).total == value.count

    def test_declared_fields_are_counted(self, engine: SearchEngine) -> None:
        """An article's value counts once in any encoding; a field's own filter does not narrow its counts."""
        water = FieldFilter("tags", ("জল",))
        page = engine.search(SearchRequest("নদী", facets=("tags", "section", "desk"), filters=(water,)))
        counts = {name: [(v.value, v.count) for v in facet.values] for name, facet in page.facets.items()}
        assert page.total == 1
        assert [count for _, count in counts["tags"]] == [2, 2, 1]
        assert dict(counts["tags"])["শহর"] == 2
        assert counts["section"] == [("প্রথম পাতা", 1)]
        assert counts["desk"] == []
        fair = engine.search(SearchRequest("মেলা", facets=("tags",))).facets["tags"]
        assert [value.count for value in fair.values] == [1, 1]
        assert page.hits[0].keywords == {
            "section": ("প্রথম পাতা",),
            "tags": ("জল", "শহর"),
            "views": ("৫০",),
            "price": ("3",),
        }
        assert page.to_dict()["hits"][0]["keywords"]["tags"] == ["জল", "শহর"]

    def test_the_fields_of_a_site_are_known(self, engine: SearchEngine) -> None:
        """The engine knows the site's fields, their labels, and the values that articles have."""
        assert [(field.name, field.several, field.label("bn")) for field in engine.fields] == [
            ("section", False, "পাতা"),
            ("tags", True, "tags"),
            ("desk", False, "desk"),
            ("views", False, "পঠিত"),
            ("price", False, "price"),
        ]
        assert engine.values("tags")[2:] == ["জল"]
        with pytest.raises(QueryError, match="did you mean 'section'"):
            engine.values("sections")

    @pytest.mark.parametrize(
        ("options", "parameter"),
        [({"colour": "লাল"}, "colour"), ({"not_tag": "লাল"}, "-tag"), ({"facets": ["colour"]}, "facets")],
        ids=str,
    )
    def test_a_field_that_there_is_not_is_refused(
        self, engine: SearchEngine, options: dict[str, Any], parameter: str
    ) -> None:
        """The engine refuses it, as it knows the site's fields; the message names the existing ones."""
        with pytest.raises(QueryError, match=r"there are|did you mean 'tags'") as caught:
            engine.search(SearchRequest.of("নদী", **options))
        assert (caught.value.kind, caught.value.parameter) == ("parameter", parameter)

    def test_an_unknown_value_names_the_nearest(self, engine: SearchEngine) -> None:
        """Nothing is found, and the nearest existing values are reported."""
        for request in (SearchRequest.of("নদী", category="উতসব"), SearchRequest("নদী বিভাগ:উতসব")):
            page = engine.search(request)
            assert page.total == 0
            assert [(unknown.field, unknown.value, unknown.nearest) for unknown in page.unknown] == [
                ("category", "উতসব", ("উৎসব",))
            ]
        assert engine.search(SearchRequest.of("নদী", category="উৎসব")).unknown == ()
        assert engine.search(SearchRequest("নদী", filters=(FieldFilter("tags", ("শহরে",)),))).unknown[
            0
        ].nearest == ("শহর",)
        assert engine.search(SearchRequest.of("", ids=["৫", "x"])).unknown[0].value == "x"

    @pytest.mark.parametrize(
        ("date", "nearest"),
        [
            ("২০৩০", ("2021",)),
            ("১৯৫২..২০০০", ("2019",)),
            ("মে ২০২০", ("2020-06", "2019-01")),
            ("2020-06-16..2020-06-29", ("2020-06-15", "2020-06-30")),
            ("2022..", ("2021",)),
            ("..2018", ("2019",)),
        ],
    )
    def test_days_of_no_article_name_the_nearest(
        self, engine: SearchEngine, date: str, nearest: tuple[str, ...]
    ) -> None:
        """Nearest periods are as precise as the filter, the nearer first; also for filters in a query."""
        part = "2022-02" if date == "2022.." else date
        page = engine.search(SearchRequest.of("নদী", date=[date, part]))
        assert page.total == 0
        assert page.unknown == (UnknownValue("date", date, nearest),)
        within = engine.search(SearchRequest(f'নদী তারিখ:"{date}"'))
        assert [unknown.nearest for unknown in within.unknown] == [nearest]
        assert engine.search(SearchRequest("নদী date:2020")).unknown == ()
        found = engine.search(SearchRequest.of("নদী", date=[date, "2021"]))
        assert (found.total > 0, [unknown.value for unknown in found.unknown]) == (True, [date])

    def test_values_are_told_by_frequency(self, engine: SearchEngine) -> None:
        """The most frequent values come first, for completion and for lists to choose from."""
        assert engine.values("category") == ["উৎসব", "পরিবেশ"]
        assert engine.values("author") == ["ক খ", "গ"]
        assert engine.values("date") == []
