"""From what is typed after the name of a field to the condition that it is."""

from onneshon.index.configuration import DateOrder
from onneshon.search.query.conditions import Filter, Period
from onneshon.search.query.dates import period_or_none
from onneshon.search.query.languages import language_code
from onneshon.search.query.lexer import QueryToken

__all__ = ["condition_of"]


def condition_of(name: QueryToken, piece: QueryToken, order: DateOrder) -> Filter | Period | None:
    """What an article must have of a field.

    Args:
        name: of the field: one of authors, categories, days, languages, or one that the site declares.
        piece: the value.
        order: of day and month where both are figures.

    Returns:
        None where the field takes no such value.
    """
    match name.kind:
        case "date":
            return period_or_none(piece.text, order)
        case "lang":
            code = language_code(piece.text)
            return Filter("lang", code, whole=True) if code else None
        case "keyword":
            return Filter(name.text, piece.text)
        case kind:
            return Filter(kind, piece.text)
