"""The ``onneshon`` command, which finds the subcommands that the installed layers contribute.

Exit codes: 0 done; 1 a failure; 2 wrong usage, or a query that cannot be understood; 3 no index yet; 4
another process writes the index; 5 the index is corrupt or of another version; 6 a new index is live, with
articles left out; 129, 130, 143 stopped by SIGHUP, Ctrl-C, SIGTERM.
"""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import click
from click.exceptions import Exit, NoSuchCommand

from onneshon.index.commands.doctor import ENCODE, doctor
from onneshon.index.commands.terminal import GROUP, Styled, clean_usage_errors, location_option, say
from onneshon.index.commands.version import version_text
from onneshon.index.errors import OnneshonError
from onneshon.index.remote import Location
from onneshon.index.storage.durable import remedy_of

_CTRL_C = 130
"""The exit code after Ctrl-C: 128 plus the number of SIGINT, as in shells."""


class Onneshon(click.Group):
    """Loads the command that is run, and turns errors into a message and an exit code.

    No other layer is loaded: a search needs no web server, and a build no search.
    """

    @cached_property
    def _entries(self) -> dict[str, EntryPoint]:
        return {entry.name: entry for entry in entry_points(group=GROUP)}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands, in alphabetical order."""
        return sorted({*super().list_commands(ctx), *self._entries})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name; None, after a message with the reason, if its layer cannot be loaded."""
        if cmd_name not in self.commands and cmd_name in self._entries:
            self._load(self._entries[cmd_name])
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolve as click does; for an unknown name suggest similar ones, also of commands not loaded."""
        try:
            return super().resolve_command(ctx, args)
        except NoSuchCommand as error:
            if error.command_name in self._entries:  # it cannot be loaded, which was reported
                raise
            raise NoSuchCommand(error.command_name, possibilities=self.list_commands(ctx), ctx=ctx) from None

    def _load(self, entry: EntryPoint) -> None:
        try:
            command = entry.load()
            if not isinstance(command, click.Command):
                raise TypeError(f"{entry.value} is no command")  # noqa: TRY301  # reported as what cannot be loaded is
            self.add_command(command, entry.name)
        except Exception as error:  # noqa: BLE001  # one layer must not take the others along
            _complain(f"{entry.name!r} is missing: {type(error).__name__}: {error}")

    def make_context(self, *args: Any, **settings: Any) -> click.Context:
        """Read the options before the command's name; ``--help`` and ``--version`` print and exit."""
        with _reporting(), clean_usage_errors():
            return super().make_context(*args, **settings)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the chosen command."""
        with _reporting(), clean_usage_errors():
            return super().invoke(ctx)


@contextmanager
def _reporting() -> Iterator[None]:
    """Turn errors into a message, and end the command with the exit code of the error."""
    try:
        yield
    except OnneshonError as error:
        _complain(str(error))
        raise Exit(error.exit_code) from error
    except KeyboardInterrupt:
        say(err=True)
        say("onneshon: stopped", err=True)
        raise Exit(_CTRL_C) from None
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader of a pipe has gone; click exits quietly
            raise
        _complain(_sentence(error))
        _give_up_output()
        raise Exit(1) from error
    except UnicodeEncodeError as error:
        if error.encoding == "utf-8":  # not caused by the terminal
            raise
        _complain(f"the output is encoded as {error.encoding}, which has no Bengali: {ENCODE}")
        raise Exit(1) from error


def _give_up_output() -> None:
    """Drop unwritten standard output, as Python 3.11.2 would write it again at exit, and exit with 120."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _sentence(error: OSError) -> str:
    """The message for an error of the system: the reason, the file, and advice if there is any."""
    where = f": {error.filename}" if error.filename else ""
    remedy = remedy_of(error.errno)
    return f"{error.strerror or error}{where}{f'; {remedy}' if remedy else ''}"


def _complain(message: str) -> None:
    say(Styled(f"onneshon: {message}", fg="red"), indent="  ", err=True)


def _say_version(context: click.Context, _option: click.Parameter, asked: bool) -> None:
    """Print the version; git is run for the commit only then."""
    if asked:
        say(f"onneshon, version {version_text()}")
        context.exit()


@click.group(cls=Onneshon, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_say_version,
    help="Show the version and exit.",
)
@location_option
@click.pass_context
def main(context: click.Context, location: Location) -> None:  # noqa: ARG001  # the option's callback keeps it
    """Onneshon (অন্বেষণ): full-text search with first-class Bengali."""
    if os.environ.get("NO_COLOR"):
        context.color = False


main.add_command(doctor)  # not through a layer, as it must work when a layer is broken


if __name__ == "__main__":
    main()
