"""A directory that follows a store, and the report of its state.

DIR/replica.json    the state, for the process that serves from the directory
"""

import contextlib
import datetime as dt
import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Event
from typing import Final

from onneshon.index.errors import OnneshonError, StoreError
from onneshon.index.replication.objects import Pointer, newest_name, read_known, read_pointer
from onneshon.index.replication.pulling import pull_what
from onneshon.index.replication.store import ObjectStore
from onneshon.index.storage.arriving import live_name
from onneshon.index.storage.durable import make_folder, replace_file
from onneshon.index.storage.generations import Generations

log = logging.getLogger(__name__)

FILE_NAME: Final = "replica.json"

LOOK_SECONDS: Final = 0.5
"""Seconds between requests for the pointer: one small request, mostly answered as not modified."""

RETRY_SECONDS: Final = (0.5, 1.0, 2.0, 5.0)
"""Seconds to wait after one failure, two, three, and more."""

TELL_SECONDS: Final = 5.0
"""Seconds between writes of the state while nothing has changed."""

LOCK_SECONDS: Final = 5.0
"""Seconds that a pull waits for another writer of the directory."""


@dataclass(frozen=True, slots=True)
class ReplicaState:
    """The state of a directory that follows a store.

    Attributes:
        store: the address of the store.
        wanted: the generation that was live in the store when it last answered.
        published: the time when that was made live, ISO 8601, by the clock of its writer.
        reached: the store's newest generation that is live here, by its name in the store.
        local: the name of that generation here.
        newest: the highest name of those that were reached, which a rollback leaves behind.
        checked: the time of the store's last answer, in seconds of ``time.time``.
        failure: the reason why following fails now, in a sentence; empty while it succeeds.
    """

    store: str = ""
    wanted: str = ""
    published: str = ""
    reached: str = ""
    local: str = ""
    newest: str = ""
    checked: float = 0.0
    failure: str = ""

    def lag(self, now: float) -> float:
        """Seconds for which what is live in the store has not been live here; 0 where it is."""
        if self.wanted == self.reached or not self.published:
            return 0.0
        return max(now - dt.datetime.fromisoformat(self.published).timestamp(), 0.0)


def read_state(directory: Path) -> ReplicaState | None:
    """The state of a directory that follows a store; None where it follows none."""
    try:
        return ReplicaState(**json.loads((directory / FILE_NAME).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def forget_state(directory: Path) -> None:
    """Remove the state of a directory that follows no store any more, as it writes now."""
    with contextlib.suppress(OSError):
        (directory / FILE_NAME).unlink()


class Follower:
    """Keeps a directory at the live generation of a store.

    Args:
        directory: the directory of the index.
        store: the store to follow.
        now: the clock, as ``time.time``.
    """

    def __init__(self, directory: Path, store: ObjectStore, now: Callable[[], float] = time.time) -> None:
        self._directory = directory
        self._store = store
        self._now = now
        self._version = ""
        self._pointer = Pointer()
        self._listed: Pointer | None = None
        before = read_state(directory)
        newest = before.newest if before and before.store == str(store) else ""
        self.state = ReplicaState(str(store), newest=newest)
        self._reported_at = 0.0
        self._written = ReplicaState()

    def step(self) -> bool:
        """Check the store once and pull what is new; whether that succeeded. Failures are logged only."""
        try:
            self._look()
        except OnneshonError as error:
            if str(error) != self.state.failure:
                log.warning("The index does not follow: %s", error)
            self._tell(replace(self._reached(), failure=str(error)))
            return False
        if self.state.failure:
            log.info("The index follows again.")
        self._tell(replace(self._reached(), failure="", checked=self._now()))
        return True

    def _look(self) -> None:
        found = read_pointer(self._store, self._version)
        if found is None and not self._version:
            raise StoreError(
                f"nothing is in {self._store} yet: push an index there with `onneshon index push`"
            )
        if found is not None:
            self._pointer, self._version = found
            wanted, published = self._pointer.generation, self._pointer.published
            self.state = replace(self.state, wanted=wanted, published=published, checked=self._now())
        if self._pointer.generation and not self._is_there():
            self._tell(self._reached())  # report the lag while pulling
            report = pull_what(self._pointer, self._directory, self._store, wait=LOCK_SECONDS)
            came = report.generation, report.files, report.bytes
            log.info("Generation %s is here: %d files, %d bytes came.", *came)
        self._note_left_behind()

    def _note_left_behind(self) -> None:
        """Note a newer generation that was live in the store, and that a rollback left behind.

        Readers ask for it who saw it. The manifests are listed only where one may have been missed: at the
        start, and where more was made live than is newer.
        """
        before, self._listed = self._listed, self._pointer
        if self._pointer.generation and (before is None or _is_back(before, self._pointer)):
            with contextlib.suppress(StoreError):  # which may refuse lists; what is live is here anyway
                newest = _newer(self.state.newest, newest_name(self._store, self._pointer))
                self.state = replace(self.state, newest=newest)

    def _is_there(self) -> bool:
        known = read_known(self._directory, str(self._store))
        return known.is_at(self._pointer, live_name(Generations(self._directory)))

    def _reached(self) -> ReplicaState:
        known = read_known(self._directory, str(self._store))
        newest = _newer(self.state.newest, known.generation)
        return replace(self.state, reached=known.generation, local=known.local, newest=newest)

    def _tell(self, state: ReplicaState) -> None:
        self.state = state
        is_news = replace(state, checked=0.0) != self._written
        if is_news or self._now() - self._reported_at >= TELL_SECONDS:
            self._reported_at, self._written = self._now(), replace(state, checked=0.0)
            with contextlib.suppress(OSError):  # as on a full disk, which may be the very failure
                make_folder(self._directory)
                replace_file(self._directory / FILE_NAME, json.dumps(asdict(state)).encode())


def _newer(name: str, other: str) -> str:
    """The higher name of a generation; either may be empty."""
    return max(name, other, key=lambda each: int(each or 0))


def _is_back(before: Pointer, after: Pointer) -> bool:
    """Whether a store may have gone back between two pointers: more was made live than is newer."""
    ahead = int(after.generation or 0) - int(before.generation or 0)
    return ahead < after.publication - before.publication


def follow(follower: Follower, ending: Event) -> None:
    """Follow until it is time to end.

    Args:
        follower: the follower of the directory.
        ending: set when it is time to end.
    """
    failures = 0
    while not ending.is_set():
        if follower.step():
            failures = 0
            ending.wait(LOOK_SECONDS)
        else:
            ending.wait(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
            failures += 1
