"""A process that is told to end does so as after Ctrl-C: what it began is cleared away first."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Final

__all__ = ["Terminated", "ending_in_order"]

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
