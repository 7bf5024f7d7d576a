"""The right to write a store, which one process has at a time, wherever it runs.

Its holder writes the pointer every few seconds. Who wants it watches: a pointer that nobody writes for
`LAPSE_SECONDS`, by the clock of the one who watches, has lost its holder, and can be taken. Clocks are never
compared. That a holder was merely slow does no harm: its next write is refused by the store. Who stands by
follows the store until then.
"""

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
"""After which one who gives no sign has lost the right."""

RENEW_SECONDS: Final = 4.0
"""How often its holder gives a sign."""

LOOK_SECONDS: Final = 0.5
"""How often a process that waits for the right looks whether it is free."""

RETRY_SECONDS: Final = 2.0
"""Pause before the store is asked for the right again, after it could not be reached."""

LOCK_SECONDS: Final = 60.0
"""How long a build of the directory is waited for before what is live in the store is made live here."""


class Lease:
    """The right to write a store; a context manager, which gives it back.

    Args:
        store: that is written.
        clock: seconds that only go forward.
        sleep: waits; gives True to give up.

    Attributes:
        lost: set once another has the right, or it was given back.
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
        self._pointer = Pointer()
        self._version = ""
        self._renewing: threading.Thread | None = None

    @property
    def pointer(self) -> Pointer:
        """What is live, as this process wrote it last."""
        return self._pointer

    def acquire(self, wait: float = 0) -> Self:
        """Take the right, as soon as nobody has it.

        Args:
            wait: at most so many seconds for one who has it and gives signs; one who gives none is waited for
                in any case, until the right lapses.

        Raises:
            IndexLockedError: another process has it; the message names it.
            StoreError: the store cannot be asked; or it refuses what nobody else has written.
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
        self._pointer = mine
        self.lost.clear()
        self._renewing = threading.Thread(target=self._renew, name="lease", daemon=True)
        self._renewing.start()
        return True

    def write(self, **changes: Any) -> Pointer:
        """Change what the pointer says, if the right to is held still.

        Args:
            changes: fields of the pointer; none to give a sign only.

        Raises:
            IndexLockedError: another process has taken it; nothing was changed.
            StoreError: the store cannot be asked; whether it was changed is told by the next write.
        """
        with self._lock:
            if self.lost.is_set():
                raise IndexLockedError(_taken(self.store))
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
        following = self._pointer.next(**changes)
        self._version = self.store.swap(POINTER, following.encode(), self._version)
        self._pointer = following
        return following

    def _resume(self) -> None:
        """Go on from a write of ours whose answer was lost, if that is the last one.

        An earlier one was put back by somebody, as from versions that the store keeps. What was told visible
        since is not to be lost by it: the next write says again what this process wrote last.
        """
        found = read_pointer(self.store)
        mine = self._pointer.fence, self._pointer.holder
        if found is None or (found[0].fence, found[0].holder or mine[1]) != mine:
            self.lost.set()
            raise IndexLockedError(_taken(self.store))
        pointer, self._version = found
        if pointer.beat < self._pointer.beat:
            log.warning(_MOVED_BACK, self.store, pointer.generation, self._pointer.generation)
        else:
            self._pointer = pointer

    def _renew(self) -> None:
        while not self.lost.wait(RENEW_SECONDS):
            try:
                self.write()
            except IndexLockedError as error:
                log.warning("%s", error)
            except StoreError as error:
                log.warning("The right to write could not be renewed: %s", error)

    def release(self) -> None:
        """Give the right back; where the store cannot be asked, it lapses."""
        with self._lock:
            if self.lost.is_set():
                return
            try:
                self.write(holder="")
            except (StoreError, IndexLockedError) as error:
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


def _taken(store: ObjectStore) -> str:
    return f"the right to write {store} went to another process, and nothing more is published from here"


class _Either(Event):
    """Set once either is."""

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
    """Write while this process has the right to, and follow the store while another has it.

    What was changed here and did not come to the store before the right was lost is no part of what is live
    there. It is not lost: the queue holds it until it is there, and it is applied again.

    Args:
        directory: of the index.
        store: to which its generations go.
        ending: set when it is time to end.
        write: changes the index and pushes it by the right, until its second argument says that it is time
            to end.
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
    """The right to write, once no other has it; the directory follows the store until then."""
    follower = Follower(directory, store)

    def meanwhile(seconds: float) -> bool:
        follower.step()
        return ending.wait(seconds)

    return Lease(store, sleep=meanwhile).acquire(math.inf)
