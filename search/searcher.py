"""The open index of an engine: shared by threads, replaced by a newer one, closed when the last is done."""

from threading import Lock
from types import TracebackType
from typing import Generic, Protocol, TypeVar

from onneshon.index.configuration import Configuration
from onneshon.index.errors import IndexStateError
from onneshon.search.query.conditions import NumberRange
from onneshon.search.query.field_values import FieldReading
from onneshon.search.query.numbers import counted_ranges
from onneshon.search.reranking.ordering import Orderer
from onneshon.search.reranking.ranker import Ranker
from onneshon.search.results.cursors import Cursors
from onneshon.search.retrieval.bm25f import Weights
from onneshon.search.retrieval.cache import ByteBudgetCache
from onneshon.search.retrieval.collection import Collection
from onneshon.search.retrieval.executor import Executor
from onneshon.search.retrieval.facets import FacetName
from onneshon.search.retrieval.health import HealthState
from onneshon.search.retrieval.index_protocols import Index
from onneshon.search.retrieval.site_settings import site_fields, site_operators, site_weights
from onneshon.search.understanding.compounds import Compounds
from onneshon.search.understanding.reading_queries import QueryReader
from onneshon.search.understanding.readings import Readings

__all__ = ["Searcher", "SearcherManager"]

ORDERS_BYTES = 16 << 20
"""Memory for whole orders of hits that are paged through by cursor; one takes 12 bytes for each hit."""


class Searcher:
    """An index and what is derived from it; closed by the last of its users once it is retired.

    Args:
        index: to search.
        weights: constants of the ranking; None for those of the configuration.
        configuration: what the site says; None for nothing.

    Raises:
        ConfigurationError: the site says what makes no sense of this index.
    """

    def __init__(
        self,
        index: Index,
        weights: Weights | None = None,
        configuration: Configuration | None = None,
    ) -> None:
        self.index = index
        self.configuration = configuration or Configuration()
        weights = site_weights(self.configuration) if weights is None else weights
        self.executor = Executor(Collection(index.segments, index.basis), weights)
        self.fields = site_fields(self.configuration, self.executor.filters.columns.declared)
        self.operators = site_operators(self.fields)
        self.field_reading = FieldReading.of(self.fields, self.configuration)
        self.ranker = Ranker(self.executor)
        words = self.executor.term_scorer
        self.reader = QueryReader(
            index, Readings(index, words.count), Compounds(words), self.operators, self.field_reading
        )
        self.orderer = Orderer(self.ranker)
        self.orders = ByteBudgetCache(ORDERS_BYTES)
        self.cursors = Cursors(index.fingerprint)
        self.health = HealthState()
        self.users = 0
        self.retired = False

    def ranges(self, name: FacetName) -> list[NumberRange] | None:
        """The ranges in which a field of numbers is counted; None of any other."""
        return counted_ranges(self.fields, name, lambda: self.executor.filters.columns.extent(name))

    def close(self) -> None:
        """Let go of the index."""
        self.index.close()


class Lent(Protocol):
    """What is lent out: it knows how many use it, and is closed by the last of them."""

    users: int
    retired: bool

    def close(self) -> None:
        """Let go of it."""


Held = TypeVar("Held", bound=Lent)


class SearcherManager(Generic[Held]):
    """Holds one open index and lends it out.

    Args:
        first: the index to begin with.
    """

    def __init__(self, first: Held) -> None:
        self._lock = Lock()
        self._now: Held | None = first

    def acquire(self) -> "Loan[Held]":
        """The index of now, which stays open as long as it is used: in a ``with``, which gives the index.

        Raises:
            IndexStateError: everything was closed; at the beginning of the ``with``.
        """
        return Loan(self)

    def lend(self) -> Held:
        """The index of now, to be given back; raises IndexStateError where everything was closed."""
        with self._lock:
            now = self._now
            if now is None:
                raise IndexStateError("this engine was closed; open another one")
            now.users += 1
        return now

    def give_back(self, lent: Held) -> None:
        """Close what was lent if it is retired, and this was its last user."""
        with self._lock:
            lent.users -= 1
            last = lent.retired and not lent.users
        if last:
            lent.close()

    def replace(self, successor: Held | None) -> None:
        """Lend out ``successor`` from now on, or nothing; what was lent before is closed by its last user."""
        with self._lock:
            retired, self._now = self._now, successor
            if retired is None:
                return
            retired.retired = True
            unused = not retired.users
        if unused:
            retired.close()


class Loan(Generic[Held]):
    """An index that is lent for the time of a ``with``; a generator would take each search longer."""

    __slots__ = ("_lent", "_manager")

    def __init__(self, manager: SearcherManager[Held]) -> None:
        self._manager = manager

    def __enter__(self) -> Held:
        self._lent = self._manager.lend()
        return self._lent

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._manager.give_back(self._lent)
