"""Values and names of fields: languages, numbers, labels, unknown ones; and filters as programs give them."""

import datetime as dt

import pytest

from onneshon.index.configuration import KeywordField
from onneshon.search.errors import QueryError
from onneshon.search.query.conditions import Filter, NumberRange, Period, Selection
from onneshon.search.query.field_values import (
    FieldFilter,
    FieldReading,
    check_known,
    condition_in_query,
    condition_of,
    is_filter_field,
    language_code,
)
from onneshon.search.query.lexer import site_operators
from onneshon.search.query.option_filters import option_filters

VIEWS = FieldReading({"views": "number", "tags": "keyword"})


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("bn", "bn"),
        ("BN-bd", "bn"),
        ("ben", "bn"),
        ("বাংলা", "bn"),
        ("Bengali", "bn"),
        ("ইংরেজি", "en"),
        ("English", "en"),
        ("grt", "grt"),
        ("zh-Hant-TW", "zh"),
        ("ক্লিংগন", None),
        ("b", None),
        ("bangladesh", None),
        ("bn-", None),
    ],
)
def test_a_language_is_named_by_a_code_or_by_its_name(name: str, code: str | None) -> None:
    """The code is the first part of a longer code, in its shortest form; other names have none."""
    assert language_code(name) == code


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (("category", "author"), "filter: there is no 'categry'; did you mean 'category'?"),
        (("নদী", "author"), "filter: there is no 'categry'; there are নদী, author"),
        (("author",), "filter: there is no 'categry'; there is only author"),
        ((), "filter: there is no 'categry'; there are none"),
    ],
)
def test_a_name_that_there_is_not_is_refused_with_the_nearest(known: tuple[str, ...], said: str) -> None:
    """The error names the nearest name, or all known names."""
    check_known("নদী", ["নদী"], "filter")
    with pytest.raises(QueryError) as caught:
        check_known("categry", known, "filter")
    assert (str(caught.value), caught.value.kind, caught.value.parameter) == (said, "parameter", "filter")


def test_a_field_of_a_site_is_read_by_its_type() -> None:
    """A program filters by a whole keyword; a field in a query matches some of its words."""
    assert VIEWS.numbers == ("views",)
    assert condition_of("views", ">৫", "views", VIEWS) == NumberRange("views", 5, above=True)
    assert condition_of("tags", "নদী", "tags", VIEWS) == Filter("tags", "নদী", whole=True)
    assert condition_of("date", "২০২০", "date", VIEWS) == Period(dt.date(2020, 1, 1), dt.date(2020, 12, 31))
    some_words = condition_in_query("tags", "নদী", VIEWS)
    assert some_words == Filter("tags", "নদী", whole=False)
    assert condition_in_query("lang", "বাংলা", VIEWS) == Filter("lang", "bn", whole=True)
    assert condition_in_query("views", "নদী", VIEWS) is None


def test_a_filter_is_a_selection_of_its_values() -> None:
    """A filter's values are alternatives, each once, in order for comparisons; errors name its field."""
    chosen = FieldFilter("tags", ("নদী", "চর", "নদী"), negated=True)
    assert chosen.in_order() == FieldFilter("tags", ("চর", "নদী"), negated=True)
    assert (chosen.parameter, FieldFilter("tags", ("নদী",)).parameter) == ("-tags", "tags")
    assert FieldFilter("tags", ("নদী",), negated=True).selection(VIEWS) == Selection(
        (Filter("tags", "নদী", whole=True),), negated=True
    )
    with pytest.raises(QueryError) as caught:
        FieldFilter("views", ("নদী",), negated=True).selection(VIEWS)
    assert caught.value.parameter == "-views"


@pytest.mark.parametrize(
    ("name", "is_field"), [("category", True), ("id", True), ("tags", True), ("Tags", False), ("ক", False)]
)
def test_what_may_be_a_field_may_be_filtered_by(name: str, *, is_field: bool) -> None:
    """Filters may use the fields of every article, and names that a site may declare."""
    assert is_filter_field(name) == is_field


@pytest.mark.parametrize(
    ("given", "filters", "left"),
    [
        ({"category": "খেলা"}, [FieldFilter("category", ("খেলা",))], {}),
        ({"category": ["খেলা", None, ""]}, [FieldFilter("category", ("খেলা",))], {}),
        ({"category": None, "author": ""}, [], {}),
        ({"not_author": ["নজরুল"]}, [FieldFilter("author", ("নজরুল",), negated=True)], {}),
        ({"tags": "নদী", "limit": 5}, [FieldFilter("tags", ("নদী",))], {"limit": 5}),
        ({"views": 7}, [FieldFilter("views", ("7",))], {}),
        ({"ids": []}, [FieldFilter("id", ())], {}),
        ({"ids": ""}, [], {}),
        ({"ids": None}, [], {}),
        ({"ids": ("১", "২")}, [FieldFilter("id", ("১", "২"))], {}),
        ({"date": dt.date(2020, 2, 1)}, [FieldFilter("date", ("2020-02-01",))], {}),
        ({"since": "২০১৯"}, [FieldFilter("date", ("২০১৯..",))], {}),
        ({"until": dt.date(2020, 2, 1)}, [FieldFilter("date", ("..2020-02-01",))], {}),
        ({"since": 2019, "until": "২০২১"}, [FieldFilter("date", ("2019..২০২১",))], {}),
    ],
)
def test_filters_are_taken_out_of_options(
    given: dict[str, object], filters: list[FieldFilter], left: dict[str, object]
) -> None:
    """Filters by a site's fields are taken out too; other options stay, and empty values are no filter."""
    assert [*option_filters(given, {"limit"})] == filters
    assert given == left


@pytest.mark.parametrize(
    ("given", "parameter", "said"),
    [
        ({"since": "2019..2020"}, "since", "is a range; write one date, or give the range as date"),
        ({"until": "কবে"}, "until", "is no date"),
        ({"since": ["2019", "2020"]}, "since", "one date, not 2"),
        ({"category": True}, "category", "a text, a number or a list of such, not True"),
        ({"category": b"x"}, "category", "a text, a number or a list of such"),
        ({"category": {"খেলা": 1}}, "category", "a text, a number or a list of such"),
        ({"category": [["খেলা"]]}, "category", "a text, a number or a list of such"),
        ({"not_tags": object()}, "not_tags", "a text, a number or a list of such"),
    ],
)
def test_what_is_no_filter_is_refused_by_its_name(
    given: dict[str, object], parameter: str, said: str
) -> None:
    """The error names the parameter and says what to write."""
    with pytest.raises(QueryError, match=said) as caught:
        [*option_filters(given, {"limit"})]
    assert caught.value.parameter == parameter


def test_names_and_labels_of_one_word_are_operators() -> None:
    """A name that cannot be typed before a colon is no operator, nor one that means a built-in field."""
    fields = [
        KeywordField("section", labels={"bn": "পাতা", "en": "Page of paper"}),
        KeywordField("kind", labels={"bn": "বিভাগ", "en": "kind-of"}),
        KeywordField("leaf", labels={"bn": "পাতা"}),
    ]
    assert site_operators(fields) == {"section": "section", "পাতা": "section", "kind": "kind", "leaf": "leaf"}
