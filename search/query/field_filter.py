"""A condition on one field as it is asked for: text, with the values that are alternatives."""

from dataclasses import dataclass

from search.errors import QueryError
from search.query.conditions import FILTER_FIELDS, Filter, FilterField, Period, Selection
from search.query.dates import period

__all__ = ["FieldFilter"]


@dataclass(frozen=True, slots=True)
class FieldFilter:
    """A condition on one field, as text.

    Attributes:
        field: what is compared.
        values: an article must have any of these; a category, author, language and id as a whole, a date as
            ``search.query.dates`` reads it.
        negated: an article must have none of them instead.
    """

    field: FilterField
    values: tuple[str, ...]
    negated: bool = False

    def __post_init__(self) -> None:
        if self.field not in FILTER_FIELDS:
            known = ", ".join(FILTER_FIELDS)
            raise QueryError(
                f"filter is by one of {known}, not {str(self.field)[:60]!r}",
                kind="parameter",
                parameter="filter",
            )
        if not self.values or not all(self.values):
            raise QueryError(
                f"{self.parameter}: name what to filter by", kind="parameter", parameter=self.parameter
            )
        self.selection()

    @property
    def parameter(self) -> str:
        """Its name in requests: the field's, after a hyphen where it is negated."""
        return f"-{self.field}" if self.negated else self.field

    def selection(self) -> Selection:
        """The condition; raises QueryError where a date cannot be read."""
        choices: tuple[Filter | Period, ...]
        if self.field == "date":
            choices = tuple(period(value, parameter=self.parameter) for value in self.values)
        else:
            choices = tuple(Filter(self.field, value, whole=True) for value in self.values)
        return Selection(choices, self.negated)
