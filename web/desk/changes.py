"""Changes that an editor makes to articles: correct, withdraw, undo, hold back until a time."""

import datetime as dt
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from onneshon.index import Article
from onneshon.index.configuration import ARTICLE_FIELDS
from onneshon.index.ingest.articles_in_hand import SiteRecords
from onneshon.index.publishing.operation import Operation
from onneshon.search import ArticleNotFoundError, QueryError
from onneshon.web.api.schema import revision
from onneshon.web.current import engine
from onneshon.web.desk.releases import queue_held
from onneshon.web.desk.store import DeskStore, Held, Version
from onneshon.web.middleware.faults import ChangedError
from onneshon.web.publishing.queue import Make, PublishingQueue, Receipt
from onneshon.web.publishing.requests import as_queued, put, taken_out

FIELDS: Final = ("title", "body", "date", "category", "author", "url", "lang")
"""Fields of articles that can be corrected at the desk."""

WAIT_SECONDS: Final = 5.0
"""How long an editor waits until a change is visible; after that, the page says that it will be."""


class UnseenChangeError(ChangedError):
    """An article was changed after the editor who now changes it had read it.

    Attributes:
        now: the article's current revision; empty if it does not exist.
    """

    def __init__(self, article_id: str, now: str) -> None:
        super().__init__(f"the article {article_id} was changed meanwhile: read it, and send again")
        self.now = now


def new_id() -> str:
    """A new random id for an article."""
    return f"desk-{secrets.token_hex(6)}"


def shown(article: Article, name: str) -> str:
    """The text of an article's field in a form."""
    value = getattr(article, name)
    return value.isoformat() if isinstance(value, dt.date) else value or ""


def _as_sent(name: str, text: str) -> str:
    """A text as browsers send it unchanged, with line breaks normalised or removed (HTML, 4.10)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return lines.removeprefix("\n") if name == "body" else lines.replace("\n", "")


def record_of(article: Article, mapping: Mapping[str, tuple[str, ...]]) -> str:
    """An article as JSON, with its fields under the names that the site's sources use."""
    values: dict[str, Any] = {
        **{name: getattr(article, name) for name in ARTICLE_FIELDS},
        "date": shown(article, "date"),
    }
    named = {mapping.get(name, (name,))[0]: value for name, value in values.items() if value}
    further = {name: list(given) if len(given) > 1 else given[0] for name, given in article.keywords.items()}
    return json.dumps({**further, **named}, ensure_ascii=False)


def _revision(
    article_id: str, known: Article | None, waiting: Sequence[Operation], records: SiteRecords
) -> str:
    """The revision an article will have once all queued operations are visible; empty if it will be gone."""

    def stored(_: str) -> Article:
        if known is None:
            raise ArticleNotFoundError.of(article_id)
        return known

    try:
        return revision(as_queued(article_id, waiting, stored, records))
    except ArticleNotFoundError:
        return ""


class Changes:
    """Changes articles of an index through its queue, and keeps their earlier versions.

    Args:
        queue: the queue of publications.
        records: returns the reader of articles for the site's current settings.
        store: the database of the desk.
    """

    def __init__(self, queue: PublishingQueue, records: Callable[[], SiteRecords], store: DeskStore) -> None:
        self._queue = queue
        self._records = records
        self._store = store

    def current(self, article_id: str) -> Article | None:
        """The article as searches find it; None where they do not."""
        try:
            return engine().article(article_id)
        except ArticleNotFoundError:
            return None

    def draft(self, article_id: str) -> Article | None:
        """The article to correct: as searches find it, or else as it is held back."""
        found = self.current(article_id)
        held = None if found else self._store.held(article_id)
        return Operation.now(article_id, held.record, held.who).article(self._records()) if held else found

    def _record(self, article: Article) -> str:
        return record_of(article, engine().configuration.mapping)

    def _keep(self, article_id: str, who: str, action: str, then: str = "") -> None:
        article = self.current(article_id)
        title, record = (article.title, self._record(article)) if article else ("", None)
        self._store.keep(article_id, who, action, title, record, then=then)

    def _decide(self, operation: Operation, who: str, make: Make | None = None) -> Receipt:
        """Publish an operation on an article, and drop the version of it that is held back, if any."""
        receipt = self._publish([operation], make)
        if held := self._store.held(operation.id):
            self._store.let_go(held, who, "drop")
        return receipt

    def _publish(self, operations: list[Operation], make: Make | None = None) -> Receipt:
        queue = self._queue
        return queue.change(make, WAIT_SECONDS) if make else queue.publish(operations, WAIT_SECONDS)

    def read(self, article_id: str, given: Mapping[str, str], who: str) -> tuple[Article, Operation]:
        """The article that results from a form, based on the current draft, and the operation to put it in.

        Args:
            article_id: the article's id; empty for a new article.
            given: fields by name; those not given stay unchanged.
            who: the name of the editor.

        Raises:
            QueryError: the fields make no valid article.
        """
        article_id = article_id or new_id()
        article = self.draft(article_id) or Article(article_id)
        texts = {
            name: given[name].replace("\r\n", "\n")
            for name in FIELDS
            if name in given and _as_sent(name, given[name]) != _as_sent(name, shown(article, name))
        }
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

    def correct(
        self, article_id: str, given: Mapping[str, str], who: str, seen: str | None = None
    ) -> tuple[str, Receipt]:
        """Put an article in from a form; return its id and the receipt of the queue.

        A form sent twice makes one article, and one version to go back to.

        Raises:
            UnseenChangeError: the article no longer has the revision on which the form is based, ``seen``.
        """
        article, operation = self.read(article_id, given, who)
        unless_changed = self._unless_changed(operation, seen)
        if self.current(article.id) != article:
            self._keep(article.id, who, "correct" if self.is_known(article.id) else "write")
        return article.id, self._decide(operation, who, unless_changed)

    def is_known(self, article_id: str) -> bool:
        """Whether the article can be found, is held back, or has earlier versions."""
        return bool(self.draft(article_id) or self._store.versions(article_id))

    def _unless_changed(self, operation: Operation, seen: str | None) -> Make:
        """A function that returns the operation unless the article was changed; checks that at once, too.

        Args:
            operation: the operation to queue; allowed if it changes nothing, as from a form sent twice.
            seen: the revision that the editor has read, empty where there was none; None skips the check.

        Raises:
            UnseenChangeError: the article has another revision now; also raised by the function returned.
        """
        known, sent = self.draft(operation.id), operation.article(self._records())
        wanted = revision(sent) if sent else ""

        def make(waiting: Sequence[Operation]) -> list[Operation]:
            now = _revision(operation.id, known, waiting, self._records())
            if seen not in {None, now} and now != wanted:
                raise UnseenChangeError(operation.id, now)
            return [operation]

        make(self._queue.waiting())
        return make

    def withdraw(self, article_id: str, who: str, seen: str | None = None) -> Receipt:
        """Take an article out.

        Raises:
            UnseenChangeError: as for ``correct``.
            QueryError: there is no such article.
        """
        if self.current(article_id) is None:
            raise QueryError(f"there is no article {article_id}", parameter="id")
        operation = taken_out(article_id, who)
        unless_changed = self._unless_changed(operation, seen)
        self._keep(article_id, who, "withdraw")
        return self._publish([operation], unless_changed)

    def undo(self, article_id: str, number: int, who: str, seen: str | None = None) -> Receipt:
        """Restore an article as it was before a change.

        Raises:
            UnseenChangeError: as for ``correct``.
            QueryError: there is no such version.
        """
        version = self.version(article_id, number)
        if version.record is None:
            operation = taken_out(article_id, who)
        else:
            (operation,) = put(article_id, version.record.encode(), who, self._records()).operations
        unless_changed = self._unless_changed(operation, seen)
        self._keep(article_id, who, "undo")
        return self._decide(operation, who, unless_changed)

    def version(self, article_id: str, number: int) -> Version:
        """A kept version of an article; raises QueryError if there is none of that number."""
        for version in self._store.versions(article_id):
            if version.number == number:
                return version
        raise QueryError(f"version {number} of {article_id} is not kept", parameter="version")

    def hold(
        self,
        article_id: str,
        given: Mapping[str, str],
        until: dt.datetime,
        who: str,
        seen: str | None = None,
    ) -> str:
        """Hold an article back until a time, so that it is not found before; return its id.

        Raises:
            UnseenChangeError: as for ``correct``.
            QueryError: the time is past, or the form makes no valid article.
        """
        if until <= self._store.now():
            raise QueryError("this time is over: publish it now", parameter="until")
        article, operation = self.read(article_id, given, who)
        assert operation.record is not None  # noqa: S101  # it is put in
        stamp = until.astimezone(dt.UTC).isoformat(timespec="seconds")
        is_there = self.current(article.id) is not None
        self._unless_changed(operation, seen)
        self._keep(article.id, who, "hold", until.astimezone().isoformat(" ", "minutes"))
        self._store.hold(Held(article.id, stamp, who, article.title, operation.record))
        if is_there:
            self._publish([taken_out(article.id, who)])
        return article.id

    def let_go(self, article_id: str, who: str, *, publish: bool) -> None:
        """Stop holding an article back: publish it now, or drop it.

        Raises:
            QueryError: the article is not held back.
        """
        held = self._store.held(article_id)
        action, then = ("release", partial(queue_held, self._queue)) if publish else ("drop", None)
        if held is None or not self._store.let_go(held, who, action, then):
            raise QueryError(f"{article_id} is not held back", parameter="id")
