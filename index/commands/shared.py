"""What the commands that write an index share: progress, options, endings, sizes for people."""

import contextlib
import signal
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import click

from onneshon.index.commands.progress import LineProgress, TerminalProgress
from onneshon.index.commands.signals import Terminated, ending_in_order
from onneshon.index.commands.terminal import say, say_json
from onneshon.index.indexer.acceptance import DEFAULT_MAX_BAD, Allowance
from onneshon.index.indexer.progress import Progress, SilentProgress
from onneshon.index.ingest.problems import KINDS
from onneshon.index.remote import Outcome
from onneshon.index.storage.generations import KEPT

__all__ = [
    "INCOMPLETE",
    "dry_run_option",
    "ended_by_signals",
    "keep_option",
    "max_bad_option",
    "passed_over_text",
    "paths_argument",
    "progress_of",
    "quiet_option",
    "say_outcome",
    "size_text",
    "strict_option",
    "values_text",
    "wait_option",
]

INCOMPLETE: Final = 6
"""Exit code of a build, an update or a replay that was published with articles left out."""


def progress_of(*, quiet: bool) -> Progress:
    """What tells how it goes on standard error: nothing, a bar on a terminal, lines elsewhere."""
    if quiet:
        return SilentProgress()
    return TerminalProgress(sys.stderr) if sys.stderr.isatty() else LineProgress(sys.stderr)


def _check_max_bad(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """Refuse what is neither a number nor a share."""
    try:
        Allowance.parse(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return value


paths_argument = click.argument(
    "paths",
    nargs=-1,
    required=True,
    metavar="PATH...",
    type=click.Path(exists=True, allow_dash=True, path_type=Path),
)

strict_option = click.option(
    "--strict", is_flag=True, help="Stop at the first bad article and change nothing."
)

max_bad_option = click.option(
    "--max-bad",
    default=DEFAULT_MAX_BAD,
    show_default=True,
    metavar="N|N%",
    callback=_check_max_bad,
    help="Records that may be left out, or their share of all; beyond that nothing changes.",
)

wait_option = click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=0,
    metavar="SECONDS",
    help="Wait so long for another writer to finish.",
)

quiet_option = click.option("-q", "--quiet", is_flag=True, help="No progress and no list of bad articles.")

dry_run_option = click.option("--dry-run", is_flag=True, help="Say what would be read, and change nothing.")

keep_option = click.option(
    "--keep",
    type=click.IntRange(min=1),
    default=KEPT,
    show_default=True,
    metavar="N",
    help="Generations that stay, the live one among them; the last good one stays in any case.",
)


@contextlib.contextmanager
def ended_by_signals(context: click.Context) -> Iterator[None]:
    """End in order where the process is told to end, and say so."""
    try:
        with ending_in_order():
            yield
    except Terminated as stop:
        say(f"\nonneshon: stopped by {signal.Signals(stop.number).name}", err=True, indent="")
        context.exit(stop.exit_code)


def size_text(count: int) -> str:
    """A number of bytes in the unit that suits it, as powers of 1000."""
    size, unit = float(count), "bytes"
    for larger in ("kB", "MB", "GB", "TB"):
        if size < 1000:  # noqa: PLR2004  # the step between units
            break
        size, unit = size / 1000, larger
    return f"{size:.1f} {unit}" if unit != "bytes" else f"{count} bytes"


def values_text(values: Mapping[str, int]) -> list[str]:
    """A line for each kind of value that articles were taken without."""
    return [f"  {count:,} {kind}: {KINDS[kind]}; taken without it" for kind, count in sorted(values.items())]


def passed_over_text(passed: Mapping[str, int]) -> list[str]:
    """A line about what was met and is no article, by what it is, the commonest first; none where all is."""
    counts = sorted(passed.items(), key=lambda one: (-one[1], one[0]))
    return ["  passed over: " + ", ".join(f"{count:,} {what}" for what, count in counts)] if counts else []


def say_outcome(outcome: Outcome, *, as_json: bool) -> None:
    """Print what a command did to an index that is not in a directory."""
    if as_json:
        say_json(outcome.values)
        return
    for line in outcome.lines:
        say(line)
