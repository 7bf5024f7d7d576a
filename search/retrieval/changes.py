"""What changed when: the articles of an index, and those that it has no more, in the order of change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.index import Article
from onneshon.index.columnar.dates_of_change import ChangeDates
from onneshon.search.retrieval.collection import Collection, Mask

__all__ = ["Change", "ChangeList", "Changes", "Place"]

Place: TypeAlias = tuple[int, int]
"""Where a change stands in the order: when, and a number that is the same in later generations."""


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
        dates: of each segment.
        gone: ids of articles that are no more, and since when.
    """

    def __init__(self, collection: Collection, dates: Sequence[ChangeDates], gone: Mapping[str, int]) -> None:
        self._collection = collection
        self._gone = list(gone)
        went = np.array(list(gone.values()), np.uint32)
        numbers = [int.from_bytes(blake2b(name.encode(), digest_size=8).digest()) for name in gone]
        self._when = np.concatenate([*(part.changed for part in dates), went])
        self._numbers = np.concatenate([*(part.contents for part in dates), np.array(numbers, np.uint64)])
        shown = np.concatenate([collection.alive, np.ones(len(gone), np.bool_)])
        rows = np.flatnonzero(shown)
        self._rows = rows[np.lexsort((self._numbers[rows], self._when[rows]))]

    @property
    def earliest(self) -> int:
        """When the first change was, in seconds of Unix."""
        return int(self._when[self._rows[0]]) if len(self._rows) else 0

    def of(self, article_id: str) -> Change | None:
        """The last change of an article; None where there was never one of that id."""
        doc = self._collection.find(article_id)
        if doc is not None:
            return self._change(doc)
        row = self._gone.index(article_id) if article_id in self._gone else None
        return None if row is None else self._change(self._collection.size + row)

    def between(
        self, since: int, until: int, *, after: Place | None = None, mask: Mask | None = None, limit: int
    ) -> ChangeList:
        """The first changes of a time.

        Args:
            since: seconds of Unix.
            until: the same; included.
            after: of these, those behind that place.
            mask: which articles count, shape (documents,); None for all. What is gone counts always, since
                nobody knows any more what it was.
            limit: how many at most.
        """
        when = self._when[self._rows]
        start, stop = int(np.searchsorted(when, since)), int(np.searchsorted(when, until, "right"))
        if after is not None:
            start = max(start, self._behind(when, after))
        rows = self._rows[start:stop]
        if mask is not None:
            rows = rows[np.concatenate([mask, np.ones(len(self._gone), np.bool_)])[rows]]
        return ChangeList([self._change(row) for row in rows[:limit].tolist()], len(rows))

    def _behind(self, when: NDArray[np.uint32], place: Place) -> int:
        first, last = np.searchsorted(when, place[0]), np.searchsorted(when, place[0], "right")
        numbers = self._numbers[self._rows[first:last]]
        return int(first + np.searchsorted(numbers, np.uint64(place[1]), "right"))

    def _change(self, row: int) -> Change:
        place = int(self._when[row]), int(self._numbers[row])
        if row >= self._collection.size:
            return Change(self._gone[row - self._collection.size], place)
        article = self._collection.article(row)
        return Change(article.id, place, article)
