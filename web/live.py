"""The engine that answers now: opened once there is an index, moved on to newer generations; its memory."""

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
"""Interval at which a process without requests checks for a newer generation."""

ROUNDS: Final = 3
"""Garbage collections after a reload: at the first, requests may still use the older engine."""


YOUNG: Final = 20_000
"""Surplus of allocated over freed objects that starts a garbage collection. Requests free nearly all their
objects without one; with Python's own threshold of 700, one request in seven starts a collection."""


def collect_seldom() -> None:
    """Keep garbage collection from delaying requests: exempt all current objects, collect others seldom."""
    gc.freeze()
    gc.set_threshold(YOUNG)


LARGE_PAGE: Final = 2 << 20
"""Bytes of a large page of x86-64, and of arm64 with pages of 4 kB."""

JOIN_SECONDS: Final = 0.004
"""Time for joining pages between answers: enough to skip all joined ones and join one; delays one request."""

_COLLAPSE: Final = 25
"""MADV_COLLAPSE of Linux 6.1 (madvise(2)): make this memory one large page now, if memory can be had."""

_MAPPINGS: Final = Path("/proc/self/maps")
_SYSTEM_SAYS: Final = Path("/sys/kernel/mm/transparent_hugepage/enabled")


def own_memory(mappings: str) -> Iterator[int]:
    """The ranges of a process's private memory that make a whole large page.

    Args:
        mappings: the memory mappings of the process, as Linux lists them (proc_pid_maps(5)).

    Yields:
        The address of each such range.
    """
    for line in mappings.splitlines():
        addresses, access, _, _, inode, *_ = line.split()
        if access == "rw-p" and inode == "0":
            start, end = (int(address, 16) for address in addresses.split("-"))
            yield from range(-(-start // LARGE_PAGE) * LARGE_PAGE, end - LARGE_PAGE + 1, LARGE_PAGE)


def join_pages(seconds: float = math.inf, clock: Callable[[], float] = time.monotonic) -> None:
    """Join this process's memory into large pages, as far as the system can.

    A request touches more small pages than a processor's address cache has room for, and a virtual machine
    looks each of them up twice. Does nothing where there is no Linux of 6.1 or newer, or where the system is
    set to use no large pages.

    Args:
        seconds: the time after which no further page is joined. Each takes 5 to 50 milliseconds, in which
            all other requests for memory wait; to skip a page already joined takes a hundredth of one.
        clock: a monotonic clock, in seconds.
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
    """Ask the system to join a page; if it refuses, nothing changes."""
    ctypes.CDLL(None).madvise(ctypes.c_void_p(page), ctypes.c_size_t(LARGE_PAGE), _COLLAPSE)


Opener = Callable[[], SearchEngine | None]
"""Opens the engine; returns None or raises IndexStateError while there is no index to open."""


class LiveEngine:
    """Returns the engine and keeps it fresh; safe to use from any thread.

    A request checks for a newer generation, at most once per ``interval``. Where no request comes,
    ``stay_fresh`` checks, so that a process with few requests does not keep the files of deleted generations
    open. With ``verify``, a thread reads each new generation whole once it answers, writes the result to the
    log, and ends.

    Args:
        source: an engine, or a function that opens one.
        interval: seconds between two checks.
        clock: a clock in seconds, for tests.
        verify: whether generations are read whole in the background.
        replica: returns how far the index follows a store; None where it follows none.
        verify_interval: minimum seconds between the starts of two whole reads; where generations follow each
            other faster, some are not read whole, but the last one eventually is.
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
        """Values computed from the articles; emptied whenever the articles may have changed."""
        self._unverified = self._engine is not None
        self._warn()
        self._verify_aside()

    def current(self) -> SearchEngine:
        """The engine that answers now.

        Raises:
            IndexStateError: there is no index that can be opened.
        """
        with self._lock:
            if self._clock() >= self._due:
                self._refresh()
                # Counted from now, so that requests that waited do not at once repeat a slow check.
                self._due = self._clock() + self._interval
                self._verify_aside()
            if self._engine is None:
                raise self._failure or IndexMissingError("There is no index yet.")
            return self._engine

    @property
    def fault(self) -> str:
        """Why an older generation answers instead of the live one; empty where the live one answers."""
        with self._lock:
            failure = self._failure
        return f"The live index cannot be opened, and an older one answers: {failure}" if failure else ""

    def expect(self, generation: str) -> None:
        """Have the next request check for a newer generation, if this one was not expected before.

        Args:
            generation: a generation that some process has reported to a client.
        """
        with self._lock:
            if generation != self._expected:
                self._expected = generation
                self._due = self._clock()

    def stay_fresh(self) -> None:
        """Start a thread that checks for newer generations and joins memory pages until the process ends."""
        threading.Thread(target=self._stay_fresh, name="stay fresh", daemon=True).start()

    def _stay_fresh(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            self.look()
            join_pages(JOIN_SECONDS)  # again and again, as memory grows by small pages

    def look(self) -> None:
        """Move on to a newer generation, if there is one, and free the memory of the older one.

        Caches of a generation refer back to it, so that only the garbage collector frees it, and that runs
        only when enough objects are made: in a process with few requests, after days.
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
            # A working engine is kept: old articles are better for a reader than none.
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
        """Log, once each, that another generation answers or that older settings are in force, and why."""
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
