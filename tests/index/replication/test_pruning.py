"""Objects that no generation of the last days has are removed, and no others."""

import datetime as dt
from pathlib import Path

import pytest

from onneshon.index.errors import IndexLockedError, StoreError
from onneshon.index.replication.lease import Lease
from onneshon.index.replication.objects import FILES, MANIFESTS, POINTER, file_key, live_key, read_manifest
from onneshon.index.replication.pulling import pull
from onneshon.index.replication.pushing import PruneReport, Pusher, prune
from onneshon.index.replication.store import Listed, ObjectStore
from onneshon.index.storage.checking import check_index
from tests.building import build_numbered
from tests.stores import Clock, FaultyStore, empty_store, lease_of, objects

NOW = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)


class Aged(FaultyStore):
    """A store whose objects have given ages in days."""

    days: dict[str, float]

    def listed(self, prefix: str) -> list[Listed]:  # type: ignore[override]  # as good as an iterator
        """The store's list, with other times."""
        return [
            Listed(found.key, found.size, NOW - dt.timedelta(days=self.days.get(found.key, 0)))
            for found in super().listed(prefix)
        ]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], dict[str, float]]:
    """Objects of three builds, pushed 30, 20 and 3 days ago, and the day on which each was written."""
    directory, store, days = tmp_path_factory.mktemp("built") / "index", empty_store(), dict[str, float]()
    with lease_of(store) as lease:
        for day, edition in ((30, "প্রথম"), (20, "দ্বিতীয়"), (3, "তৃতীয়")):
            build_numbered(directory, 5, edition)
            Pusher(directory, lease).push()
            for key in {**objects(store), **objects(store, MANIFESTS)}:
                days.setdefault(key, day)
    return {key: b"".join(store.pieces(key)) for key in [POINTER, *days]}, days


@pytest.fixture
def pushed(kept: tuple[dict[str, bytes], dict[str, float]]) -> tuple[Aged, Lease]:
    """A store with these objects, and the lease to write it."""
    aged = Aged(empty_store())
    aged.days = dict(kept[1])
    for key, content in kept[0].items():
        aged.put(key, content)
    return aged, lease_of(aged)


def test_what_was_live_within_the_days_stays(pushed: tuple[Aged, Lease], replica: Path) -> None:
    """The generation of 20 days ago was live until 3 days ago."""
    store, lease = pushed
    before = objects(store)
    report = prune(lease, 7, lambda: NOW)
    gone = before.keys() - objects(store).keys()
    assert {store.days[key] for key in gone} == {30}
    assert report == PruneReport(1, len(gone), report.bytes)
    assert sorted(store.days[key] for key in objects(store, MANIFESTS)) == [3, 20]
    pull(replica, store)
    assert check_index(replica).articles == 5


def test_fewer_days_leave_what_is_live(pushed: tuple[Aged, Lease], replica: Path) -> None:
    """The live generation stays, however old its files are."""
    store, lease = pushed
    prune(lease, 1, lambda: NOW)
    live = read_manifest(store, live_key(lease.pointer)).files.values()
    assert objects(store).keys() == {file_key(entry.sha256) for entry in live}
    pull(replica, store)
    assert check_index(replica).articles == 5


def test_what_an_interrupted_push_has_sent_stays_for_a_while(pushed: tuple[Aged, Lease]) -> None:
    """The next push relies on it."""
    store, lease = pushed
    store.put(f"{FILES}/unnamed", b"x")
    store.days[f"{FILES}/unnamed"] = 1.4
    prune(lease, 1, lambda: NOW)
    assert f"{FILES}/unnamed" in objects(store)
    store.days[f"{FILES}/unnamed"] = 1.6
    assert prune(lease, 1, lambda: NOW) == PruneReport(0, 1, 1)


def test_one_that_lost_the_right_removes_nothing(pushed: tuple[Aged, Lease]) -> None:
    """Its successor may need other objects."""
    store, lease = pushed
    clock = Clock()
    Lease(store, clock, clock.sleep).acquire()
    before = objects(store)
    with pytest.raises(IndexLockedError):
        prune(lease, 7, lambda: NOW)
    assert objects(store) == before


def aged_manifest(store: Aged, days: float) -> str:
    """The manifest that was written so many days ago."""
    [key] = [key for key in objects(store, MANIFESTS) if store.days[key] == days]
    return key


def test_with_a_damaged_live_manifest_nothing_is_removed(pushed: tuple[Aged, Lease]) -> None:
    """The files that it names are unknown."""
    store, lease = pushed
    store.put(aged_manifest(store, 3), b"{}")
    before = objects(store)
    with pytest.raises(StoreError, match="not what was put there"):
        prune(lease, 7, lambda: NOW)
    assert objects(store) == before


@pytest.mark.parametrize(
    ("damaged", "gone", "left"),
    [([20], {40}, [3, 20, 30]), ([20, 30], set(), [3, 20, 30]), ([30], {40, 30}, [3, 20])],
)
def test_what_a_damaged_manifest_may_name_stays(
    pushed: tuple[Aged, Lease],
    caplog: pytest.LogCaptureFixture,
    damaged: list[float],
    gone: set[float],
    left: list[float],
) -> None:
    """They are among the files of the sound one before it and those written since; other files go."""
    store, lease = pushed
    store.put(f"{FILES}/unnamed", b"x")
    store.days[f"{FILES}/unnamed"] = 40
    for days in damaged:
        store.put(aged_manifest(store, days), b"{}")
    before = objects(store)
    for _ in range(2):  # what was removed leaves the next pruning as careful
        prune(lease, 7, lambda: NOW)
        assert {store.days[key] for key in before.keys() - objects(store).keys()} == gone
        assert sorted(store.days[key] for key in objects(store, MANIFESTS)) == left
    assert ("is damaged" in caplog.text) == (20 in damaged)


def test_what_killed_uploads_left_goes_once_nobody_writes_it(pushed: tuple[Aged, Lease]) -> None:
    """They are reported with the files."""
    store, lease = pushed
    asked: list[dt.datetime] = []

    def remove_unfinished(before: dt.datetime) -> list[int]:
        asked.append(before)
        return [5, 6]

    store.remove_unfinished = remove_unfinished  # type: ignore[method-assign]  # a folder's
    assert prune(lease, 100, lambda: NOW) == PruneReport(0, 2, 11)
    assert asked == [NOW - dt.timedelta(hours=12)]


def test_an_empty_store_has_nothing_to_remove(store: ObjectStore) -> None:
    """Pruning an empty store is no error."""
    assert prune(lease_of(store), 7, lambda: NOW) == PruneReport(0, 0, 0)


def test_what_is_live_stays_though_no_list_has_it_yet(pushed: tuple[Aged, Lease], replica: Path) -> None:
    """The lists of some stores lag behind what was put there."""
    store, lease = pushed
    whole, lagging = store.days, live_key(lease.pointer)
    listed = Aged.listed

    class Lagging(Aged):
        """A store that lists all objects but the last manifest."""

        def listed(self, prefix: str) -> list[Listed]:  # type: ignore[override]
            return [found for found in listed(self, prefix) if found.key != lagging]

    later = Lagging(store.store)
    later.days = dict.fromkeys(whole, 30)
    prune(lease_of(later), 1, lambda: NOW)
    pull(replica, store)
    assert check_index(replica).articles == 5
