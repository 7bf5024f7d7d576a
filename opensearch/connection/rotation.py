"""The order in which hosts of a cluster are asked, the limits of retries, and the preferred nodes.

A node that was killed refuses connections and is skipped at once. One that hangs accepts them and never
answers; and healthy hosts wait for it too, where they expect a shard from it, until the cluster drops it,
which takes half a minute. So when an answer is late, all hosts are probed for the nodes that they see: a host
that does not answer is left out until it does, and shard copies on nodes that answer are preferred.
"""

import logging
import time
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import uniform
from threading import Event, Lock, Thread
from typing import Final, Generic, TypeVar

REMEMBERED: Final = 256
"""The number of latest answers whose times are kept."""

FEWEST: Final = 20
"""The fewest answers from which a quantile of their times is taken."""

UNKNOWN: Final = 0.5
SOONEST: Final = 0.05
LATEST: Final = 1.0
"""Seconds after which an answer is late: with too few answers known, the minimum, and the maximum."""

SHARE: Final = 0.95
"""The quantile of the times of answers beyond which an answer is late."""


ALLOWANCE: Final = 20.0
"""The budget of retries: the most that may be made at once."""

EARNED: Final = 0.1
"""The part of a retry that each answer adds to the budget: retries harm a cluster that is overloaded."""


class Pace:
    """The times of recent answers, and the budget of retries; safe to share among threads."""

    def __init__(self) -> None:
        self._took: deque[float] = deque()
        self._sorted: list[float] = []  # the same times; each request asks for a quantile of them
        self._allowance = ALLOWANCE
        self._lock = Lock()

    def note(self, seconds: float) -> None:
        """Record how long an answer took, or was waited for in vain."""
        with self._lock:
            self._took.append(seconds)
            insort(self._sorted, seconds)
            if len(self._took) > REMEMBERED:
                del self._sorted[bisect_left(self._sorted, self._took.popleft())]
            self._allowance = min(self._allowance + EARNED, ALLOWANCE)

    def may_try(self) -> bool:
        """Whether a late request may be sent to another host; if so, takes it from the budget of retries."""
        with self._lock:
            if self._allowance < 1:
                return False
            self._allowance -= 1
            return True

    def late(self, left: float) -> float:
        """Seconds after which an answer is late; at most a third of ``left``, for two further tries."""
        with self._lock:
            took = self._sorted
            usual = took[int(SHARE * (len(took) - 1))] if len(took) >= FEWEST else UNKNOWN
        return min(max(usual, SOONEST), LATEST, left / 3)


@dataclass(frozen=True, slots=True)
class Patience:
    """The limits of retries of a request.

    Attributes:
        seconds: the time for all tries together, unless the caller gives one.
        losses: the most retries after the loss of a node.
        waits: the most retries after overload of the cluster.
        gaps: the most retries after an answer that lacked a shard.
        pause: seconds before the first retry; each further one waits twice as long, up to ``longest``.
        longest: the longest pause, in seconds.
        hedged: whether a late request is sent to another host as well.
        reported: whether the reason of waiting is logged.
    """

    seconds: float
    losses: int
    waits: int
    gaps: int
    pause: float
    longest: float
    hedged: bool = False
    reported: bool = False

    def pause_before(self, times: int) -> float:
        """Seconds before a retry, numbered from 0; with jitter, so that clients do not retry together."""
        pause: float = self.pause * 2 ** min(times, 20)
        return min(self.longest, pause) * uniform(0.5, 1.0)  # noqa: S311  # no secret

    def wait(self, times: int) -> None:
        """Wait before a retry, numbered from 0."""
        time.sleep(self.pause_before(times))


READING: Final = Patience(30.0, losses=8, waits=20, gaps=1, pause=0.05, longest=0.5, hedged=True)
"""For a reader who waits for the answer."""

WRITING: Final = Patience(300.0, losses=200, waits=200, gaps=200, pause=0.25, longest=5.0, reported=True)
"""For a writer, who can wait five minutes for a node to come back, for memory or for disk."""


log = logging.getLogger(__name__)

C = TypeVar("C")

PAUSE: Final = 0.5
"""Seconds between two rounds of probes, as long as a host or node does not answer."""

FORGOTTEN: Final = 30.0
"""Seconds after which the state of a host expires: a forked process lacks the threads of its parent, which
would notice that the host is back."""


@dataclass(frozen=True, slots=True)
class Rollcall:
    """The nodes of a cluster, as one host sees them.

    Attributes:
        present: the ids of the nodes that answered the host.
        absent: the number of nodes that did not.
    """

    present: tuple[str, ...] = ()
    absent: int = 0


@dataclass(eq=False, slots=True)
class Host(Generic[C]):
    """A host and its state.

    Attributes:
        name: the host's name and port.
        client: the client of this host.
        out_since: the time when it was left out, by the clock of the rotation; None while it is asked.
        silent: whether it did not answer a probe either, so that it comes after all others.
    """

    name: str
    client: C
    out_since: float | None = None
    silent: bool = False


class Rotation(Generic[C]):
    """Hosts in turn; safe to share among threads.

    Args:
        hosts: the hosts of a cluster.
        call: probes a host by its client; returns None if it does not answer within a second.
        clock: the clock, in seconds, for tests.
        pause: the value for ``PAUSE``, for tests.
    """

    def __init__(
        self,
        hosts: Sequence[Host[C]],
        call: Callable[[C], Rollcall | None],
        *,
        clock: Callable[[], float] = time.monotonic,
        pause: float = PAUSE,
    ) -> None:
        self.hosts = tuple(hosts)
        self._call = call
        self._clock = clock
        self._pause = pause
        self._lock = Lock()
        self._turn = 0
        self._watched_at: float | None = None
        self._rollcall = Rollcall()
        self._closed = Event()

    def order(self) -> list[Host[C]]:
        """All hosts in the order in which a request should try them; those left out come last."""
        with self._lock:
            first = self._turn
            self._turn = (first + 1) % len(self.hosts)
        turned = [*self.hosts[first:], *self.hosts[:first]]
        return sorted(turned, key=lambda host: self._is_out(host) * (1 + host.silent))

    def _is_out(self, host: Host[C]) -> bool:
        since = host.out_since
        return since is not None and self._clock() < since + FORGOTTEN

    @property
    def is_known(self) -> bool:
        """Whether a hanging node or host is known: answers are then late for that, not from overload."""
        return bool(self._rollcall.absent) or any(host.silent for host in self.hosts)

    @property
    def preferred(self) -> str:
        """The parameter ``preference`` for shard copies on nodes that answer; empty for any."""
        known = self._rollcall
        return f"_prefer_nodes:{','.join(known.present)}" if known.absent and known.present else ""

    def leave_out(self, host: Host[C]) -> None:
        """Ask a host last until it answers a probe; a thread starts to probe at once."""
        if not self._is_out(host):
            host.out_since = self._clock()
        self.look()

    def suspect(self, host: Host[C]) -> None:
        """Leave out a host that is late; unless others are known to hang, for which it may be waiting."""
        if not self.is_known:
            self.leave_out(host)

    def look(self) -> None:
        """Start a thread that probes all hosts, again and again until all hosts and nodes answer."""
        now = self._clock()
        with self._lock:
            watched = self._watched_at is not None and now < self._watched_at + FORGOTTEN
            if watched or self._closed.is_set():
                return
            self._watched_at = now
        Thread(target=self._watch, name="who is there", daemon=True).start()

    def _watch(self) -> None:
        while True:
            self._watched_at = self._clock()
            round_ = [Thread(target=self._ask, args=(host,), daemon=True) for host in self.hosts]
            for asking in round_:
                asking.start()
            for asking in round_:
                asking.join()
            if self._is_over() or self._closed.wait(self._pause):
                break

    def _is_over(self) -> bool:
        """Whether all answer; if so, the next host that is left out starts a new thread."""
        with self._lock:
            over = not self._rollcall.absent and all(host.out_since is None for host in self.hosts)
            self._watched_at = None if over else self._watched_at
        return over

    def _ask(self, host: Host[C]) -> None:
        """Probe a host: take it in or leave it out, and record the nodes it sees."""
        answer = self._call(host.client)
        if answer is None:
            if not host.silent:
                log.warning("%s does not answer: others are asked until it does", host.name)
            host.out_since, host.silent = self._clock(), True
            return
        host.out_since, host.silent = None, False
        if answer.present and answer.absent != self._rollcall.absent:
            log.warning("%d nodes of the cluster answer, %d do not", len(answer.present), answer.absent)
        self._rollcall = answer

    def close(self) -> None:
        """End the probing thread."""
        self._closed.set()
