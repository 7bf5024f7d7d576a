"""From the value that a field is asked for to the condition that it is, of whichever kind."""

from collections.abc import Collection

from onneshon.search.errors import QueryError
from onneshon.search.query.conditions import Choice, Filter
from onneshon.search.query.dates import period
from onneshon.search.query.languages import language_code
from onneshon.search.query.numbers import number_range

__all__ = ["condition_in_query", "condition_of"]


def condition_of(field: str, value: str, parameter: str, numbers: Collection[str]) -> Choice:
    """What an article must have of a field, as a program asks for it.

    Args:
        field: author, category, lang, date, id, or one that the site declares.
        value: of a keyword the whole of it.
        parameter: what holds the value, for the message.
        numbers: names of the fields that have numbers.

    Raises:
        QueryError: the field takes no such value.
    """
    if field == "date":
        return period(value, parameter=parameter)
    if field in numbers:
        return number_range(field, value, parameter)
    return Filter(field, value, whole=True)


def condition_in_query(field: str, value: str, numbers: Collection[str]) -> Choice | None:
    """The same as a person types it in a query: of a keyword, some words in a row are enough.

    Args:
        field: as above.
        value: as typed.
        numbers: as above.

    Returns:
        None where the field takes no such value.
    """
    if field == "lang":
        code = language_code(value)
        return Filter(field, code, whole=True) if code else None
    try:
        condition = condition_of(field, value, field, numbers)
    except QueryError:
        return None
    return Filter(field, value) if isinstance(condition, Filter) else condition
