"""The queue as the routes see it: what is put in, articles changed in part, where that is visible."""

import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final, Literal, TypeAlias

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from onneshon.index.errors import JournalError, OnneshonError
from onneshon.index.publishing.journal import Journal
from onneshon.index.publishing.operation import Operation
from onneshon.index.publishing.progress import ProgressFile
from onneshon.index.storage.durable import current_holder
from onneshon.index.storage.generations import Generations
from onneshon.web.middleware.faults import PositionError

WAITING: Final = 8
"""Requests that wait at a time: each holds a thread. Further ones are told the position at once."""

MAX_BYTES: Final = 1 << 30
"""Bytes that may wait in the queue."""

STANDS_SECONDS: Final = 60.0
"""A queue stands when nothing became visible for so many seconds and nobody else writes the index."""

MAX_READ: Final = 64 << 20
"""Bytes that may wait where a change follows from what waits, which is read while nobody can queue."""

_POLL_SECONDS: Final = 0.02


Make: TypeAlias = Callable[[Sequence[Operation]], Sequence[Operation]]
"""Gives what to queue once it knows what waits, or raises why nothing is to be."""

PositionState: TypeAlias = Literal["waiting", "visible", "lost", "rolled back"]
"""What became of a position: it waits; it is visible; the disk lost it; an older generation is live again."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was queued, durably, and what became of it.

    Attributes:
        position: of the request.
        state: of all its operations.
        generation: in which they are visible; None unless they are.
    """

    position: int
    state: PositionState
    generation: str | None = None


@dataclass(frozen=True, slots=True)
class QueueState:
    """How the queue is.

    Attributes:
        position: up to which operations are queued.
        published: up to which they are visible.
        waiting_bytes: between the two.
        waiting_since: when the first of those that wait was received; empty if none waits.
        generation: of the last commit; empty before the first.
        failure: why they wait, where that is known; for the keeper of the server alone.
        refused: operations that were set aside.
    """

    position: int
    published: int
    waiting_bytes: int
    waiting_since: str
    generation: str
    failure: str
    refused: int

    def age(self, now: dt.datetime) -> float:
        """Seconds for which the first of those that wait has waited."""
        if not self.waiting_since:
            return 0.0
        return (now - dt.datetime.fromisoformat(self.waiting_since)).total_seconds()


class PublishingQueue:
    """The queue of an index directory; threads may share it.

    Args:
        directory: of the index.
        clock: seconds that only go forward.
        sleep: waits.
        now: the time.
        aside: makes a context in which a request waits for the disk and the writer.
        on_queued: told of all operations that were queued, whoever queues them.

    Raises:
        JournalError: its folder cannot be made.
    """

    def __init__(
        self,
        directory: Path,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        aside: Callable[[], AbstractContextManager[object]] = nullcontext,
        on_queued: Callable[[Sequence[Operation]], object] = lambda _: None,
    ) -> None:
        self._aside = aside
        self._on_queued = on_queued
        self._directory = directory
        self._now = now
        self._progress = ProgressFile(directory)
        self._journal = Journal(directory, lambda: self._progress.read().position)
        self._clock = clock
        self._sleep = sleep
        self._waiting = BoundedSemaphore(WAITING)

    def publish(self, operations: Sequence[Operation], wait: float) -> Receipt:
        """Queue operations, and wait until they are visible.

        Args:
            operations: all or none of them are queued.
            wait: at most so many seconds.

        Raises:
            JournalError: they could not be queued.
        """
        if self._journal.end() - self._progress.read().position > MAX_BYTES:
            raise JournalError(f"the queue is full: {MAX_BYTES >> 20:,} MiB wait for the writer")
        with self._aside():
            position = self._journal.append(operations)
            self._on_queued(operations)
            return self._await(position, wait)

    def change(self, make: Make, wait: float) -> Receipt:
        """Queue operations that follow from those that wait; nobody queues any in between.

        Args:
            make: is given what waits, or became visible just now, and gives what to queue; what it raises
                queues nothing.
            wait: as of ``publish``.

        Raises:
            JournalError: they could not be queued, or too much waits to be read.
        """
        published = self._progress.read().position
        if self._journal.end() - published > MAX_READ:
            raise JournalError(f"more than {MAX_READ >> 20} MiB wait for the writer")
        operations: list[Operation] = []

        def made(waiting: Sequence[Operation]) -> Sequence[Operation]:
            operations[:] = make(waiting)
            return operations

        with self._aside():
            position = self._journal.append_after(published, made)
            self._on_queued(operations)
            return self._await(position, wait)

    def waiting(self) -> Sequence[Operation]:
        """What waits to be visible or became so just now, in its order; of very much the beginning.

        Raises:
            JournalError: it cannot be read.
        """
        return self._journal.read(self._progress.read().position).operations

    def _await(self, position: int, wait: float) -> Receipt:
        end = self._clock() + wait
        if not self._waiting.acquire(blocking=False):
            return self.receipt(position)
        try:
            while (receipt := self.receipt(position)).state == "waiting" and self._clock() < end:
                self._sleep(_POLL_SECONDS)
            return receipt
        finally:
            self._waiting.release()

    def receipt(self, position: int) -> Receipt:
        """What became of the request of a position, and of all before it."""
        published = self._progress.read()
        if published.is_lost(position):
            return Receipt(position, "lost")
        generation = published.generation_of(position)
        if generation is None:
            return Receipt(position, "waiting")
        if self._is_older(generation):
            return Receipt(position, "rolled back")
        return Receipt(position, "visible", generation)

    def asked(self, position: int) -> Receipt:
        """What became of a position that somebody asks for.

        Raises:
            PositionError: no request was ever given it, or the disk has lost the queue since.
            JournalError: the queue cannot be read.
        """
        receipt = self.receipt(position)
        if receipt.state == "waiting" and position > (last := self._journal.end()):
            raise PositionError(
                f"No request was given position {position}, the last one is {last}: send the articles again."
            )
        return receipt

    def _is_older(self, generation: str) -> bool:
        """Whether the live generation is older; what is wrong with the index is told elsewhere."""
        try:
            return Generations(self._directory).agreed().name < generation
        except OnneshonError:
            return False

    def newest(self) -> str:
        """The generation of the last commit, however many processes serve; empty before the first."""
        return self._progress.read().newest

    def fault(self) -> str:
        """That what was queued does not become visible, in a sentence; empty while it does, or a build runs.

        That the writer runs tells nothing of it: on a full disk it tries, again and again.
        """
        try:
            state = self.state()
        except JournalError:
            return "The queue of articles cannot be read; the log says why."
        now = self._now()
        stands = min(state.age(now), now.timestamp() - self._progress.written())
        if stands <= STANDS_SECONDS or current_holder(self._directory) is not None:
            return ""
        return f"Articles have waited {stands:.0f} s to be published, and none is; the log says why."

    def state(self) -> QueueState:
        """How it is now.

        Raises:
            JournalError: the journal cannot be read.
        """
        published, end = self._progress.read(), self._journal.end()
        waiting = max(end - published.position, 0)
        return QueueState(
            position=end,
            published=published.position,
            waiting_bytes=waiting,
            waiting_since=self._journal.waiting_since(published.position) if waiting else "",
            generation=published.newest,
            failure=published.failure,
            refused=published.refused,
        )


class QueueCollector(Collector):
    """Reads the queue when it is asked.

    Args:
        queue: to be read.
        fault: what is wrong with the writer; empty while it runs.
    """

    def __init__(self, queue: PublishingQueue, fault: Callable[[], str]) -> None:
        self._queue = queue
        self._fault = fault

    def collect(self) -> Iterator[Metric]:
        """How much waits, for how long, what was set aside, and whether the writer runs."""
        yield GaugeMetricFamily("onneshon_writer_up", "1 while a writer runs.", 0 if self._fault() else 1)
        try:
            state = self._queue.state()
        except JournalError:
            return
        waiting = state.waiting_bytes
        yield GaugeMetricFamily("onneshon_queue_bytes", "Bytes of the queue that wait.", waiting)
        yield GaugeMetricFamily(
            "onneshon_queue_age_seconds", "How long the first has waited.", state.age(dt.datetime.now(dt.UTC))
        )
        yield GaugeMetricFamily("onneshon_queue_refused", "Articles that no index took.", state.refused)
