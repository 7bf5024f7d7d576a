"""A request and its text, understood: what any engine reads off before it looks for articles."""

from onneshon.search.interface import SearchRequest
from onneshon.search.query.conditions import Condition, FilterField
from onneshon.search.query.field_values import FieldReading
from onneshon.search.query.parser import Parsed
from onneshon.search.query.tree import MatchAll, Query
from onneshon.search.reranking.ordering import Order
from onneshon.search.results.values import ResultPage
from onneshon.search.understanding.unknown_values import Asked, filters_of

__all__ = ["UnderstoodRequest"]


class UnderstoodRequest:
    """What a request asks for.

    Args:
        request: what is asked.
        parsed: its text, understood.
        field_reading: of the site.

    Raises:
        QueryError: it filters, counts or sorts by a field that there is not, or by a value that is no date or
            number.

    Attributes:
        request: what is asked.
        parsed: its text, understood.
        conditions: the field and the condition of each filter.
        query: what articles must match; None for nothing.
        order: of the hits.
        grouping: whether articles that say nearly the same are shown once.
        identity: what decides which articles are shown and in which order, for cursors.
    """

    def __init__(self, request: SearchRequest, parsed: Parsed, field_reading: FieldReading) -> None:
        request.check_fields(field_reading)
        self.request = request
        self.parsed = parsed
        self.conditions = [(one.field, one.selection(field_reading)) for one in request.filters]
        everything = request.filters and not request.text.strip()
        self.query: Query | None = parsed.query or (MatchAll() if everything else None)
        self.order = Order(request.sort, request.freshness)
        self.grouping = request.group and request.sort == "relevance"
        self.identity = repr(request.identity())

    def conditions_but(self, field: FilterField | None = None) -> list[Condition]:
        """The conditions of the filters, without those on one field."""
        return [condition for name, condition in self.conditions if name != field]

    def chosen_values(self, field: FilterField) -> list[str]:
        """The values that filters of a field choose."""
        return [value for one in self.request.filters if one.field == field for value in one.values]

    def filters(self, query: Query) -> list[Asked]:
        """All that is filtered by, in the query and beside it, a value each."""
        chosen = zip(self.request.filters, self.conditions, strict=True)
        return [
            *filters_of(query),
            *(
                Asked(condition, value)
                for given, (_, selection) in chosen
                for condition, value in zip(selection.choices, given.values, strict=True)
            ),
        ]

    @staticmethod
    def behind(page: ResultPage) -> int | None:
        """How many hits are shown up to the end of a page; None where no more follow."""
        shown = page.offset + len(page.hits)
        return shown if page.hits and shown < page.total - page.grouped else None
