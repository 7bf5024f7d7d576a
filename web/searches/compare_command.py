"""``onneshon compare``: compares this search with another one on the site's own queries."""

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import fmean
from typing import Any, Final

import click
from jinja2 import Environment, PackageLoader

from onneshon.index.analysis.control_characters import visible
from onneshon.index.commands.terminal import json_option, location_option, say, say_json
from onneshon.index.remote import Location, location_of, site_directory
from onneshon.search import OnneshonError, QueryError, open_engine
from onneshon.search.evaluation.measures import (
    SHOWN,
    Listed,
    Lists,
    Preference,
    blinded,
    compare,
    measure,
    overlap,
    preference,
    read_hits,
    read_judgments,
    read_queries,
)
from onneshon.search.interface import OpenedEngine
from onneshon.web.searches.store import SearchStore

_FILE: Final = click.Path(path_type=Path, exists=True, dir_okay=False)
_DAYS: Final = 30
_MOST: Final = 200
"""The site's own queries that are compared: the most frequent ``_MOST`` of the last ``_DAYS`` days."""

_SIDE: Final = 5
"""Number of hits of each list that are printed."""


@click.command(name="compare")
@location_option
@click.option(
    "--with", "other", metavar="DIR|URL|FILE", help="Index, or file of hits (JSON Lines), to compare with."
)
@click.option(
    "--queries", type=_FILE, metavar="TSV", help="Queries, id TAB text  [default: what readers look for]"
)
@click.option("--qrels", type=_FILE, metavar="TREC", help="Judgments, query 0 article gain: nDCG of both.")
@click.option(
    "--page",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="HTML",
    help="Write a page on which people choose without knowing which is which, and HTML.key.json.",
)
@click.option("--choices", type=_FILE, metavar="JSON", help="What they chose; needs --key.")
@click.option("--key", type=_FILE, metavar="JSON", help="What --page wrote beside the page.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the order in which lists are shown.")
@json_option
def compare_command(
    location: Location,
    *,
    other: str | None,
    queries: Path | None,
    qrels: Path | None,
    page: Path | None,
    choices: Path | None,
    key: Path | None,
    seed: int,
    as_json: bool,
) -> None:
    """Show this search beside another one: hits side by side, how much they share, which is better.

    FILE has a line for each query: {"query": "নদী", "hits": [{"id": "7", "title": "…"}]}.
    """
    if choices is not None:
        if key is None:
            raise click.UsageError("--choices needs --key, which says what was shown where")
        _say_preference(preference(choices, key), as_json=as_json)
        return
    if other is None:
        raise click.UsageError("--with says what to compare with: an index, or a file of hits")
    texts = read_queries(queries) if queries else _own_queries(location)
    ours, theirs = _lists_of(str(location), texts), _lists_of(other, texts)
    report = _report(texts, ours, theirs, qrels)
    if page is not None:
        _write_page(page, texts, ours, theirs, seed)
    if as_json:
        say_json(report)
    else:
        _say(report, texts, ours, theirs)
        if page is not None:
            say(f"{page}: open it in a browser, and then")
            say(f"onneshon compare --choices choices.json --key {page}.key.json")


def _own_queries(location: Location) -> dict[str, str]:
    """The queries that readers ask most, by number, as far as the site counts them."""
    today = dt.date.today()  # noqa: DTZ011  # the day of the server, by which it counts
    rows = SearchStore(site_directory(location)).ranked("most", today - dt.timedelta(_DAYS), today, _MOST)
    if not rows:
        raise OnneshonError("no searches were counted (docs/desk.md): name a file by --queries")
    return {str(number): row.text for number, row in enumerate(rows, 1)}


def _lists_of(place: str, texts: Mapping[str, str]) -> Lists:
    path = Path(place)
    if path.is_file():
        lists = read_hits(path)
        return {text: lists.get(text, []) for text in texts.values()}
    with open_engine(location_of(place)) as engine:
        return {text: _hits(engine, text) for text in texts.values()}


def _hits(engine: OpenedEngine, text: str) -> list[Listed]:
    try:
        found = engine.search(text, limit=SHOWN)
    except QueryError:
        return []
    return [Listed(hit.id, hit.title, hit.snippet.text) for hit in found]


def _first(hits: Sequence[Listed]) -> str | None:
    """The id of the first hit; None without hits."""
    return hits[0].id if hits else None


def _report(texts: Mapping[str, str], ours: Lists, theirs: Lists, qrels: Path | None) -> dict[str, Any]:
    every = [(ours[text], theirs[text]) for text in texts.values()]
    report: dict[str, Any] = {
        "queries": len(texts),
        "overlap": fmean(overlap(*pair) for pair in every) if every else 0.0,
        "same_first": sum(_first(mine) == _first(its) for mine, its in every),
        "nothing": [sum(not pair[side] for pair in every) for side in (0, 1)],
    }
    if qrels is not None:
        report["nDCG@10"] = _judged(texts, ours, theirs, qrels)
    return report


def _judged(texts: Mapping[str, str], ours: Lists, theirs: Lists, qrels: Path) -> dict[str, float]:
    judgments = read_judgments(qrels)

    def scores(lists: Lists) -> dict[str, float]:
        run = {query: [(hit.id, 0.0) for hit in lists[text]] for query, text in texts.items()}
        return measure(run, judgments)["nDCG@10"]

    mine, its = scores(ours), scores(theirs)
    interval, signs = compare(mine, its), Preference.of(mine[query] - its[query] for query in mine)
    return {
        "ours": fmean(mine.values()),
        "theirs": fmean(its.values()),
        **asdict(interval),
        **asdict(signs),
        "p": signs.chance,
    }


def _say(report: Mapping[str, Any], texts: Mapping[str, str], ours: Lists, theirs: Lists) -> None:
    for text in texts.values():
        say(f"{text}  (shared: {overlap(ours[text], theirs[text]):.0%})")
        for rank in range(min(max(len(ours[text]), len(theirs[text])), _SIDE)):
            say(f"  {rank + 1}. {_title(ours[text], rank):<40.40} | {_title(theirs[text], rank):.40}")
    nothing = report["nothing"]
    shared = f"hits shared {report['overlap']:.0%}, first hit the same {report['same_first']}"
    say(f"{report['queries']} queries; {shared}")
    say(f"nothing found: ours {nothing[0]}, theirs {nothing[1]}")
    if judged := report.get("nDCG@10"):
        interval = f"[{judged['low']:+.4f}, {judged['high']:+.4f}]"
        say(f"nDCG@10: ours {judged['ours']:.4f}, theirs {judged['theirs']:.4f}, difference {interval}")
        signs = f"better {judged['better']}, worse {judged['worse']}, same {judged['same']}"
        say(f"{signs}; p = {judged['p']:.4f}")


def _title(hits: list[Listed], rank: int) -> str:
    return hits[rank].title or hits[rank].id if rank < len(hits) else ""


def _say_preference(found: Preference, *, as_json: bool) -> None:
    if as_json:
        say_json(asdict(found) | {"p": found.chance})
    else:
        say(f"better {found.better}, worse {found.worse}, same {found.same}; p = {found.chance:.4f}")


def _write_page(page: Path, texts: Mapping[str, str], ours: Lists, theirs: Lists, seed: int) -> None:
    """Write the page, and in a file of its own which list is on which side; skip queries with equal lists."""
    shown = [text for text in texts.values() if ours[text] != theirs[text]]
    left = blinded(shown, seed)
    sides = [(text, (ours, theirs)[not left[text]][text], (ours, theirs)[left[text]][text]) for text in shown]
    environment = Environment(loader=PackageLoader("onneshon.web"), autoescape=True)
    shows: Callable[[str], str] = visible
    environment.filters["shown"] = shows
    page.write_text(environment.get_template("compare.html").render(sides=sides), "utf-8")
    key = page.with_name(f"{page.name}.key.json")
    key.write_text(json.dumps(left, ensure_ascii=False, indent=1), "utf-8")
