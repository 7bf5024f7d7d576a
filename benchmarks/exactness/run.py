"""Compares every operator, filter, facet and sort over a corpus with a count in plain Python.

    python -m benchmarks.exactness.run --corpus FILE [--limit N] [--document]

FILE is JSON Lines, compressed or not. Authors, days, sections and tags that its articles lack are drawn by
lot. Prints a table, and ends with 1 where a row differs; ``--document`` writes the number of rows that
differ, and which, into docs/exactness.md.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from benchmarks.document import command_line, replace_figures
from benchmarks.exactness.compare import Outcome, compared
from benchmarks.exactness.plain import PlainArticles
from benchmarks.exactness.rows import ROWS, SITE, with_fields
from onneshon.index import read_articles
from onneshon.search import Engine

DOCUMENT = Path(__file__).parents[2] / "docs" / "exactness.md"


def table(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """The outcomes as a Markdown table."""
    yield "| what | request | articles | otherwise in plain Python |"
    yield "|---|---|---:|---|"
    for outcome in outcomes:
        otherwise = f"{outcome.expected:,}: {'; '.join(outcome.differences)}" if outcome.differences else ""
        asked = _asked(outcome).replace("|", "\\|")
        yield f"| {outcome.row.what} | {asked} | {outcome.articles:,} | {otherwise} |"


def _asked(outcome: Outcome) -> str:
    request = outcome.request
    parts = [f"`{request.text}`"] if request.text else []
    parts += [f"`{each.parameter}={value}`" for each in request.filters for value in each.values]
    parts += [f"`facets={name}`" for name in request.facets]
    if request.sort != "relevance" or outcome.row.what.startswith("sort"):
        parts.append(f"`sort={request.sort}`")
    for flag in ("literal", "strict"):
        parts += [f"`{flag}=1`"] if getattr(request, flag) else []
    return " ".join(parts + ([] if request.group else ["`group=off`"]))


def main() -> None:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--document", action="store_true")
    options = parser.parse_args()
    articles = with_fields(list(islice(read_articles([options.corpus]), options.limit)))
    plain = PlainArticles(articles)
    with Engine.of(articles, configuration=SITE, time_limit=None) as engine:
        outcomes = [compared(engine, plain, row) for row in ROWS]
    same = sum(not outcome.differences for outcome in outcomes)
    summary = f"{len(articles):,} articles, {len(outcomes)} requests: {same} the same."
    differing = [outcome for outcome in outcomes if outcome.differences]
    lines = [summary, "", *(table(differing) if differing else [])]
    print("\n".join([*table(outcomes), "", summary]))
    if options.document:
        replace_figures(
            DOCUMENT, lines, command_line("-m", ["benchmarks.exactness.run", *sys.argv[1:]], options)
        )
    if any(outcome.differences for outcome in outcomes):
        sys.exit(1)


if __name__ == "__main__":
    main()
