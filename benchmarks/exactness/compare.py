"""Compares what an engine finds, counts and orders with the results of plain Python."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from time import perf_counter

from benchmarks.exactness.plain import Found, PlainArticles
from benchmarks.exactness.rows import Row
from onneshon.search import Engine, SearchRequest

__all__ = ["Outcome", "compared", "differences", "request_of"]

EVERY = 1_000
"""The number of values of a facet that are compared."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row and the result of comparing it.

    Attributes:
        row: the row.
        request: the request sent to the engine.
        articles: the number of articles that the engine found.
        expected: the number that plain Python found.
        milliseconds: the engine's time for a page.
        differences: descriptions of what differs; empty where all is the same.
    """

    row: Row
    request: SearchRequest
    articles: int
    expected: int
    milliseconds: float
    differences: tuple[str, ...]


def request_of(row: Row, plain: PlainArticles) -> SearchRequest:
    """The search request of a row."""
    options = row.options(plain) if callable(row.options) else row.options
    return SearchRequest.of(row.text, facet_limit=EVERY, **options)


def compared(engine: Engine, plain: PlainArticles, row: Row) -> Outcome:
    """Ask the engine and plain Python, and compare their results."""
    request = request_of(row, plain)
    expected = row.means(plain)
    counted = row.counted(plain) if row.counted else expected
    began = perf_counter()
    page = engine.search(request)
    taken = (perf_counter() - began) * 1000
    found = tuple(differences(engine, plain, request, expected, counted))
    return Outcome(row, request, page.total, len(expected), taken, found)


def differences(
    engine: Engine, plain: PlainArticles, request: SearchRequest, expected: Found, counted: Found
) -> Iterable[str]:
    """Describe where an engine's answer differs from that of plain Python.

    Args:
        engine: an engine over the articles.
        plain: the articles.
        request: the search, with all values of its facets.
        expected: the articles that the request selects.
        counted: the articles that its facets count.
    """
    page = engine.search(request)
    if page.quotation:  # no article has the quotation: the engine answered its words instead
        page = engine.search(replace(request, strict=True))
    ids = [hit.id for hit in engine.scan(request)]
    wanted = {plain.articles[place].id for place in expected}
    if page.total != len(wanted):
        yield f"total {page.total}, not {len(wanted)}"
    if set(ids) != wanted or len(ids) != len(wanted):
        yield f"found too many {sorted(set(ids) - wanted)[:3]}, too few {sorted(wanted - set(ids))[:3]}"
    if request.sort != "relevance" and ids != plain.ids(expected, request.sort):
        yield "another order"
    for name, facet in page.facets.items():
        if {value.value: value.count for value in facet.values} != plain.counts(counted, name):
            yield f"other counts of {name}"
