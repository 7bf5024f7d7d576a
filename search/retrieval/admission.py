"""The slow lane: costly queries wait in a queue, so that light ones need not.

A process has about one core for Python, however many its threads: of nine queries that it answers at a time
each takes nine times as long. So few costly ones are answered at a time, and the others wait for their turn
in a short queue; a light query passes them by.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from math import isinf
from threading import Lock, Semaphore
from typing import Final

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.errors import BusyError
from onneshon.search.query.parser import MAX_CHARACTERS
from onneshon.search.retrieval.budget import TimeBudget

__all__ = ["QUEUE", "SLOW_LANE", "AdmissionQueue", "demand"]

SLOW_LANE: Final = 20
"""Demand from which a query takes the slow lane; of 3,374 news headlines none has more than 14 words."""

LATIN: Final = 3
PREFIX: Final = 2
"""What reading a Latin word or looking up a prefix costs, in words."""

QUEUE: Final = 16
"""Costly queries that may wait; further ones are refused at once."""

PATIENCE: Final = 0.5
"""The share of its time that a query may wait, so that enough is left to answer it."""

RETRY_SECONDS: Final = 2

_PREFIX = re.compile(r"\S\*")
_SIGN = re.compile(r"(?<!\S)[+-](?=[\u0985-\u09b9])")
"""Signs of operators, without which words are more quickly analysed, and as many."""
_LATIN = re.compile(r"[a-z]+")


def demand(text: str) -> int:
    """What a query will cost before it is read, in words, roughly.

    Args:
        text: the query as typed.
    """
    tokens = analyze(_SIGN.sub(" ", text[:MAX_CHARACTERS]))
    latin = sum(token.exact.isascii() and _LATIN.fullmatch(token.exact) is not None for token in tokens)
    prefixes = len(_PREFIX.findall(text)) if "*" in text else 0
    return len(tokens) + (LATIN - 1) * latin + (PREFIX - 1) * prefixes


class AdmissionQueue:
    """Lets in few costly queries at a time.

    Args:
        slots: how many; None for as many as come.
        queue: how many more may wait.
    """

    def __init__(self, slots: int | None, queue: int = QUEUE) -> None:
        self._slots = None if slots is None else Semaphore(slots)
        self._queue = queue
        self._waiting = 0
        self._counting = Lock()

    def cost(self, text: str) -> int:
        """The ``demand`` of a query; 0, and nothing is read, where no query waits for others."""
        return 0 if self._slots is None else demand(text)

    @contextmanager
    def entered(self, cost: int, budget: TimeBudget) -> Iterator[None]:
        """The context in which a query is answered.

        Args:
            cost: of the query, by ``cost``.
            budget: waiting counts.

        Raises:
            BusyError: too many wait, or it would have waited for most of its time.
        """
        if self._slots is None or cost < SLOW_LANE:
            yield
            return
        if not self._slots.acquire(blocking=False):
            self._wait(self._slots, budget)
        try:
            yield
        finally:
            self._slots.release()

    def _wait(self, slots: Semaphore, budget: TimeBudget) -> None:
        with self._counting:
            if self._waiting >= self._queue:
                raise BusyError(RETRY_SECONDS)
            self._waiting += 1
        try:
            seconds = budget.left * PATIENCE
            if not slots.acquire(timeout=None if isinf(seconds) else seconds):
                raise BusyError(RETRY_SECONDS)
        finally:
            with self._counting:
                self._waiting -= 1
