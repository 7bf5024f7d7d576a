"""Filters given as options of a search: field names, each with one or several values."""

import datetime as dt
from collections.abc import Container, Iterable, Iterator, Mapping
from numbers import Real
from typing import Any, Final, NamedTuple, TypeAlias

from onneshon.index.configuration import is_field_name
from onneshon.search.errors import QueryError
from onneshon.search.query.conditions import FILTER_FIELDS, FilterField
from onneshon.search.query.dates import check_date
from onneshon.search.query.field_values import FieldFilter
from onneshon.search.query.options import refused

Values: TypeAlias = str | float | Iterable[str | float] | None
"""One value or several."""

Dates: TypeAlias = str | int | dt.date | Iterable[str | int | dt.date] | None
"""One date or several."""


class FilterOption(NamedTuple):
    """The texts that describe a filter to people.

    Attributes:
        description: the parameter's description in the OpenAPI document.
        negation: the description of the parameter that excludes what the filter finds.
        help: the help text of the command-line option; empty where there is no such option.
    """

    description: str
    negation: str
    help: str = ""


FILTER_OPTIONS: Final[Mapping[FilterField, FilterOption]] = {
    "category": FilterOption(
        "Articles of any of these categories.",
        "No articles of these categories.",
        "Only articles of this category; given again, of either.",
    ),
    "author": FilterOption(
        "Articles by any of these authors.",
        "No articles by these authors.",
        "Only articles by this author; given again, by either.",
    ),
    "lang": FilterOption(
        "Articles in any of these languages, such as `bn`.",
        "No articles in these languages.",
        "Only articles in this language.",
    ),
    "date": FilterOption(
        "Articles of any of these days, months, years or ranges: `2019..2020-06`.",
        "No articles of these days.",
        "Only articles of this day, month, year or range: 2019..2020-06.",
    ),
    "id": FilterOption("Articles with any of these ids.", "No articles with these ids."),
}
"""The filters that every index has."""


def option_filters(given: dict[str, Any], attributes: Container[str]) -> Iterator[FieldFilter]:
    """Remove the filters from the options and yield them.

    Args:
        given: all options by name; changed in place.
        attributes: the names of options that are no filter; other unknown names are fields of the site.

    Raises:
        QueryError: a value is of a wrong type, or no date; the message names the option.
    """
    for prefix in ("", "not_"):
        further = [name.removeprefix(prefix) for name in given if name.startswith(prefix)]
        declared = [name for name in further if name not in attributes and is_field_name(name)]
        for field in (*FILTER_FIELDS, *declared):
            name = prefix + ("ids" if field == "id" else field)
            value = given.pop(name, None)
            texts = _texts(name, value)
            if texts or (name == "ids" and not (value is None or isinstance(value, str))):
                yield FieldFilter(field, texts, negated=bool(prefix))
    since, until = (_end(name, given.pop(name, None)) for name in ("since", "until"))
    if since or until:
        yield FieldFilter("date", (f"{since}..{until}",))  # one range, whose ends may stand in either order


def _end(parameter: str, given: Any) -> str:
    """A single date, not a range, as text; empty where none is given."""
    days = _texts(parameter, given)
    if len(days) > 1:
        raise refused(parameter, f"one date, not {len(days)}")
    day = days[0] if days else ""
    if ".." in day:
        raise QueryError(
            f"{parameter}: {day[:60]!r} is a range; write one date, or give the range as date",
            kind="date",
            parameter=parameter,
        )
    if day:
        check_date(day, parameter)
    return day


def _texts(parameter: str, given: Any) -> tuple[str, ...]:
    """One or several values as texts; days in ISO form."""
    several = (given,) if given is None or _is_value(given) else given
    if not isinstance(several, Iterable) or isinstance(several, bytes | Mapping):
        raise _no_value(parameter, given)
    values = [value for value in several if value is not None and not (isinstance(value, str) and not value)]
    for value in values:
        if not _is_value(value):
            raise _no_value(parameter, value)
    return tuple(map(str, values))


def _is_value(given: object) -> bool:
    return isinstance(given, str | dt.date | Real) and not isinstance(given, bool)


def _no_value(parameter: str, given: object) -> QueryError:
    return refused(parameter, f"a text, a number or a list of such, not {repr(given)[:60]}")
