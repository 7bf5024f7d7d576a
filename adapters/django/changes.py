"""Which objects were changed, and the articles that they are by now."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeAlias

from django.db.models import Model

from onneshon.search import Article

log = logging.getLogger(__name__)

Make: TypeAlias = Callable[[Any], Article | None]
"""The article of an object; None for one that is not, or no longer, to be found."""

AT_ONCE: Final = 100
"""Objects that are read from a database, and sent to a server, at a time."""

made_by: Final[dict[type[Model], Make]] = {}
"""What makes the articles of each model that is published."""


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
        return cls(type(instance), using, _primary_key(instance))

    @property
    def article_id(self) -> str:
        """The id that the article of the object has."""
        return f"{self.model._meta.label_lower}-{self.key}"  # noqa: SLF001 # documented, despite its name


def _primary_key(instance: Model) -> Any:
    return instance._meta.pk.to_python(instance.pk)  # noqa: SLF001 # as above


def article_id(instance: Model) -> str:
    """The id that the article of an object has, such as ``news.post-7``."""
    return Change.of(instance, "").article_id


def all_articles() -> Iterator[Article]:
    """Every article of every model that is published, read a few at a time."""
    for model, make in made_by.items():
        for instance in model._default_manager.iterator():  # noqa: SLF001 # as above
            if article := _article(instance, make):
                yield article


def _article(instance: Model, make: Make) -> Article | None:
    article = make(instance)
    return article and replace(article, id=article_id(instance))


def present_articles(changes: Iterable[Change]) -> Iterator[Mapping[str, Article | None]]:
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
        yield _article(instance, made_by[change.model]) if instance else None
    except Exception:
        log.exception("%s was saved, but no article could be made of it", change.article_id)
