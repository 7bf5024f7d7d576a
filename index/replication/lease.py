"""The right to write a store, a lease that one process has at a time, wherever it runs.

The holder writes the pointer every few seconds. A waiting process watches: if the pointer is not written for
`LAPSE_SECONDS`, by the clock of the waiting process, the lease can be taken. Clocks are never compared. If
the holder was merely slow, no harm is done: the store refuses its next write. A waiting process follows the
store until then.
"""

import contextlib
import logging
import math
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event
from typing import Any, Final, Self

from onneshon.index.errors import IndexLockedError, OnneshonError, StoreError
from onneshon.index.replication.following import Follower, forget_state
from onneshon.index.replication.objects import POINTER, Pointer, read_known, read_pointer
from onneshon.index.replication.pulling import pull
from onneshon.index.replication.store import ObjectStore, StoreConflictError
from onneshon.index.storage.durable import this_process

log = logging.getLogger(__name__)

_MOVED_BACK: Final = (
    "%s was moved back to generation %s while this process wrote it: %s is live there again. To go back, use "
    "`onneshon index rollback`, and it is pushed"
)

LAPSE_SECONDS: Final = 15.0
"""Seconds without a write of the pointer after which the holder has lost the lease."""

RENEW_SECONDS: Final = 4.0
"""Seconds between the holder's writes of the pointer."""

LOOK_SECONDS: Final = 0.5
"""Seconds between checks of a waiting process whether the lease is free."""

RETRY_SECONDS: Final = 2.0
"""Seconds before the lease is tried again, after the store could not be reached."""

LOCK_SECONDS: Final = 60.0
"""Seconds to wait for a build of the directory before the store's live generation is made live here."""


class Lease:
    """The right to write a store; a context manager, which releases it.

    Args:
        store: the store to write.
        clock: a monotonic clock, in seconds.
        sleep: waits; returns True to give up.

    Attributes:
        lost: set once another process has the lease, or it was released.
    """

    def __init__(
        self,
        store: ObjectStore,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.store = store
        self.lost = threading.Event()
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.RLock()
        self.pointer = Pointer()
        """The pointer, as this process last wrote it."""
        self._version = ""
        self._released = False
        self._renewing: threading.Thread | None = None

    def acquire(self, wait: float = 0) -> Self:
        """Take the lease, as soon as nobody has it.

        Args:
            wait: the most seconds to wait for a holder that renews it; one that does not is waited for in
                any case, until the lease expires.

        Raises:
            IndexLockedError: another process has it, which the message names.
            StoreError: the store cannot be asked; or it refuses a write though nobody else has written.
        """
        begun = seen_at = self._clock()
        seen, refused_at = "", math.inf
        while True:
            pointer, version = read_pointer(self.store) or (Pointer(), "")
            now = self._clock()
            if version != seen:
                if pointer.holder and seen and now - begun >= wait:
                    raise IndexLockedError(_held(self.store, pointer))
                seen, seen_at, refused_at = version, now, math.inf
            if not pointer.holder or now - seen_at >= LAPSE_SECONDS:
                if self._take(pointer, version):
                    return self
                refused_at = min(refused_at, now)
            if now - refused_at >= LAPSE_SECONDS:
                raise StoreError(_refused(self.store))
            if self._sleep(LOOK_SECONDS):
                raise IndexLockedError(_held(self.store, pointer))

    def _take(self, pointer: Pointer, version: str) -> bool:
        # Containers of one host may have its name, the same number and the same second.
        holder = f"{this_process()}, as {secrets.token_hex(4)}"
        mine = pointer.next(fence=pointer.fence + 1, holder=holder)
        try:
            self._version = self.store.swap(POINTER, mine.encode(), version)
        except StoreConflictError:
            return False
        self.pointer = mine
        self._released = False
        self.lost.clear()
        self._renewing = threading.Thread(target=self._renew, name="lease", daemon=True)
        self._renewing.start()
        return True

    def write(self, **changes: Any) -> Pointer:
        """Change fields of the pointer, if this process still has the lease.

        Args:
            changes: fields of the pointer; none to renew the lease only.

        Raises:
            IndexLockedError: another process has taken it, or it was released; nothing was changed.
            StoreError: the store cannot be asked; the next write shows whether it was changed.
        """
        with self._lock:
            if self.lost.is_set():
                raise IndexLockedError(_given_back(self.store) if self._released else _taken(self.store))
            try:
                return self._swap(changes)
            except StoreConflictError:
                self._resume()
            try:
                return self._swap(changes)
            except StoreConflictError:
                self._resume()  # another may have taken it just now
                raise StoreError(_refused(self.store)) from None

    def _swap(self, changes: Mapping[str, Any]) -> Pointer:
        following = self.pointer.next(**changes)
        self._version = self.store.swap(POINTER, following.encode(), self._version)
        self.pointer = following
        return following

    def _resume(self) -> None:
        """Continue from a write of this process whose answer was lost, if that is the last one.

        If the store has an earlier one, somebody has put it back, as from the store's version history. What
        was reported visible since must not be lost: the next write repeats what this process wrote last.
        """
        found = read_pointer(self.store)
        mine = self.pointer.fence, self.pointer.holder
        if found is None or (found[0].fence, found[0].holder or mine[1]) != mine:
            self.lost.set()
            raise IndexLockedError(_taken(self.store))
        pointer, self._version = found
        if pointer.beat < self.pointer.beat:
            log.warning(_MOVED_BACK, self.store, pointer.generation, self.pointer.generation)
        else:
            self.pointer = pointer

    def _renew(self) -> None:
        while not self.lost.wait(RENEW_SECONDS):
            try:
                self.write()
            except IndexLockedError as error:
                if not self._released:  # as while this waited to write
                    log.warning("%s", error)
            except StoreError as error:
                log.warning("The right to write could not be renewed: %s", error)

    def release(self) -> None:
        """Release the lease; if the store cannot be asked, it expires."""
        with self._lock:
            if self.lost.is_set():
                return
            self._released = True
            try:
                with contextlib.suppress(IndexLockedError):  # another has it; or the answer was lost
                    self.write(holder="")
            except StoreError as error:
                log.warning("The right to write lapses by itself: %s", error)
            self.lost.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def _held(store: ObjectStore, pointer: Pointer) -> str:
    return (
        f"{store} is being written by {pointer.holder}: wait for it to finish, or stop it; "
        f"once it gives no sign for {LAPSE_SECONDS:.0f} s, another may write"
    )


def _refused(store: ObjectStore) -> str:
    return (
        f"{store} refuses to have {POINTER} written, though nobody else writes it: does it know "
        "If-Match, and does nothing on the way to it keep answers, or change their ETag?"
    )


def _given_back(store: ObjectStore) -> str:
    return f"this process has given back the right to write {store}, and publishes nothing more from here"


def _taken(store: ObjectStore) -> str:
    return f"the right to write {store} went to another process, and nothing more is published from here"


class _Either(Event):
    """An event that is set once either of two is."""

    def __init__(self, first: Event, second: Event) -> None:
        super().__init__()
        self._first = first
        self._second = second

    def is_set(self) -> bool:
        return self._first.is_set() or self._second.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        return self._first.wait(timeout) or self.is_set()


def write_to_store(
    directory: Path, store: ObjectStore, ending: Event, write: Callable[[Path, Event, Lease], object]
) -> None:
    """Write while this process has the lease, and follow the store while another has it.

    Changes made here that did not reach the store before the lease was lost are not live there. They are not
    lost: the journal keeps them until they are there, and they are applied again.

    Args:
        directory: the directory of the index.
        store: the store for its generations.
        ending: set when it is time to end.
        write: changes the index and pushes it under the lease, until the event in its second argument is
            set.
    """
    failure = ""
    while not ending.is_set():
        try:
            with _standing_by(directory, store, ending) as lease:
                log.info("This process writes %s.", store)
                failure = ""
                forget_state(directory)
                if not read_known(directory, str(store)).has_seen(lease.pointer):
                    pull(directory, store, wait=LOCK_SECONDS)
                write(directory, _Either(ending, lease.lost), lease)
        except OnneshonError as error:
            if str(error) != failure and not ending.is_set():
                log.warning("Nothing is published from here: %s", error)
            failure = str(error)
            ending.wait(RETRY_SECONDS)


def _standing_by(directory: Path, store: ObjectStore, ending: Event) -> Lease:
    """Wait for the lease; the directory follows the store until then."""
    follower = Follower(directory, store)

    def meanwhile(seconds: float) -> bool:
        follower.step()
        return ending.wait(seconds)

    return Lease(store, sleep=meanwhile).acquire(math.inf)
