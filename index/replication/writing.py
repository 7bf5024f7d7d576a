"""The one that writes a store, and those that stand by: they follow it until it gives no sign any more."""

import logging
import math
from collections.abc import Callable
from pathlib import Path
from typing import Final

from onneshon.index.ending import Ending
from onneshon.index.errors import OnneshonError
from onneshon.index.replication.following import Follower, forget_state
from onneshon.index.replication.known import read_known
from onneshon.index.replication.lease import Lease
from onneshon.index.replication.pulling import pull
from onneshon.index.replication.pushing import Pusher
from onneshon.index.replication.store import ObjectStore

log = logging.getLogger(__name__)

RETRY_SECONDS: Final = 2.0
"""Before the right to write is asked for again, where the store cannot be asked."""

LOCK_SECONDS: Final = 60.0
"""So long a build of the directory is waited for, before what is live in the store is made live here."""


class _Either:
    """Set once either is."""

    def __init__(self, first: Ending, second: Ending) -> None:
        self._first = first
        self._second = second

    def is_set(self) -> bool:
        return self._first.is_set() or self._second.is_set()

    def wait(self, timeout: float) -> bool:
        return self._first.wait(timeout) or self.is_set()


def write_to_store(
    directory: Path, store: ObjectStore, ending: Ending, write: Callable[[Path, Ending, Pusher], object]
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


def _standing_by(directory: Path, store: ObjectStore, ending: Ending) -> Lease:
    """The right to write, once no other has it; the directory follows the store until then."""
    follower = Follower(directory, store)

    def meanwhile(seconds: float) -> bool:
        follower.step()
        return ending.wait(seconds)

    return Lease(store, sleep=meanwhile).acquire(math.inf)
