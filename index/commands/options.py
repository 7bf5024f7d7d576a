"""What the commands of all layers share: where they are gathered, and their common options."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from onneshon.index.configuration import Configuration, read_configuration
from onneshon.index.errors import ConfigurationError
from onneshon.index.remote import Location, RemoteIndex, location_of, site_directory

__all__ = [
    "GROUP",
    "Location",
    "configuration_of",
    "default_index",
    "index_option",
    "json_option",
    "location_option",
]

GROUP = "onneshon.commands"
"""Entry-point group; each entry is a click command, by its name."""

default_index = Path("var/index")

_Command = TypeVar("_Command", bound=Callable[..., Any])


_DIRECTORY = click.Path(path_type=Path, file_okay=False)


def configuration_of(location: Location) -> Configuration:
    """What a site says of an index: ``onneshon.toml`` in its directory; of an address, where one works.

    Raises:
        ConfigurationError: it makes no sense.
    """
    return read_configuration(site_directory(location))


def _location(context: click.Context, parameter: click.Parameter, text: str) -> Location:
    """The directory or the address that a text names."""
    try:
        location = location_of(text)
    except ConfigurationError as error:
        raise click.BadParameter(str(error), context, parameter) from None
    if isinstance(location, RemoteIndex):
        return location
    directory: Path = _DIRECTORY.convert(text, parameter, context)
    return directory


def _remember(context: click.Context, parameter: click.Parameter, text: str | None) -> Location:
    """The option after the command's name wins over the one before it, and either over the environment."""
    given_before = _given(context)
    typed = context.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
    if text is not None and (typed or given_before is None):
        context.obj = _location(context, parameter, text)
    return _given(context) or default_index


def _given(context: click.Context) -> Location | None:
    return context.obj if isinstance(context.obj, Path | RemoteIndex) else None


def _directory(context: click.Context, parameter: click.Parameter, text: str | None) -> Path:
    location = _remember(context, parameter, text)
    if isinstance(location, RemoteIndex):
        raise click.UsageError(
            f"`{context.command_path}` works on an index in a directory, and {location} is one on a cluster, "
            f"which looks after that by itself; docs/scale.md says how"
        )
    return location


def _option(
    name: str, callback: Callable[..., Location], metavar: str, what: str
) -> Callable[[_Command], _Command]:
    return click.option(
        "--index",
        name,
        envvar="ONNESHON_INDEX",
        callback=callback,
        metavar=metavar,
        help=f"{what}  [default: var/index, or ONNESHON_INDEX]",
    )


index_option = _option("directory", _directory, "DIR", "Directory of the index")
"""Decorator for commands that work on an index in a directory only; passes ``directory: Path``."""

location_option = _option(
    "location",
    _remember,
    "DIR|URL",
    "Directory of the index, or opensearch://HOST:9200/NAME of one on a cluster",
)
"""Decorator for commands that work on either; passes ``location: Location``."""


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
"""Decorator for every command that can print JSON; passes ``as_json: bool``."""
