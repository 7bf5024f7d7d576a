"""``python -m onneshon.index.commands.writer_process INDEX [STORE]``: the process that publishes what comes.

It takes what the journal of the directory holds, or of the working directory where INDEX is an address. It
ends not before a commit that is under way, and takes each generation to a store too, if one is named.
"""

import logging
import math
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Final

from onneshon.index.commands.kept_process import run, work_alone
from onneshon.index.errors import OnneshonError
from onneshon.index.publishing.applying import Applier, mend_in_background, merge_in_background, work
from onneshon.index.remote import Location, RemoteIndex, location_of, site_directory
from onneshon.index.replication.lease import Lease
from onneshon.index.replication.pushing import Pusher
from onneshon.index.replication.store import open_store
from onneshon.index.replication.writing import prune, write_to_store
from onneshon.index.upkeep.index_writer import open_writer

log = logging.getLogger(__name__)

MEND_SECONDS: Final = 600.0
"""At the most so often all of the index is read for damage, once something was published."""

PRUNE_SECONDS: Final = 86_400.0
"""How often a store is looked through for what no generation has."""

PRUNED_DAYS: Final = 7.0
"""Of the past, whose generations keep what they have there."""


class _Upkeep:
    """What is done while nothing is to be published: merging, and now and then looking for damage.

    Args:
        directory: of the index.
        is_wanted: whether something else is to be done.
        lease: the right to write a store, of which what nobody needs is to be removed.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        directory: Path,
        is_wanted: Callable[[], bool],
        lease: Lease | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._directory = directory
        self._is_wanted = is_wanted
        self._clock = clock
        self._due = -math.inf
        self._lease = lease
        self._prune_due = clock() + PRUNE_SECONDS

    def __call__(self) -> None:
        """Merge, and mend what is damaged if that was not looked for of late."""
        merge_in_background(self._directory, self._is_wanted)
        if self._clock() >= self._due:
            self._due = self._clock() + MEND_SECONDS
            mend_in_background(self._directory)
        if self._lease and self._clock() >= self._prune_due:
            self._prune_due = self._clock() + PRUNE_SECONDS
            _prune(self._lease)


def _prune(lease: Lease) -> None:
    """Remove from the store what no generation of late has; what fails is told, and tried on another day."""
    try:
        report = prune(lease, PRUNED_DAYS)
        log.info("Removed %d files from %s, %d bytes in all.", report.files, lease.store, report.bytes)
    except OnneshonError as error:
        log.warning("The store was not pruned: %s", error)


def main(location: Location, ending: Event, address: str = "") -> None:
    """Work until it is time to end.

    Args:
        location: of the index.
        ending: set when it is time to end.
        address: of the store to which each generation goes; empty for none.
    """
    directory = site_directory(location)

    def publish() -> None:
        if isinstance(location, RemoteIndex):
            _publish_at(location, directory, ending)
        elif address:
            write_to_store(directory, open_store(address), ending, _publish)
        else:
            _publish(directory, ending)

    # Two writers would publish the same twice.
    work_alone(directory / "publishing" / "writer.lock", ending, publish)


def _publish_at(location: RemoteIndex, directory: Path, ending: Event) -> None:
    """Publish to an index at an address, which merges by itself."""
    log.info("Process %d publishes what comes to %s.", os.getpid(), location)
    commands = location.commands()
    work(Applier(directory, lambda _: commands.writer(), live=lambda _: commands.live()), ending)


def _publish(directory: Path, ending: Event, pusher: Pusher | None = None) -> None:
    log.info("Process %d publishes what comes to %s.", os.getpid(), directory)
    applier = Applier(directory, open_writer, sharing=pusher)

    def is_wanted() -> bool:
        return ending.is_set() or not applier.is_idle

    work(applier, ending, _Upkeep(directory, is_wanted, pusher.lease if pusher else None))


if __name__ == "__main__":
    run(lambda ending: main(location_of(sys.argv[1]), ending, *sys.argv[2:]))
