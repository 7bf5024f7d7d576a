"""The engine that answers now: opened once there is an index, moved on to newer ones; and its memory."""

import ctypes
import gc
import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

from onneshon.index.replication.following import ReplicaState
from onneshon.search import IndexMissingError, OnneshonError, SearchEngine

log = logging.getLogger(__name__)


LOOK_SECONDS: Final = 5.0
"""How often a process that nobody asks looks for a newer generation."""

ROUNDS: Final = 3
"""How often garbage is collected after a reload: the first time, requests may still use the older engine."""


YOUNG: Final = 20_000
"""Objects, more made than let go of, after which garbage is looked for. Requests let go of nearly all that
they make by themselves; with the 700 that Python waits for, one in seven has them looked through."""


def collect_seldom() -> None:
    """Have no request wait for garbage: what is loaded by now is never looked through, the rest seldom."""
    gc.freeze()
    gc.set_threshold(YOUNG)


LARGE_PAGE: Final = 2 << 20
"""Bytes of a large page of x86-64, and of arm64 with pages of 4 kB."""

JOIN_SECONDS: Final = 0.004
"""Beside the answers: time to pass over all that are joined, and to join one, so that one request waits."""

_COLLAPSE: Final = 25
"""MADV_COLLAPSE of Linux 6.1 (madvise(2)): make what is here one large page now, wherever there is memory."""

_MAPPINGS: Final = Path("/proc/self/maps")
_SYSTEM_SAYS: Final = Path("/sys/kernel/mm/transparent_hugepage/enabled")


def own_memory(mappings: str) -> Iterator[int]:
    """The whole large pages of memory that a process has for itself alone.

    Args:
        mappings: of the process, as Linux lists them (proc_pid_maps(5)).

    Yields:
        The address of each.
    """
    for line in mappings.splitlines():
        addresses, access, _, _, inode, *_ = line.split()
        if access == "rw-p" and inode == "0":
            start, end = (int(address, 16) for address in addresses.split("-"))
            yield from range(-(-start // LARGE_PAGE) * LARGE_PAGE, end - LARGE_PAGE + 1, LARGE_PAGE)


def join_pages(seconds: float = math.inf, clock: Callable[[], float] = time.monotonic) -> None:
    """Have memory in large pages, so far as the system can.

    A request touches more small pages than a processor remembers the places of, and a virtual machine looks
    each of them up twice. Does nothing where there is no Linux of 6.1 or newer, or where its keeper wants no
    large pages.

    Args:
        seconds: after which no further one is joined. Each takes 5 to 50 milliseconds, in which whatever else
            asks for memory waits; to pass over one that is joined takes a hundredth of one.
        clock: seconds that only go forward.
    """
    until = clock() + seconds
    try:
        wanted = "[never]" not in _SYSTEM_SAYS.read_text("ascii")
        mappings = _MAPPINGS.read_text("utf-8", "replace") if wanted else ""
    except OSError:
        return
    for page in takewhile(lambda _: clock() < until, own_memory(mappings)):
        _advise(page)


def _advise(page: int) -> None:
    """Ask the system, which may refuse: then all is as it was."""
    ctypes.CDLL(None).madvise(ctypes.c_void_p(page), ctypes.c_size_t(LARGE_PAGE), _COLLAPSE)


Opener = Callable[[], SearchEngine | None]
"""Opens the engine; gives None, or raises IndexStateError, where it cannot yet."""


class LiveEngine:
    """Hands out the engine and keeps it fresh, from any thread.

    The check for a newer generation is made by the request that happens to come along, at most once per
    ``interval``; and by ``stay_fresh`` where none comes, so that a process that is asked little does not keep
    the files of generations that are gone. With ``verify``, a thread reads each generation whole
    once it answers, says in the log how it is, and ends.

    Args:
        source: an engine, or a function that opens one.
        interval: seconds between two checks.
        clock: seconds, for tests.
        verify: whether generations are read whole in the background.
        replica: how far the index follows a store; None where it follows none.
        verify_interval: seconds between the beginnings of two such readings; where generations follow each
            other faster, some are not read whole, but the last one in time is.
    """

    def __init__(
        self,
        source: SearchEngine | Opener,
        *,
        interval: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        verify: bool = False,
        verify_interval: float = 0.0,
        replica: Callable[[], ReplicaState | None] = lambda: None,
    ) -> None:
        self.replica = replica
        self.verify = verify
        self._verify_interval = verify_interval
        self._verified_at = -math.inf
        self._unverified = False
        self._opener: Opener | None = source if callable(source) else None
        self._engine: SearchEngine | None = None if callable(source) else source
        self._failure: OnneshonError | None = None
        self._interval = interval
        self._clock = clock
        self._due = clock()
        self._lock = threading.Lock()
        self._moved = 0
        self._warned: set[str] = set()
        self._expected = ""
        self.cache: dict[str, Any] = {}
        """What was worked out from the articles; emptied whenever they may have changed."""
        self._unverified = self._engine is not None
        self._warn()
        self._verify_aside()

    def current(self) -> SearchEngine:
        """The engine to ask now.

        Raises:
            IndexStateError: there is no index that can be opened.
        """
        with self._lock:
            if self._clock() >= self._due:
                self._refresh()
                # From now on: who waited meanwhile does not try again at once what took long.
                self._due = self._clock() + self._interval
                self._verify_aside()
            if self._engine is None:
                raise self._failure or IndexMissingError("There is no index yet.")
            return self._engine

    @property
    def fault(self) -> str:
        """Why an older generation answers than the live one; empty where the live one does."""
        with self._lock:
            failure = self._failure
        return f"The live index cannot be opened, and an older one answers: {failure}" if failure else ""

    def expect(self, generation: str) -> None:
        """Have the next request look for a newer generation, if this one is news.

        Args:
            generation: that somebody was told about, by whatever process.
        """
        with self._lock:
            if generation != self._expected:
                self._expected = generation
                self._due = self._clock()

    def stay_fresh(self) -> None:
        """Have a thread look for newer generations, and after the memory, as long as this process runs."""
        threading.Thread(target=self._stay_fresh, name="stay fresh", daemon=True).start()

    def _stay_fresh(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            self.look()
            join_pages(JOIN_SECONDS)  # again and again, as memory grows by small ones

    def look(self) -> None:
        """Move on to a newer generation, if there is one, and let go of what an older one held.

        What is remembered of a generation refers to it, so that only the collector of garbage finds it gone,
        which comes when enough is made: in a process that is asked little, after days.
        """
        with suppress(OnneshonError):
            self.current()
        if self._moved:
            self._moved -= 1
            gc.collect()

    def _refresh(self) -> None:
        try:
            moved = self._open() if self._engine is None else self._engine.reload()
        except OnneshonError as error:
            # An engine that works is kept: old articles are better for a reader than none.
            if str(error) != str(self._failure) and not isinstance(error, IndexMissingError):
                log.warning("The index cannot be opened: %s", error)
            self._failure = error
        else:
            self._failure = None
            if moved:
                self._moved = ROUNDS
                self.cache = {}
                self._unverified = True
            self._warn()

    def _open(self) -> bool:
        self._engine = self._opener() if self._opener else None
        return self._engine is not None

    def _warn(self) -> None:
        """Say in the log, once, that another generation answers, or older settings are in force, and why."""
        health = self._engine.health if self._engine is not None else None
        warnings = {health.warning, health.settings} - {""} if health else set()
        for warning in sorted(warnings - self._warned):
            log.warning("%s", warning)
        self._warned = warnings

    def _verify_aside(self) -> None:
        due = self._verified_at + self._verify_interval
        if self.verify and self._unverified and self._engine is not None and self._clock() >= due:
            self._unverified, self._verified_at = False, self._clock()
            threading.Thread(
                target=self._verify_now, args=(self._engine,), name="verify", daemon=True
            ).start()

    def _verify_now(self, engine: SearchEngine) -> None:
        try:
            engine.verify()
            log.info("Index generation %s is as it was built.", engine.health.generation)
        except OnneshonError as error:
            log.error("The index is damaged: %s", error)  # noqa: TRY400  # the message says all, a trace is noise
            self.cache = {}
            self._warn()
