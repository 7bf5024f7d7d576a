"""What the commands that write an index share: progress, options, and how they end."""

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import TYPE_CHECKING, Final

import click

from onneshon.index.commands.progress import LineProgress, TerminalProgress
from onneshon.index.commands.terminal import say, say_json
from onneshon.index.indexer.progress import Progress, SilentProgress
from onneshon.index.ingest.problems import KINDS
from onneshon.index.remote import Outcome

if TYPE_CHECKING:
    from onneshon.index.indexer.write_job import WriteReport  # needs ICU, and the doctor none

__all__ = [
    "INCOMPLETE",
    "Terminated",
    "dry_run_option",
    "ended_by_signals",
    "ending_in_order",
    "progress_of",
    "quiet_option",
    "read_text",
    "say_outcome",
    "size_text",
]

_SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP)
"""How a service manager, a shutdown, and a closed terminal end a process."""


class Terminated(KeyboardInterrupt):
    """A signal to end arrived; it passes through all that Ctrl-C passes through.

    Args:
        number: the signal's.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def exit_code(self) -> int:
        """128 plus the signal's number, as shells have it."""
        return 128 + self.number


def _end(number: int, _frame: FrameType | None) -> None:
    for other in _SIGNALS:
        signal.signal(other, signal.SIG_IGN)  # clearing away is not interrupted
    raise Terminated(number)


@contextlib.contextmanager
def ending_in_order() -> Iterator[None]:
    """Raise `Terminated` where SIGTERM or SIGHUP would end the process on the spot.

    A signal that is ignored, as SIGHUP under ``nohup``, or that somebody handles, stays so. Outside of the
    main thread nothing changes, as Python delivers signals there alone.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ours = [number for number in _SIGNALS if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _end)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


INCOMPLETE: Final = 6
"""Exit code of a build, an update or a replay that was published with articles left out."""


def progress_of(*, quiet: bool) -> Progress:
    """What tells how it goes on standard error: nothing, a bar on a terminal, lines elsewhere."""
    if quiet:
        return SilentProgress()
    return TerminalProgress(sys.stderr) if sys.stderr.isatty() else LineProgress(sys.stderr)


quiet_option = click.option("-q", "--quiet", is_flag=True, help="No progress and no list of bad articles.")

dry_run_option = click.option("--dry-run", is_flag=True, help="Say what would be read, and change nothing.")


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


def read_text(report: "WriteReport") -> list[str]:
    """Lines about what was left out, converted and passed over of what was read; none where nothing was."""
    passed = sorted(report.passed.items(), key=lambda found: (-found[1], found[0]))
    over = ", ".join(f"{count:,} {what}" for what, count in passed)
    return [
        *(f"  {count:,} {kind}: {KINDS[kind]}" for kind, count in report.skipped.items()),
        *([f"  {report.converted:,} typed for Bijoy: converted to Unicode"] if report.converted else []),
        *(
            f"  {count:,} {kind}: {KINDS[kind]}; taken without it"
            for kind, count in sorted(report.values.items())
        ),
        *([f"  passed over: {over}"] if over else []),
    ]


def say_outcome(outcome: Outcome, *, as_json: bool) -> None:
    """Print what a command did to an index that is not in a directory."""
    if as_json:
        say_json(outcome.values)
        return
    for line in outcome.lines:
        say(line)
