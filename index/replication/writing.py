"""The one that writes a store and removes what nobody needs there, and those that stand by and follow it.

A generation takes what the one before it has, or sends it anew. So what was needed in the last days is what
the newest manifest from before them names, what the live one names, and what was written since.
"""

import datetime as dt
import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Final

from onneshon.index.errors import OnneshonError
from onneshon.index.replication.following import Follower, forget_state
from onneshon.index.replication.lease import Lease
from onneshon.index.replication.objects import FILES, MANIFESTS, file_key, live_key, read_known, read_manifest
from onneshon.index.replication.pulling import pull
from onneshon.index.replication.pushing import YOUNG, Pusher
from onneshon.index.replication.store import Listed, ObjectStore

log = logging.getLogger(__name__)

RETRY_SECONDS: Final = 2.0
"""Before the right to write is asked for again, where the store cannot be asked."""

LOCK_SECONDS: Final = 60.0
"""So long a build of the directory is waited for, before what is live in the store is made live here."""

_BATCH: Final = 500
"""Objects that are removed before it is asked again whether this process may."""


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
    directory: Path, store: ObjectStore, ending: Event, write: Callable[[Path, Event, Pusher], object]
) -> None:
    """Write while this process has the right to, and follow the store while another has it.

    What was changed here and did not come to the store before the right was lost is no part of what is live
    there. It is not lost: the queue holds it until it is there, and it is applied again.

    Args:
        directory: of the index.
        store: to which each generation goes.
        ending: set when it is time to end.
        write: changes the index and pushes it, until its second argument says that it is time to end.
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
                write(directory, _Either(ending, lease.lost), Pusher(directory, lease))
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


@dataclass(frozen=True, slots=True)
class PruneReport:
    """What was removed.

    Attributes:
        manifests: of generations that were live only before.
        files: that none has.
        bytes: of all of them.
    """

    manifests: int
    files: int
    bytes: int


def prune(
    lease: Lease, days: float, now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
) -> PruneReport:
    """Remove what no generation has that was live within some days.

    Args:
        lease: the right to write the store.
        days: of the past.
        now: the time, for tests; the clock of the store must not differ by hours.

    Raises:
        IndexLockedError: another process has the right to write by now.
        StoreError: the store cannot be asked, or a manifest is not what was put there.
    """
    store, since = lease.store, now() - dt.timedelta(days=days)
    lease.write()  # what is live now can only be changed by this process
    manifests = sorted(store.listed(MANIFESTS), key=lambda found: found.modified)
    before = [found for found in manifests if found.modified < since]
    pointer = lease.pointer
    kept = {live_key(pointer), *(found.key for found in before[-1:])} & {found.key for found in manifests}
    named = {file_key(entry.sha256) for entry in pointer.site.values()}
    for key in kept:
        named |= {file_key(entry.sha256) for entry in read_manifest(store, key).files.values()}
    superseded = [found for found in before if found.key not in kept]
    files = [
        found for found in store.listed(FILES) if found.key not in named and found.modified < since - YOUNG
    ]
    _remove(lease, superseded)
    _remove(lease, files)
    size = sum(found.size for found in (*superseded, *files))
    return PruneReport(len(superseded), len(files), size)


def _remove(lease: Lease, doomed: list[Listed]) -> None:
    for first in range(0, len(doomed), _BATCH):
        lease.write()  # one that was stopped for long must not remove what another has sent again
        lease.store.delete([found.key for found in doomed[first : first + _BATCH]])
