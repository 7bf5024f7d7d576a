"""Common parts of the commands that write an index: progress, options, reports and signals."""

import contextlib
import datetime as dt
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

import click

from onneshon.index.commands.progress import LineProgress, TerminalProgress
from onneshon.index.commands.terminal import say, say_json
from onneshon.index.errors import KINDS, CorpusError
from onneshon.index.indexer.progress import Progress
from onneshon.index.ingest.source import Since
from onneshon.index.remote import Outcome
from onneshon.index.storage.durable import replace_file

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from onneshon.index.indexer.write_job import WriteReport  # needs ICU, and the doctor none
    from onneshon.index.ingest.readers.record import ReadingOptions

_SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP)
"""The signals by which a service manager, a shutdown, and a closed terminal end a process."""

_AGAIN_SECONDS: Final = 0.01
"""Seconds between resends of a signal that arrived in a callback, until it arrives outside of one."""


class Terminated(KeyboardInterrupt):
    """A signal to end arrived; handled everywhere like Ctrl-C.

    Args:
        number: the number of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def exit_code(self) -> int:
        """The exit code: 128 plus the number of the signal, as in shells."""
        return 128 + self.number


def _end(number: int, _frame: FrameType | None) -> None:
    for other in _SIGNALS:
        if signal.getsignal(other) is _end:
            signal.signal(other, signal.SIG_IGN)  # so that clean-up is not interrupted
    raise Terminated(number)


@contextlib.contextmanager
def ending_in_order() -> Iterator[None]:
    """Raise `Terminated` where SIGTERM or SIGHUP would end the process at once.

    A signal that is ignored, as SIGHUP under ``nohup``, or that has another handler, is left as it is.
    Outside of the main thread nothing changes, as Python delivers signals to the main thread alone.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ours = [number for number in _SIGNALS if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _end)
    others, again = sys.unraisablehook, _SentAgain()
    sys.unraisablehook = partial(_end_later, others, again)
    try:
        yield
    finally:
        again.end()
        sys.unraisablehook = others
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


class _SentAgain:
    """Sends a signal to this process repeatedly until ``end`` is called."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._sending = threading.Lock()

    def begin(self, number: int) -> None:
        """Start sending a signal; none is sent after ``end``."""
        threading.Thread(target=self._send, args=(number,), daemon=True).start()

    def _send(self, number: int) -> None:
        while not self._ended.wait(_AGAIN_SECONDS):
            with self._sending:
                if not self._ended.is_set():
                    os.kill(os.getpid(), number)

    def end(self) -> None:
        """Stop sending."""
        with self._sending:
            self._ended.set()


def _end_later(
    others: Callable[[Any], object], again: _SentAgain, unraisable: "sys.UnraisableHookArgs"
) -> None:
    """Resend a signal that arrived during a callback whose exceptions Python drops.

    Such a callback runs after each import; without this the process would continue, and ignore further
    signals. Exceptions raised here are dropped too, so that the signal stays ignored up to the last line.
    """
    if not isinstance(unraisable.exc_value, Terminated):
        others(unraisable)
        return
    again.begin(unraisable.exc_value.number)
    signal.signal(unraisable.exc_value.number, _end)


INCOMPLETE: Final = 6
"""Exit code of a build, an update or a replay that was published with articles left out."""


def end_with(
    context: click.Context,
    report: "DataclassInstance",
    text: str,
    *,
    complete: bool,
    as_json: bool,
    quiet: bool = False,
) -> None:
    """Print the report of a command and exit, with the code `INCOMPLETE` if articles were left out."""
    if as_json:
        say_json(asdict(report))
    elif not quiet:
        say(text, indent="")
    context.exit(0 if complete else INCOMPLETE)


def with_further(
    command: Callable[..., Any], asked: Callable[..., Any], options: Sequence[Callable[..., Any]]
) -> Callable[..., Any]:
    """Add options to a command, whose values are combined to one argument of it.

    Args:
        command: the function of the command.
        asked: the function that takes the values of the options, and calls the command.
        options: decorators of click, in the order of the help.
    """
    asked.__name__, asked.__doc__ = command.__name__, command.__doc__
    asked.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]  # click's own
    for option in reversed(options):
        option(asked)
    return asked


def progress_of(*, quiet: bool) -> Progress:
    """The progress on standard error: none if quiet, a bar on a terminal, lines elsewhere."""
    if quiet:
        return Progress()
    return TerminalProgress(sys.stderr) if sys.stderr.isatty() else LineProgress(sys.stderr)


_SINCE_FILE: Final = "since.json"


def remembered(directory: Path, column: str) -> Since:
    """A column of ``--since`` with the highest values stored by the last command.

    Args:
        directory: the directory of the index.
        column: the name of the column.

    Raises:
        CorpusError: the file of stored values cannot be read.
    """
    file = directory / _SINCE_FILE
    try:
        kept = json.loads(file.read_text("utf-8")) if file.exists() else {}
        after = {source: _value(value) for source, value in kept.get(column, {}).items()}
    except (OSError, ValueError, AttributeError, TypeError, LookupError, ArithmeticError) as error:
        reason = f"cannot be read: {error}; remove it, and all rows are read again"
        raise CorpusError(str(file), "file", reason) from error
    return Since(column, after)


def remember(directory: Path, since: Since) -> None:
    """Store the highest values durably, once all rows that were read are in the index.

    Args:
        directory: the directory of the index.
        since: the column with its highest values.
    """
    file = directory / _SINCE_FILE
    kept = json.loads(file.read_text("utf-8")) if file.exists() else {}
    reached = {source: _json(value) for source, value in since.reached.items()}
    kept[since.column] = {**kept.get(since.column, {}), **reached}
    replace_file(file, json.dumps(kept, ensure_ascii=False, indent=1).encode())


_READ: Final[dict[str, Callable[[str], Any]]] = {
    "time": dt.datetime.fromisoformat,
    "day": dt.date.fromisoformat,
    "decimal": Decimal,
    "bytes": bytes.fromhex,
}
"""Parsers of values that JSON has no type for; the type is restored to compare them with those of rows."""


def _json(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return {"time": value.isoformat()}
    if isinstance(value, dt.date):
        return {"day": value.isoformat()}
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    return value if isinstance(value, int | float | str) else str(value)


def _value(kept: Any) -> Any:
    if isinstance(kept, dict):
        [(kind, text)] = kept.items()
        return _READ[kind](text)
    return kept


@contextlib.contextmanager
def following(
    reading: "ReadingOptions | None", directory: Path, *, anew: bool = False
) -> Iterator["ReadingOptions | None"]:
    """Read databases from where the last command stopped, and store the new place if nothing is raised.

    Args:
        reading: how sources are read.
        directory: the directory of the index.
        anew: whether to read databases from the beginning regardless.

    Raises:
        CorpusError: the file of stored values cannot be read.
    """
    asked = reading.selection.since if reading else None
    if reading is None or asked is None:
        yield reading
        return
    since = Since(asked.column) if anew else remembered(directory, asked.column)
    yield replace(reading, selection=replace(reading.selection, since=since))
    remember(directory, since)


quiet_option = click.option("-q", "--quiet", is_flag=True, help="No progress and no list of bad articles.")

dry_run_option = click.option("--dry-run", is_flag=True, help="Say what would be read, and change nothing.")


@contextlib.contextmanager
def ended_by_signals(context: click.Context) -> Iterator[None]:
    """End in order when a signal ends the process, print which, and exit with its code."""
    try:
        with ending_in_order():
            yield
    except Terminated as stop:
        say(f"\nonneshon: stopped by {signal.Signals(stop.number).name}", err=True, indent="")
        context.exit(stop.exit_code)


def size_text(count: int) -> str:
    """A number of bytes in a suitable unit, by powers of 1000."""
    size, unit = float(count), "bytes"
    for larger in ("kB", "MB", "GB", "TB"):
        if size < 1000:  # noqa: PLR2004  # the step between units
            break
        size, unit = size / 1000, larger
    return f"{size:.1f} {unit}" if unit != "bytes" else f"{count} bytes"


def read_text(report: "WriteReport") -> list[str]:
    """Lines for articles left out or converted, values left out, and items skipped, if there are any."""
    passed = sorted(report.passed.items(), key=lambda found: (-found[1], found[0]))
    over = ", ".join(f"{count:,} {what}" for what, count in passed)
    return [
        *(f"  {count:,} {kind}: {KINDS[kind]}" for kind, count in report.skipped.items()),
        *([f"  {report.converted:,} typed for Bijoy: converted to Unicode"] if report.converted else []),
        *(
            f"  {count:,} {kind}: {KINDS[kind]}; taken without it"
            for kind, count in sorted(report.values.items())
        ),
        *([f"  ignored: {over}"] if over else []),
        *conversions(report.passed),
    ]


def conversions(ignored: Iterable[str]) -> Iterator[str]:
    """A line for each ending of ignored files that could be converted to a format that is read."""
    from onneshon.index.ingest.readers.registry import what_is_wanted_of  # noqa: PLC0415  # needs ICU, and the doctor none

    for ending in sorted(ignored):
        if wanted := what_is_wanted_of(ending):
            yield f"  {ending}: {wanted}"


def say_outcome(outcome: Outcome, *, as_json: bool) -> None:
    """Print the outcome of a command, as JSON or as lines for people."""
    if as_json:
        say_json(outcome.values)
    else:
        for line in outcome.lines:
            say(line)
    for note in outcome.notes:
        say(note, err=True)
