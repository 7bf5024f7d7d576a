"""Processes that a server keeps: one publishes what comes, another keeps a directory at what a store has.

They end when the server does, however that may be: it holds the other end of their standard input.
``python -m onneshon.index.commands.kept_process follow DIR STORE`` follows a store.

With ``publish INDEX [STORE]`` it takes what the journal of the directory holds, or of the working directory
where INDEX is an address. It ends not before a commit that is under way, and takes each generation to a store
too, if one is named.
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

from filelock import FileLock, Timeout

from onneshon.index.commands.terminal import log_to_stderr
from onneshon.index.errors import OnneshonError
from onneshon.index.publishing.applying import Applier, mend_in_background, merge_in_background, work
from onneshon.index.remote import Location, RemoteIndex, location_of, site_directory
from onneshon.index.replication.following import Follower, follow
from onneshon.index.replication.lease import Lease, write_to_store
from onneshon.index.replication.pushing import Pusher, prune
from onneshon.index.replication.store import open_store
from onneshon.index.upkeep.index_writer import open_writer

LOCK_SECONDS: Final = 0.2
"""How often a second process looks whether the first has ended."""

MEND_SECONDS: Final = 600.0
"""At the most so often all of the index is read for damage, once something was published."""

PRUNE_SECONDS: Final = 86_400.0
"""How often a store is looked through for what no generation has."""

PRUNED_DAYS: Final = 7.0
"""Files in the store stay while a generation has them that was live within so many days."""

log = logging.getLogger(__name__)


def ending_with(stream: BinaryIO) -> threading.Event:
    """Set at the end of a stream, and by SIGTERM and SIGHUP."""
    ending = threading.Event()
    threading.Thread(target=_set_at_the_end_of(stream, ending), name="ending", daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: ending.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C on a terminal is for the server, which ends this
    return ending


def _set_at_the_end_of(stream: BinaryIO, ending: threading.Event) -> Callable[[], None]:
    def watch() -> None:
        while stream.read(1 << 10):  # in pieces: nothing is kept of what may come
            pass
        ending.set()

    return watch


def run(keep: Callable[[threading.Event], object]) -> None:
    """Run such a process until it is time to end, and end it."""
    log_to_stderr()
    keep(ending_with(sys.stdin.buffer))
    # The thread that reads the stream would hold up the end of the interpreter.
    sys.stderr.flush()
    os._exit(0)


def work_alone(lock: Path, ending: threading.Event, act: Callable[[], object]) -> None:
    """Act until it is time to end, while no other process does the same.

    One whose server was killed may be about to end, while that server's successor has begun another.

    Args:
        lock: a file, held meanwhile.
        ending: set when it is time to end.
        act: returns when it is.
    """
    held = FileLock(lock, fallback_to_soft=False)
    while not ending.is_set():
        with contextlib.suppress(Timeout), held.acquire(timeout=LOCK_SECONDS):
            act()


def keep_following(directory: Path, ending: Event, address: str) -> None:
    """Follow until it is time to end.

    Args:
        directory: of the index.
        ending: set when it is time to end.
        address: of the store.
    """

    def keep() -> None:
        log.info("Process %d keeps %s at what %s has.", os.getpid(), directory, address)
        follow(Follower(directory, open_store(address)), ending)

    work_alone(directory / "replica.lock", ending, keep)


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


def keep_publishing(location: Location, ending: Event, address: str = "") -> None:
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
            write_to_store(directory, open_store(address), ending, _publish_in)
        else:
            _publish_in(directory, ending)

    # Two writers would publish the same twice.
    work_alone(directory / "publishing" / "writer.lock", ending, publish)


def _publish_at(location: RemoteIndex, directory: Path, ending: Event) -> None:
    """Publish to an index at an address, which merges by itself."""
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
    """Keep doing something until it is time to end.

    Args:
        what: ``publish`` or ``follow``.
        arguments: of that.
    """
    if what == "publish":
        run(lambda ending: keep_publishing(location_of(arguments[0]), ending, *arguments[1:]))
    else:
        run(lambda ending: keep_following(Path(arguments[0]), ending, arguments[1]))


if __name__ == "__main__":
    main(*sys.argv[1:])
