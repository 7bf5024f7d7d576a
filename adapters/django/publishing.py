"""Publishes objects of models as articles when they are saved, and withdraws them when they are deleted.

The changes of one transaction are published in one write job, which takes hardly longer than one object.
"""

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from http import HTTPStatus
from itertools import groupby, islice
from operator import itemgetter
from threading import Lock
from typing import Any, Final, NamedTuple, TypeAlias
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from weakref import WeakValueDictionary

from django.db import DatabaseError, connections, transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save

from onneshon.adapters.django.settings import directory, option
from onneshon.index import open_writer
from onneshon.index.errors import CorpusError
from onneshon.index.json_form import to_json
from onneshon.search import Article, OnneshonError

log = logging.getLogger(__name__)

Make: TypeAlias = Callable[[Any], Article | None]
"""Returns the article of an object; None for an object that should not, or no longer, be found."""

AT_ONCE: Final = 100
"""Number of objects that are read from a database, and sent to a server, at a time."""

_made_by: Final[dict[type[Model], Make]] = {}
"""The function that makes articles, for each model that is published."""

WAIT: Final = 30
"""Seconds to wait for another writer of the index, or for a server."""

_REFUSED: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


class Change(NamedTuple):
    """The note that an object has changed; its new state is read from its database later.

    Attributes:
        model: the model of the object.
        using: the alias of the object's database.
        key: the object's primary key, as that database returns it.
    """

    model: type[Model]
    using: str
    key: Any

    @classmethod
    def of(cls, instance: Model, using: str) -> "Change":
        """The change of an object in memory."""
        key = instance._meta.pk.to_python(instance.pk)  # noqa: SLF001 # documented, despite its name
        return cls(type(instance), using, key)

    @property
    def article_id(self) -> str:
        """The id of the object's article."""
        return f"{self.model._meta.label_lower}-{self.key}"  # noqa: SLF001 # as above


def article_id(instance: Model) -> str:
    """The id of an object's article, such as ``news.post-7``."""
    return Change.of(instance, "").article_id


def all_articles() -> Iterator[Article]:
    """Every article of every model that is published, read a few at a time."""
    for model, make in _made_by.items():
        for instance in model._default_manager.iterator():  # noqa: SLF001 # as above
            if article := _article(instance, make):
                yield article


def _article(instance: Model, make: Make) -> Article | None:
    article = make(instance)
    return article and replace(article, id=article_id(instance))


def _present_articles(changes: Iterable[Change]) -> Iterator[Mapping[str, Article | None]]:
    """The current articles of changed objects by id, in batches; None for an article that should be gone.

    Objects are read from their databases: in memory, one may lack its relations, or have unsaved values. An
    object whose article cannot be made is logged and left out.
    """
    ordered = sorted(changes, key=lambda change: (change.using, change.model._meta.label))  # noqa: SLF001
    for (model, using), same in groupby(ordered, itemgetter(0, 1)):
        while some := [*islice(same, AT_ONCE)]:
            kept = model._default_manager.using(using).in_bulk([change.key for change in some])  # noqa: SLF001
            yield {change.article_id: article for change in some for article in _made(change, kept)}


def _made(change: Change, kept: Mapping[Any, Model]) -> Iterator[Article | None]:
    instance = kept.get(change.key)
    try:
        yield _article(instance, _made_by[change.model]) if instance else None
    except Exception:
        log.exception("%s was saved, but no article could be made of it", change.article_id)


def publish_saved(model: type[Model], make: Make) -> None:
    """Publish every object of a model once it is saved and its transaction is committed.

    A failure to publish is logged and fails no request; the next publication of this process retries it, and
    ``manage.py onneshon_index`` catches up in any case.

    Args:
        model: a model of the project; call this in ``ready`` of its app.
        make: returns the article of an object, whose id is replaced by that of ``article_id``; None for an
            object that should not, or no longer, be found.
    """
    _made_by[model] = make
    post_save.connect(_on_changed, sender=model, dispatch_uid=_name(model))
    post_delete.connect(_on_changed, sender=model, dispatch_uid=_name(model))


def _name(model: type[Model]) -> str:
    return f"onneshon {model._meta.label}"  # noqa: SLF001 # as above


def _on_changed(instance: Model, using: str, **_signal: object) -> None:
    _note([Change.of(instance, using)], using)


def publish(instances: Iterable[Model]) -> None:
    """Publish objects in one write job, once the current transaction of their database is committed.

    Needed where Django sends no signals: after ``bulk_create``, and after ``update`` of a queryset. A failure
    is logged, as for ``publish_saved``.

    Args:
        instances: objects of models for which ``publish_saved`` was called; may be a queryset.
    """
    by_database = defaultdict(list)
    for instance in instances:
        using = instance._state.db  # noqa: SLF001 # as above
        by_database[using].append(Change.of(instance, using))
    for using, changes in by_database.items():
        _note(changes, using)


class _Transaction:
    """The changes of a transaction, published by whichever of its commit hooks is called first.

    Each change has a hook of its own, as Django drops the hooks of savepoints that are rolled back. Objects
    changed in such a savepoint are published too, in the unchanged state that the database has.
    """

    def __init__(self) -> None:
        self.changes: dict[Change, None] = {}

    def on_committed(self) -> None:
        """Publish the changes, unless an earlier hook did."""
        changes, self.changes = self.changes, {}
        if changes:
            _publish(changes)


_transactions: Final[WeakValueDictionary[int, _Transaction]] = WeakValueDictionary()
"""Transactions by connection; held only by hooks, so that one that is rolled back disappears."""


def _note(changes: Iterable[Change], using: str) -> None:
    """Publish changes once the current transaction of a database is committed, and not before."""
    current = _transactions.setdefault(id(connections[using]), _Transaction())
    current.changes.update(dict.fromkeys(changes))
    transaction.on_commit(current.on_committed, using=using, robust=True)


_waiting: Final[dict[Change, None]] = {}
"""Changes to publish, left here by threads that wait for one another, and by jobs that failed."""

_writing: Final = Lock()


def _publish(changes: Iterable[Change]) -> None:
    _waiting.update(dict.fromkeys(changes))
    if not _writing.acquire(timeout=WAIT):
        _log_kept("another thread of this process is still writing")
        return
    try:
        _publish_waiting()
    finally:
        _writing.release()


def _publish_waiting() -> None:
    taken = []
    while _waiting:  # taken before reading: objects changed during that are published again
        taken.append(_waiting.popitem()[0])
    if not taken:  # another thread has published them
        return
    try:
        _publish_together(taken)
    except (OnneshonError, OSError, DatabaseError) as error:  # of others, a further try would fail as well
        _waiting.update(dict.fromkeys(taken))
        _log_kept(error)


def _log_kept(reason: object) -> None:
    log.error("%d saved but not published, which the next save tries again: %s", len(_waiting), reason)


def _publish_together(changes: Iterable[Change]) -> None:
    """Publish the current state of changed objects together; an invalid article is logged and left out.

    Raises:
        OnneshonError, OSError: the index could not be written, or the server did not accept the articles.
    """
    (_send if option("server") else _write)(changes)


def _write(changes: Iterable[Change]) -> None:
    with open_writer(directory(), wait=WAIT) as writer:
        # Objects are read while the writer is held, so that the last writer has the newest state.
        for articles in _present_articles(changes):
            for name, article in articles.items():
                try:
                    writer.add(article) if article else writer.delete(name)
                except CorpusError as error:
                    _log_refused(name, error)


def _log_refused(name: str, reason: object) -> None:
    log.error("%s was saved, but not published: %s", name, reason)


def _send(changes: Iterable[Change]) -> None:
    for articles in _present_articles(changes):
        if articles:
            _post({name: _line(name, article) for name, article in articles.items()})


def _line(name: str, article: Article | None) -> bytes:
    return json.dumps(to_json(article) if article else {"id": name, "deleted": True}).encode()


def _post(lines: Mapping[str, bytes]) -> None:
    """Send lines in one request; if one is refused, and so all are, send halves until only it is left."""
    server, names = option("server"), [*lines]
    headers = {"Authorization": f"Bearer {option('key')}", "Content-Type": "application/x-ndjson"}
    address = f"{server.rstrip('/')}/api/v1/articles?wait=0"
    request = Request(address, b"\n".join(lines.values()), headers)  # noqa: S310 # as the project says
    try:
        with urlopen(request, timeout=WAIT):  # noqa: S310 # as above
            return
    except HTTPError as error:
        with error:
            status, told = error.code, error.read(1000).decode("utf-8", "replace")
    if status not in _REFUSED:
        raise OnneshonError(f"{server} did not take {', '.join(names[:3])}: {status} {told}")
    if len(names) == 1:
        _log_refused(names[0], f"{server} did not take it: {status} {told}")
        return
    for half in (names[: len(names) // 2], names[len(names) // 2 :]):
        _post({name: lines[name] for name in half})
