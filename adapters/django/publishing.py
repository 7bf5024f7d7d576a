"""Models as articles: published when they are saved, withdrawn when they are deleted.

What is changed in one transaction is published in one write job, hardly longer than that of one object.
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
"""The article of an object; None for one that is not, or no longer, to be found."""

AT_ONCE: Final = 100
"""Objects that are read from a database, and sent to a server, at a time."""

_made_by: Final[dict[type[Model], Make]] = {}
"""What makes the articles of each model that is published."""

WAIT: Final = 30
"""Seconds to wait for another writer of the index, or for a server."""

_REFUSED: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


class Change(NamedTuple):
    """That an object is not as it was; as what, its database says once somebody asks.

    Attributes:
        model: of the object.
        using: the database that it is in.
        key: its primary key, as that database gives it.
    """

    model: type[Model]
    using: str
    key: Any

    @classmethod
    def of(cls, instance: Model, using: str) -> "Change":
        """That of an object in memory."""
        key = instance._meta.pk.to_python(instance.pk)  # noqa: SLF001 # documented, despite its name
        return cls(type(instance), using, key)

    @property
    def article_id(self) -> str:
        """The id that the article of the object has."""
        return f"{self.model._meta.label_lower}-{self.key}"  # noqa: SLF001 # as above


def article_id(instance: Model) -> str:
    """The id that the article of an object has, such as ``news.post-7``."""
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
    """What changed objects are now, some at a time: by id the article, or None where none is to be found.

    They are read from their databases: one in memory may lack its relations, or have what was not saved. One
    whose article cannot be made is logged, and is not among them.
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
    """Have every object of a model published once it is saved and its transaction is committed.

    What fails then is logged and fails no request; what this process publishes next brings it along, and
    ``manage.py onneshon_index`` catches up in any case.

    Args:
        model: of a project; called for in ``ready`` of its app.
        make: the article of an object, whose id is that of ``article_id``; None for an object that is not, or
            no longer, to be found.
    """
    _made_by[model] = make
    post_save.connect(_on_changed, sender=model, dispatch_uid=_name(model))
    post_delete.connect(_on_changed, sender=model, dispatch_uid=_name(model))


def _name(model: type[Model]) -> str:
    return f"onneshon {model._meta.label}"  # noqa: SLF001 # as above


def _on_changed(instance: Model, using: str, **_signal: object) -> None:
    _note([Change.of(instance, using)], using)


def publish(instances: Iterable[Model]) -> None:
    """Publish objects in one write job, once what is being changed in their database is committed.

    For those of which Django sends no signal: after ``bulk_create``, and ``update`` of a queryset. What
    fails is logged, as for ``publish_saved``.

    Args:
        instances: of models for which ``publish_saved`` was called; a queryset, too.
    """
    by_database = defaultdict(list)
    for instance in instances:
        using = instance._state.db  # noqa: SLF001 # as above
        by_database[using].append(Change.of(instance, using))
    for using, changes in by_database.items():
        _note(changes, using)


class _Transaction:
    """What is changed in a transaction, published by whichever of its hooks is called first.

    Each change brings a hook of its own, as Django forgets those of savepoints that are rolled back. Their
    objects are then published as well, as the database has them: as they were.
    """

    def __init__(self) -> None:
        self.changes: dict[Change, None] = {}

    def on_committed(self) -> None:
        """Publish what no hook before this one did."""
        changes, self.changes = self.changes, {}
        if changes:
            _publish(changes)


_transactions: Final[WeakValueDictionary[int, _Transaction]] = WeakValueDictionary()
"""By connection; each as long as a hook has it, so that it goes with a transaction that is rolled back."""


def _note(changes: Iterable[Change], using: str) -> None:
    """Publish once all that is being changed in that database is kept, and not before."""
    current = _transactions.setdefault(id(connections[using]), _Transaction())
    current.changes.update(dict.fromkeys(changes))
    transaction.on_commit(current.on_committed, using=using, robust=True)


_waiting: Final[dict[Change, None]] = {}
"""What is to be published: threads that have to wait for one another, and jobs that failed, leave it here."""

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
    while _waiting:  # before they are read: what changes while they are is published once more
        taken.append(_waiting.popitem()[0])
    if not taken:  # another thread took them along
        return
    try:
        _publish_together(taken)
    except (OnneshonError, OSError, DatabaseError) as error:  # of others, a further try would fail as well
        _waiting.update(dict.fromkeys(taken))
        _log_kept(error)


def _log_kept(reason: object) -> None:
    log.error("%d saved but not published, which the next save tries again: %s", len(_waiting), reason)


def _publish_together(changes: Iterable[Change]) -> None:
    """Publish what changed objects are now, all at once; one that is no good article is logged and left out.

    Raises:
        OnneshonError, OSError: the index could not be written, or the server took them not.
    """
    (_send if option("server") else _write)(changes)


def _write(changes: Iterable[Change]) -> None:
    with open_writer(directory(), wait=WAIT) as writer:
        # Read by one writer after the other, so that the last one has the newest.
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
    """Send lines in one request; where one of them is refused, and so all, the others without it."""
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
