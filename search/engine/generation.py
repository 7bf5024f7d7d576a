"""An open generation with all that is derived from it; threads acquire it until a newer one replaces it.

Cursors store where a page ended, and are signed, so that the next page begins exactly there. A generation
never changes and the order of its hits is total, so the number of hits before it is a stable position. The
key of the signature is derived from the digests of the generation's files: every process that serves these
files accepts the cursor, after a restart too, and nobody without them can make one.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial, wraps
from threading import Lock
from types import TracebackType
from typing import Any, Concatenate, Final, Generic, ParamSpec, Protocol, TypeVar

from onneshon.index import Article
from onneshon.index.configuration import Configuration, site_fields
from onneshon.index.errors import IndexCorruptError, IndexStateError
from onneshon.search.errors import QueryError
from onneshon.search.query.conditions import NumberRange, counted_ranges
from onneshon.search.query.field_values import FieldReading
from onneshon.search.query.lexer import site_operators
from onneshon.search.retrieval.budget import TimeBudget, remembered
from onneshon.search.retrieval.evidence import WordStatistics
from onneshon.search.retrieval.facets import FacetName
from onneshon.search.retrieval.index_protocols import IndexWords
from onneshon.search.understanding.author_names import AuthorBeginnings, AuthorNames
from onneshon.search.understanding.compounds import Compounds
from onneshon.search.understanding.reading_queries import QueryReader
from onneshon.search.understanding.readings import Readings
from onneshon.search.understanding.unknown_values import KnownValues
from onneshon.search.understanding.works import AuthorWorks

_POSITION: Final = struct.Struct(">4sQ")
"""The generation's digest, and the number of hits up to the end of the page."""

_SIGNATURE_BYTES: Final = 16


class Cursors:
    """Makes and reads the cursors of one generation.

    Args:
        fingerprint: a digest of the generation's files that cannot be guessed.
    """

    def __init__(self, fingerprint: bytes) -> None:
        self._key = hashlib.sha256(b"onneshon cursor" + fingerprint).digest()
        self._generation = hashlib.sha256(b"onneshon generation" + fingerprint).digest()[:4]

    @property
    def generation(self) -> str:
        """A short digest of the generation's files: equal for equal files, and hardly ever for others."""
        return self._generation.hex()

    def _signature(self, position: bytes, asked: str) -> bytes:
        signed = position + asked.encode("utf-8", "surrogatepass")
        # Keyed BLAKE2 as in RFC 7693; HMAC takes four times as long within a request, .03 ms.
        return hashlib.blake2b(signed, key=self._key, digest_size=_SIGNATURE_BYTES).digest()

    def make(self, behind: int, asked: str, after: bytes = b"") -> str:
        """The cursor after ``behind`` hits.

        Args:
            behind: the number of hits of this page and all before.
            asked: the request's identity, equal for requests with the same hits in the same order.
            after: further data that the engine needs for the next page; not secret.
        """
        position = _POSITION.pack(self._generation, behind) + after
        return base64.urlsafe_b64encode(position + self._signature(position, asked)).decode().rstrip("=")

    def position(self, cursor: str, asked: str) -> tuple[int, bytes]:
        """The number of hits before the cursor, and the engine's further data.

        Raises:
            QueryError: the cursor belongs to another generation or request, or is no cursor at all.
        """
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            generation, behind = _POSITION.unpack_from(raw)
        except (binascii.Error, ValueError, struct.error):
            raise _refused("this is no cursor") from None
        if generation != self._generation:
            raise _refused("the index has been renewed since this cursor was made")
        end = max(len(raw) - _SIGNATURE_BYTES, _POSITION.size)
        if not hmac.compare_digest(raw, raw[:end] + self._signature(raw[:end], asked)):
            raise _refused("this cursor was not made for this query, these filters and this order")
        return int(behind), raw[_POSITION.size : end]


def _refused(reason: str) -> QueryError:
    return QueryError(f"{reason}; search again without a cursor", kind="cursor", parameter="cursor")


class OpenGeneration(ABC):
    """A generation with all that is derived from it; once retired, its last user closes it.

    Args:
        words: the words of the index.
        statistics: their document frequencies.
        declared: the names of the keyword fields that the index has.
        configuration: the site's settings.
        fingerprint: a digest of its files that cannot be guessed.

    Raises:
        ConfigurationError: the site's settings do not fit this index.

    Attributes:
        fields: the site's fields: those that it declares, then others that the index has.
        field_reading: how values of fields are read.
        cursors: makes and reads its cursors.
        settings: a text of the generation's digest and the site's settings.
    """

    def __init__(
        self,
        words: IndexWords,
        statistics: WordStatistics,
        declared: Iterable[str],
        configuration: Configuration,
        fingerprint: bytes,
    ) -> None:
        self.words = words
        self.statistics = statistics
        self.configuration = configuration
        self.fields = site_fields(configuration, declared)
        self.field_reading = FieldReading.of(self.fields, configuration)
        operators = site_operators(self.fields)
        names = AuthorNames(lambda: self.known.counted("author"))
        works = AuthorWorks(
            names, lambda: self.known.counted("category"), partial(words.document_frequency, "stem")
        )

        def new_reader() -> QueryReader:
            readings = Readings(words, statistics.count)
            compounds = Compounds(statistics)
            return QueryReader(
                words, readings, compounds, operators, self.field_reading, works, lambda: words.completion
            )

        self._new_reader = new_reader
        self._reader = new_reader()
        self.author_beginnings: Callable[[], AuthorBeginnings] = remembered(
            1, lambda: AuthorBeginnings(self.known.counted("author"))
        )
        """The names of authors for completion; kept unless a part of the index was missing."""
        self.cursors = Cursors(fingerprint)
        self.settings = repr((self.cursors.generation, replace(configuration, path=None)))
        self.users = 0
        self.retired = False

    @property
    def reader(self) -> QueryReader:
        """The reader that parses queries with the index's words, and caches much of what it looks up."""
        return self._reader

    @property
    @abstractmethod
    def known(self) -> KnownValues:
        """The values of the fields of its articles."""

    @abstractmethod
    def article(self, article_id: str, budget: TimeBudget) -> Article:
        """An article by its id; raises ArticleNotFoundError."""

    @abstractmethod
    def articles(self, ids: Sequence[str], budget: TimeBudget) -> dict[str, Article]:
        """Some articles by their ids; ids that do not exist are left out."""

    @abstractmethod
    def extent(self, name: FacetName) -> tuple[float, float] | None:
        """The least and the greatest number of a field in live articles; None where there is none."""

    @abstractmethod
    def close(self) -> None:
        """Close the index."""

    def ranges(self, name: FacetName) -> list[NumberRange] | None:
        """The ranges in which a field of numbers is counted; None for other fields."""
        return counted_ranges(self.fields, name, lambda: self.extent(name))


OpenT = TypeVar("OpenT", bound=OpenGeneration)


class SearcherManager(Generic[OpenT]):
    """Keeps the current open index and lets threads acquire it, like Lucene's SearcherManager.

    Args:
        first: the index to begin with.
    """

    def __init__(self, first: OpenT) -> None:
        self._lock = Lock()
        self._now: OpenT | None = first

    def acquire(self) -> "Acquired[OpenT]":
        """A context for ``with`` that returns the current index and keeps it open within the block.

        Raises:
            IndexStateError: the engine was closed; raised on entering the ``with``.
        """
        return Acquired(self)

    def acquired_now(self) -> OpenT:
        """The current index, to be released later; raises IndexStateError where the engine was closed."""
        with self._lock:
            now = self._now
            if now is None:
                raise IndexStateError("this engine was closed; open another one")
            now.users += 1
        return now

    @property
    def now(self) -> OpenT | None:
        """The current index, only for comparison with another."""
        return self._now

    def release(self, acquired: OpenT) -> None:
        """Give back an acquired index; close it if it is retired and this was its last user."""
        with self._lock:
            acquired.users -= 1
            last = acquired.retired and not acquired.users
        if last:
            acquired.close()

    def replace(self, successor: OpenT | None) -> None:
        """Make ``successor`` the current index, None for none; the last user of the old one closes it."""
        with self._lock:
            retired, self._now = self._now, successor
            if retired is None:
                return
            retired.retired = True
            unused = not retired.users
        if unused:
            retired.close()


class Acquired(Generic[OpenT]):
    """The context of an acquired index; a class, since a generator would slow down each search."""

    __slots__ = ("_acquired", "_manager")

    def __init__(self, manager: SearcherManager[OpenT]) -> None:
        self._manager = manager

    def __enter__(self) -> OpenT:
        self._acquired = self._manager.acquired_now()
        return self._acquired

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._manager.release(self._acquired)


class _Searches(Protocol):
    """An engine with a manager of its open index."""

    _searchers: SearcherManager[Any]


P = ParamSpec("P")
T = TypeVar("T")
SearchesT = TypeVar("SearchesT", bound=_Searches)


def again_if_mended(
    method: Callable[Concatenate[SearchesT, P], T],
) -> Callable[Concatenate[SearchesT, P], T]:
    """Wrap a method to retry once where the index is found damaged and a sound one has replaced it."""

    @wraps(method)
    def asked(self: SearchesT, /, *args: P.args, **options: P.kwargs) -> T:
        before = self._searchers.now
        try:
            return method(self, *args, **options)
        except IndexCorruptError:
            if self._searchers.now is before:
                raise
            return method(self, *args, **options)

    return asked
