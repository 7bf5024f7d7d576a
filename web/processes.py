"""Several processes that answer at one address: made by forking, kept while they should be, ended together.

Python works for about one request at a time in each process, so that every further core takes a process more.
"""

import contextlib
import logging
import os
import signal
import threading
import time
from types import FrameType
from typing import Final

from onneshon.web.balance import Balance

__all__ = ["Answering", "Keeper", "can_keep"]

log = logging.getLogger(__name__)

PAUSE_SECONDS: Final = 1.0
"""Before a process is started again that died: one that dies at once must not take all of the machine."""


def can_keep() -> bool:
    """Whether this platform can fork."""
    return hasattr(os, "fork")


class Answering:
    """One of the processes, as it sees itself.

    Args:
        balance: of connections among the processes.
        keeper: a pipe that ends with the process that keeps this one.
        waiting: another, at which that one waits until this one answers; None where it does not.
    """

    def __init__(self, balance: Balance, keeper: int, waiting: int | None) -> None:
        self.balance = balance
        self._keeper = keeper
        self._waiting = waiting

    def begin(self) -> None:
        """Say that requests are answered from now on, and end when the keeper has, however it did."""
        threading.Thread(target=self._end_with_keeper, name="end with keeper", daemon=True).start()
        if self._waiting is not None:
            os.write(self._waiting, b".")
            os.close(self._waiting)

    def _end_with_keeper(self) -> None:
        os.read(self._keeper, 1)
        os.kill(os.getpid(), signal.SIGTERM)


class Keeper:
    """Keeps so many processes, until it is told to end by SIGINT or SIGTERM; told again, it kills them.

    Args:
        count: of processes.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._numbers: dict[int, int] = {}
        self._balance = Balance(count)
        self._ending = False
        self._alive = os.pipe()

    def fork(self) -> Answering | None:
        """Begin the first process, and the others once it answers.

        Returns:
            In each of the processes what it is. In the keeper None, once one answers; ``stay`` is next.

        Raises:
            SystemExit: the first process ended before it answered, having said why.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._end)
        heard, waiting = os.pipe()
        first = self._start(waiting)
        if first is not None:
            return first
        os.close(waiting)
        answers = os.read(heard, 1)
        os.close(heard)
        if not answers:
            _, status = os.wait()
            raise SystemExit(0 if self._ending else os.waitstatus_to_exitcode(status))
        return self._fill()

    def stay(self) -> Answering | None:
        """Start again what dies, until all have ended after being told to.

        Returns:
            In a process that was started again what it is; in the keeper None.
        """
        while self._numbers:
            pid, status = os.wait()
            self._balance.forget(self._numbers.pop(pid))
            if self._ending:
                continue
            code = os.waitstatus_to_exitcode(status)
            log.warning("process %d, which answers requests, ended (%d), and is started again", pid, code)
            time.sleep(PAUSE_SECONDS)
            again = self._fill()
            if again is not None:
                return again
        return None

    def _fill(self) -> Answering | None:
        """Start as many processes as are missing."""
        while len(self._numbers) < self._count and not self._ending:
            one = self._start(None)
            if one is not None:
                return one
        return None

    def _start(self, waiting: int | None) -> Answering | None:
        number = min({*range(self._count)} - {*self._numbers.values()})
        pid = os.fork()
        if not pid:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all, and the keeper hands it on
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            if self._ending:  # told while the keeper's own answer to signals still held
                os._exit(0)
            os.close(self._alive[1])
            self._balance.number = number
            return Answering(self._balance, self._alive[0], waiting)
        self._numbers[pid] = number
        if self._ending:
            os.kill(pid, signal.SIGTERM)
        return None

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        """Hand on that all shall end."""
        how = signal.SIGKILL if self._ending else signal.SIGTERM
        self._ending = True
        for pid in self._numbers:
            with contextlib.suppress(ProcessLookupError):  # it ended, which is not noted yet
                os.kill(pid, how)
