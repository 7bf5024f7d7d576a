"""``onneshon keys``."""

import datetime as dt
from pathlib import Path

import click

from onneshon.index.commands.terminal import json_option, say, say_json
from onneshon.web.access.keys import SCOPES, KeyFile, Scope, add_key, remove_key

_file_option = click.option(
    "--keys",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="ONNESHON_KEYS",
    required=True,
    metavar="FILE",
    help="File of keys  [default: ONNESHON_KEYS]",
)


@click.group(name="keys")
def keys_group() -> None:
    """Make keys with which clients write over HTTP, and take them away."""


@keys_group.command(name="add")
@click.argument("name")
@_file_option
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(SCOPES),
    default=("write",),
    show_default=True,
    help="What the client may do; may be given again.",
)
def add_command(name: str, path: Path, scopes: tuple[Scope, ...]) -> None:
    """Make a key for the client NAME and print it: once, as the file keeps a digest only."""
    key = add_key(path, name, scopes, dt.datetime.now(dt.UTC).date())
    say(f"This key of {name} is shown once; {path} has its digest.", err=True)
    say(key)


@keys_group.command(name="remove")
@click.argument("name")
@_file_option
def remove_command(name: str, path: Path) -> None:
    """Take the key of the client NAME away; a server that runs refuses it from now on."""
    remove_key(path, name)
    say(f"removed {name}")


@keys_group.command(name="list")
@_file_option
@json_option
def list_command(path: Path, *, as_json: bool) -> None:
    """Show which clients have keys, and what for."""
    clients = KeyFile(path).clients()
    if as_json:
        say_json(
            [
                {"name": client.name, "scopes": sorted(client.scopes), "made": client.made}
                for client in clients
            ]
        )
        return
    for client in clients:
        say(f"{client.name:<20} {','.join(sorted(client.scopes)):<13} {client.made}")
