"""The threads of a process: one reads and answers requests; when it has to wait, another takes over.

Python runs about one request at a time in each process. A reading thread and an answering thread would hand
over twice per request, and so would several answering threads, each of which waits for the others. Here one
thread leads (the pattern is called leader and followers): it polls all connections and answers their
requests. A request that waits, or takes long, stays with its thread, and another thread becomes the leader.
"""

import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final, Protocol

MOST_THREADS: Final = 32
"""Requests that a process answers at a time; further ones wait. A cluster's requests use no time here."""

LOOK_SECONDS: Final = 0.02
"""Interval between polls of the connections while requests are being answered; a poll takes 0.1 ms."""

IDLE_SECONDS: Final = 1.0
"""How long a poll waits while nothing can be answered; the work due each second is done after it."""

ENDING_SECONDS: Final = 5.0
"""How long shutdown waits for the requests under way."""

log = logging.getLogger(__name__)


class Task(Protocol):
    """A connection with a request to answer, as waitress passes it to a dispatcher."""

    def service(self) -> None:
        """Answer the request."""

    def cancel(self) -> None:
        """Leave the request unanswered."""


class WorkerThreads:
    """Runs the tasks of waitress; requests that wait enter the context ``aside``.

    Args:
        waiting: whether every request waits for something else, such as a cluster, and so runs ``aside``.
    """

    def __init__(self, *, waiting: bool = False) -> None:
        self._waiting = waiting
        self._tasks: deque[Task] = deque()
        lock = threading.Lock()
        self._free = threading.Condition(lock)
        self._done = threading.Condition(lock)
        self._leader: int | None = None
        self._followers = self._active = self._aside = 0
        self._ended = threading.Event()
        self._over = False
        self._fault: BaseException | None = None
        self._look: Callable[[float], object] = bool
        self._busy: Callable[[], object] = bool
        self._look_at = 0.0
        self._wake: Callable[[], object] = int

    def run(
        self, look: Callable[[float], object], wake: Callable[[], object], ended: Callable[[], bool]
    ) -> None:
        """Poll and answer in other threads until ``shutdown``; this one waits, so that signals interrupt it.

        Args:
            look: polls the connections, for the given number of seconds at most, and handles what happened.
            wake: makes ``look`` return; may be called by any thread.
            ended: whether a signal came whose exception was lost.

        Raises:
            KeyboardInterrupt: a signal to end came.
        """
        self._look, self._wake = look, wake
        with self._free:
            self._call_follower()
        while not self._ended.wait(1.0):
            if ended():
                raise KeyboardInterrupt
        if self._fault:
            raise self._fault

    def add_task(self, task: Task) -> None:
        """Queue a request to answer."""
        self._tasks.append(task)

    @property
    def has_tasks(self) -> bool:
        """Whether requests wait to be answered."""
        return bool(self._tasks)

    def leads(self) -> bool:
        """Whether this thread polls the connections, so that no other needs to be woken to do so."""
        return self._leader == threading.get_ident()

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """A context in which a request waits or takes long, while another thread answers others."""
        if self.leads():  # else it is aside already, or answers no request
            with self._free, contextlib.suppress(RuntimeError):  # no thread can be started: others wait
                self._call_follower()
                self._leader = None
                self._aside += 1
        yield

    def answer_next(self) -> None:
        """Answer the first request of the queue."""
        task = self._tasks.popleft()
        leads = self.leads()
        try:
            with self.aside() if self._waiting else contextlib.nullcontext():
                task.service()
        except BaseException:  # as waitress does: no exception may end the server
            log.exception("a request was not answered")
        if leads and not self.leads():
            with self._free:
                self._aside -= 1
            if self._tasks:  # they may have waited because too many were aside
                self._wake()

    def shutdown(self, timeout: float = ENDING_SECONDS, busy: Callable[[], object] = bool) -> None:
        """Answer what has come by now, accept no more connections, and end.

        Args:
            timeout: seconds to wait at most; requests that were not begun by then are left unanswered.
            busy: whether something is still to be read or sent, so that the connections have to be polled.
        """
        self._busy = busy
        self._ended.set()
        self._wake()
        with self._done:
            if not self._done.wait_for(lambda: not self._active, timeout):
                log.warning("ended with %d requests half received or answered", self._active)
            self._end_followers()
        while self._tasks:
            self._tasks.popleft().cancel()

    def _call_follower(self) -> None:
        """Let another thread lead: a waiting follower, or a new thread."""
        if self._followers:
            self._free.notify()
        else:
            threading.Thread(target=self._work, name="answers", daemon=True).start()
            self._active += 1

    def _work(self) -> None:
        try:
            while self._leads_next():
                while self.leads() and not self._ended.is_set():
                    self._go_on()
                self._finish()
        except BaseException as error:  # noqa: BLE001  # the thread that runs the server raises it
            self._fault = error
            self._ended.set()
            with self._done:
                self._active -= 1
                self._done.notify()

    def _finish(self) -> None:
        """Answer what has come when the end comes, unless another thread leads, which does so."""
        if not self.leads():
            return
        self._look(0.0)
        while self.leads() and not self._over and (self._tasks or self._busy()):
            self._go_on()
        if self.leads():
            with self._free:
                self._end_followers()

    def _end_followers(self) -> None:
        self._over = True
        self._free.notify_all()

    def _go_on(self) -> None:
        """Answer a request, or poll the connections."""
        may_answer = self._tasks and self._aside < MOST_THREADS
        if may_answer and time.monotonic() < self._look_at:
            self.answer_next()
        else:
            self._look(0.0 if may_answer else IDLE_SECONDS)
            self._look_at = time.monotonic() + LOOK_SECONDS

    def _leads_next(self) -> bool:
        """Wait until no other thread leads, then lead; return False at shutdown."""
        with self._free:
            self._active -= 1
            self._followers += 1
            self._done.notify()
            self._free.wait_for(lambda: self._leader is None or self._over)
            self._followers -= 1
            if self._over:
                return False
            self._active += 1
            self._leader = threading.get_ident()
        return True
