"""One request, tried with one host after another until one answers or the time is over.

Each try is made by another thread, so that whoever asks can turn away from one that hangs. A reader's
request that is late is tried with another host as well, and the first answer counts; a writer's is not, as a
change that is on its way twice may be carried out twice.
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
"""Seconds without work after which a thread ends."""

Work = Callable[[], None]
"""Raises nothing."""

Ask = Callable[[OpenSearch], Any]
"""Makes a request with the client that it is given."""

AT_ONCE: Final = 4
"""Tries of one request that may be under way; the last is kept until it is known who hangs."""

SOONER: Final = 0.7
"""The share of the time until an answer is late after which it is asked who hangs: by then that is known."""

SHORTEST: Final = 0.05
"""Seconds that a try is given at the least: what remains of a page's time may be less than a look takes."""


class KeptThreads:
    """Has any number of things done at once; whoever asks for it waits for nothing. Safe to share.

    Threads are kept for further requests: to start one takes four times as long as to wake one. They keep no
    process from ending. A process that was forked starts its own.

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


@dataclass(frozen=True, slots=True)
class Answer:
    """What a cluster answered.

    Attributes:
        reply: as JSON.
        repeated: whether the request may have been carried out before this one.
    """

    reply: Any
    repeated: bool


_THREADS: Final = KeptThreads()

_allowed = local()
"""Until when the try of this thread may take, by ``time.monotonic``; nothing where that is not said."""


class Connection(HttpConnection):
    """A connection whose requests end with the time of the try that makes them, and get objects."""

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
        """As for the library; raises GarbledError where a proxy says 200, and nothing of OpenSearch."""
        seconds = timeout or self.timeout
        if (until := getattr(_allowed, "until", None)) is not None:
            seconds = min(seconds, max(until - time.monotonic(), SHORTEST))
        answer = super().perform_request(method, url, params, body, seconds, ignore, headers)
        if method != "HEAD" and not answer[-1].lstrip().startswith("{"):
            raise GarbledError("N/A", f"no object of JSON, but {answer[-1][:60]!r}", answer[-1])
        return answer

    def log_request_fail(self, *_args: Any, **_options: Any) -> None:
        """Say nothing: what fails is made again, or told in a sentence, and the library logs a traceback."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of a try.

    Attributes:
        host: that was asked.
        reply: of it.
        error: instead.
    """

    host: Host[OpenSearch]
    reply: Any = None
    error: Exception | None = None


class Request:
    """A request.

    Args:
        ask: makes it.
        rotation: the hosts.
        pace: how long answers take.
        patience: how often it is made again.
        seconds: for all tries.
        check: looks at an answer, and raises ``IncompleteError`` where it lacks a part.
        told: is called with what kept it from being answered, where ``patience`` says so; and with nothing
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
        told: Callable[[TransportError | None], None],
    ) -> None:
        self._ask = ask
        self._rotation = rotation
        self._hosts = cycle(rotation.order())
        self._pace = pace
        self._patience = patience
        self._check = check
        self._told = told
        self._until = time.monotonic() + seconds
        self._next, self._look_at = 0.0, inf
        self._outcomes: SimpleQueue[_Outcome] = SimpleQueue()
        self._running: list[Host[OpenSearch]] = []
        self._losses = self._waits = self._gaps = 0
        self._last: TransportError | None = None

    def answer(self) -> Answer:
        """The first good answer.

        Raises:
            TransportError: there was none; the error is the last one that says why.
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
                return Answer(outcome.reply, repeated=self._losses > 0)
            else:
                self._note(outcome, outcome.error)
        raise self._last or ConnectionTimeout("TIMEOUT", "no host answered in time", None)

    def _start_another(self, now: float) -> None:
        """Try with the next host; the ones that were tried and have not answered are late."""
        for host in self._running:
            self._rotation.suspect(host)
        # Where answers come fast, all tries may wait for a node before anybody knows that it hangs.
        may_guess = len(self._running) < AT_ONCE - 1
        if not self._running or self._rotation.is_known or (may_guess and self._pace.may_try()):
            self._start(now)
        else:
            self._next = now + self._pace.late(self._until - now)

    def _start(self, now: float) -> None:
        host = next(self._hosts)
        if host in self._running:  # all of them are being asked: once more the one whose turn it was
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
        except Exception as error:  # noqa: BLE001  # raised to whoever asked, in its own thread
            outcome = _Outcome(host, error=error)
        self._pace.note(time.monotonic() - began)
        self._outcomes.put(outcome)

    def _outcome(self) -> _Outcome | None:
        """What comes of a try; None where something else is to be done before."""
        seconds = min(self._until, self._next, self._look_at) - time.monotonic()
        seconds = min(seconds, LOOK) if self._patience.told else seconds
        try:
            return self._outcomes.get(timeout=max(seconds, 0.0))
        except Empty:
            return None

    def _note(self, outcome: _Outcome, error: Exception) -> None:
        """Have the request made again, where that may help; else raise what it failed by."""
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
        """Whether the request is made again after an error; None where that would not help."""
        patience = self._patience
        if isinstance(error, IncompleteError):
            self._gaps += 1
            return self._again(self._gaps - 1, patience.gaps)
        if is_overloaded(error):
            self._waits += 1
            return self._again(self._waits - 1, patience.waits)
        if is_lost(error):
            self._losses += 1
            # Another host is asked at once; where all were, after a pause.
            return self._again(self._losses - 1, patience.losses, free=len(self._rotation.hosts) - 1)
        return None

    def _again(self, times: int, most: int, free: int = 0) -> bool:
        """Have it made again after the pause of that number, but at most so often; some have no pause."""
        if times < most:
            pause = self._patience.pause_before(times - free) if times >= free else 0.0
            self._next = time.monotonic() + pause
        return times < most

    def _tell(self, error: TransportError | None) -> None:
        if self._patience.told:
            self._told(error)


LOOK: Final = 1.0
"""Seconds after which a writer looks whether it is time to say what it waits for."""
