"""Threads that make requests, kept for further ones: to start one takes four times as long as to wake one."""

import os
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final

IDLE: Final = 10.0
"""Seconds without work after which a thread ends."""

Work = Callable[[], None]
"""Raises nothing."""


class KeptThreads:
    """Has any number of things done at once; whoever asks for it waits for nothing. Safe to share.

    The threads keep no process from ending. A process that was forked starts its own.

    Args:
        idle: as ``IDLE``, for tests.
    """

    def __init__(self, idle: float = IDLE) -> None:
        self._idle = idle
        self._free: deque[SimpleQueue[Work]] = deque()
        self._process = os.getpid()

    def do(self, work: Work) -> None:
        """Have something done by a thread that is free, or by a further one."""
        if self._process != os.getpid():
            self._free, self._process = deque(), os.getpid()
        try:
            tasks = self._free.pop()  # the last that was busy, so that others become idle
        except IndexError:
            tasks = SimpleQueue()
            Thread(target=self._work, args=(tasks,), name="request", daemon=True).start()
        tasks.put(work)

    def _work(self, tasks: SimpleQueue[Work]) -> None:
        while True:
            try:
                work = tasks.get(timeout=self._idle)
            except Empty:
                with suppress(ValueError):
                    self._free.remove(tasks)
                    return
                work = tasks.get()  # somebody has just taken this thread to give it work
            work()
            del work  # nothing is kept of it while there is nothing to do
            self._free.append(tasks)
