"""``onneshon search``, ``suggest`` and ``similar``: results as on the web page, as text or JSON."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import click

from onneshon.index.commands.terminal import (
    TYPED_TEXT,
    Styled,
    json_option,
    location_option,
    say,
    say_json,
    typed_lines,
)
from onneshon.index.json_form import to_json
from onneshon.index.remote import Location
from onneshon.search.commands.request_options import (
    QueryCommand,
    opened_engine,
    request_options,
    typed_request,
)
from onneshon.search.interface import SearchEngine
from onneshon.search.query.conditions import number_order
from onneshon.search.request import SearchRequest
from onneshon.search.results.export import EXPORTS, Export, exported
from onneshon.search.results.values import Hit, ResultPage, Snippet
from onneshon.search.retrieval.facets import Facet

STYLES: Final = {"exact": "yellow", "inflection": "green", "sound": "cyan", "synonym": "magenta"}
"""The colour of a highlight by the way in which the word matches."""

Line = Sequence[str | Styled]
"""The parts of one printed line; where a text has line breaks, its further lines are indented."""


def lines_of(page: ResultPage) -> Iterator[Line]:
    """The printed lines of a whole page."""
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
    yield from _understood(page)
    for name in page.unknown_fields:
        yield (f"there is no field {name}: to search in; see docs/query-syntax.md",)
    for ignored in page.ignored:
        if ignored.text not in page.unknown_fields:
            yield (f"ignored at character {ignored.start + 1}: {ignored.text} ({ignored.reason})",)
    for suggestion in page.suggestions:
        yield (f"did you mean: {suggestion}",)
    for value in page.unknown:
        near = f"; there is: {' · '.join(value.nearest)}" if value.nearest else ""
        yield (f"no article has the {value.field} {value.value}{near}",)


def _understood(page: ResultPage) -> Iterator[Line]:
    if page.quotation:
        yield (f"no article has these words next to each other; searched for: {page.query}",)
    if page.understanding:
        how = " (typed for Bijoy)" if page.understanding.encoding == "bijoy" else ""
        yield (f"searched for: {page.understanding.understood}{how}",)
    if page.authors:
        yield (f"and what was written by {', '.join(page.authors)}",)
    for reading in page.readings:
        if reading.others:
            others = ", ".join(other.word for other in reading.others)
            yield (f"{reading.typed} was taken for {reading.word}; it may also be {others}",)
        if reading.also:
            yield (f"{reading.typed} is also searched as {', '.join(reading.also)}",)


def _last(page: ResultPage) -> str:
    first, last = page.offset + 1, page.offset + len(page.hits)
    order = "" if page.sort == "relevance" else f", {page.sort} first"
    order = f", by {page.sort}" if number_order(page.sort) else order
    reasons = {"time": "time ran out", "part": "a part of the index did not answer"}
    incomplete = f", incomplete: {reasons[page.partial_reason or 'time']}" if page.partial else ""
    least = "" if page.total_is_exact else "at least "
    return (
        f"{first:,} to {last:,} of {least}{page.total:,} articles{order}, {page.took_ms:.1f} ms{incomplete}"
    )


def _facet(facet: Facet) -> Iterator[Line]:
    yield (Styled(facet.name, bold=True),)
    for value in facet.values:
        yield (f" {' ' if facet.exact else '~'}{value.count:>9,}  ", value.value)
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
    """The text in pieces, with highlights in colour."""
    return [
        Styled(text, fg=STYLES[match.layer], bold=True) if match else text
        for text, match in snippet.pieces()
        if text
    ]


_NOTHING: Final = 1
"""The exit code of a search that found nothing, as grep's."""


@click.command("search", cls=QueryCommand)
@click.argument("words", nargs=-1, required=True, type=TYPED_TEXT, metavar="QUERY...")
@request_options
@click.option("--json", "as_json", is_flag=True, help="Print the page of results as JSON.")
@click.option("--jsonl", "as_lines", is_flag=True, help="Print each hit as a line of JSON.")
@click.option("--all", "everything", is_flag=True, help="Print every article that matches as a line of JSON.")
@click.option(
    "--export",
    "form",
    type=click.Choice(list(EXPORTS)),
    help="Print every article that matches without its text: as a table, lines of JSON, or references.",
)
@click.option("--open", "opened", type=click.IntRange(1), metavar="N", help="Open the original of hit N.")
@location_option
@click.pass_context
def search_command(
    context: click.Context,
    /,
    location: Location,
    words: tuple[str, ...],
    *,
    as_json: bool,
    as_lines: bool,
    everything: bool,
    form: str | None,
    opened: int | None,
    **options: Any,
) -> None:
    """Search the index for QUERY, one word or several; - reads queries from standard input, one a line.

    \b
    ঢাকা বিশ্ববিদ্যালয়      any of the words, articles with more of them first
    "ভাষা আন্দোলন"       the words in this order
    +ভাষা -আন্দোলন       with the one and without the other
    মুক্তি*                  words that begin so
    =ভাষা                 the word exactly as typed, in no other form
    শিরোনাম:ঢাকা          in the title; also লেখক: বিভাগ: তারিখ: ভাষা:

    Put -- before a query that begins with a hyphen. Where nothing is found, the exit code is 1.
    """  # noqa: D301 (click wants the control character)
    if sum((as_json, as_lines, everything, form is not None, opened is not None)) > 1:
        raise click.UsageError("--json, --jsonl, --all, --export and --open exclude each other.")
    if form and words == ("-",):
        raise click.UsageError("--export makes one file of one query.")
    found = False
    with opened_engine(location) as engine:
        for text in _queries(words):
            request = typed_request(text, options)
            if everything or form:
                found |= _export(engine, request, EXPORTS[form]) if form else _all(engine, request)
                continue
            page = engine.search(request)
            found |= page.total > 0
            if opened is not None:
                _open(page, opened)
            else:
                _print(page, as_json=as_json, as_lines=as_lines, compact=words == ("-",))
    if not found:
        context.exit(_NOTHING)


def _queries(words: Sequence[str]) -> Iterable[str]:
    if tuple(words) == ("-",):
        return (line.strip() for line in typed_lines() if line.strip())
    return (" ".join(words),)


def _print(page: ResultPage, *, as_json: bool, as_lines: bool, compact: bool) -> None:
    if as_json:
        say_json(page.to_dict(), indent=None if compact else 2)
    elif as_lines:
        for hit in page:
            say_json({"query": page.query} | hit.to_dict(), indent=None)
    else:
        for line in lines_of(page):
            say(*line, indent="   ")


def _all(engine: SearchEngine, request: SearchRequest) -> bool:
    found = False
    for article in engine.scan(request):
        found = True
        say_json(to_json(article), indent=None)
    return found


def _export(engine: SearchEngine, request: SearchRequest, form: Export) -> bool:
    pieces = 0
    for piece in exported(form, ((article, article.url) for article in engine.scan(request))):
        pieces += 1
        if piece:
            say(piece.removesuffix("\n").removesuffix("\r"), indent="")
    return pieces > 1  # the first is the head


def _open(page: ResultPage, number: int) -> None:
    at = number - 1 - page.offset
    if not 0 <= at < len(page):
        raise click.ClickException(f"There is no hit {number} here; this page has {len(page)}.")
    url = page.hits[at].url
    if not url.startswith(("https://", "http://")):
        raise click.ClickException(f"Hit {number}, {page.hits[at].id}, has no web address.")
    say(url)
    click.launch(url)


@click.command("similar")
@click.argument("article_id", type=TYPED_TEXT, metavar="ID")
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1, 50), help="Articles to show.")
@json_option
@location_option
def similar(location: Location, article_id: str, limit: int, *, as_json: bool) -> None:
    """Show articles on the same subject as the article ID."""
    with opened_engine(location) as engine:
        found = engine.similar(article_id, limit=limit)
    if as_json:
        say_json([neighbour.to_dict() for neighbour in found])
        return
    for neighbour in found:
        say(
            neighbour.article.title or neighbour.article.id,
            Styled(f"  {neighbour.article.id}, {neighbour.score:.3f}", dim=True),
        )


@click.command("suggest")
@click.argument("text", type=TYPED_TEXT)
@click.option(
    "--limit", default=8, show_default=True, type=click.IntRange(1, 50), help="Suggestions to show."
)
@json_option
@location_option
def suggest(location: Location, text: str, limit: int, *, as_json: bool) -> None:
    """Show words, phrases and titles that go on from TEXT."""
    with opened_engine(location) as engine:
        found = engine.suggest(text, limit=limit)
    if as_json:
        say_json([to_json(suggestion) for suggestion in found])
        return
    for suggestion in found:
        say(suggestion.text, Styled(f"  {suggestion.kind}, {suggestion.count:,}", dim=True))
