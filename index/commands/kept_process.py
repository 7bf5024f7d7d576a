"""What processes that a server keeps have in common, and the one that keeps a directory at what a store has.

They end when the server does, however that may be: it holds the other end of their standard input.
``python -m onneshon.index.commands.kept_process DIR STORE`` follows a store.
"""

import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import BinaryIO, Final

from filelock import FileLock, Timeout

from onneshon.index.commands.terminal import log_to_stderr
from onneshon.index.replication.following import Follower, follow
from onneshon.index.replication.store import open_store

LOCK_SECONDS: Final = 0.2
"""How often a second process looks whether the first has ended."""

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
        while stream.read(1 << 10):
            pass
        ending.set()

    return watch


def run(main: Callable[[threading.Event], object]) -> None:
    """Run such a process until it is time to end, and end it."""
    log_to_stderr()
    main(ending_with(sys.stdin.buffer))
    # The thread that reads the stream would hold up the end of the interpreter.
    sys.stderr.flush()
    os._exit(0)


def work_alone(lock: Path, ending: threading.Event, work: Callable[[], object]) -> None:
    """Work until it is time to end, while no other process does the same.

    One whose server was killed may be about to end, while that server's successor has begun another.

    Args:
        lock: a file, held meanwhile.
        ending: set when it is time to end.
        work: returns when it is.
    """
    held = FileLock(lock, fallback_to_soft=False)
    while not ending.is_set():
        with contextlib.suppress(Timeout), held.acquire(timeout=LOCK_SECONDS):
            work()


def main(directory: Path, ending: Event, address: str) -> None:
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


if __name__ == "__main__":
    run(lambda ending: main(Path(sys.argv[1]), ending, sys.argv[2]))
