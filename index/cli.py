"""The one ``onneshon`` command: it gathers the commands that the installed layers contribute."""

from importlib.metadata import entry_points
from pathlib import Path

import click

from index.errors import OnneshonError

__all__ = ["default_index", "index_option", "main"]

GROUP = "onneshon.commands"
"""Entry-point group; each entry is a sequence of click commands."""

default_index = Path("var/index")




def _remember(context: click.Context, _parameter: click.Parameter, value: Path | None) -> Path:
    """The option given after the command's name wins over the one before it."""
    if value is not None:
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


class Onneshon(click.Group):
    """Turns the error family into a message on stderr and an exit code; no traceback reaches a person."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except OnneshonError as error:
            click.secho(f"onneshon: {error}", fg="red", err=True)
            ctx.exit(error.exit_code)


@click.group(cls=Onneshon, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="onneshon", prog_name="onneshon")
@index_option
def main(directory: Path) -> None:
    """Onneshon (অন্বেষণ): full-text search with first-class Bengali."""


def _gather() -> None:
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        for command in entry.load():
            main.add_command(command)


_gather()
