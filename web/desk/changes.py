"""What an editor does to articles: correct, withdraw, bring back, hold until a time."""

import datetime as dt
import json
import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from onneshon.index import Article
from onneshon.index.errors import JournalError
from onneshon.index.ingest.articles_in_hand import SiteRecords
from onneshon.index.publishing.operation import Operation
from onneshon.search import ArticleNotFoundError, OnneshonError, QueryError
from onneshon.web.desk.store import DeskStore, DeskStoreError, Held, Version
from onneshon.web.parameters import engine
from onneshon.web.publishing.queue import PublishingQueue, Receipt
from onneshon.web.publishing.routes import put, taken_out

log = logging.getLogger(__name__)

FIELDS: Final = ("title", "body", "date", "category", "author", "url", "lang")
"""What the desk lets people correct."""

WAIT_SECONDS: Final = 5.0
"""So long an editor waits until a change can be found; then it is told that it will be."""

RELEASE_SECONDS: Final = 1.0
"""How often it is looked what may be found from now on."""


def record_of(article: Article, mapping: Mapping[str, tuple[str, ...]]) -> str:
    """An article as JSON, with its fields under the names that the site's sources use."""
    values: dict[str, Any] = {
        "id": article.id,
        **{name: getattr(article, name) for name in FIELDS},
        "date": article.date.isoformat() if article.date else "",
    }
    named = {mapping.get(name, (name,))[0]: value for name, value in values.items() if value}
    further = {name: list(given) if len(given) > 1 else given[0] for name, given in article.keywords.items()}
    return json.dumps({**further, **named}, ensure_ascii=False)


class Changes:
    """Changes articles of an index through its queue, and keeps what they were before.

    Args:
        queue: of what is to be published.
        records: reads articles as the site says now.
        store: what the desk keeps.
        on_queued: told of all that was queued.
    """

    def __init__(
        self,
        queue: PublishingQueue,
        records: Callable[[], SiteRecords],
        store: DeskStore,
        on_queued: Callable[[list[Operation]], object],
    ) -> None:
        self._queue = queue
        self._records = records
        self._store = store
        self._on_queued = on_queued

    def current(self, article_id: str) -> Article | None:
        """The article as it can be found; None where it cannot."""
        try:
            return engine().article(article_id)
        except ArticleNotFoundError:
            return None

    def draft(self, article_id: str) -> Article | None:
        """The article that is to be corrected: as it can be found, or else as it is held back."""
        found = self.current(article_id)
        held = None if found else self._store.held(article_id)
        return Operation.now(article_id, held.record, held.who).article(self._records()) if held else found

    def _record(self, article: Article) -> str:
        return record_of(article, engine().configuration.mapping)

    def _keep(self, article_id: str, who: str, action: str) -> None:
        article = self.current(article_id)
        title, record = (article.title, self._record(article)) if article else ("", None)
        self._store.keep(article_id, who, action, title, record)

    def _decide(self, operation: Operation, who: str) -> Receipt:
        """Publish what is to be found of an id from now on; what was held back of it comes no more."""
        receipt = self._publish([operation])
        if held := self._store.held(operation.id):
            self._store.let_go(held, who, "drop")
        return receipt

    def _publish(self, operations: list[Operation]) -> Receipt:
        receipt = self._queue.publish(operations, WAIT_SECONDS)
        self._on_queued(operations)
        return receipt

    def read(self, article_id: str, given: Mapping[str, str], who: str) -> tuple[Article, Operation]:
        """The article that a form makes of one that may be there, and the operation that puts it in.

        Args:
            article_id: empty for a new one.
            given: fields by name; what is not given stays.
            who: gives them.

        Raises:
            QueryError: they make no article.
        """
        article_id = article_id or f"desk-{secrets.token_hex(6)}"
        article = self.draft(article_id) or Article(article_id)
        texts = {name: given[name].replace("\r\n", "\n") for name in FIELDS if name in given}
        plain: dict[str, Any] = {name: text for name, text in texts.items() if name != "date"}
        changed = replace(article, **plain)
        values = json.loads(self._record(changed))
        if "date" in texts:
            name = engine().configuration.mapping.get("date", ("date",))[0]
            values.pop(name, None)
            values |= {name: texts["date"]} if texts["date"].strip() else {}
        body = json.dumps(values, ensure_ascii=False).encode()
        (operation,) = put(article_id, body, who, self._records()).operations
        read = operation.article(self._records())
        assert read is not None  # noqa: S101  # it is put in
        return read, operation

    def correct(self, article_id: str, given: Mapping[str, str], who: str) -> tuple[str, Receipt]:
        """Put an article in as a form has it; gives its id, and what became of it."""
        article, operation = self.read(article_id, given, who)
        self._keep(article.id, who, "correct" if article_id else "write")
        return article.id, self._decide(operation, who)

    def withdraw(self, article_id: str, who: str) -> Receipt:
        """Take an article out; raises QueryError where there is none."""
        if self.current(article_id) is None:
            raise QueryError(f"there is no article {article_id}", kind="parameter", parameter="id")
        operation = taken_out(article_id, who)
        self._keep(article_id, who, "withdraw")
        return self._publish([operation])

    def undo(self, article_id: str, number: int, who: str) -> Receipt:
        """Make an article what it was before a change.

        Raises:
            QueryError: there is no such version.
        """
        version = self.version(article_id, number)
        if version.record is None:
            operation = taken_out(article_id, who)
        else:
            (operation,) = put(article_id, version.record.encode(), who, self._records()).operations
        self._keep(article_id, who, "undo")
        return self._decide(operation, who)

    def version(self, article_id: str, number: int) -> Version:
        """A version that is kept; raises QueryError."""
        for version in self._store.versions(article_id):
            if version.number == number:
                return version
        raise QueryError(
            f"version {number} of {article_id} is not kept", kind="parameter", parameter="version"
        )

    def hold(self, article_id: str, given: Mapping[str, str], until: dt.datetime, who: str) -> str:
        """Have an article found from a time on, and not before; gives its id.

        Raises:
            QueryError: the time is over, or the form makes no article.
        """
        if until <= self._store.now():
            raise QueryError("this time is over: publish it now", kind="parameter", parameter="until")
        article, operation = self.read(article_id, given, who)
        assert operation.record is not None  # noqa: S101  # it is put in
        stamp = until.astimezone(dt.UTC).isoformat(timespec="seconds")
        is_there = self.current(article.id) is not None
        self._keep(article.id, who, "hold")
        self._store.hold(Held(article.id, stamp, who, article.title, operation.record))
        if is_there:
            self._publish([taken_out(article.id, who)])
        return article.id

    def let_go(self, article_id: str, who: str, *, publish: bool) -> None:
        """Hold an article back no longer: publish it now, or never.

        Raises:
            QueryError: it is not held back.
        """
        held = self._store.held(article_id)
        action, then = ("release", self._release) if publish else ("drop", None)
        if held is None or not self._store.let_go(held, who, action, then):
            raise QueryError(f"{article_id} is not held back", kind="parameter", parameter="id")

    def _release(self, held: Held) -> None:
        self._on_queued([_queue_held(self._queue, held)])


def _queue_held(queue: PublishingQueue, held: Held) -> Operation:
    operation = Operation.now(held.article, held.record, held.who)
    queue.publish([operation], 0)
    return operation


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
        self._ending = threading.Event()

    def start(self) -> None:
        """Have a thread look, as long as this process runs."""
        threading.Thread(target=self._keep_looking, name="releases", daemon=True).start()

    def close(self) -> None:
        """End it."""
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
        except (DeskStoreError, JournalError) as error:
            log.warning("What was held back waits on: %s", error)
        except OnneshonError as error:
            log.error("What was held back cannot be published: %s", error)  # noqa: TRY400  # the message says all
        return released

    def _keep_out(self, held: Held) -> None:
        """Take out what can be found; once in a generation, as it takes a while until that is visible."""
        generation = self._found(held.article)
        if generation and self._taken_out.get(held.article) != generation:
            self._queue.publish([taken_out(held.article, held.who)], 0)
            self._taken_out[held.article] = generation

    def _release(self, held: Held) -> None:
        _queue_held(self._queue, held)
