"""``python -m index.commands.replica_process DIR STORE``: keeps a directory at what a store has."""

import logging
import os
import sys
from pathlib import Path
from threading import Event

from onneshon.index.commands.kept_process import run, work_alone
from onneshon.index.replication.following import Follower, follow
from onneshon.index.replication.store import open_store

log = logging.getLogger(__name__)


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
