"""Signals end a command in order, inside the process: once, with the exit code that shells use for them."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import click
import pytest

from onneshon.index.commands.shared import Terminated, ended_by_signals, ending_in_order

BOTH = (signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    """Restore the signal handlers after each test."""
    before = {number: signal.getsignal(number) for number in BOTH}
    for number in BOTH:
        signal.signal(number, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def _send(number: int) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_the_exit_code_and_a_line_say_which_signal_it_was(
    capsys: pytest.CaptureFixture[str], number: signal.Signals, code: int
) -> None:
    """On standard error, in a line of its own, since a bar may be there."""
    with (
        pytest.raises(click.exceptions.Exit) as ended,
        ended_by_signals(click.Context(click.Command("build"))),
    ):
        _send(number)
    told = capsys.readouterr()
    assert (ended.value.exit_code, told.out) == (code, "")
    assert told.err == f"\nonneshon: stopped by {number.name}\n"
    assert [signal.getsignal(number) for number in BOTH] == [signal.SIG_DFL] * 2


def test_nothing_interrupts_the_clearing_away() -> None:
    """Closing a terminal sends one signal after another."""
    cleared = list[int]()

    def work() -> None:
        try:
            _send(signal.SIGTERM)
        finally:
            for number in BOTH:
                _send(number)
                cleared.append(number)

    with pytest.raises(Terminated) as ended, ending_in_order():
        work()
    assert (cleared, ended.value.number) == ([*BOTH], signal.SIGTERM)


@pytest.mark.parametrize("handler", [signal.SIG_IGN, lambda *_: None], ids=["ignored", "handled"])
def test_what_somebody_said_of_a_signal_holds(handler: Any) -> None:
    """``nohup`` ignores SIGHUP like this; SIGTERM still ends a command."""
    signal.signal(signal.SIGHUP, handler)
    with suppress(Terminated), ending_in_order():
        _send(signal.SIGHUP)
        assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
        _send(signal.SIGTERM)
        pytest.fail("SIGTERM did not end it")
    assert signal.getsignal(signal.SIGHUP) is handler


def test_beside_the_main_thread_nothing_changes() -> None:
    """Python accepts no handlers there."""
    done = list[Any]()

    def work() -> None:
        with ending_in_order():
            done.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [signal.SIG_DFL]


def test_other_errors_that_python_drops_are_reported_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a dropped signal is sent again."""
    told = list[Any]()
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    dropped = SimpleNamespace(exc_value=ValueError("a fault in a callback"))
    with ending_in_order():
        sys.unraisablehook(dropped)
    assert told == [dropped]
