"""``onneshon searches``: what readers look for, as far as a site counts it."""

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

import click

from onneshon.index.commands.terminal import json_option, location_option, say, say_json
from onneshon.index.remote import Location, site_directory
from onneshon.web.searches.store import SearchStore, Which, as_csv


@click.command(name="searches")
@location_option
@click.option(
    "--which",
    type=click.Choice(get_args(Which)),
    default="most",
    show_default=True,
    help="Searched most; nothing found; all words in two articles at most; found, and nothing opened.",
)
@click.option("--days", type=click.IntRange(1), default=7, show_default=True, help="Days until today.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Most lines.")
@click.option(
    "--csv", "csv_file", type=click.Path(path_type=Path, dir_okay=False), help="Write a file of CSV."
)
@json_option
def searches_command(
    location: Location, *, which: Which, days: int, limit: int, csv_file: Path | None, as_json: bool
) -> None:
    """Show what readers look for, where [site.searches] of onneshon.toml has it counted."""
    today = dt.date.today()  # noqa: DTZ011  # the day of the server, by which it counts
    rows = SearchStore(site_directory(location)).ranked(which, today - dt.timedelta(days - 1), today, limit)
    if csv_file is not None:
        csv_file.write_text(as_csv(rows), "utf-8", newline="")
        say(f"{csv_file}: {len(rows):,} queries")
    elif as_json:
        values: list[dict[str, Any]] = [asdict(row) for row in rows]
        say_json(values)
    else:
        for row in rows:
            known = f"{row.total_all:,} of {row.total:,} found, {row.opened:,} opened"
            say(f"{row.people:>8,}  {row.text}  ({known})")
        if not rows:
            say("nothing was counted; docs/desk.md says how a site has its searches counted")
