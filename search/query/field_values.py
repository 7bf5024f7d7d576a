"""From the value that a field is asked for to the condition that it is, of whichever kind."""

from collections.abc import Mapping
from typing import Final, assert_never

from onneshon.index.configuration import FieldType
from onneshon.search.errors import QueryError
from onneshon.search.query.conditions import Choice, Filter
from onneshon.search.query.dates import period
from onneshon.search.query.languages import language_code
from onneshon.search.query.numbers import number_range

__all__ = ["NO_TYPES", "condition_in_query", "condition_of"]

NO_TYPES: Final[Mapping[str, FieldType]] = {}
"""Where a site declares no field."""


def condition_of(field: str, value: str, parameter: str, types: Mapping[str, FieldType]) -> Choice:
    """What an article must have of a field, as a program asks for it.

    Args:
        field: author, category, lang, date, id, or one that the site declares.
        value: of a keyword the whole of it.
        parameter: what holds the value, for the message.
        types: of the fields of the site; others have keywords.

    Raises:
        QueryError: the field takes no such value.
    """
    if field == "date":
        return period(value, parameter=parameter)
    match types.get(field, "keyword"):
        case "number":
            return number_range(field, value, parameter)
        case "keyword":
            return Filter(field, value, whole=True)
        case other:
            assert_never(other)


def condition_in_query(field: str, value: str, types: Mapping[str, FieldType]) -> Choice | None:
    """The same as a person types it in a query: of a keyword, some words in a row are enough.

    Args:
        field: as above.
        value: as typed.
        types: as above.

    Returns:
        None where the field takes no such value.
    """
    if field == "lang":
        code = language_code(value)
        return Filter(field, code, whole=True) if code else None
    try:
        condition = condition_of(field, value, field, types)
    except QueryError:
        return None
    return Filter(field, value) if isinstance(condition, Filter) else condition
