"""``python -m index.commands.replica_process DIR STORE``: keeps a directory at what a store has."""

import contextlib
import logging
import os
import sys
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from onneshon.index.commands.kept_process import run
from onneshon.index.ending import Ending
from onneshon.index.replication.following import Follower, follow
from onneshon.index.replication.store import open_store

__all__ = ["main"]

log = logging.getLogger(__name__)

LOCK_SECONDS: Final = 0.2
"""How often a second one looks whether the first has ended."""


def main(directory: Path, ending: Ending, address: str) -> None:
    """Follow until it is time to end.

    Args:
        directory: of the index.
        ending: set when it is time to end.
        address: of the store.
    """
    lock = FileLock(directory / "replica.lock", fallback_to_soft=False)
    while not ending.is_set():
        with contextlib.suppress(Timeout), lock.acquire(timeout=LOCK_SECONDS):
            log.info("Process %d keeps %s at what %s has.", os.getpid(), directory, address)
            follow(Follower(directory, open_store(address)), ending)


if __name__ == "__main__":
    run(lambda ending: main(Path(sys.argv[1]), ending, sys.argv[2]))
