"""The one ``onneshon`` command: it gathers the commands that the installed layers contribute.

Exit codes: 0 done; 1 a failure; 2 wrong usage, or a query that cannot be understood; 3 no index yet; 4
another process writes the index; 5 the index is corrupt or of another version; 6 a new index is live, with
articles left out; 129, 130, 143 stopped by SIGHUP, Ctrl-C, SIGTERM.
"""

import errno
import os
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import click

from index.commands.doctor import doctor
from index.commands.options import GROUP, Place, place_option
from index.commands.terminal import Styled, clean_usage_errors, say
from index.errors import OnneshonError

__all__ = ["Onneshon", "main"]

_CTRL_C = 130
"""128 plus the number of SIGINT, as shells have it."""


class Onneshon(click.Group):
    """Finds the commands of all layers when needed, and turns errors into a message and an exit code."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._gathered = False
        self._faults: list[str] = []

    def gather(self) -> None:
        """Load the commands of each layer; one that fails is told of, and the others work."""
        if self._gathered:
            return
        self._gathered = True
        self.add_command(doctor)  # not through a layer: it must be there when a layer is ill
        for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
            self._load(entry)

    def _load(self, entry: EntryPoint) -> None:
        try:
            for command in entry.load():
                self.add_command(command)
        except Exception as error:  # noqa: BLE001  # one layer must not take the others along
            reason = f"{type(error).__name__}: {error}"
            self._faults.append(f"the commands of {entry.name!r} are missing: {reason}")

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands, in alphabetical order."""
        self.gather()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        self.gather()
        return super().get_command(ctx, cmd_name)

    def make_context(self, *args: Any, **settings: Any) -> click.Context:
        """Read the options before the command's name."""
        with clean_usage_errors():
            return super().make_context(*args, **settings)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the chosen command."""
        try:
            self.gather()
            for fault in self._faults:
                _complain(fault)
            with clean_usage_errors():
                return super().invoke(ctx)
        except OnneshonError as error:
            _complain(str(error))
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            say(err=True)
            say("onneshon: stopped", err=True)
            ctx.exit(_CTRL_C)
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader of a pipe went away, which click ends quietly
                raise
            _complain(f"{error.strerror or error}" + (f": {error.filename}" if error.filename else ""))
            ctx.exit(1)


def _complain(message: str) -> None:
    say(Styled(f"onneshon: {message}", fg="red"), indent="  ", err=True)


@click.group(cls=Onneshon, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="onneshon", prog_name="onneshon")
@place_option
@click.pass_context
def main(context: click.Context, place: Place) -> None:  # noqa: ARG001  # the option's callback keeps it
    """Onneshon (অন্বেষণ): full-text search with first-class Bengali."""
    if os.environ.get("NO_COLOR"):
        context.color = False


if __name__ == "__main__":
    main()
