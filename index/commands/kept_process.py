"""Child processes of a server: one publishes the journal, another keeps a directory in step with a store.

They end when the server ends, even if it is killed, as it has the other end of their standard input.
``python -m onneshon.index.commands.kept_process follow DIR STORE`` follows a store.

``publish INDEX [STORE]`` publishes the journal of the directory, or of the working directory if INDEX is an
address. It finishes a commit that is under way before it ends, and pushes each generation to STORE too, if
one is given.
"""

import contextlib
import logging
import math
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import BinaryIO, Final

from filelock import Timeout

from onneshon.index.commands.terminal import log_to_stderr
from onneshon.index.errors import OnneshonError
from onneshon.index.publishing.applying import Applier, mend_in_background, merge_in_background, work
from onneshon.index.remote import Location, RemoteIndex, location_of, site_directory
from onneshon.index.replication.following import Follower, follow
from onneshon.index.replication.lease import Lease, write_to_store
from onneshon.index.replication.pushing import Pusher, prune
from onneshon.index.replication.store import open_store
from onneshon.index.storage.durable import file_lock
from onneshon.index.upkeep.index_writer import open_writer

LOCK_SECONDS: Final = 0.2
"""Seconds between checks of a second process whether the first has ended."""

MEND_SECONDS: Final = 600.0
"""Least seconds between two scans of the whole index for damage, which run after something was published."""

PRUNE_SECONDS: Final = 86_400.0
"""Seconds between two searches of a store for files that no generation has."""

PRUNED_DAYS: Final = 7.0
"""Days for which files in the store are kept after the last generation that has them was live."""

log = logging.getLogger(__name__)


def ending_with(stream: BinaryIO) -> threading.Event:
    """An event that is set at the end of a stream, and by SIGTERM and SIGHUP."""
    ending = threading.Event()
    threading.Thread(target=_set_at_the_end_of, args=(stream, ending), name="ending", daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: ending.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C on a terminal is for the server, which ends this
    return ending


def _set_at_the_end_of(stream: BinaryIO, ending: threading.Event) -> None:
    while stream.read(1 << 10):  # in pieces, none of which is kept
        pass
    ending.set()


def run(keep: Callable[[threading.Event], object]) -> None:
    """Run a function until it is time to end, and end the process."""
    log_to_stderr()
    keep(ending_with(sys.stdin.buffer))
    # The thread that reads the stream would delay the exit of the interpreter.
    sys.stderr.flush()
    os._exit(0)


def work_alone(lock: Path, ending: threading.Event, act: Callable[[], object]) -> None:
    """Run a function under a lock, so that only one process does so at a time.

    The process of a killed server may still be ending while that server's successor has started another.

    Args:
        lock: the lock file, held while the function runs.
        ending: set when it is time to end.
        act: the function, which returns when it is time to end.
    """
    held = file_lock(lock)
    while not ending.is_set():
        with contextlib.suppress(Timeout), held.acquire(timeout=LOCK_SECONDS):
            act()


def keep_following(directory: Path, ending: Event, address: str) -> None:
    """Follow a store until it is time to end.

    Args:
        directory: the directory of the index.
        ending: set when it is time to end.
        address: the address of the store.
    """

    def keep() -> None:
        log.info("Process %d keeps %s at what %s has.", os.getpid(), directory, address)
        follow(Follower(directory, open_store(address)), ending)

    work_alone(directory / "replica.lock", ending, keep)


class _Upkeep:
    """Upkeep while there is nothing to publish: merging, and at intervals mending and pruning.

    Args:
        directory: the directory of the index.
        is_wanted: returns whether the process has something else to do.
        lease: the right to write a store, which is then pruned.
        clock: returns monotonic seconds.
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
        """Merge; mend damage, and prune the store, if that is due."""
        merge_in_background(self._directory, self._is_wanted)
        if self._clock() >= self._due:
            self._due = self._clock() + MEND_SECONDS
            mend_in_background(self._directory)
        if self._lease and self._clock() >= self._prune_due:
            self._prune_due = self._clock() + PRUNE_SECONDS
            _prune(self._lease)


def _prune(lease: Lease) -> None:
    """Remove from the store files that no recent generation has; errors are logged, and retried next time."""
    try:
        report = prune(lease, PRUNED_DAYS)
        log.info("Removed %d files from %s, %d bytes in all.", report.files, lease.store, report.bytes)
    except OnneshonError as error:
        log.warning("The store was not pruned: %s", error)


def keep_publishing(location: Location, ending: Event, address: str = "") -> None:
    """Publish until it is time to end.

    Args:
        location: the location of the index.
        ending: set when it is time to end.
        address: the address of the store that each generation is pushed to; empty for none.
    """
    directory = site_directory(location)

    def publish() -> None:
        if isinstance(location, RemoteIndex):
            _publish_at(location, directory, ending)
        elif address:
            write_to_store(directory, open_store(address), ending, _publish_in)
        else:
            _publish_in(directory, ending)

    # Two processes would publish the same operations twice.
    work_alone(directory / "publishing" / "writer.lock", ending, publish)


def _publish_at(location: RemoteIndex, directory: Path, ending: Event) -> None:
    """Publish to an index at an address, whose cluster merges by itself."""
    log.info("Process %d publishes what comes to %s.", os.getpid(), location)
    commands = location.commands()
    work(Applier(directory, lambda _: commands.writer(), live=lambda _: commands.live()), ending)


def _publish_in(directory: Path, ending: Event, lease: Lease | None = None) -> None:
    log.info("Process %d publishes what comes to %s.", os.getpid(), directory)
    applier = Applier(directory, open_writer, sharing=Pusher(directory, lease) if lease else None)

    def is_wanted() -> bool:
        return ending.is_set() or not applier.is_idle

    work(applier, ending, _Upkeep(directory, is_wanted, lease))


def main(what: str, *arguments: str) -> None:
    """Publish or follow until it is time to end.

    Args:
        what: ``publish`` or ``follow``.
        arguments: the arguments of that mode; see the top of this module.
    """
    if what == "publish":
        run(lambda ending: keep_publishing(location_of(arguments[0]), ending, *arguments[1:]))
    else:
        run(lambda ending: keep_following(Path(arguments[0]), ending, arguments[1]))


if __name__ == "__main__":
    main(*sys.argv[1:])
