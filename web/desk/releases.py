"""What is held back at the desk: published when its time comes, and taken out until then."""

import logging
import threading
from collections.abc import Callable
from typing import Final

from onneshon.index.errors import JournalError
from onneshon.index.publishing.operation import Operation
from onneshon.search import OnneshonError
from onneshon.web.desk.store import DeskStore, DeskStoreError, Held
from onneshon.web.publishing.queue import PublishingQueue
from onneshon.web.publishing.requests import taken_out

log = logging.getLogger(__name__)

RELEASE_SECONDS: Final = 1.0
"""How often it is looked what may be found from now on."""


def queue_held(queue: PublishingQueue, held: Held) -> None:
    """Queue what was held back."""
    queue.publish([Operation.now(held.article, held.record, held.who)], 0)


class Releases:
    """Queues what is held back when its time comes, in whichever process looks first, and in no other.

    What is queued twice because a process was killed in between is what it is to be all the same.

    What is held back and can be found all the same, as an older generation is live again or somebody sent it
    anew, is taken out.

    Args:
        queue: of what is to be published.
        store: what the desk keeps.
        found: says in which generation an article is found now; empty where it is in none.
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
        """Have a thread look, as long as this process runs."""
        threading.Thread(target=self._keep_looking, name="releases", daemon=True).start()

    def close(self) -> None:
        """Stop the thread."""
        self._ending.set()

    def _keep_looking(self) -> None:
        while not self._ending.wait(RELEASE_SECONDS):
            self.look()

    def look(self) -> int:
        """Queue what may be found by now; says how many articles these are."""
        if not self._store.path.exists():
            return 0
        released = 0
        try:
            for held in self._store.waiting(self._store.now()):
                released += self._store.let_go(held, held.who, "release", self._release)
            self._store.settle()
            for held in self._store.waiting():
                self._keep_out(held)
        except OnneshonError as error:
            self._tell(error)
        else:
            self._failure = ""
        return released

    def _tell(self, error: OnneshonError) -> None:
        """Of one fault once, as it is looked again within a second."""
        if str(error) == self._failure:
            return
        self._failure = str(error)
        if isinstance(error, DeskStoreError | JournalError):
            log.warning("What was held back waits on: %s", error)
        else:
            log.error("What was held back cannot be published: %s", error)

    def _keep_out(self, held: Held) -> None:
        """Take out what can be found; once in a generation, as it takes a while until that is visible."""
        generation = self._found(held.article)
        if generation and self._taken_out.get(held.article) != generation:
            self._queue.publish([taken_out(held.article, held.who)], 0)
            self._taken_out[held.article] = generation

    def _release(self, held: Held) -> None:
        queue_held(self._queue, held)
