"""The open index of an engine: shared by threads, replaced by a newer one, closed when the last is done."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Protocol

from index import Article
from index.errors import IndexStateError
from index.vocabulary import Vocabulary
from search.collection import Collection
from search.executor import Executor
from search.scoring import Weights
from search.segments import SegmentReader
from search.verdict import Verdict

__all__ = ["Index", "OpenIndex", "Shelf"]


class Index(Protocol):
    """An open index, as ``index.open_index`` gives it."""

    @property
    def segments(self) -> Sequence[SegmentReader]:
        """What the index is made of."""

    @property
    def generation(self) -> str:
        """Which build it is."""

    @property
    def vocabulary(self) -> Vocabulary | None:
        """Its Bengali words with their sounds, if it was built with them."""

    def document_frequency(self, field: str, term: str, /) -> int:
        """How many articles hold a term in a field."""

    @property
    def count(self) -> int:
        """How many articles it holds."""

    def article(self, article_id: str, /) -> Article:
        """The article of that id; raises ArticleNotFoundError."""

    def verify(self) -> None:
        """Read all of it; raises IndexCorruptError where it is not as it was built."""

    def close(self) -> None:
        """Let go of its files."""


class OpenIndex:
    """An index and what is derived from it; closed by the last of its users once it is retired."""

    def __init__(self, index: Index, weights: Weights, cache_bytes: int | None = None) -> None:
        self.index = index
        self.executor = Executor(Collection(index.segments), weights, cache_bytes)
        self.verdict = Verdict()
        self.users = 0
        self.retired = False


class Shelf:
    """Holds one open index and lends it out.

    Args:
        first: the index to begin with.
    """

    def __init__(self, first: OpenIndex) -> None:
        self._lock = Lock()
        self._now: OpenIndex | None = first

    @contextmanager
    def lent(self) -> Iterator[OpenIndex]:
        """The index of now, which stays open as long as it is used.

        Raises:
            IndexStateError: everything was closed.
        """
        with self._lock:
            now = self._now
            if now is None:
                raise IndexStateError("this engine was closed; open another one")
            now.users += 1
        try:
            yield now
        finally:
            with self._lock:
                now.users -= 1
                last = now.retired and not now.users
            if last:
                now.index.close()

    def replace(self, successor: OpenIndex | None) -> None:
        """Lend out ``successor`` from now on, or nothing; what was lent before is closed by its last user."""
        with self._lock:
            retired, self._now = self._now, successor
            if retired is None:
                return
            retired.retired = True
            unused = not retired.users
        if unused:
            retired.index.close()
