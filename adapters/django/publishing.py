"""Models as articles: published when they are saved, withdrawn when they are deleted.

What is changed in one transaction is published in one write job, hardly longer than that of one object.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from threading import Lock
from typing import Final
from weakref import WeakValueDictionary

from django.db import DatabaseError, connections, transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save

from onneshon.adapters.django.changes import Change, Make, made_by
from onneshon.adapters.django.destinations import WAIT, publish_together
from onneshon.search import OnneshonError

log = logging.getLogger(__name__)


def publish_saved(model: type[Model], make: Make) -> None:
    """Have every object of a model published once it is saved and its transaction is committed.

    What fails then is logged and fails no request; what this process publishes next brings it along, and
    ``manage.py onneshon_index`` catches up in any case.

    Args:
        model: of a project; called for in ``ready`` of its app.
        make: the article of an object, whose id is that of ``article_id``; None for an object that is not, or
            no longer, to be found.
    """
    made_by[model] = make
    post_save.connect(_on_changed, sender=model, dispatch_uid=_name(model))
    post_delete.connect(_on_changed, sender=model, dispatch_uid=_name(model))


def _name(model: type[Model]) -> str:
    return f"onneshon {model._meta.label}"  # noqa: SLF001 # documented, despite its name


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
        using = instance._state.db  # noqa: SLF001 # documented, despite its name
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
        publish_together(taken)
    except (OnneshonError, OSError, DatabaseError) as error:  # of others, a further try would fail as well
        _waiting.update(dict.fromkeys(taken))
        _log_kept(error)


def _log_kept(reason: object) -> None:
    log.error("%d saved but not published, which the next save tries again: %s", len(_waiting), reason)
