"""Whether an engine finds, counts and orders what plain Python does."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from time import perf_counter

from benchmarks.exactness.plain import Found, PlainArticles
from benchmarks.exactness.rows import Row
from onneshon.search import Engine, SearchRequest

__all__ = ["Outcome", "compared", "differences", "request_of"]

EVERY = 1_000
"""Values of a facet that are compared."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row and what came of it.

    Attributes:
        row: the row.
        request: as the engine was asked.
        articles: how many the engine found.
        expected: how many plain Python did.
        milliseconds: what the engine took for a page.
        differences: what is not the same; none where all is.
    """

    row: Row
    request: SearchRequest
    articles: int
    expected: int
    milliseconds: float
    differences: tuple[str, ...]


def request_of(row: Row, plain: PlainArticles) -> SearchRequest:
    """The request of a row."""
    options = row.options(plain) if callable(row.options) else row.options
    return SearchRequest.of(row.text, facet_limit=EVERY, **options)


def compared(engine: Engine, plain: PlainArticles, row: Row) -> Outcome:
    """Ask both."""
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
    """What an engine answers otherwise than plain Python.

    Args:
        engine: over the articles.
        plain: the articles.
        request: what is asked; of facets all values.
        expected: what it selects.
        counted: what its facets count.
    """
    page = engine.search(request)
    if page.quotation:  # that no article has, whose words were answered in its stead
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
