"""Queries that show what can be searched for, chosen among those that find something in this index."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from onneshon.index.analysis.script import BENGALI_DIGITS
from onneshon.search import SearchEngine, SearchRequest
from onneshon.web.pages.holdings import Holdings

__all__ = ["GUIDE", "WAYS", "Example", "guided", "shown_ways"]

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


def guided(ask: SearchEngine, held: Holdings) -> dict[str, list[Example]]:
    """Each part of the query language with its examples that find something, or else the first."""
    guide = {**GUIDE, "help.filter": _filters(held), "help.date": _dates(held)}
    return {
        part: [*islice(_finding(ask, tries), MOST_SHOWN)] or [(tries[0], 0)]
        for part, tries in guide.items()
        if tries
    }


def _finding(ask: SearchEngine, tries: Iterable[str]) -> Iterator[Example]:
    for query in tries:
        if total := ask.search(SearchRequest(query, limit=0)).total:
            yield query, total


def _filters(held: Holdings) -> tuple[str, ...]:
    named: Mapping[str, str] = {"বিভাগ": held.category, "লেখক": held.author}
    return tuple(f'{name}:"{value}"' for name, value in named.items() if value and '"' not in value)


def _dates(held: Holdings) -> tuple[str, ...]:
    year = held.year.translate(BENGALI_DIGITS)
    return (f"তারিখ:{year}", f"তারিখ:{year}..") if year else ()
