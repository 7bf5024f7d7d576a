"""``onneshon suggest``: what goes on from a text that is being typed."""

import click

from onneshon.index.commands.terminal import Styled, location_option, say, say_json
from onneshon.index.json_form import to_json
from onneshon.index.remote import Location
from onneshon.search.commands.request_options import opened


@click.command("suggest")
@click.argument("text")
@click.option(
    "--limit", default=8, show_default=True, type=click.IntRange(1, 50), help="Suggestions to show."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@location_option
def suggest(location: Location, text: str, limit: int, *, as_json: bool) -> None:
    """Show words, phrases and titles that go on from TEXT."""
    with opened(location) as engine:
        found = engine.suggest(text, limit=limit)
    if as_json:
        say_json([to_json(suggestion) for suggestion in found])
        return
    for suggestion in found:
        say(suggestion.text, Styled(f"  {suggestion.kind}, {suggestion.count:,}", dim=True))
