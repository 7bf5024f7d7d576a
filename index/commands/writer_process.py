"""``python -m index.commands.writer_process DIR``: the one process that publishes what the journal holds.

It ends when its standard input does, which is when the server that started it ends, however that may be; not
before a commit that is under way.
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
from typing import BinaryIO, Final

from filelock import FileLock, Timeout

from onneshon.index.commands.terminal import log_to_stderr
from onneshon.index.publishing.applying import Applier, mend_in_background, merge_in_background, work
from onneshon.index.upkeep.index_writer import open_writer

__all__ = ["main"]

log = logging.getLogger(__name__)

LOCK_SECONDS: Final = 0.2
"""How often a second writer looks whether the first has ended."""

MEND_SECONDS: Final = 600.0
"""At the most so often all of the index is read for damage, once something was published."""


def _set_at_the_end_of(stream: BinaryIO, ending: threading.Event) -> Callable[[], None]:
    def watch() -> None:
        while stream.read(1 << 10):
            pass
        ending.set()

    return watch


class _Upkeep:
    """What is done while nothing is to be published: merging, and now and then looking for damage.

    Args:
        directory: of the index.
        is_wanted: whether something else is to be done.
        clock: seconds that only go forward.
    """

    def __init__(
        self, directory: Path, is_wanted: Callable[[], bool], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._directory = directory
        self._is_wanted = is_wanted
        self._clock = clock
        self._due = -math.inf

    def __call__(self) -> None:
        """Merge, and mend what is damaged if that was not looked for of late."""
        merge_in_background(self._directory, self._is_wanted)
        if self._clock() >= self._due:
            self._due = self._clock() + MEND_SECONDS
            mend_in_background(self._directory)


def main(directory: Path, stream: BinaryIO) -> None:
    """Work until the stream ends."""
    ending = threading.Event()
    threading.Thread(target=_set_at_the_end_of(stream, ending), name="ending", daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: ending.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C on a terminal is for the server, which ends this
    applier = Applier(directory, open_writer)

    def is_wanted() -> bool:
        return ending.is_set() or not applier.is_idle

    lock = FileLock(directory / "publishing" / "writer.lock", fallback_to_soft=False)
    # A writer whose server was killed may be about to end: two would publish the same twice.
    while not ending.is_set():
        with contextlib.suppress(Timeout), lock.acquire(timeout=LOCK_SECONDS):
            log.info("Process %d publishes what comes to %s.", os.getpid(), directory)
            work(applier, ending, _Upkeep(directory, is_wanted))


if __name__ == "__main__":
    log_to_stderr()
    main(Path(sys.argv[1]), sys.stdin.buffer)
    # The thread that reads the stream would hold up the end of the interpreter.
    sys.stderr.flush()
    os._exit(0)
