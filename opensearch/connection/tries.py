"""One request, tried with one host after another until one answers or the time is over.

Each try runs in a thread of its own, so that the caller can abandon one that hangs. A late request of a
reader is sent to another host as well (hedged), and the first answer counts; a writer's is not, as a change
that is under way twice may be carried out twice.
"""

import os
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from math import inf
from queue import Empty, SimpleQueue
from threading import Thread, local
from typing import Any, Final

from opensearchpy import ConnectionTimeout, OpenSearch, TransportError
from opensearchpy import Urllib3HttpConnection as HttpConnection
from opensearchpy.exceptions import OpenSearchException

from onneshon.opensearch.connection.faults import GarbledError, IncompleteError, is_lost, is_overloaded
from onneshon.opensearch.connection.rotation import Host, Pace, Patience, Rotation

IDLE: Final = 10.0
"""Seconds without work after which a pooled thread ends."""

Work = Callable[[], None]
"""A task for a thread; raises nothing."""

Ask = Callable[[OpenSearch], Any]
"""Makes a request with the client that it is given."""

AT_ONCE: Final = 4
"""The most concurrent tries of one request; the last is reserved until a hanging host is known."""

SOONER: Final = 0.7
"""The share of the time until an answer is late after which probes start: their result is there by then."""

SHORTEST: Final = 0.05
"""The shortest timeout of a try, in seconds: a page's remaining time may be less than a lookup takes."""


class KeptThreads:
    """A pool of threads without a limit: a task never waits for another. Safe to share.

    Threads are kept for further requests: to start one takes four times as long as to wake one. They are
    daemons, which let a process end. A forked process starts its own.

    Args:
        idle: the value for ``IDLE``, for tests.
    """

    def __init__(self, idle: float = IDLE) -> None:
        self._idle = idle
        self._free: deque[SimpleQueue[Work]] = deque()
        self._process = os.getpid()

    def do(self, work: Work) -> None:
        """Run a task in a free thread, or in a new one."""
        if self._process != os.getpid():
            self._free, self._process = deque(), os.getpid()
        try:
            tasks = self._free.pop()  # the one that was busy last, so that others stay idle and end
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
                work = tasks.get()  # ``do`` has just taken this thread to give it work
            work()
            del work  # an idle thread keeps no references of its last task
            self._free.append(tasks)


_THREADS: Final = KeptThreads()

_allowed = local()
"""The deadline of this thread's try, as ``until`` by ``time.monotonic``; without that, there is none."""


class Connection(HttpConnection):
    """A connection whose requests end at the deadline of their try, and return JSON objects only."""

    def perform_request(  # noqa: PLR0917  # the library's
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        timeout: float | None = None,
        ignore: Collection[int] = (),
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """As in the library; raises GarbledError if a proxy answers 200 without an object of JSON."""
        seconds = timeout or self.timeout
        if (until := getattr(_allowed, "until", None)) is not None:
            seconds = min(seconds, max(until - time.monotonic(), SHORTEST))
        answer = super().perform_request(method, url, params, body, seconds, ignore, headers)
        if method != "HEAD" and not answer[-1].lstrip().startswith("{"):
            raise GarbledError("N/A", f"no object of JSON, but {answer[-1][:60]!r}", answer[-1])
        return answer

    def log_request_fail(self, *_args: Any, **_options: Any) -> None:
        """Log nothing: failures are retried or reported in a sentence; the library would log a traceback."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The outcome of a try.

    Attributes:
        host: the host that was asked.
        reply: the host's reply, if there is one.
        error: the exception, if there is no reply.
    """

    host: Host[OpenSearch]
    reply: Any = None
    error: Exception | None = None


class Request:
    """A request with its tries.

    Args:
        ask: makes the request with a client.
        rotation: the hosts.
        pace: the times of recent answers.
        patience: the limits of retries.
        seconds: the time for all tries.
        check: checks an answer; raises ``IncompleteError`` if it lacks a shard.
        report: is called with the error that prevents an answer, where ``patience`` asks for it; with None
            while no answer has come.
    """

    def __init__(
        self,
        ask: Ask,
        rotation: Rotation[OpenSearch],
        pace: Pace,
        patience: Patience,
        *,
        seconds: float,
        check: Callable[[Any], None],
        report: Callable[[TransportError | None], None],
    ) -> None:
        self._ask = ask
        self._rotation = rotation
        self._hosts = cycle(rotation.order())
        self._pace = pace
        self._patience = patience
        self._check = check
        self._report = report
        self._until = time.monotonic() + seconds
        self._next, self._look_at = 0.0, inf
        self._outcomes: SimpleQueue[_Outcome] = SimpleQueue()
        self._running: list[Host[OpenSearch]] = []
        self._losses = self._waits = self._gaps = 0
        self._last: TransportError | None = None

    def answer(self) -> Any:
        """The first good answer, as decoded JSON.

        Raises:
            TransportError: there was none; the last error is raised.
        """
        while (now := time.monotonic()) < self._until:
            if now >= self._next:
                self._start_another(now)
            if now >= self._look_at:
                self._look_at = inf
                self._rotation.look()
            outcome = self._outcome()
            if outcome is None:
                self._tell(self._last)
            elif outcome.error is None:
                return outcome.reply
            else:
                self._note(outcome, outcome.error)
        raise self._last or ConnectionTimeout("TIMEOUT", "no host answered in time", None)

    def _start_another(self, now: float) -> None:
        """Try the next host; hosts that were tried and have not answered count as late."""
        for host in self._running:
            self._rotation.suspect(host)
        # Where answers come fast, all tries may wait for a node before it is known to hang.
        may_guess = len(self._running) < AT_ONCE - 1
        if not self._running or self._rotation.is_known or (may_guess and self._pace.may_try()):
            self._start(now)
        else:
            self._next = now + self._pace.late(self._until - now)

    def _start(self, now: float) -> None:
        host = next(self._hosts)
        if host in self._running:  # all are being asked: skip one, so that the next gets a second try
            host = next(self._hosts)
        self._running.append(host)
        left = self._until - now
        _THREADS.do(partial(self._try, host, left))
        more = self._patience.hedged and len(self._running) < AT_ONCE
        late = self._pace.late(left) if more else inf
        self._next, self._look_at = now + late, now + SOONER * late

    def _try(self, host: Host[OpenSearch], left: float) -> None:
        began = time.monotonic()
        _allowed.until = began + left
        try:
            reply = self._ask(host.client)
            self._check(reply)
            outcome = _Outcome(host, reply)
        except TransportError as error:
            outcome = _Outcome(host, error=error)
        except OpenSearchException as error:
            outcome = _Outcome(host, error=GarbledError("N/A", str(error), error))
        except Exception as error:  # noqa: BLE001  # raised to the caller, in its own thread
            outcome = _Outcome(host, error=error)
        self._pace.note(time.monotonic() - began)
        self._outcomes.put(outcome)

    def _outcome(self) -> _Outcome | None:
        """The outcome of a try; None if something else is due first."""
        seconds = min(self._until, self._next, self._look_at) - time.monotonic()
        seconds = min(seconds, LOOK) if self._patience.reported else seconds
        try:
            return self._outcomes.get(timeout=max(seconds, 0.0))
        except Empty:
            return None

    def _note(self, outcome: _Outcome, error: Exception) -> None:
        """Schedule a retry, where that may help; else raise the error."""
        self._running.remove(outcome.host)
        if not isinstance(error, TransportError):
            raise error
        self._last = error
        again = self._again_after(error)
        if again is None or not (again or self._running):
            raise error
        if is_lost(error):
            self._rotation.leave_out(outcome.host)
        self._tell(error)

    def _again_after(self, error: TransportError) -> bool | None:
        """Whether to retry after an error, by the limits of its kind; None where a retry would not help."""
        patience = self._patience
        if isinstance(error, IncompleteError):
            self._gaps += 1
            return self._again(self._gaps - 1, patience.gaps)
        if is_overloaded(error):
            self._waits += 1
            return self._again(self._waits - 1, patience.waits)
        if is_lost(error):
            self._losses += 1
            # Other hosts are asked at once; once all were, after a pause.
            return self._again(self._losses - 1, patience.losses, free=len(self._rotation.hosts) - 1)
        return None

    def _again(self, times: int, most: int, free: int = 0) -> bool:
        """Schedule a retry after its pause, at most ``most`` times; the first ``free`` have no pause."""
        if times < most:
            pause = self._patience.pause_before(times - free) if times >= free else 0.0
            self._next = time.monotonic() + pause
        return times < most

    def _tell(self, error: TransportError | None) -> None:
        if self._patience.reported:
            self._report(error)


LOOK: Final = 1.0
"""Seconds between a writer's checks whether to log what it waits for."""
