"""Which hosts of a cluster are asked, in turn, how patiently, and which of its nodes should answer them.

A node that was killed refuses connections and is passed over at once. One that hangs takes them and never
answers; and hosts that are well wait for it too, where they expect a part of the index from it, until the
cluster gives it up, which takes half a minute. So when an answer is late, all hosts are asked who is there:
one that says nothing is left out until it does, and copies of a part on nodes that answer are preferred.
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
"""Answers, the latest."""

FEWEST: Final = 20
"""Answers needed before their times tell anything."""

UNKNOWN: Final = 0.5
SOONEST: Final = 0.05
LATEST: Final = 1.0
"""Seconds after which an answer is late: while nothing is known, at the least, and at the most."""

SHARE: Final = 0.95
"""Quantile of the times of answers beyond which one is late."""


ALLOWANCE: Final = 20.0
"""Retries that may be made at once."""

EARNED: Final = 0.1
"""Share of a retry that each answer earns: where all are late, a cluster is overloaded, and retries harm."""


class Pace:
    """The time that answers took; safe to share among threads."""

    def __init__(self) -> None:
        self._took: deque[float] = deque()
        self._sorted: list[float] = []  # the same; each request asks for a share of them
        self._allowance = ALLOWANCE
        self._lock = Lock()

    def note(self, seconds: float) -> None:
        """Remember how long an answer took, or was waited for in vain."""
        with self._lock:
            self._took.append(seconds)
            insort(self._sorted, seconds)
            if len(self._took) > REMEMBERED:
                del self._sorted[bisect_left(self._sorted, self._took.popleft())]
            self._allowance = min(self._allowance + EARNED, ALLOWANCE)

    def may_try(self) -> bool:
        """Whether what is late may be tried with another host, which is taken from what is allowed."""
        with self._lock:
            if self._allowance < 1:
                return False
            self._allowance -= 1
            return True

    def late(self, left: float) -> float:
        """Seconds after which an answer is late; with ``left`` seconds for all, time stays for two others."""
        with self._lock:
            took = self._sorted
            usual = took[int(SHARE * (len(took) - 1))] if len(took) >= FEWEST else UNKNOWN
        return min(max(usual, SOONEST), LATEST, left / 3)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a request is made again.

    Attributes:
        seconds: for all tries together, unless whoever asks says how long.
        losses: times after a node was lost.
        waits: times after the cluster had too much to do.
        gaps: times after an answer lacked a part of the index.
        pause: seconds before the first repetition; each further one waits twice as long, up to ``longest``.
        longest: seconds.
        hedged: whether one that is late is tried with another host as well.
        told: whether whoever watches is told what is waited for.
    """

    seconds: float
    losses: int
    waits: int
    gaps: int
    pause: float
    longest: float
    hedged: bool = False
    told: bool = False

    def pause_before(self, times: int) -> float:
        """Seconds before the repetition of that number, from 0; never the same for all who wait."""
        pause: float = self.pause * 2 ** min(times, 20)
        return min(self.longest, pause) * uniform(0.5, 1.0)  # noqa: S311  # no secret

    def wait(self, times: int) -> None:
        """Wait before the repetition of that number, from 0."""
        time.sleep(self.pause_before(times))


READING: Final = Patience(30.0, losses=8, waits=20, gaps=1, pause=0.05, longest=0.5, hedged=True)
"""For a reader who waits for the answer."""

WRITING: Final = Patience(300.0, losses=200, waits=200, gaps=200, pause=0.25, longest=5.0, told=True)
"""For a writer, who can wait five minutes for a node to come back, for memory or for disk."""


log = logging.getLogger(__name__)

C = TypeVar("C")

PAUSE: Final = 0.5
"""Seconds between two rounds of asking who is there, as long as somebody is not."""

FORGOTTEN: Final = 30.0
"""Seconds after which what was known of a host counts no more: a process that was forked has no threads of
the one before, which would find out that it is back."""


@dataclass(frozen=True, slots=True)
class Rollcall:
    """Who is there, as one host says.

    Attributes:
        present: ids of the nodes that answered it.
        absent: how many others did not.
    """

    present: tuple[str, ...] = ()
    absent: int = 0


@dataclass(eq=False, slots=True)
class Host(Generic[C]):
    """A host.

    Attributes:
        name: host and port.
        client: asks it.
        out_since: when it was left out, by the clock of the rotation; None while it is asked.
        silent: whether it did not say who is there either, so that it is asked after all others.
    """

    name: str
    client: C
    out_since: float | None = None
    silent: bool = False


class Rotation(Generic[C]):
    """Hosts in turn; safe to share among threads.

    Args:
        hosts: of a cluster.
        call: asks a host who is there, by its client; None where it does not answer within a second.
        clock: seconds, for tests.
        pause: as ``PAUSE``, for tests.
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
        """All hosts in the order in which a request should try them: those that are out come last."""
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
        """Whether it is known who hangs: what is late then is so for that, and not for too much to do."""
        return bool(self._rollcall.absent) or any(host.silent for host in self.hosts)

    @property
    def preferred(self) -> str:
        """Which copies of a part of an index should be searched, in OpenSearch's words; empty for any."""
        known = self._rollcall
        return f"_prefer_nodes:{','.join(known.present)}" if known.absent and known.present else ""

    def leave_out(self, host: Host[C]) -> None:
        """Ask a host last, until it answers who is there, which it is asked at once, aside."""
        if not self._is_out(host):
            host.out_since = self._clock()
        self.look()

    def suspect(self, host: Host[C]) -> None:
        """Leave a host out that is late; while others are known to hang, it may well wait for these."""
        if not self.is_known:
            self.leave_out(host)

    def look(self) -> None:
        """Have all hosts be asked who is there, aside, again and again until everybody is."""
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
        """Whether nobody needs to be watched; a host that is left out from now on has a new watch begin."""
        with self._lock:
            over = not self._rollcall.absent and all(host.out_since is None for host in self.hosts)
            self._watched_at = None if over else self._watched_at
        return over

    def _ask(self, host: Host[C]) -> None:
        """Take a host in or leave it out, as it answers or does not, and note whom it sees."""
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
        """End what looks."""
        self._closed.set()
