"""Connections shared evenly among processes that listen on one socket.

The system gives a connection to whichever process wakes first, which is mostly the same one, and kept-alive
connections stay there. So a process that has more than another leaves a new one to it for a moment. With
sockets of their own (SO_REUSEPORT) a hash would choose: eight connections fall 7 to 1 or worse in 7 % of all
cases, and what it gives to a process that is stopped waits as long.
"""

import mmap
import time
from collections.abc import Callable
from typing import Final

__all__ = ["Balance", "Turn"]

FRESH_SECONDS: Final = 3.0
"""A process that has not told for so long is not waited for; one that runs tells every second."""

PATIENCE_SECONDS: Final = 0.1
"""So long a connection is left to a process that has fewer, and that may be busy."""

_NUMBERS: Final = 2
"""Of each process: when it told last, and how many connections it had then."""


class Balance:
    """How many connections each process has, in memory that those share which are forked after it was made.

    Args:
        processes: how many there are.
        number: which of them this one is, from 0.
        clock: seconds that only go forward, the same in all processes.
    """

    def __init__(
        self, processes: int = 1, number: int = 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        memory = mmap.mmap(-1, processes * _NUMBERS * 8)
        self._told = memoryview(memory).cast("d", (processes, _NUMBERS))
        self._processes = processes
        self.number = number
        self._clock = clock

    def tell(self, connections: int) -> None:
        """So many this process has now."""
        self._told[self.number, 1] = connections
        self._told[self.number, 0] = self._clock()

    def forget(self, number: int) -> None:
        """A process has ended."""
        self._told[number, 0] = 0.0

    def is_ahead(self) -> bool:
        """Whether another process that runs has fewer connections than this one."""
        fresh = self._clock() - FRESH_SECONDS
        mine = self._told[self.number, 1]
        others = (other for other in range(self._processes) if other != self.number)
        return any(self._told[other, 1] < mine for other in others if self._told[other, 0] > fresh)


class Turn:
    """Whether this process should accept what waits at one socket, asked in each round of its loop.

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

    def comes(self) -> bool:
        """Whether it is this process's turn to accept what waits now."""
        self._seen = True
        if not self._balance.is_ahead():
            self._waits_since = None
            return True
        if self._waits_since is None:
            self._waits_since = self._clock()
        return self._clock() - self._waits_since >= PATIENCE_SECONDS
