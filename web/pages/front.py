"""The content of the home page: newest articles, this day in earlier years, categories, example queries."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from onneshon.index import Article
from onneshon.index.analysis.script import BENGALI_DIGITS
from onneshon.search import FieldFilter, SearchEngine, SearchRequest
from onneshon.search.retrieval.facets import Facet, FacetName, FacetValue

NEWEST: Final = 5
"""Number of newest articles shown."""

SECTIONS: Final = 12
"""Number of categories shown, those with the most articles."""

REMEMBERED: Final = 4
"""Maximum articles shown of earlier years, if there are two at least."""

YEARS: Final = 30
"""Number of earlier years that are searched for them."""

_AROUND: Final = dt.timedelta(3)

_COUNTED: Final[tuple[FacetName, ...]] = ("category", "author", "year")


@dataclass(frozen=True, slots=True)
class Front:
    """The content of the home page; each part is empty where there is nothing to show.

    Attributes:
        newest: the newest articles, the newest first.
        sections: categories with their numbers of articles.
        remembered: articles of this day in earlier years, else of the days around it, the latest year first.
        exactly: whether ``remembered`` is of exactly this day.
    """

    newest: tuple[Article, ...] = ()
    sections: tuple[FacetValue, ...] = ()
    remembered: tuple[Article, ...] = ()
    exactly: bool = True


def front(ask: SearchEngine, day: dt.date) -> Front:
    """The content of the home page on a day, by two or three searches.

    Args:
        ask: the engine.
        day: the current day.

    Raises:
        BusyError: the searches waited too long for others.
    """
    request = SearchRequest("*", limit=NEWEST, sort="newest", facets=("category",), facet_limit=SECTIONS)
    found = ask.search(request)
    facet = found.facets.get("category")
    sections = facet.values if facet else ()
    newest = tuple(hit.article for hit in found.hits if hit.article.date)
    if not newest:
        return Front(sections=sections)
    for around in (dt.timedelta(0), _AROUND):
        remembered = _of_earlier_years(ask, day, around)
        if len(remembered) > 1:
            return Front(newest, sections, remembered, exactly=not around)
    return Front(newest, sections)


def _of_earlier_years(ask: SearchEngine, day: dt.date, around: dt.timedelta) -> tuple[Article, ...]:
    spans = (f"{then - around}..{then + around}" for then in _same_days(day))
    dates = FieldFilter("date", tuple(spans))
    found = ask.search(SearchRequest("*", filters=(dates,), limit=REMEMBERED, sort="newest"))
    return tuple(hit.article for hit in found.hits)


def _same_days(day: dt.date) -> Iterator[dt.date]:
    """The same day in earlier years; for a leap day, only in leap years."""
    for years in range(1, YEARS + 1):
        try:
            yield day.replace(year=day.year - years)
        except ValueError:
            continue


@dataclass(frozen=True, slots=True)
class Holdings:
    """Figures of the whole index.

    Attributes:
        count: the number of articles.
        first: the day of the oldest article; None where none has a day.
        last: the day of the newest article.
        categories: the number of categories.
        authors: the number of authors.
        category: the category with the most articles; empty where there is none.
        author: the author with the most articles.
        year: the year with the most articles, in ASCII digits.
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
    """Compute the figures of the whole index."""
    facets = ask.search(SearchRequest("*", limit=0, facets=_COUNTED)).facets
    category, author, year = (facets.get(name, Facet(name, ())) for name in _COUNTED)
    return Holdings(
        ask.count,
        *((_end(ask, "oldest"), _end(ask, "newest")) if year.values else (None, None)),
        categories=len(category.values) + category.more,
        authors=len(author.values) + author.more,
        category=category.values[0].value if category.values else "",
        author=author.values[0].value if author.values else "",
        year=max(year.values, key=lambda year: year.count).value if year.values else "",
    )


def _end(ask: SearchEngine, order: str) -> dt.date | None:
    hits = ask.search(SearchRequest("*", limit=1, sort=order)).hits
    return hits[0].article.date if hits else None


Example = tuple[str, int]
"""A query, and the number of articles it finds; 0 where that is unknown."""

WAYS: Final = {
    "home.forms": ("ভাষা আন্দোলন", "বাংলাদেশের নদী", "সুন্দরবন", "বই"),
    "home.phrase": ('"ভাষা আন্দোলন"', '"বাংলাদেশ ব্যাংক"', '"জলবায়ু পরিবর্তন"', '"বিশ্ব স্বাস্থ্য সংস্থা"'),
    "home.latin": ("rabindranath", "bangladesher itihas", "shonar bangla", "dhaka"),
    "home.digits": ("1971", "1952", "২০২৪"),
}
"""Example queries for each way to search; the first that finds something is shown."""

GUIDE: Final = {
    "help.words": ("ভাষা আন্দোলন", "বাংলাদেশের নদী"),
    "help.phrase": ('"ভাষা আন্দোলন"', '"বিশ্ব স্বাস্থ্য সংস্থা"'),
    "help.must": ("+ঢাকা ট্রেন", "ক্রিকেট -ভারত"),
    "help.logic": ("ঢাকা AND চট্টগ্রাম", "(নদী OR খাল) দূষণ"),
    "help.prefix": ("মুক্তি*", "বিশ্ব*"),
    "help.near": ("মুক্তিযুদ্দ~", "ইতীহাস~"),
    "help.verbatim": ("=ঢাকার", "=নদীতে"),
    "help.field": ("title:নির্বাচন", "শিরোনাম:বাজেট", "শিরোনাম:ভাষা", "শিরোনাম:নদী"),
    "help.filter": (),
    "help.date": (),
    "help.latin": ("rabindranath", "bangladesher itihas"),
    "help.digits": ("১৯৭১", "1971"),
}
"""Example queries for each part of the query language; empty where they are made of the index's values."""

MOST_SHOWN: Final = 2
"""Maximum examples shown for a part of the query language."""


def shown_ways(ask: SearchEngine) -> list[tuple[str, str]]:
    """The ways to search, each with a query that finds something; ways without such a query are left out."""
    found = ((way, next(_finding(ask, tries), ("", 0))) for way, tries in WAYS.items())
    return [(way, query) for way, (query, _) in found if query]


def guided(ask: SearchEngine, holdings: Holdings) -> dict[str, list[Example]]:
    """The parts of the query language, each with the examples that find something, or else the first."""
    guide = {**GUIDE, "help.filter": _filters(holdings), "help.date": _dates(holdings)}
    return {
        part: [*islice(_finding(ask, tries), MOST_SHOWN)] or [(tries[0], 0)]
        for part, tries in guide.items()
        if tries
    }


def _finding(ask: SearchEngine, tries: Iterable[str]) -> Iterator[Example]:
    for query in tries:
        if total := ask.search(SearchRequest(query, limit=0, exact_totals=True, strict=True)).total:
            yield query, total


def _filters(holdings: Holdings) -> tuple[str, ...]:
    named: Mapping[str, str] = {"বিভাগ": holdings.category, "লেখক": holdings.author}
    return tuple(f'{name}:"{value}"' for name, value in named.items() if value and '"' not in value)


def _dates(holdings: Holdings) -> tuple[str, ...]:
    year = holdings.year.translate(BENGALI_DIGITS)
    return (f"তারিখ:{year}", f"তারিখ:{year}..") if year else ()
