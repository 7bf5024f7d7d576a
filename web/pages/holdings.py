"""What the index holds, in figures for readers, and queries that show what can be found in it."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from onneshon.index.analysis.script import BENGALI_DIGITS
from onneshon.search import SearchEngine, SearchRequest
from onneshon.search.retrieval.facets import Facet, FacetName

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
        year=max(year.values, key=lambda year: year.count).value if year.values else "",
    )


def _end(ask: SearchEngine, order: str) -> dt.date | None:
    hits = ask.search(SearchRequest("*", limit=1, sort=order)).hits
    return hits[0].article.date if hits else None


Example = tuple[str, int]
"""A query, and how many articles it finds; 0 where nobody can say."""

WAYS: Final = {
    "home.forms": ("ভাষা আন্দোলন", "বাংলাদেশের নদী", "সুন্দরবন", "বই"),
    "home.phrase": ('"ভাষা আন্দোলন"', '"বাংলাদেশ ব্যাংক"', '"জলবায়ু পরিবর্তন"', '"বিশ্ব স্বাস্থ্য সংস্থা"'),
    "home.latin": ("rabindranath", "bangladesher itihas", "shonar bangla", "dhaka"),
    "home.digits": ("1971", "1952", "২০২৪"),
}
"""For each way to search, queries to show it with; the first that finds something is shown."""

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
"""For each part of the query language, queries that show it; of those without, the index has the values."""

MOST_SHOWN: Final = 2
"""Examples of a part of the query language."""


def shown_ways(ask: SearchEngine) -> list[tuple[str, str]]:
    """Each way to search with a query that finds something; without those that nothing shows."""
    found = ((way, next(_finding(ask, tries), ("", 0))) for way, tries in WAYS.items())
    return [(way, query) for way, (query, _) in found if query]


def guided(ask: SearchEngine, holdings: Holdings) -> dict[str, list[Example]]:
    """Each part of the query language with its examples that find something, or else the first."""
    guide = {**GUIDE, "help.filter": _filters(holdings), "help.date": _dates(holdings)}
    return {
        part: [*islice(_finding(ask, tries), MOST_SHOWN)] or [(tries[0], 0)]
        for part, tries in guide.items()
        if tries
    }


def _finding(ask: SearchEngine, tries: Iterable[str]) -> Iterator[Example]:
    for query in tries:
        if total := ask.search(SearchRequest(query, limit=0, exact_totals=True)).total:
            yield query, total


def _filters(holdings: Holdings) -> tuple[str, ...]:
    named: Mapping[str, str] = {"বিভাগ": holdings.category, "লেখক": holdings.author}
    return tuple(f'{name}:"{value}"' for name, value in named.items() if value and '"' not in value)


def _dates(holdings: Holdings) -> tuple[str, ...]:
    year = holdings.year.translate(BENGALI_DIGITS)
    return (f"তারিখ:{year}", f"তারিখ:{year}..") if year else ()
