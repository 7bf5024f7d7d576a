"""From the value that a field is asked for to the condition that it is, of whichever kind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Self, assert_never

from onneshon.index.configuration import DATE_ORDERS, Configuration, DateOrder, FieldType, KeywordField
from onneshon.search.errors import QueryError
from onneshon.search.query.conditions import Choice, Filter
from onneshon.search.query.dates import period
from onneshon.search.query.languages import language_code
from onneshon.search.query.numbers import number_range

__all__ = ["READ_BY_DEFAULT", "FieldReading", "condition_in_query", "condition_of"]


@dataclass(frozen=True, slots=True)
class FieldReading:
    """How the values that fields are asked for are read.

    Attributes:
        types: of the fields that the site declares, by their names; any other field has keywords.
        date_order: of day and month where both are figures.
    """

    types: Mapping[str, FieldType] = field(default_factory=dict, hash=False)
    date_order: DateOrder = DATE_ORDERS[0]

    @classmethod
    def of(cls, fields: Iterable[KeywordField], configuration: Configuration) -> Self:
        """That of a site.

        Args:
            fields: that it has.
            configuration: what it says.
        """
        return cls({one.name: one.type for one in fields}, configuration.date_order)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Names of the fields whose values are numbers."""
        return tuple(name for name, kind in self.types.items() if kind == "number")


READ_BY_DEFAULT: Final = FieldReading()
"""Where a site says nothing."""


def condition_of(name: str, value: str, parameter: str, field_reading: FieldReading) -> Choice:
    """What an article must have of a field, as a program asks for it.

    Args:
        name: of the field: author, category, lang, date, id, or one that the site declares.
        value: of a keyword the whole of it.
        parameter: what holds the value, for the message.
        field_reading: of the site.

    Raises:
        QueryError: the field takes no such value.
    """
    if name == "date":
        return period(value, parameter=parameter, order=field_reading.date_order)
    match field_reading.types.get(name, "keyword"):
        case "number":
            return number_range(name, value, parameter)
        case "keyword":
            return Filter(name, value, whole=True)
        case other:
            assert_never(other)


def condition_in_query(name: str, value: str, field_reading: FieldReading) -> Choice | None:
    """The same as a person types it in a query: of a keyword, some words in a row are enough.

    Args:
        name: as above.
        value: as typed.
        field_reading: as above.

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
