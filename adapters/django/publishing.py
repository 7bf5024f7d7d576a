"""Models as articles: published when they are saved, withdrawn when they are deleted."""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save

from onneshon.adapters.django.settings import directory, option
from onneshon.index import open_writer
from onneshon.index.json_form import to_json
from onneshon.search import Article, OnneshonError

log = logging.getLogger(__name__)

WAIT: Final = 30
"""Seconds to wait for another writer of the index, or for a server."""

_made: Final[dict[type[Model], Callable[[Any], Article | None]]] = {}


def publish_saved(model: type[Model], make: Callable[[Any], Article | None]) -> None:
    """Have every object of a model published once it is saved and its transaction is committed.

    What fails then is logged and fails no request; ``manage.py onneshon_index`` catches up.

    Args:
        model: of a project; called for in ``ready`` of its app.
        make: the article of an object, whose id is that of ``article_id``; None for an object that is not, or
            no longer, to be found.
    """
    _made[model] = make
    post_save.connect(_on_changed, sender=model, dispatch_uid=_name(model))
    post_delete.connect(_on_changed, sender=model, dispatch_uid=_name(model))


def article_id(instance: Model) -> str:
    """The id that the article of an object has, such as ``news.post-7``."""
    meta = instance._meta  # noqa: SLF001 # documented, despite its name
    return f"{meta.label_lower}-{meta.pk.to_python(instance.pk)}"  # as the database will give it


def all_articles() -> Iterator[Article]:
    """Every article of every such model, read a few at a time."""
    for model in _made:
        for instance in model._default_manager.iterator():  # noqa: SLF001 # documented, despite its name
            if article := _article(instance):
                yield article


def _name(model: type[Model]) -> str:
    return f"onneshon {model._meta.label}"  # noqa: SLF001 # documented, despite its name


def _article(instance: Model) -> Article | None:
    made = _made[type(instance)](instance)
    return made and replace(made, id=article_id(instance))


def _on_changed(instance: Model, using: str, **_signal: object) -> None:
    """Once all that is being changed in that database is kept, and not before."""
    name, model, key = article_id(instance), type(instance), instance.pk

    def current() -> Article | None:
        """As the database has it then: one in memory may lack its relations, or have what was not saved."""
        kept = model._default_manager.using(using).filter(pk=key).first()  # noqa: SLF001 # documented, despite its name
        return _article(kept) if kept else None

    def apply() -> None:
        try:
            (_send if option("server") else _write)(name, current)
        except (OnneshonError, OSError) as error:
            log.error("%s was saved, but not published: %s", name, error)  # noqa: TRY400 # it says all there is

    transaction.on_commit(apply, using=using, robust=True)


def _write(name: str, current: Callable[[], Article | None]) -> None:
    with open_writer(directory(), wait=WAIT) as writer:
        if article := current():  # read by one writer after the other, so that the last one has the newest
            writer.add(article)
        else:
            writer.delete(name)


def _send(name: str, current: Callable[[], Article | None]) -> None:
    article = current()
    address = f"{option('server').rstrip('/')}/api/v1/articles?{urlencode({'id': name, 'wait': 0})}"
    body = json.dumps(to_json(article)).encode() if article else None
    headers = {"Authorization": f"Bearer {option('key')}", "Content-Type": "application/json"}
    request = Request(address, body, headers, method="PUT" if article else "DELETE")  # noqa: S310 # as the project says
    try:
        with urlopen(request, timeout=WAIT):  # noqa: S310 # as above
            pass
    except HTTPError as error:
        with error:
            told = error.read(1000).decode("utf-8", "replace")
        raise OnneshonError(f"{option('server')} did not take {name}: {error.code} {told}") from None
