"""A page of results as lines for a terminal."""

from collections.abc import Iterator, Sequence
from typing import Final

from onneshon.index.commands.terminal import Styled
from onneshon.search.query.numbers import number_order
from onneshon.search.results.values import Hit, ResultPage, Snippet
from onneshon.search.retrieval.facets import Facet

__all__ = ["Line", "lines_of", "painted"]

STYLES: Final = {"exact": "yellow", "inflection": "green", "sound": "cyan", "synonym": "magenta"}
"""Colour of a mark by the way in which the word matches."""

Line = Sequence[str | Styled]
"""What is printed as one line, and indented where a text breaks it."""


def lines_of(page: ResultPage) -> Iterator[Line]:
    """Everything that a page says."""
    yield from _about(page)
    if not page.hits:
        yield ("nothing found" if not page.total else f"no more hits after {page.total:,}",)
        for word, count in page.counts:
            yield (f"  {word}: {count:,} articles",)
    for number, hit in enumerate(page.hits, start=page.offset + 1):
        yield from _hit(number, hit)
    for facet in page.facets.values():
        yield from _facet(facet)
    if page.hits:
        yield (_last(page),)


def _about(page: ResultPage) -> Iterator[Line]:
    if page.understanding:
        how = " (typed for Bijoy)" if page.understanding.encoding == "bijoy" else ""
        yield (f"searched for: {page.understanding.understood}{how}",)
    for reading in page.readings:
        if reading.others:
            others = ", ".join(other.word for other in reading.others)
            yield (f"{reading.typed} was taken for {reading.word}; it may also be {others}",)
        if reading.also:
            yield (f"{reading.typed} is also searched as {', '.join(reading.also)}",)
    for name in page.unknown_fields:
        yield (f"there is no field {name}: to search in; see docs/query-syntax.md",)
    for ignored in page.ignored:
        if ignored.text not in page.unknown_fields:
            yield (f"passed over at character {ignored.start + 1}: {ignored.text} ({ignored.reason})",)
    for suggestion in page.suggestions:
        yield (f"did you mean: {suggestion}",)
    for value in page.unknown:
        near = f"; there is: {' · '.join(value.nearest)}" if value.nearest else ""
        yield (f"no article has the {value.field} {value.value}{near}",)


def _last(page: ResultPage) -> str:
    first, last = page.offset + 1, page.offset + len(page.hits)
    order = "" if page.sort == "relevance" else f", {page.sort} first"
    order = f", by {page.sort}" if number_order(page.sort) else order
    reasons = {"time": "time ran out", "part": "a part of the index did not answer"}
    incomplete = f", incomplete: {reasons[page.partial_reason or 'time']}" if page.partial else ""
    return f"{first:,} to {last:,} of {page.total:,} articles{order}, {page.took_ms:.1f} ms{incomplete}"


def _facet(facet: Facet) -> Iterator[Line]:
    yield (Styled(facet.name, bold=True),)
    for value in facet.values:
        yield (f"  {value.count:>9,}  ", value.value)
    if facet.more:
        yield (Styled(f"             {facet.more:,} more", dim=True),)


def _hit(number: int, hit: Hit) -> Iterator[Line]:
    article = hit.article
    yield (f"{number}. ", *(painted(hit.marked_title) or [article.id]))
    day = article.date.isoformat() if article.date else ""
    about = [part for part in (article.id, day, article.category, article.author) if part]
    alike = f" · {hit.alike:,} more nearly the same" if hit.alike else ""
    pinned = " · editor's choice" if hit.pinned else ""
    yield (Styled(f"   {' · '.join(about)} · {hit.score:.3f}{alike}{pinned}", dim=True),)
    yield ("   ", *painted(hit.snippet))
    for line in hit.explanation.lines() if hit.explanation else ():
        yield (f"   {line}",)
    yield ()


def painted(snippet: Snippet) -> list[str | Styled]:
    """The text in pieces, its marks in colour."""
    return [
        Styled(text, fg=STYLES[match.layer], bold=True) if match else text
        for text, match in snippet.pieces()
        if text
    ]
