"""The changes of an index: its articles and those deleted from it, in the order of their last change."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Generic, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from onneshon.index import Article
from onneshon.index.columnar.change_dates import ChangeDates
from onneshon.search.query.conditions import Filter
from onneshon.search.query.options import checked
from onneshon.search.retrieval.collection import Collection, Mask
from onneshon.search.retrieval.facets import Filters

Place: TypeAlias = tuple[int, int]
"""The sort key of a change: its time, and a number that stays the same in later generations."""

LAST_SECOND: Final = 2**32 - 1
"""The greatest time that a change can have, in Unix seconds."""


@dataclass(frozen=True, slots=True)
class Change:
    """The last change of an article: it was added, changed or deleted.

    Attributes:
        article_id: the article's id.
        place: the change's sort key; its first part is the time in Unix seconds, 0 where unknown.
        article: the article; None where it was deleted.
    """

    article_id: str
    place: Place
    article: Article | None = None


@dataclass(frozen=True, slots=True)
class ChangeList:
    """The first changes in a span of time.

    Attributes:
        changes: the changes, in order.
        left: the number of changes in the span, these included.
    """

    changes: list[Change]
    left: int


class Changes:
    """All changes of an index in their order. Safe to share among threads.

    Args:
        collection: the articles.
        filters: the filters over the collection.
        dates: the change dates of each segment.
        gone: ids of deleted articles with the time of deletion.
    """

    def __init__(
        self,
        collection: Collection,
        filters: Filters,
        dates: Sequence[ChangeDates],
        gone: Mapping[str, int],
    ) -> None:
        self._collection = collection
        self._filters = filters
        self._gone = list(gone)
        went = np.array(list(gone.values()), np.uint32)
        ids = [int.from_bytes(blake2b(name.encode(), digest_size=8).digest()) for name in gone]
        when = np.concatenate([*(part.changed for part in dates), went])
        numbers = np.concatenate([*(part.contents for part in dates), np.array(ids, np.uint64)])
        rows = np.flatnonzero(self._with_gone(collection.alive))
        self._rows = rows[np.lexsort((numbers[rows], when[rows]))]
        self._when = when[self._rows].astype(np.int64)  # the type of lookups, or numpy converts it each time
        self._numbers = numbers[self._rows]

    @property
    def earliest(self) -> int:
        """The time of the first change, in Unix seconds; 0 where there is none."""
        return int(self._when[0]) if len(self._when) else 0

    def of(self, article_id: str) -> Change | None:
        """The last change of an article; None where there was never an article with that id."""
        row = self._collection.find(article_id)
        if row is None and article_id in self._gone:
            row = self._collection.size + self._gone.index(article_id)
        return None if row is None else self._change(int(np.flatnonzero(self._rows == row)[0]))

    def between(
        self, since: int, until: int, *, after: Place | None, category: str | None, limit: int
    ) -> ChangeList:
        """The first changes in a span of time.

        Args:
            since: the beginning, in Unix seconds.
            until: the end, included.
            after: return only changes after this place; None for all.
            category: return only articles of this category; None for all. Deleted articles always count,
                since their category is no longer known.
            limit: the most changes to return.
        """
        start, stop = self._seconds(since, until)
        if after is not None:
            start = max(start, self._behind(after))
        if category is None:
            return self._first(range(start, stop), limit)
        mask = self._filters.mask(Filter("category", category, whole=True))
        return self._first(start + np.flatnonzero(self._with_gone(mask)[self._rows[start:stop]]), limit)

    def _first(self, found: range | NDArray[np.intp], limit: int) -> ChangeList:
        return ChangeList([self._change(int(at)) for at in found[:limit]], len(found))

    def _with_gone(self, mask: Mask) -> Mask:
        return np.concatenate([mask, np.ones(len(self._gone), np.bool_)])

    def _seconds(self, since: int, until: int) -> tuple[int, int]:
        """The index of the first change in a span of time, and of the first after it."""
        return int(np.searchsorted(self._when, since)), int(np.searchsorted(self._when, until, "right"))

    def _behind(self, place: Place) -> int:
        first, last = self._seconds(place[0], place[0])
        return first + int(np.searchsorted(self._numbers[first:last], np.uint64(place[1]), "right"))

    def _change(self, at: int) -> Change:
        row, place = int(self._rows[at]), (int(self._when[at]), int(self._numbers[at]))
        if row >= self._collection.size:
            return Change(self._gone[row - self._collection.size], place)
        article = self._collection.article(row)
        return Change(article.id, place, article)


Generation = TypeVar("Generation")


class GenerationChanges(Protocol):
    """All changes of a generation."""

    @property
    def earliest(self) -> int:
        """The time of the first change, in Unix seconds; 0 where there is none."""

    def of(self, article_id: str) -> Change | None:
        """The last change of an article; None where there was never an article with that id."""

    def between(
        self, since: int, until: int, *, after: Place | None, category: str | None, limit: int
    ) -> ChangeList:
        """The first changes in a span of time; the arguments are those of ``Dated.changes``."""


class Dated(ABC, Generic[Generation]):
    """The part of an engine that lists changes; see ``search.interface.DatedEngine``."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Generation]:
        """A context with the current generation."""

    @abstractmethod
    def _changes(self, state: Generation) -> GenerationChanges:
        """The changes of a generation."""

    @checked
    def changes(
        self,
        since: int,
        until: int,
        *,
        after: Place | None = None,
        category: str | None = None,
        limit: int = 100,
    ) -> ChangeList:
        """Articles that were added, changed or deleted in a span of time, in the order of their changes.

        Args:
            since: the beginning, in Unix seconds.
            until: the end, included.
            after: return only changes after this place; None for all.
            category: return only articles of this category; None for all. Deleted articles count in each.
            limit: the most changes to return.

        Raises:
            ClusterError: a part of an index on a cluster is missing.
        """
        with self._reading() as state:
            return self._changes(state).between(since, until, after=after, category=category, limit=limit)

    @checked
    def change(self, article_id: str) -> Change | None:
        """The last change of an article; None where there was never an article with that id."""
        with self._reading() as state:
            return self._changes(state).of(article_id)

    @property
    def first_change(self) -> int:
        """The time in Unix seconds at which its first article was added; 0 where that is unknown."""
        with self._reading() as state:
            return self._changes(state).earliest
