"""``onneshon search``: the same hits as on the page, in a terminal or as JSON."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from index.commands.options import index_option
from index.commands.terminal import Styled, say, say_json
from search.commands.analyze_command import analyze
from search.commands.evaluate_command import evaluate
from search.commands.similar_command import similar
from search.commands.suggest_command import suggest
from search.commands.synonyms_command import synonyms
from search.engine import Engine
from search.results.values import Hit, ResultPage, Snippet

__all__ = ["commands"]

STYLES: Final = {"exact": "yellow", "inflection": "green", "sound": "cyan", "synonym": "magenta"}
"""Colour of a mark by the way in which the word matches."""


@click.command("search")
@click.argument("query")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 1000), help="Hits to show.")
@click.option(
    "--offset", default=0, show_default=True, type=click.IntRange(0), help="Hits to leave out first."
)
@click.option(
    "--literal",
    is_flag=True,
    help="Every word exactly as typed: no other form, spelling or script.",
)
@click.option("--category", help="Only articles of this category.")
@click.option("--author", help="Only articles of this author.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only articles of this day or later.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Only articles of this day or earlier.")
@click.option(
    "--no-group",
    "group",
    default=True,
    flag_value=False,
    help="Show each of articles that say nearly the same.",
)
@click.option("--explain", is_flag=True, help="Say of each hit why it has its score.")
@click.option("--json", "as_json", is_flag=True, help="Print the page of results as JSON.")
@index_option
def search_command(directory: Path, query: str, *, as_json: bool, **options: object) -> None:
    """Search the index for QUERY.

    \b
    ঢাকা বিশ্ববিদ্যালয়      any of the words, articles with more of them first
    "ভাষা আন্দোলন"       the words in this order
    +ভাষা -আন্দোলন       with the one and without the other
    মুক্তি*                  words that begin so
    =ভাষা                 the word exactly as typed, in no other form
    শিরোনাম:ঢাকা          in the title; also লেখক: and বিভাগ:
    """  # noqa: D301 (click wants the control character)
    for end in ("since", "until"):
        moment = options[end]
        options[end] = moment.date() if moment is not None else None  # type: ignore[attr-defined]
    with Engine.open(directory) as engine:
        page = engine.search(query, **options)  # type: ignore[arg-type]
    if as_json:
        say_json(page.to_dict())
    else:
        for line in _lines(page):
            say(*line, indent="   ")


Line = Sequence[str | Styled]
"""What is printed as one line, and indented where a text breaks it."""


def _lines(page: ResultPage) -> Iterator[Line]:
    if page.understanding:
        yield (f"searched for: {page.understanding.understood}",)
    for reading in page.readings:
        if reading.others:
            others = ", ".join(other.word for other in reading.others)
            yield (f"{reading.typed} was taken for {reading.word}; it may also be {others}",)
    for name in page.unknown_fields:
        yield (f"there is no field {name}: to search in; see docs/query-syntax.md",)
    for suggestion in page.suggestions:
        yield (f"did you mean: {suggestion}",)
    if not page.hits:
        yield ("nothing found" if not page.total else f"no more hits after {page.total:,}",)
        for word, count in page.counts:
            yield (f"  {word}: {count:,} articles",)
        return
    for number, hit in enumerate(page.hits, start=page.offset + 1):
        yield from _hit(number, hit)
    last = page.offset + len(page.hits)
    incomplete = ", incomplete: time ran out" if page.partial else ""
    yield (f"{page.offset + 1:,} to {last:,} of {page.total:,} articles, {page.took_ms:.1f} ms{incomplete}",)


def _hit(number: int, hit: Hit) -> Iterator[Line]:
    article = hit.article
    yield (f"{number}. ", *(_painted(hit.marked_title) or [article.id]))
    day = article.date.isoformat() if article.date else ""
    about = [part for part in (article.id, day, article.category, article.author) if part]
    alike = f" · {hit.alike:,} more nearly the same" if hit.alike else ""
    yield (Styled(f"   {' · '.join(about)} · {hit.score:.3f}{alike}", dim=True),)
    yield ("   ", *_painted(hit.snippet))
    for line in hit.explanation.lines() if hit.explanation else ():
        yield (f"   {line}",)
    yield ()


def _painted(snippet: Snippet) -> list[str | Styled]:
    """The text in pieces, its marks in colour."""
    pieces: list[str | Styled] = []
    end = 0
    for match in snippet.matches:
        pieces += (
            snippet.text[end : match.start],
            Styled(snippet.text[match.start : match.end], fg=STYLES[match.layer], bold=True),
        )
        end = match.end
    return [piece for piece in (*pieces, snippet.text[end:]) if piece]


commands: Sequence[click.Command] = (search_command, suggest, similar, analyze, evaluate, synonyms)
