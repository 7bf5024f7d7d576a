"""What the index holds, in figures for readers, worked out once for each generation."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from onneshon.search import SearchEngine, SearchRequest
from onneshon.search.retrieval.facets import Facet, FacetName

__all__ = ["Holdings", "holdings"]

_COUNTED: Final[tuple[FacetName, ...]] = ("category", "author", "year")


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much there is to search in.

    Attributes:
        count: articles.
        first: the day of the oldest; None where none has a day.
        last: the day of the newest.
        categories: how many there are.
        authors: how many there are.
        category: the one of most articles; empty where there is none.
        author: the one of most articles.
        year: the one of most articles, in ASCII digits.
    """

    count: int
    first: dt.date | None = None
    last: dt.date | None = None
    categories: int = 0
    authors: int = 0
    category: str = ""
    author: str = ""
    year: str = ""


def holdings(ask: SearchEngine) -> Holdings:
    """The figures of all that is searched."""
    facets = ask.search(SearchRequest("*", limit=0, facets=_COUNTED)).facets
    category, author, year = (facets.get(name, Facet(name, ())) for name in _COUNTED)
    return Holdings(
        ask.count,
        *((_end(ask, "oldest"), _end(ask, "newest")) if year.values else (None, None)),
        categories=len(category.values) + category.more,
        authors=len(author.values) + author.more,
        category=category.values[0].value if category.values else "",
        author=author.values[0].value if author.values else "",
        year=max(year.values, key=lambda one: one.count).value if year.values else "",
    )


def _end(ask: SearchEngine, order: str) -> dt.date | None:
    hits = ask.search(SearchRequest("*", limit=1, sort=order)).hits
    return hits[0].article.date if hits else None
