"""What changed when: the articles of an index, and those that it has no more, in the order of change."""

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
"""Where a change stands in the order: when, and a number that is the same in later generations."""

LAST_SECOND: Final = 2**32 - 1
"""The last that the date of a change can be."""


@dataclass(frozen=True, slots=True)
class Change:
    """An article that was put in, changed, or taken out.

    Attributes:
        article_id: of the article.
        place: where it stands; its first part is when, in seconds of Unix, 0 where nobody knows.
        article: None where it is gone.
    """

    article_id: str
    place: Place
    article: Article | None = None


@dataclass(frozen=True, slots=True)
class ChangeList:
    """Some of the changes of a time.

    Attributes:
        changes: the first of them.
        left: how many there are, with these.
    """

    changes: list[Change]
    left: int


class Changes:
    """All changes of an index in their order. Safe to share among threads.

    Args:
        collection: the articles.
        filters: over these.
        dates: of each segment.
        gone: ids of articles that are no more, and since when.
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
        self._when = when[self._rows].astype(np.int64)  # like what is looked up, or numpy converts all anew
        self._numbers = numbers[self._rows]

    @property
    def earliest(self) -> int:
        """When the first change was, in seconds of Unix."""
        return int(self._when[0]) if len(self._when) else 0

    def of(self, article_id: str) -> Change | None:
        """The last change of an article; None where there was never one of that id."""
        row = self._collection.find(article_id)
        if row is None and article_id in self._gone:
            row = self._collection.size + self._gone.index(article_id)
        return None if row is None else self._change(int(np.flatnonzero(self._rows == row)[0]))

    def between(
        self, since: int, until: int, *, after: Place | None, category: str | None, limit: int
    ) -> ChangeList:
        """The first changes of a time.

        Args:
            since: seconds of Unix.
            until: the same; included.
            after: of these, those behind that place.
            category: of these, those of a category; None for all. What is gone counts always, since nobody
                knows any more what it was.
            limit: how many at most.
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
        """The first change of a time, and the first behind it."""
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
        """When the first change was, in seconds of Unix; 0 where there is none."""

    def of(self, article_id: str) -> Change | None:
        """The last change of an article; None where there was never one of that id."""

    def between(
        self, since: int, until: int, *, after: Place | None, category: str | None, limit: int
    ) -> ChangeList:
        """The first changes of a time; the arguments are those of ``Dated.changes``."""


class Dated(ABC, Generic[Generation]):
    """The part of an engine that tells what changed; see ``search.interface.DatedEngine``."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Generation]:
        """The generation of now."""

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
        """Articles that were put in, changed or taken out in a time, in the order of that.

        Args:
            since: the beginning, in seconds of Unix.
            until: the end, included.
            after: of these, those behind that place.
            category: of these, those of a category; None for all. Those that are gone are of every one.
            limit: how many at most.

        Raises:
            ClusterError: a part of an index on a cluster is missing.
        """
        with self._reading() as state:
            return self._changes(state).between(since, until, after=after, category=category, limit=limit)

    @checked
    def change(self, article_id: str) -> Change | None:
        """The last change of an article; None where there was never one of that id."""
        with self._reading() as state:
            return self._changes(state).of(article_id)

    @property
    def first_change(self) -> int:
        """When the first of its articles was put in, in seconds of Unix; 0 where nobody knows."""
        with self._reading() as state:
            return self._changes(state).earliest
