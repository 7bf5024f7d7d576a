"""Turns a field's name and value, as readers and programs write them, into a condition."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import lru_cache
from typing import Final, Self, assert_never
from unicodedata import normalize

from onneshon.index.analysis.icu_text import shortest_code
from onneshon.index.configuration import (
    DATE_ORDERS,
    Configuration,
    DateOrder,
    FieldType,
    KeywordField,
    is_field_name,
)
from onneshon.search.errors import QueryError
from onneshon.search.query.conditions import (
    FILTER_FIELDS,
    Choice,
    Filter,
    FilterField,
    Selection,
    number_range,
)
from onneshon.search.query.dates import check_date, local_day, period
from onneshon.search.query.options import check_type, refused

_TWO_WAYS: Final = {
    normalize("NFC", letter): f"(?:{letter}|{normalize('NFD', letter)})"
    for letter in ("\u09df", "\u09dc", "\u09dd", "\u09cb", "\u09cc")
}
_ONE_OF_THEM: Final = re.compile("|".join(_TWO_WAYS))
_CODES: Final = {"বাংলা": "bn", "bangla": "bn", "bengali": "bn", "ইংরেজি": "en", "english": "en"}
_CODE: Final = re.compile(r"([a-z]{2,3})(?:-[a-z0-9]{2,8})*", re.IGNORECASE)


def field_name(typed: str) -> str:
    """The normal form (NFC) in which a field's name is looked up."""
    return normalize("NFC", typed)


@lru_cache(64)
def field_pattern(names: Sequence[str]) -> re.Pattern[str]:
    """A pattern for any of the names, in NFC or NFD, followed by a colon.

    Args:
        names: field names as ``field_name`` returns them.
    """
    escaped = "|".join(map(re.escape, names))
    return re.compile("(" + _ONE_OF_THEM.sub(lambda found: _TWO_WAYS[found[0]], escaped) + "):")


def language_code(name: str) -> str | None:
    """The code of a language, such as ``bn``; None for a word that is neither a code (BCP 47) nor a name.

    A code such as ``bn-BD`` is cut to its first part, as in articles.
    """
    known = _CODES.get(normalize("NFC", name).lower())
    code = None if known else _CODE.fullmatch(name)
    return known or (shortest_code(code[1]) or name if code else None)


@dataclass(frozen=True, slots=True)
class FieldReading:
    """How the values of fields in queries and filters are read.

    Attributes:
        types: the types of the fields that the site declares, by name; other fields have keywords.
        date_order: the order of day and month where both are figures.
        today: returns the day to which words such as ``গতকাল`` are relative.
    """

    types: Mapping[str, FieldType] = field(default_factory=dict, hash=False)
    date_order: DateOrder = DATE_ORDERS[0]
    today: Callable[[], dt.date] = local_day

    @classmethod
    def of(cls, fields: Iterable[KeywordField], configuration: Configuration) -> Self:
        """The reading that a site's settings call for.

        Args:
            fields: the site's fields.
            configuration: the site's settings.
        """
        return cls({declared.name: declared.type for declared in fields}, configuration.date_order)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Names of the fields whose values are numbers."""
        return tuple(name for name, kind in self.types.items() if kind == "number")


READ_BY_DEFAULT: Final = FieldReading()
"""How values are read where a site declares nothing."""


def condition_of(name: str, value: str, parameter: str, field_reading: FieldReading) -> Choice:
    """The condition for a field's value as a program gives it.

    Args:
        name: the field's name: author, category, lang, date, id, or a field that the site declares.
        value: a date, a number, or a whole keyword.
        parameter: the parameter that has the value, for the message.
        field_reading: how the site's field values are read.

    Raises:
        QueryError: the field takes no such value.
    """
    if name == "date":
        order, today = field_reading.date_order, field_reading.today
        return period(value, parameter=parameter, order=order, today=today)
    match field_reading.types.get(name, "keyword"):
        case "number":
            return number_range(name, value, parameter)
        case "keyword":
            return Filter(name, value, whole=True)
        case other:
            assert_never(other)


def condition_in_query(name: str, value: str, field_reading: FieldReading) -> Choice | None:
    """The condition for a value typed in a query: consecutive words of a keyword are enough.

    Args:
        name: the field's name.
        value: the value as typed.
        field_reading: how the site's field values are read.

    Returns:
        None where the field takes no such value.
    """
    if name == "lang":
        code = language_code(value)
        return Filter(name, code, whole=True) if code else None
    try:
        condition = condition_of(name, value, name, field_reading)
    except QueryError:
        return None
    return Filter(name, value) if isinstance(condition, Filter) else condition


def is_filter_field(name: str) -> bool:
    """Whether a name is valid for a field; only an engine knows which fields exist."""
    return name in FILTER_FIELDS or is_field_name(name)


def check_known(name: str, known: Iterable[str], parameter: str) -> None:
    """Refuse a name that is not one of the known ones.

    Args:
        name: the name asked for.
        known: the names that exist.
        parameter: the parameter that has the name, for the message.

    Raises:
        QueryError: the name is unknown; the message gives the nearest known name, or all of them.
    """
    names = tuple(known)
    if name not in names:
        raise unknown_name(name, names, parameter)


def unknown_name(name: str, known: Sequence[str], parameter: str) -> QueryError:
    """The error for an unknown name; the arguments are those of ``check_known``."""
    return QueryError(
        f"{parameter}: there is no {name[:60]!r}; {remedy(name, known)}",
        parameter=parameter,
    )


def remedy(name: str, known: Sequence[str]) -> str:
    """What to write instead of an unknown name: the nearest known name, or else all of them."""
    near = get_close_matches(name[:60], known, 1)
    verb = "is only" if len(known) == 1 else "are"
    return f"did you mean {near[0]!r}?" if near else f"there {verb} {', '.join(known) or 'none'}"


@dataclass(frozen=True, slots=True)
class FieldFilter:
    """A condition on one field, as text.

    Attributes:
        field: the field compared: category, author, lang, date, id, or a field that the site declares.
        values: an article must have any of these; a category, author, language and id as a whole, a date as
            ``search.query.dates`` reads it, a number as ``search.query.conditions`` does. An empty list is
            valid for ids only, where no article meets it.
        negated: whether an article must have none of the values instead.
    """

    field: FilterField
    values: tuple[str, ...]
    negated: bool = False

    def __post_init__(self) -> None:
        check_type("field", self.field, str)
        check_type("negated", self.negated, bool)
        if not is_filter_field(self.field):
            check_known(self.field, FILTER_FIELDS, "filter")
        if not isinstance(self.values, tuple | list):
            raise refused(self.parameter, f"a list of texts, not {repr(self.values)[:60]}")
        for value in self.values:
            check_type(self.parameter, value, str)
        none = not self.values and not (self.field == "id" and not self.negated)
        if none or not all(self.values):
            raise QueryError(f"{self.parameter}: name what to filter by", parameter=self.parameter)
        for value in self.values if self.field == "date" else ():
            check_date(value, self.parameter)

    @property
    def parameter(self) -> str:
        """The filter's name in requests: the field's name, after a hyphen where it is negated."""
        return f"-{self.field}" if self.negated else self.field

    def in_order(self) -> "FieldFilter":
        """The same filter with its values sorted, each once."""
        return replace(self, values=tuple(sorted(set(self.values))))

    def selection(self, field_reading: FieldReading) -> Selection:
        """The filter as a condition.

        Args:
            field_reading: how the site's field values are read.

        Raises:
            QueryError: a date or a number cannot be read.
        """
        choices = (condition_of(self.field, value, self.parameter, field_reading) for value in self.values)
        return Selection(tuple(choices), self.negated)
