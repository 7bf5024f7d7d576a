"""A directory follows its store through changes and failures, and reports its state."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from onneshon.index.article import Article
from onneshon.index.errors import IndexLockedError, StoreError
from onneshon.index.publishing.applying import Applier
from onneshon.index.publishing.journal import Journal
from onneshon.index.publishing.operation import Operation
from onneshon.index.publishing.progress import ProgressFile
from onneshon.index.replication import following
from onneshon.index.replication import lease as leases
from onneshon.index.replication.following import Follower, ReplicaState, follow, read_state
from onneshon.index.replication.lease import Lease, write_to_store
from onneshon.index.replication.objects import MANIFESTS, POINTER
from onneshon.index.replication.pulling import pull
from onneshon.index.replication.pushing import SITE_SECONDS, Pusher
from onneshon.index.replication.store import Listed, ObjectStore
from onneshon.index.storage.generations import Generations
from onneshon.index.upkeep.index_writer import open_writer
from tests.building import titles
from tests.stores import Clock, FaultyStore, lease_of


def put(directory: Path, article_id: str, title: str = "নদীর পাড়") -> int:
    """Append an article to the journal and return its position."""
    progress = ProgressFile(directory)
    journal = Journal(directory, lambda: progress.read().position)
    record = json.dumps({"id": article_id, "title": title})
    return journal.append([Operation.now(article_id, record, "test")])


def test_it_moves_on_with_the_store_and_says_so(directory: Path, replica: Path, store: ObjectStore) -> None:
    """It follows from nothing to the first generation, then to the next."""
    lease = lease_of(store)
    Pusher(directory, lease).push()
    follower = Follower(replica, store, now=lambda: 1000.0)
    assert follower.step()
    with open_writer(directory) as writer:
        writer.add(Article(id="নতুন", title="নদী", body="পদ্মা"))
    Pusher(directory, lease).push()
    assert follower.step()
    state = read_state(replica)
    assert state
    assert (state.wanted, state.reached, state.local) == ("000002",) * 3
    assert (state.lag(5e9), state.checked, state.failure) == (0.0, 1000.0, "")
    assert titles(replica, "নতুন") == ["নদী"]


def test_it_knows_what_a_rollback_left_behind(directory: Path, replica: Path, store: ObjectStore) -> None:
    """Also after its process was started again."""
    lease = lease_of(store)
    with open_writer(directory) as writer:
        writer.add(Article(id="নতুন", title="নদী", body="পদ্মা"))
    Pusher(directory, lease).push()
    assert Follower(replica, store).step()
    Generations(directory).rollback()
    Pusher(directory, lease).push()
    assert Follower(replica, store).step()
    state = read_state(replica)
    assert state
    assert (state.wanted, state.reached, state.newest) == ("000001", "000001", "000002")


def newest(replica: Path) -> str:
    """The newest generation that a replica reports."""
    state = read_state(replica)
    assert state
    return state.newest


def add(directory: Path, article_id: str) -> None:
    """Make another generation live in a directory."""
    with open_writer(directory) as writer:
        writer.add(Article(id=article_id, title="নদী", body="পদ্মা"))


def test_a_new_replica_knows_what_a_rollback_left_behind(
    directory: Path, replica: Path, store: ObjectStore
) -> None:
    """Clients may ask for a generation that this replica never had; one that was never live is none."""
    lease = lease_of(store)
    add(directory, "নতুন")
    Pusher(directory, lease).push()
    store.put(f"{MANIFESTS}/notes.txt", b"")
    Generations(directory).rollback()
    Pusher(directory, lease).push()
    store.put(f"{MANIFESTS}/000003-under-way.json", b"{}")
    assert Follower(replica, store).step()
    assert newest(replica) == "000002"


def test_a_replica_that_missed_a_generation_knows_it(
    directory: Path, replica: Path, store: ObjectStore
) -> None:
    """It went live and was rolled back between two looks."""
    lease = lease_of(store)
    pusher = Pusher(directory, lease)
    pusher.push()
    follower = Follower(replica, store)
    follower.step()
    assert newest(replica) == "000001"
    add(directory, "নতুন")
    pusher.push()
    Generations(directory).rollback()
    pusher.push()
    follower.step()
    assert newest(replica) == "000002"


def test_what_was_left_behind_is_known_once_the_live_one_is_here(
    directory: Path, replica: Path, store: ObjectStore
) -> None:
    """Before that an older generation would answer who saw the newer one."""
    lease = lease_of(store)
    Pusher(directory, lease).push()
    Follower(replica, store).step()
    for number in range(2):
        add(directory, f"নতুন {number}")
        Pusher(directory, lease).push()
    Generations(directory).rollback("000002")
    Pusher(directory, lease).push()
    follower = Follower(replica, store)
    follower._store = FaultyStore(store, 2)  # the pointer comes, and the manifest
    assert not follower.step()
    assert newest(replica) == "000001"
    follower._store = store
    assert follower.step()
    assert newest(replica) == "000003"


def test_a_store_that_gives_no_list_is_followed(directory: Path, replica: Path, store: ObjectStore) -> None:
    """Readers may have permission to read objects alone."""

    class Silent(FaultyStore):
        """A store that refuses lists."""

        def listed(self, prefix: str) -> Iterator[Listed]:
            raise StoreError(f"{prefix} may not be listed")

    Pusher(directory, lease_of(store)).push()
    assert Follower(replica, Silent(store)).step()
    assert newest(replica) == "000001"


def test_while_nothing_changes_one_small_question_is_asked(
    directory: Path, replica: Path, store: ObjectStore
) -> None:
    """Each look makes a single request."""
    Pusher(directory, lease_of(store)).push()
    faulty = FaultyStore(store)
    follower = Follower(replica, faulty)
    follower.step()
    asked = faulty.asked
    follower.step()
    assert faulty.asked == asked + 1


def test_through_an_outage_it_stays_and_says_why(
    directory: Path, replica: Path, store: ObjectStore, caplog: pytest.LogCaptureFixture
) -> None:
    """The reason is in the log once, and in the state that a server reports."""
    caplog.set_level("INFO")
    lease = lease_of(store)
    Pusher(directory, lease).push()
    faulty, clock = FaultyStore(store), Clock(1000.0)
    follower = Follower(replica, faulty, now=clock)
    follower.step()
    faulty.fails_at = 0
    clock.sleep(60)
    assert not follower.step()
    assert not follower.step()
    assert caplog.text.count("does not follow") == 1
    state = read_state(replica)
    assert state
    assert (state.checked, state.reached) == (1000.0, "000001")
    assert "it is away" in state.failure
    assert titles(replica, "1") == ["প্রথম সংস্করণ 1"]
    faulty.fails_at = None
    assert follower.step()
    assert follower.state.failure == ""
    assert "follows again" in caplog.text


def test_a_replica_that_is_behind_says_for_how_long(
    directory: Path, replica: Path, store: ObjectStore
) -> None:
    """The lag is counted from when the generation was made live in the store."""
    lease = lease_of(store)
    Pusher(directory, lease).push()
    faulty = FaultyStore(store)
    follower = Follower(replica, faulty)
    faulty.fails_at = 2  # pointer and manifest are read; no file comes
    assert not follower.step()
    state = read_state(replica)
    assert state
    assert (state.wanted, state.reached) == ("000001", "")
    published = ReplicaState(wanted="000002", reached="000001", published="2026-11-28T12:00:00.000+00:00")
    assert published.lag(1795867203.5) == 3.5
    assert published.lag(1795867195.0) == 0.0  # by a clock that is behind the publisher's


def test_a_store_without_an_index_is_waited_for(directory: Path, replica: Path, store: ObjectStore) -> None:
    """Replicas may be started before the writer."""
    follower = Follower(replica, store)
    assert not follower.step()
    assert "nothing is in memory:///news yet" in follower.state.failure
    lease = lease_of(store)
    assert follower.step()  # a process has the lease, and has pushed nothing yet
    Pusher(directory, lease).push()
    assert follower.step()
    assert follower.state.reached == "000001"


def test_it_is_reported_now_and_then_that_nothing_has_changed(
    directory: Path, replica: Path, store: ObjectStore
) -> None:
    """The time of the last look is not written at each look, which would wear out the disk."""
    Pusher(directory, lease_of(store)).push()
    clock = Clock(1000.0)
    follower = Follower(replica, store, now=clock)
    for seconds, told in ((0, 1000.0), (1, 1000.0), (10, 1011.0)):
        clock.sleep(seconds)
        follower.step()
        state = read_state(replica)
        assert state
        assert state.checked == told


def test_following_ends_when_it_is_stopped(replica: Path, store: ObjectStore) -> None:
    """Each failure makes the wait longer, up to a maximum; a success resets it."""
    ending, steps = threading.Event(), [False] * 6 + [True, False]
    waits: list[float | None] = []

    class Turn(Event):
        """An event that is set after all steps."""

        def is_set(self) -> bool:
            return not steps

        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout)
            return ending.is_set()

    class Stepping(Follower):
        """A follower whose steps succeed or fail as listed."""

        def step(self) -> bool:
            return steps.pop(0)

    follow(Stepping(replica, store), Turn())
    first, *_, last = following.RETRY_SECONDS
    assert waits == [*following.RETRY_SECONDS, last, last, following.LOOK_SECONDS, first]


def test_what_a_directory_says_of_itself_may_be_garbled(replica: Path) -> None:
    """A garbled state counts as that of a directory that follows no store."""
    replica.mkdir()
    assert read_state(replica) is None
    (replica / "replica.json").write_bytes(b"[]")
    assert read_state(replica) is None


def test_an_article_is_visible_once_it_is_in_the_store(
    directory: Path, replica: Path, store: ObjectStore
) -> None:
    """It is reported as visible only then, so that every replica has it soon."""
    lease = lease_of(store)
    position = put(directory, "নতুন")
    faulty = FaultyStore(store, 0)
    lease.store = faulty
    pusher = Pusher(directory, lease)
    applier = Applier(directory, open_writer, sharing=pusher)
    assert not applier.step()
    assert ProgressFile(directory).read().generation_of(position) is None
    faulty.fails_at = None
    assert applier.step()
    assert ProgressFile(directory).read().generation_of(position) == "000002"
    assert applier.is_idle
    pull(replica, store)
    assert titles(replica, "নতুন") == ["নদীর পাড়"]


def test_what_a_build_made_goes_to_the_store_too(directory: Path, store: ObjectStore) -> None:
    """The generation is pushed even if no article came over HTTP."""
    lease = lease_of(store)
    applier = Applier(directory, open_writer, sharing=Pusher(directory, lease))
    assert not applier.is_idle
    assert applier.step()
    assert applier.is_idle
    with open_writer(directory) as writer:
        writer.add(Article(id="নতুন", title="নদী", body="পদ্মা"))
    assert not applier.is_idle
    assert applier.step()
    assert lease.pointer.generation == "000002"


def test_what_editors_change_goes_to_the_store_without_a_generation(
    directory: Path, replica: Path, store: ObjectStore
) -> None:
    """Replicas read these files at once, and nothing of the index is read again for it."""
    lease = lease_of(store)
    clock = Clock()
    applier = Applier(directory, open_writer, sharing=Pusher(directory, lease, clock=clock))
    follower = Follower(replica, store)
    applier.step()
    follower.step()
    for text in ("নদী, গাঙ\n", "নদী, গাঙ, দরিয়া\n"):
        assert applier.is_idle
        assert applier.is_idle  # without a look at the files
        clock.sleep(SITE_SECONDS)
        (directory / "synonyms.txt").write_text(text, encoding="utf-8")
        assert not applier.is_idle
        applier.step()
        assert follower.step()
        assert (replica / "synonyms.txt").read_text(encoding="utf-8") == text
    assert [generation.name for generation in Generations(replica).all()] == ["000001"]


@pytest.mark.parametrize("set_one", [0, 1])
def test_a_writer_ends_when_it_is_stopped_or_has_lost_the_right(set_one: int) -> None:
    """The combined event is set as soon as either event is."""
    events = Event(), Event()
    either = leases._Either(*events)
    assert (either.is_set(), either.wait(0)) == (False, False)
    events[set_one].set()
    assert (either.is_set(), either.wait(0)) == (True, True)


def apply_all(directory: Path, ending: Event, pusher: Pusher) -> None:
    """Publish all queued operations; stop if the lease is lost."""
    applier = Applier(directory, open_writer, sharing=pusher)
    while not applier.is_idle and not ending.is_set():
        applier.step()


def test_of_two_writers_the_stalled_one_publishes_nothing_and_nothing_is_lost(
    directory: Path, tmp_path: Path, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its queued operations are applied again, to the generation of the other writer."""
    monkeypatch.setattr(leases, "RETRY_SECONDS", 0)
    other, ending, clock = tmp_path / "other", threading.Event(), Clock()
    seen: list[str] = []

    def stalls(directory: Path, turn: Event, lease: Lease) -> None:
        pusher = Pusher(directory, lease)
        if seen:  # its second turn: it has the lease again
            apply_all(directory, turn, pusher)
            ending.set()
            return
        apply_all(directory, turn, pusher)
        put(directory, "ক", "প্রথম লেখকের")
        # It applies the article queued here, and is stopped before its push: another takes over.
        takes_over = Lease(store, clock, clock.sleep).acquire()
        pull(other, store)
        put(other, "খ", "দ্বিতীয় লেখকের")
        apply_all(other, threading.Event(), Pusher(other, takes_over))
        seen.append(takes_over.pointer.generation)
        apply_all(directory, turn, pusher)
        assert turn.is_set()
        assert titles(directory, "ক", "খ") == ["প্রথম লেখকের", None]
        with pytest.raises(IndexLockedError):
            pusher.push()
        takes_over.release()

    write_to_store(directory, store, ending, stalls)
    assert seen == ["000002"]
    pull(tmp_path / "third", store)
    assert titles(tmp_path / "third", "ক", "খ") == ["প্রথম লেখকের", "দ্বিতীয় লেখকের"]
    assert titles(directory, "ক", "খ") == ["প্রথম লেখকের", "দ্বিতীয় লেখকের"]


def test_one_that_stands_by_follows_until_it_may_write(
    directory: Path, replica: Path, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has the whole index when it takes over."""
    first = lease_of(store)
    Pusher(directory, first).push()
    ending = threading.Event()
    clock = Clock()
    monkeypatch.setattr(leases, "Lease", lambda store, sleep: Lease(store, clock, sleep))
    waited: list[str] = []

    class Turn(Event):
        """Another process holds the lease until this one has followed it."""

        def is_set(self) -> bool:
            return ending.is_set()

        def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002  # as that of an event
            waited.append(Generations(replica).current().name)
            state = read_state(replica)
            assert state
            assert state.reached == "000001"
            first.release()
            return ending.is_set()

    def write(directory: Path, _turn: Event, lease: Lease) -> None:
        assert (directory, read_state(directory)) == (replica, None)
        assert not Pusher(directory, lease).push().moved
        ending.set()

    write_to_store(replica, store, Turn(), write)
    assert waited == ["000001"]


def test_a_writer_whose_store_is_away_says_so_once(
    directory: Path, store: ObjectStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The log has the failure once, while the store is asked again and again."""
    rounds = iter([False, False, False, False, True, True, True])

    class Turn(Event):
        """An event that is set after four rounds."""

        def is_set(self) -> bool:
            return next(rounds)

        def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002  # as that of an event
            return False

    def write(*_: object) -> None:
        raise StoreError("it is away")

    write_to_store(directory, FaultyStore(store, 0), Turn(), write)
    assert caplog.text.count("Nothing is published from here") == 1


def test_a_store_whose_pointer_has_gone_is_reported(
    directory: Path, replica: Path, store: ObjectStore
) -> None:
    """A missing pointer is a failure, and the replica keeps its articles."""
    Pusher(directory, lease_of(store)).push()
    follower = Follower(replica, store)
    assert follower.step()
    store.delete([POINTER])
    assert not follower.step()
    assert "LIVE.json is not in memory:///news any more" in follower.state.failure
    assert titles(replica, "1") == ["প্রথম সংস্করণ 1"]
