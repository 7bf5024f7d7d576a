"""The queue as the routes see it: queues operations, changes articles in part, reports when it is visible."""

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
"""Requests that wait at a time: each occupies a thread. Further ones get their position at once."""

MAX_BYTES: Final = 1 << 30
"""Maximum bytes that may wait in the queue."""

STANDS_SECONDS: Final = 60.0
"""The queue counts as stuck when nothing became visible for this long and no build writes the index."""

MAX_READ: Final = 64 << 20
"""Maximum waiting bytes for a change that depends on them: they are read while nobody else can queue."""

_POLL_SECONDS: Final = 0.02


Make: TypeAlias = Callable[[Sequence[Operation]], Sequence[Operation]]
"""Returns the operations to queue, given those that wait, or raises the reason to queue none."""

PositionState: TypeAlias = Literal["waiting", "visible", "lost", "rolled back"]
"""The state of a position: it waits; it is visible; the disk lost it; an older generation is live again."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The position of durably queued operations, and their state.

    Attributes:
        position: the position of the request.
        state: the state of all its operations.
        generation: the generation in which they are visible; None unless they are.
    """

    position: int
    state: PositionState
    generation: str | None = None


@dataclass(frozen=True, slots=True)
class QueueState:
    """The state of the queue.

    Attributes:
        position: the position up to which operations are queued.
        published: the position up to which they are visible.
        waiting_bytes: the bytes between the two.
        waiting_since: when the first waiting operation was received; empty if none waits.
        generation: the generation of the last commit; empty before the first.
        failure: why operations wait, where that is known; for the server's operator only.
        refused: the number of operations that were set aside.
    """

    position: int
    published: int
    waiting_bytes: int
    waiting_since: str
    generation: str
    failure: str
    refused: int

    def age(self, now: dt.datetime) -> float:
        """Seconds for which the first waiting operation has waited."""
        if not self.waiting_since:
            return 0.0
        return (now - dt.datetime.fromisoformat(self.waiting_since)).total_seconds()


class PublishingQueue:
    """The queue of an index directory; threads may share it.

    Args:
        directory: the directory of the index.
        clock: a monotonic clock, in seconds.
        sleep: waits for the given seconds.
        now: returns the time.
        aside: makes a context in which a request waits for the disk and the writer.
        on_queued: called with all operations that were queued through this object.

    Raises:
        JournalError: the folder of the queue cannot be made.
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
            operations: the operations; all or none of them are queued.
            wait: the maximum time to wait, in seconds.

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
        """Queue operations that depend on those that wait; nobody else can queue in between.

        Args:
            make: given the operations that wait or became visible just now, returns those to queue; if it
                raises, nothing is queued.
            wait: as for ``publish``.

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
        """The operations that wait or became visible just now, in order; if they are very many, the first.

        Raises:
            JournalError: the queue cannot be read.
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
        """The state of the request of a position, and of all before it."""
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
        """The state of a position that a client asks about.

        Raises:
            PositionError: no request was ever given the position, or the disk has lost the queue since.
            JournalError: the queue cannot be read.
        """
        receipt = self.receipt(position)
        if receipt.state == "waiting" and position > (last := self._journal.end()):
            raise PositionError(
                f"No request was given position {position}, the last one is {last}: send the articles again."
            )
        return receipt

    def _is_older(self, generation: str) -> bool:
        """Whether the live generation is older; faults of the index are reported elsewhere."""
        try:
            return Generations(self._directory).agreed().name < generation
        except OnneshonError:
            return False

    def newest(self) -> str:
        """The generation of the last commit, by whichever process; empty before the first."""
        return self._progress.read().newest

    def fault(self) -> str:
        """A sentence saying that queued operations do not become visible; empty if they do, or in a build.

        A running writer does not prove that they do: on a full disk it retries again and again.
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
        """The current state.

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
    """Metrics of the queue, read at each scrape.

    Args:
        queue: the queue.
        fault: returns what is wrong with the writer; empty while it runs.
    """

    def __init__(self, queue: PublishingQueue, fault: Callable[[], str]) -> None:
        self._queue = queue
        self._fault = fault

    def collect(self) -> Iterator[Metric]:
        """Yield whether the writer runs, the bytes that wait and for how long, and the refused operations."""
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
