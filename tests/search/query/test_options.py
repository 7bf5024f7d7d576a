"""An option of a request defines once which values it may have, from programs and from addresses alike."""

from dataclasses import dataclass, replace
from typing import Annotated, Any

import pytest
from msgspec import Meta

from onneshon.search import QueryError, SearchRequest
from onneshon.search.query.options import Option, parts_of
from onneshon.search.request import OPTIONS, SearchOptions


@dataclass
class Asked:
    """A request with an option of every kind."""

    text: str = ""
    depth: Annotated[int, Meta(ge=1, le=9), Option("How deep.", "Depth.")] = 3
    days: Annotated[float | None, Meta(gt=0), Option("How long.", "Days.", unit="days")] = None
    order: Annotated[
        str, Option("Which way.", "Way.", choices=("up", "down"), further={"around": 360}.get)
    ] = "up"
    wide: Annotated[bool, Option("As far as it goes.", "Wide.")] = False
    near: Annotated[bool, Option("What is near too.", "Near.")] = True


PARTS = parts_of(Asked)


def test_every_annotated_field_is_an_option() -> None:
    """The options are the annotated fields, in their order."""
    assert list(PARTS) == ["depth", "days", "order", "wide", "near"]


@pytest.mark.parametrize(
    ("name", "wrong", "said"),
    [
        ("depth", 0, "depth is a whole number from 1 to 9"),
        ("depth", "3", "depth is a whole number, not '3'"),
        ("days", 0, "days is a number of days above 0"),
        ("days", float("nan"), "days is a number of days above 0"),
        ("order", "left", "order is one of up, down, not 'left'"),
        ("order", ["up"], "order is one of up, down, not \"['up']\""),
        ("wide", 1, "wide is True or False, not 1"),
    ],
)
def test_a_value_that_it_may_not_have_is_refused(name: str, wrong: Any, said: str) -> None:
    """The error names the option and the values it may have."""
    with pytest.raises(QueryError) as caught:
        PARTS[name].check(wrong)
    assert (str(caught.value), caught.value.parameter) == (said, name)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("depth", "৫", 5),
        ("depth", "1", 1),
        ("depth", "9", 9),
        ("depth", "", 3),
        ("days", "৩০", 30.0),
        ("days", " ", None),
        ("order", "down", "down"),
        ("order", "around", "around"),
        ("wide", "1", True),
        ("wide", "yes", False),
        ("near", "off", False),
        ("near", "0", True),
    ],
)
def test_what_is_written_in_an_address_is_read(name: str, text: str, value: object) -> None:
    """Digits may be of any script; a blank value or a misspelt switch counts as absent."""
    assert PARTS[name].of_text(text) == value


@pytest.mark.parametrize(
    ("name", "text"), [("depth", "x"), ("depth", "10"), ("days", "-1"), ("order", "left")]
)
def test_what_cannot_be_read_is_refused(name: str, text: str) -> None:
    """The error is that of the same value from a program."""
    with pytest.raises(QueryError) as caught:
        PARTS[name].of_text(text)
    assert caught.value.parameter == name


def test_all_of_a_search_but_its_text_and_filters_are_options_of_programs() -> None:
    """Type checkers know each option by name, except the text and the filters."""
    parts = {*SearchRequest.__dataclass_fields__} - {"text", "filters"}
    assert parts == {*OPTIONS}
    assert parts < {*SearchOptions.__annotations__}


@pytest.mark.parametrize("name", OPTIONS)
def test_a_cursor_leads_on_where_the_same_articles_are_asked_for(name: str) -> None:
    """Options that decide which articles are found must be those of the cursor; others may change."""
    other: dict[str, Any] = {
        "sort": "newest",
        "freshness": 30,
        "cursor": "x",
        "facets": ("year",),
        "limit": 3,
        "offset": 3,
        "facet_limit": 3,
    }
    plain = SearchRequest("নদী")
    changed = replace(plain, **{name: other.get(name, not OPTIONS[name].default)})
    assert (changed.identity() != plain.identity()) is OPTIONS[name].option.decides
