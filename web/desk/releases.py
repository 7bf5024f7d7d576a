"""Publishes articles held back at the desk when their time comes, and keeps them out until then."""

import logging
import threading
from collections.abc import Callable
from functools import partial
from typing import Final

from onneshon.index.errors import JournalError
from onneshon.index.publishing.operation import Operation
from onneshon.search import OnneshonError
from onneshon.web.desk.store import DeskStore, DeskStoreError, Held
from onneshon.web.publishing.queue import PublishingQueue
from onneshon.web.publishing.requests import taken_out

log = logging.getLogger(__name__)

RELEASE_SECONDS: Final = 1.0
"""Interval between checks for articles whose time has come."""


def queue_held(queue: PublishingQueue, held: Held) -> None:
    """Queue the publication of an article that was held back."""
    queue.publish([Operation.now(held.article, held.record, held.who)], 0)


class Releases:
    """Queues articles that are held back when their time comes, in the process that checks first only.

    If a process is killed in between, an article may be queued twice, which has the same result as once.

    An article that is held back but can be found, because an older generation is live again or somebody sent
    it again, is taken out.

    Args:
        queue: the queue of publications.
        store: the database of the desk.
        found: returns the generation in which an article is found now; empty where it is not found.
    """

    def __init__(
        self, queue: PublishingQueue, store: DeskStore, found: Callable[[str], str] = lambda _: ""
    ) -> None:
        self._queue = queue
        self._store = store
        self._found = found
        self._taken_out: dict[str, str] = {}
        self._failure = ""
        self._ending = threading.Event()

    def start(self) -> None:
        """Start a thread that checks as long as this process runs."""
        threading.Thread(target=self._keep_looking, name="releases", daemon=True).start()

    def close(self) -> None:
        """Stop the thread."""
        self._ending.set()

    def _keep_looking(self) -> None:
        while not self._ending.wait(RELEASE_SECONDS):
            self.look()

    def look(self) -> int:
        """Queue the articles whose time has come; return their number."""
        if not self._store.path.exists():
            return 0
        released = 0
        try:
            for held in self._store.waiting(self._store.now()):
                released += self._store.let_go(held, held.who, "release", partial(queue_held, self._queue))
            self._store.settle()
            for held in self._store.waiting():
                self._keep_out(held)
        except OnneshonError as error:
            self._tell(error)
        else:
            self._failure = ""
        return released

    def _tell(self, error: OnneshonError) -> None:
        """Log a fault once, although the check is repeated every second."""
        if str(error) == self._failure:
            return
        self._failure = str(error)
        if isinstance(error, DeskStoreError | JournalError):
            log.warning("What was held back waits on: %s", error)
        else:
            log.error("What was held back cannot be published: %s", error)

    def _keep_out(self, held: Held) -> None:
        """Take an article out if it can be found; once per generation, as that takes a while to show."""
        generation = self._found(held.article)
        if generation and self._taken_out.get(held.article) != generation:
            self._queue.publish([taken_out(held.article, held.who)], 0)
            self._taken_out[held.article] = generation
