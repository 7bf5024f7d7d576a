"""Several processes that answer at one address: forked, restarted, ended together, with equal shares.

The system gives a connection to whichever process wakes first, which is mostly the same one, and kept-alive
connections stay there. So a process with more connections than another leaves a new connection to that other
for a moment. With one socket per process (SO_REUSEPORT) a hash would choose: eight connections fall 7 to 1 or
worse in 7 % of all cases, and a connection given to a stopped process waits until it runs again.
"""

import contextlib
import logging
import mmap
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Final

FRESH_SECONDS: Final = 3.0
"""Age of a process's last report after which others wait for it no more; running ones report every second."""

PATIENCE_SECONDS: Final = 0.1
"""How long a connection is left to a process that has fewer connections, which may be busy."""

_NUMBERS: Final = 2
"""Numbers per process in shared memory: the time of its last report, and its connections at that time."""


class Balance:
    """The number of connections of each process, in memory shared by all processes forked after creation.

    Args:
        processes: the number of processes.
        clock: a monotonic clock in seconds, the same in all processes.

    Attributes:
        number: the number of this process, from 0.
    """

    def __init__(self, processes: int = 1, clock: Callable[[], float] = time.monotonic) -> None:
        memory = mmap.mmap(-1, processes * _NUMBERS * 8)
        self._reports = memoryview(memory).cast("d", (processes, _NUMBERS))
        self._processes = processes
        self.number = 0
        self._clock = clock

    def tell(self, connections: int) -> None:
        """Report the current number of connections of this process."""
        self._reports[self.number, 1] = connections
        self._reports[self.number, 0] = self._clock()

    def forget(self, number: int) -> None:
        """Remove the report of a process that has ended."""
        self._reports[number, 0] = 0.0

    def share(self, waiting: int) -> int:
        """How many waiting connections to accept here, so that all running processes have equally many.

        The remainder of the division goes to the processes that have fewest.

        Args:
            waiting: a lower bound of the number of connections that wait.
        """
        fresh, mine = self._clock() - FRESH_SECONDS, int(self._reports[self.number, 1])
        others = (other for other in range(self._processes) if other != self.number)
        counts = [int(self._reports[other, 1]) for other in others if self._reports[other, 0] > fresh]
        fair = (mine + sum(counts) + waiting) // (1 + len(counts))
        return min(waiting, max(fair - mine, int(mine <= min(counts, default=mine))))


class Turn:
    """Decides, in each round of the event loop, how many connections this process accepts at one socket.

    Args:
        balance: the connections of all processes.
        clock: a monotonic clock, in seconds.
    """

    def __init__(self, balance: Balance, clock: Callable[[], float] = time.monotonic) -> None:
        self._balance = balance
        self._clock = clock
        self._seen = False
        self._waits_since: float | None = None

    def begin(self) -> None:
        """Begin a round."""
        if not self._seen:  # no connection waited in the last round
            self._waits_since = None
        self._seen = False

    def share(self, waiting: int) -> int:
        """The number of waiting connections to accept now.

        Args:
            waiting: a lower bound of the number of connections that wait, 1 or more.
        """
        self._seen = True
        if share := self._balance.share(waiting):
            self._waits_since = None
            return share
        if self._waits_since is None:
            self._waits_since = self._clock()
        return int(self._clock() - self._waits_since >= PATIENCE_SECONDS)


class EndSignal:
    """Handles a request to end (SIGINT, SIGTERM) as Python handles Ctrl-C, and remembers it.

    The exception is lost if the signal comes during a callback whose exceptions Python discards, such as the
    one it runs after each import; the main loop therefore also asks ``is_set``.
    """

    def __init__(self) -> None:
        self._is_set = False

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        """The handler; raises KeyboardInterrupt."""
        self._is_set = True
        raise KeyboardInterrupt

    def is_set(self) -> bool:
        """Whether the process was told to end."""
        return self._is_set


log = logging.getLogger(__name__)

_ENDING: Final = (signal.SIGINT, signal.SIGTERM)

PAUSE_SECONDS: Final = 1.0
"""Pause before a dead process is restarted: one that dies at once must not use up the whole machine."""


LOOK_SECONDS: Final = 0.1
"""Interval between checks for dead processes. A blocking wait would also delay a signal that comes just as it
begins: Python handles the signal once the call returns, and no process would be told to end."""


def can_keep() -> bool:
    """Whether this platform can fork."""
    return hasattr(os, "fork")


class Answering:
    """The view that an answering process has of itself.

    Args:
        balance: the connections of all processes.
        keeper: the read end of a pipe that is closed when the keeper process ends.
        waiting: the write end of a pipe on which the keeper waits until this process answers; None if not.
    """

    def __init__(self, balance: Balance, keeper: int, waiting: int | None) -> None:
        self.balance = balance
        self._keeper = keeper
        self._waiting = waiting

    def begin(self) -> None:
        """Report that requests are answered from now on, and end when the keeper ends for any reason."""
        threading.Thread(target=self._end_with_keeper, name="end with keeper", daemon=True).start()
        if self._waiting is not None:
            os.write(self._waiting, b".")
            os.close(self._waiting)

    def _end_with_keeper(self) -> None:
        os.read(self._keeper, 1)
        os.kill(os.getpid(), signal.SIGTERM)


class Keeper:
    """Keeps ``count`` processes running until SIGINT or SIGTERM; a second such signal kills them.

    Args:
        count: the number of processes.
        sockets: what the processes listen at; held open for processes that are started again.
    """

    def __init__(self, count: int, sockets: Sequence[socket.socket] = ()) -> None:
        self._count = count
        self._sockets = sockets
        self._numbers: dict[int, int] = {}
        self._balance = Balance(count)
        self._ending = False
        self._alive = os.pipe()

    def fork(self) -> Answering | None:
        """Start the first process, and the others once it answers.

        Returns:
            In a forked process its ``Answering``. In the keeper None, once one answers; call ``stay`` next.

        Raises:
            SystemExit: the first process ended before it answered; it has reported why.
        """
        for number in _ENDING:
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
        """Restart processes that die, until all have ended because they were told to.

        Returns:
            In a restarted process its ``Answering``; in the keeper None.
        """
        while self._numbers:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                time.sleep(LOOK_SECONDS)
                continue
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
        while len(self._numbers) < self._count and not self._ending:
            answering = self._start(None)
            if answering is not None:
                return answering
        return None

    def _start(self, waiting: int | None) -> Answering | None:
        number = min({*range(self._count)} - {*self._numbers.values()})
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)  # Python loses signals that come while it forks
        try:
            pid = os.fork()
            if not pid:
                signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the keeper passes it on
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
        if not pid:
            if self._ending:  # told while the keeper's own signal handler was still set
                os._exit(0)
            os.close(self._alive[1])
            self._balance.number = number
            return Answering(self._balance, self._alive[0], waiting)
        self._numbers[pid] = number
        if self._ending:
            os.kill(pid, signal.SIGTERM)
        return None

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        """Pass the signal on to all processes."""
        how = signal.SIGKILL if self._ending else signal.SIGTERM
        self._ending = True
        for listener in self._sockets:  # else clients would still connect, and wait for nobody
            listener.close()
        for pid in self._numbers:
            with contextlib.suppress(ProcessLookupError):  # it ended, but is not reaped yet
                os.kill(pid, how)
