"""What changed when, as every engine tells it: an engine knows the changes of its generation."""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from typing import Generic, Protocol

from onneshon.search.engine.generation import OpenT
from onneshon.search.query.options import checked
from onneshon.search.retrieval.changes import Change, ChangeList, Place


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


class Dated(ABC, Generic[OpenT]):
    """The part of an engine that tells what changed; see ``search.interface.DatedEngine``."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[OpenT]:
        """The generation of now."""

    @abstractmethod
    def _changes(self, state: OpenT) -> GenerationChanges:
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
