"""A condition on one field as it is asked for: text, with the values that are alternatives."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from onneshon.index.configuration import is_field_name
from onneshon.search.errors import QueryError
from onneshon.search.query.arguments import check_type, refused
from onneshon.search.query.conditions import FILTER_FIELDS, FilterField, Selection
from onneshon.search.query.dates import check_date
from onneshon.search.query.field_values import FieldReading, condition_of

__all__ = ["FieldFilter", "check_known", "is_filter_field", "remedy", "unknown_name"]


def is_filter_field(name: str) -> bool:
    """Whether a field may be called so; which there are, an engine knows."""
    return name in FILTER_FIELDS or is_field_name(name)


def check_known(name: str, known: Iterable[str], parameter: str) -> None:
    """Refuse a name that is none of those known.

    Args:
        name: as asked for.
        known: what could be asked for.
        parameter: that has the name, for the message.

    Raises:
        QueryError: names the nearest known, or all.
    """
    names = tuple(known)
    if name not in names:
        raise unknown_name(name, names, parameter)


def unknown_name(name: str, known: Sequence[str], parameter: str) -> QueryError:
    """The error that a name is none of those known; the arguments as for ``check_known``."""
    return QueryError(
        f"{parameter}: there is no {name[:60]!r}; {remedy(name, known)}",
        kind="parameter",
        parameter=parameter,
    )


def remedy(name: str, known: Sequence[str]) -> str:
    """What to write instead of a name that there is not: the nearest, or any of those that there are."""
    near = get_close_matches(name[:60], known, 1)
    return f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known) or 'none'}"


@dataclass(frozen=True, slots=True)
class FieldFilter:
    """A condition on one field, as text.

    Attributes:
        field: what is compared: category, author, lang, date, id, or a field that the site declares.
        values: an article must have any of these; a category, author, language and id as a whole, a date as
            ``search.query.dates`` reads it, a number as ``search.query.numbers`` does. Of ids there may be
            none, which no article has.
        negated: an article must have none of them instead.
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
            raise QueryError(
                f"{self.parameter}: name what to filter by", kind="parameter", parameter=self.parameter
            )
        for value in self.values if self.field == "date" else ():
            check_date(value, self.parameter)

    @property
    def parameter(self) -> str:
        """Its name in requests: the field's, after a hyphen where it is negated."""
        return f"-{self.field}" if self.negated else self.field

    def in_order(self) -> "FieldFilter":
        """The same with its values in order, each once."""
        return replace(self, values=tuple(sorted(set(self.values))))

    def selection(self, field_reading: FieldReading) -> Selection:
        """The condition.

        Args:
            field_reading: of the site.

        Raises:
            QueryError: a date or a number cannot be read.
        """
        choices = (condition_of(self.field, value, self.parameter, field_reading) for value in self.values)
        return Selection(tuple(choices), self.negated)
