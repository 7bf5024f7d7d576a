"""Several processes that answer at one address: forked, kept, ended together, each with its share.

The system gives a connection to whichever process wakes first, which is mostly the same one, and kept-alive
connections stay there. So a process that has more than another leaves a new one to it for a moment. With
sockets of their own (SO_REUSEPORT) a hash would choose: eight connections fall 7 to 1 or worse in 7 % of all
cases, and what it gives to a process that is stopped waits as long.
"""

import contextlib
import logging
import mmap
import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Final

FRESH_SECONDS: Final = 3.0
"""A process whose last report is older is not waited for; one that runs reports every second."""

PATIENCE_SECONDS: Final = 0.1
"""How long a connection is left to a process that has fewer, and that may be busy."""

_NUMBERS: Final = 2
"""Numbers of each process in shared memory: when it reported last, and how many connections it had."""


class Balance:
    """How many connections each process has, in memory that those share which are forked after it was made.

    Args:
        processes: how many there are.
        clock: seconds that only go forward, the same in all processes.

    Attributes:
        number: which of them this one is, from 0.
    """

    def __init__(self, processes: int = 1, clock: Callable[[], float] = time.monotonic) -> None:
        memory = mmap.mmap(-1, processes * _NUMBERS * 8)
        self._reports = memoryview(memory).cast("d", (processes, _NUMBERS))
        self._processes = processes
        self.number = 0
        self._clock = clock

    def tell(self, connections: int) -> None:
        """Report how many connections this process has now."""
        self._reports[self.number, 1] = connections
        self._reports[self.number, 0] = self._clock()

    def forget(self, number: int) -> None:
        """A process has ended."""
        self._reports[number, 0] = 0.0

    def share(self, waiting: int) -> int:
        """How many of the connections that wait are for this process, so that all that run have equally many.

        What is left when all have taken theirs is for those that have fewest.

        Args:
            waiting: how many there are at least.
        """
        fresh, mine = self._clock() - FRESH_SECONDS, int(self._reports[self.number, 1])
        others = (other for other in range(self._processes) if other != self.number)
        counts = [int(self._reports[other, 1]) for other in others if self._reports[other, 0] > fresh]
        fair = (mine + sum(counts) + waiting) // (1 + len(counts))
        return min(waiting, max(fair - mine, int(mine <= min(counts, default=mine))))


class Turn:
    """How many connections this process should accept at one socket, asked in each round of its loop.

    Args:
        balance: of all processes.
        clock: seconds that only go forward.
    """

    def __init__(self, balance: Balance, clock: Callable[[], float] = time.monotonic) -> None:
        self._balance = balance
        self._clock = clock
        self._seen = False
        self._waits_since: float | None = None

    def begin(self) -> None:
        """A round begins."""
        if not self._seen:  # nothing waited in the last one
            self._waits_since = None
        self._seen = False

    def share(self, waiting: int) -> int:
        """How many of the connections that wait now to accept.

        Args:
            waiting: how many there are at least, 1 or more.
        """
        self._seen = True
        if share := self._balance.share(waiting):
            self._waits_since = None
            return share
        if self._waits_since is None:
            self._waits_since = self._clock()
        return int(self._clock() - self._waits_since >= PATIENCE_SECONDS)


class ToldToEnd:
    """Handles a polite request to end (SIGINT, SIGTERM) as Python handles Ctrl-C, and remembers it.

    The exception is lost where the signal comes while a callback runs that Python lets none out of, as it
    runs one after each import; whoever goes on then asks whether the process was told.
    """

    def __init__(self) -> None:
        self._told = False

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        """The handler; raises KeyboardInterrupt."""
        self._told = True
        raise KeyboardInterrupt

    def is_set(self) -> bool:
        """Whether the process was told."""
        return self._told


log = logging.getLogger(__name__)

_ENDING: Final = (signal.SIGINT, signal.SIGTERM)

PAUSE_SECONDS: Final = 1.0
"""Before a process is started again that died: one that dies at once must not take all of the machine."""


LOOK_SECONDS: Final = 0.1
"""Between two looks whether a process has died. A call that waits for that would also wait with a signal that
comes just as it begins: Python heeds it once the call returns, and no process would be told to end."""


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
        """Start again what dies, until all have ended after being told to.

        Returns:
            In a process that was started again what it is; in the keeper None.
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
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)  # Python forgets what comes while it forks
        try:
            pid = os.fork()
            if not pid:
                signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all, and the keeper hands it on
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
        if not pid:
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
