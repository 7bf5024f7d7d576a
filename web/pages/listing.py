"""What a page of results was asked for, and addresses that change one thing of it and keep the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import url_for
from werkzeug.datastructures import MultiDict

from web.addresses import article_address
from web.paging import MAX_PAGE, PAGE_SIZE

__all__ = ["FACETS", "FACET_ROWS", "FILTERS", "SORTS", "Listing", "hit_rank"]

FILTERS: Final = ("category", "-category", "author", "date", "since", "until")
"""Parameters that leave articles out, each of which may come several times."""

KEPT: Final = ("q", "literal", *FILTERS, "sort", "group")
"""Parameters that an address of results may have beside page and language."""

FACETS: Final = ("category", "author")
"""Counted values that are shown beside the results, in this order."""

FACET_ROWS: Final = 8
"""Most values of one facet that are shown."""

SORTS: Final = ("relevance", "newest", "oldest")
"""Orders of the results; the first needs no parameter."""

Values = str | int | tuple[str, ...] | None


def hit_rank(text: str) -> int | None:
    """The rank of the hit that an article was reached from; None where there is none such."""
    if not (text.isdecimal() and len(text) <= len(str(MAX_PAGE * PAGE_SIZE))):
        return None
    return int(text) if 1 <= int(text) <= MAX_PAGE * PAGE_SIZE else None


@dataclass(frozen=True, slots=True)
class Listing:
    """The whole state of a page of results, as it stands in its address.

    Attributes:
        values: every value of each parameter in ``KEPT`` that is set.
    """

    values: Mapping[str, tuple[str, ...]]

    @classmethod
    def asked(cls, parameters: MultiDict[str, str]) -> "Listing":
        """What the parameters of a request ask for; empty and unknown ones are left out."""
        given = {name: tuple(one for one in parameters.getlist(name) if one) for name in KEPT}
        if given["literal"] != ("1",):
            del given["literal"]
        return cls({name: values for name, values in given.items() if values})

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """The filters in force, as name and value."""
        return [(name, value) for name in FILTERS for value in self.values.get(name, ())]

    def has(self, name: str, value: str) -> bool:
        """Whether a parameter has that value."""
        return value in self.values.get(name, ())

    def _with(self, changes: Mapping[str, Values]) -> dict[str, Values]:
        values: dict[str, Values] = {**self.values, **changes}
        return {name: value for name, value in values.items() if value not in {None, ()}}

    def _address(self, changes: Mapping[str, Values], page: int = 1) -> str:
        values = self._with({**changes, "page": page if page > 1 else None})
        return url_for("pages.results", **values)  # type: ignore[arg-type]  # no name of ours is one of Flask's

    def to(self, page: int = 1, **changes: Values) -> str:
        """The address of a page of these results; a change to None takes a parameter away."""
        return self._address(changes, page)

    def adding(self, name: str, value: str) -> str:
        """The address with one more filter."""
        return self._address({name: (*self.values.get(name, ()), value)})

    def removing(self, name: str, value: str) -> str:
        """The address without one filter."""
        return self._address({name: tuple(one for one in self.values.get(name, ()) if one != value)})

    def all_articles(self) -> str:
        """The address without any filter."""
        return self._address(dict.fromkeys(FILTERS))

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """What a form has to send along, but for some parameters."""
        return [(name, one) for name, values in self.values.items() if name not in without for one in values]

    def article(self, article_id: str, rank: int | None = None) -> str:
        """The address of an article that knows the way back to its place in these results."""
        return article_address(article_id, **self._with({"hit": rank}))

    def back(self, rank: int | None) -> str:
        """The address of these results at the place of a hit; from the top where its rank is unknown."""
        if rank is None:
            return self.to()
        return f"{self.to((rank - 1) // PAGE_SIZE + 1)}#hit-{rank}"
