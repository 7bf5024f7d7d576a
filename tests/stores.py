"""Object stores in memory, with clocks moved by hand and faults at chosen requests."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from onneshon.index.errors import StoreError
from onneshon.index.replication.lease import Lease
from onneshon.index.replication.objects import FILES
from onneshon.index.replication.store import Found, Listed, ObjectStore, open_store

__all__ = ["Clock", "FaultyStore", "empty_store", "lease_of", "objects"]


def empty_store() -> ObjectStore:
    """A new, empty store."""
    return open_store("memory:///news")


@dataclass
class Clock:
    """A clock that advances only by ``sleep``.

    Attributes:
        seconds: its current time.
    """

    seconds: float = 0.0

    def __call__(self) -> float:
        """The current time."""
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Advance the clock."""
        self.seconds += seconds


def lease_of(store: ObjectStore, clock: Clock | None = None) -> Lease:
    """The acquired lease of a store without another writer."""
    clock = clock or Clock()
    return Lease(store, clock, clock.sleep).acquire()


def objects(store: ObjectStore, folder: str = FILES) -> dict[str, int]:
    """The sizes of the objects in a folder, by key."""
    return {found.key: found.size for found in store.listed(folder)}


@dataclass
class FaultyStore(ObjectStore):
    """A store that fails at chosen requests.

    Attributes:
        store: the store that handles all other requests.
        fails_at: the number of the failing request, from 0; all later ones fail too, as after a kill.
        loses: whether that request is done, and only its answer lost.
        age: the time by which its objects appear older than they are.
        asked: the number of requests so far.
    """

    store: ObjectStore
    fails_at: int | None = None
    loses: bool = False
    age: dt.timedelta = dt.timedelta()
    asked: int = field(default=0)

    def __post_init__(self) -> None:
        """Take the address of the other store."""
        self.address = self.store.address

    def _ask(self) -> bool:
        """Whether the answer to this request is lost; raises StoreError where it is not done either."""
        number, self.asked = self.asked, self.asked + 1
        if self.fails_at is None or number < self.fails_at:
            return False
        if self.loses and number == self.fails_at:
            return True
        raise StoreError(f"{self.address} cannot be asked: it is away")

    def _lose(self, lost: bool) -> None:
        if lost:
            raise StoreError(f"{self.address} cannot be asked: no answer came")

    def get(self, key: str, unless: str = "") -> Found | None:
        """Like the store, unless the request fails."""
        self._lose(self._ask())
        return self.store.get(key, unless)

    def pieces(self, key: str) -> Iterator[bytes]:
        """Like the store, unless the request fails."""
        self._lose(self._ask())
        yield from self.store.pieces(key)

    def put(self, key: str, content: bytes | Iterable[bytes]) -> None:
        """Like the store, unless the request fails."""
        lost = self._ask()
        self.store.put(key, content)
        self._lose(lost)

    def swap(self, key: str, content: bytes, version: str) -> str:
        """Like the store, unless the request fails."""
        lost = self._ask()
        result = self.store.swap(key, content, version)
        self._lose(lost)
        return result

    def listed(self, prefix: str) -> Iterator[Listed]:
        """Like the store, unless the request fails."""
        self._lose(self._ask())
        for found in self.store.listed(prefix):
            yield Listed(found.key, found.size, found.modified - self.age)

    def delete(self, keys: list[str]) -> None:
        """Like the store, unless the request fails."""
        lost = self._ask()
        self.store.delete(keys)
        self._lose(lost)
