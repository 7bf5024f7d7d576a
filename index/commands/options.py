"""What the commands of all layers share: where they are gathered, and their common options."""

from pathlib import Path

import click
from click.core import ParameterSource

__all__ = ["GROUP", "default_index", "index_option", "json_option"]

GROUP = "onneshon.commands"
"""Entry-point group; each entry is a sequence of click commands."""

default_index = Path("var/index")


def _remember(context: click.Context, parameter: click.Parameter, value: Path | None) -> Path:
    """The option after the command's name wins over the one before it, and either over the environment."""
    given_before = context.find_object(Path)
    typed = context.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
    if value is not None and (typed or given_before is None):
        context.obj = value
    return context.find_object(Path) or default_index


index_option = click.option(
    "--index",
    "directory",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="ONNESHON_INDEX",
    callback=_remember,
    metavar="DIR",
    help="Directory of the index  [default: var/index, or ONNESHON_INDEX]",
)
"""Decorator for every command that works on an index; passes ``directory: Path``."""


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
"""Decorator for every command that can print JSON; passes ``as_json: bool``."""
