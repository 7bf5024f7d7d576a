"""One process writes a store; a process that lost the lease publishes nothing more."""

import threading

import pytest

from onneshon.index.errors import IndexLockedError, StoreError
from onneshon.index.replication import lease as module
from onneshon.index.replication.lease import LAPSE_SECONDS, Lease
from onneshon.index.replication.objects import POINTER, Pointer, read_pointer
from onneshon.index.replication.store import Found, ObjectStore, StoreConflictError
from onneshon.index.storage.durable import Holder
from tests.serving import SECONDS
from tests.stores import Clock, FaultyStore, empty_store, lease_of


@pytest.fixture(autouse=True)
def _no_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no lease be renewed by itself."""
    monkeypatch.setattr(module, "RENEW_SECONDS", 1e6)


def live(store: ObjectStore) -> Pointer:
    """The pointer in the store."""
    found = read_pointer(store)
    assert found
    return found[0]


def test_the_first_takes_it_and_gives_it_back(store: ObjectStore) -> None:
    """Each new holder gets a higher fence."""
    with lease_of(store) as lease:
        assert live(store).holder.startswith("process ")
        assert lease.pointer.fence == 1
    assert not live(store).holder
    with lease_of(store) as lease:
        assert lease.pointer.fence == 2


def test_a_second_is_refused_while_the_first_gives_signs(store: ObjectStore) -> None:
    """The error names the holder, who continues."""
    first, clock = lease_of(store), Clock()

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        first.write()

    with pytest.raises(IndexLockedError, match=r"is being written by process \d+ on .*: wait for it"):
        Lease(store, clock, sleep).acquire()
    first.write(generation="000007")
    assert live(store).generation == "000007"


def test_a_second_that_waits_gets_it_once_the_first_has_finished(store: ObjectStore) -> None:
    """Within the time that it is ready to wait."""
    first, clock = lease_of(store), Clock(1000.0)

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if clock.seconds > 1030:
            first.release()
        else:
            first.write()

    assert Lease(store, clock, sleep).acquire(60).pointer.fence == 2


def test_one_that_gives_no_sign_loses_it_and_publishes_nothing_more(store: ObjectStore) -> None:
    """A holder that was stopped, for any time, cannot undo what the next one did."""
    stalled, clock = lease_of(store), Clock()
    stalled.write(generation="000007")
    second = Lease(store, clock, clock.sleep).acquire()
    assert clock.seconds == LAPSE_SECONDS
    second.write(generation="000008")
    for _ in range(2):
        with pytest.raises(IndexLockedError, match="went to another process"):
            stalled.write(generation="000009")
    assert stalled.lost.is_set()
    stalled.release()  # which writes nothing in the name of the other
    assert (live(store).generation, live(store).holder) == ("000008", second.pointer.holder)


def test_a_writer_that_gives_up_waiting_is_told_who_writes(store: ObjectStore) -> None:
    """A process that is to end does not wait any longer."""
    lease_of(store)
    with pytest.raises(IndexLockedError, match="is being written by"):
        Lease(store, Clock(), lambda _: True).acquire(60)


def test_of_two_that_saw_it_lapse_one_has_it(store: ObjectStore) -> None:
    """The other waits for its turn."""
    lease_of(store)
    taken: list[Lease] = []
    clock, other = Clock(), Clock()

    class Racing(FaultyStore):
        """A store in which another process is faster once."""

        def swap(self, key: str, content: bytes, version: str) -> str:
            if not taken:
                taken.append(Lease(store, other, other.sleep).acquire())
                taken[0].release()
            return super().swap(key, content, version)

    assert Lease(Racing(store), clock, clock.sleep).acquire().pointer.fence == 3
    assert taken[0].pointer.fence == 2


@pytest.mark.parametrize("told", ["", 'W/"1"'], ids=["none", "weak"])
def test_a_store_whose_versions_are_no_use_is_said(store: ObjectStore, told: str) -> None:
    """A proxy that removes ETags or compresses causes this; without the error, waiting would never end."""
    lease_of(store).release()
    clock = Clock()

    class Behind(FaultyStore):
        """A store behind a proxy."""

        def get(self, key: str, unless: str = "") -> Found | None:
            found = super().get(key, unless)
            return found and Found(found.content, told)

        def swap(self, key: str, content: bytes, version: str) -> str:
            super().swap(key, content, version)
            return told

    first = Lease(Behind(empty_store()), clock, clock.sleep).acquire()  # of the pointer that it creates
    with pytest.raises(StoreError, match=r"refuses to have LIVE\.json written, though nobody else .* ETag"):
        first.write()
    clock.seconds = 0
    with pytest.raises(StoreError, match=r"refuses to have LIVE\.json written, though nobody else .* ETag"):
        Lease(Behind(store), clock, clock.sleep).acquire()
    assert clock.seconds == pytest.approx(LAPSE_SECONDS, abs=1)


def test_two_that_go_by_one_name_do_not_both_have_it(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Containers of one host that start in the same second are such processes, each as process 1."""
    monkeypatch.setattr(module, "this_process", lambda: Holder(1, "host", "2026-01-01T00:00:00+00:00"))
    faster: list[Lease] = []
    clock = Clock()

    class Racing(FaultyStore):
        """A store in which another process is faster once."""

        def swap(self, key: str, content: bytes, version: str) -> str:
            if not faster:
                faster.append(lease_of(store))
            return super().swap(key, content, version)

    def sleep(seconds: float) -> bool:
        clock.sleep(seconds)
        return clock.seconds > 1

    with pytest.raises(IndexLockedError, match="is being written by process 1 on host"):
        Lease(Racing(store), clock, sleep).acquire()
    faster[0].write(generation="000007")


@pytest.mark.parametrize("changes", [{"generation": "000007"}, {}], ids=["publication", "sign"])
def test_a_write_whose_answer_was_lost_is_gone_on_from(store: ObjectStore, changes: dict[str, str]) -> None:
    """The write is recognised as the holder's own, and is not undone."""
    faulty = FaultyStore(store)
    lease = lease_of(faulty)
    faulty.fails_at, faulty.loses = faulty.asked, True
    with pytest.raises(StoreError, match="no answer"):
        lease.write(**changes)
    faulty.fails_at = None
    lease.write()
    assert live(store).generation == changes.get("generation", "")
    lease.release()
    assert not live(store).holder


def test_it_is_renewed_as_long_as_it_is_held(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The holder renews it even with nothing to publish."""
    monkeypatch.setattr(module, "RENEW_SECONDS", 0.001)
    written = threading.Event()

    class Watched(FaultyStore):
        """A store that signals the third write."""

        def swap(self, key: str, content: bytes, version: str) -> str:
            if b'"beat": 3' in content:
                written.set()
            return super().swap(key, content, version)

    with lease_of(Watched(store)):
        assert written.wait(SECONDS)


def test_a_store_that_is_away_takes_no_right_away(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The process that holds the lease continues."""
    monkeypatch.setattr(module, "RENEW_SECONDS", 0.001)
    faulty = FaultyStore(store)
    lease = lease_of(faulty)
    faulty.fails_at = 0
    end = threading.Event()
    while "could not be renewed" not in caplog.text and not end.wait(0.01):
        pass
    assert not lease.lost.is_set()
    lease.release()
    assert "lapses by itself" in caplog.text


def test_the_loser_is_reported_in_the_log_when_it_gives_its_next_sign(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A holder with nothing to publish learns it too."""
    stalled, clock = lease_of(store), Clock()
    Lease(store, clock, clock.sleep).acquire()
    monkeypatch.setattr(module, "RENEW_SECONDS", 0)
    stalled._renew()
    assert "went to another process" in caplog.text
    assert stalled.lost.is_set()


def test_after_its_release_a_lease_is_not_reported_as_lost(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither to a later writer, nor by a renewal that waited while it was released."""
    lease, turns = lease_of(store), iter([False, True])
    lease.release()
    with pytest.raises(IndexLockedError, match="this process has given back the right to write memory:"):
        lease.write()
    monkeypatch.setattr(lease.lost, "wait", lambda _: next(turns))
    lease._renew()
    assert not caplog.records


def test_a_release_whose_answer_was_lost_is_no_loss(
    store: ObjectStore, caplog: pytest.LogCaptureFixture
) -> None:
    """Another process may have the lease by then."""
    successors: list[Lease] = []

    class Losing(FaultyStore):
        """A store that loses the answer to a release, and is asked again once another has the lease."""

        def swap(self, key: str, content: bytes, version: str) -> str:
            written = super().swap(key, content, version)
            if b'"holder": ""' in content and not successors:
                successors.append(lease_of(store))
                raise StoreConflictError("written by another process")
            return written

    lease = lease_of(Losing(store))
    lease.release()
    assert live(store).holder == successors[0].pointer.holder
    assert lease.lost.is_set()
    assert not caplog.records


@pytest.mark.parametrize("content", [b"", b"[]", b'{"format": 1}', b"\xff", b'{"format": 1, "self": ""}'])
def test_a_garbled_pointer_is_not_believed(store: ObjectStore, content: bytes) -> None:
    """The error says what to do."""
    store.put(POINTER, content)
    with pytest.raises(StoreError, match="is garbled: remove it"):
        read_pointer(store)


def test_every_altered_byte_of_a_pointer_is_seen(store: ObjectStore) -> None:
    """The pointer has a checksum of its own content."""
    with lease_of(store) as lease:
        lease.write(generation="000007", manifest="ab" * 32)
    found = store.get(POINTER)
    assert found
    for place in range(len(found.content)):
        altered = bytearray(found.content)
        altered[place] ^= 1
        with pytest.raises(StoreError):
            Pointer.decode(bytes(altered), "a store")


def test_a_pointer_of_a_later_version_is_distinguished_from_a_garbled_one() -> None:
    """A pointer of a later version must not be removed."""
    with pytest.raises(StoreError, match="another version"):
        Pointer.decode(Pointer(format=2).encode(), "a store")


def test_a_pointer_that_is_put_back_takes_nothing_back(
    store: ObjectStore, caplog: pytest.LogCaptureFixture
) -> None:
    """A bucket may restore an old version while the writer works: what it reported visible stays so."""
    lease = lease_of(store)
    lease.write(generation="000001")
    before = store.get(POINTER)
    assert before
    lease.write(generation="000002")
    store.put(POINTER, before.content)
    lease.write()
    assert live(store).generation == "000002"
    assert "moved back to generation 000001" in caplog.text
    lease.release()
    assert not live(store).holder
