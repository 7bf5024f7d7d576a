"""``onneshon similar``: articles on the same subject as one of them."""

import click

from onneshon.index.commands.terminal import Styled, location_option, say, say_json
from onneshon.index.remote import Location
from onneshon.search.commands.request_options import opened


@click.command("similar")
@click.argument("article_id", metavar="ID")
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1, 50), help="Articles to show.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@location_option
def similar(location: Location, article_id: str, limit: int, *, as_json: bool) -> None:
    """Show articles on the same subject as the article ID."""
    with opened(location) as engine:
        found = engine.similar(article_id, limit=limit)
    if as_json:
        say_json([neighbour.to_dict() for neighbour in found])
        return
    for neighbour in found:
        say(
            neighbour.article.title or neighbour.article.id,
            Styled(f"  {neighbour.article.id}, {neighbour.score:.3f}", dim=True),
        )
