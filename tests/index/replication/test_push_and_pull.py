"""A pushed index arrives whole and in one step, each file sent once; or nothing changes."""

import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from onneshon.index.article import Article
from onneshon.index.configuration import AUTHORS_FILE, FILE_NAME, LOOK_FILE, PINS_FILE
from onneshon.index.errors import (
    BuildError,
    IndexCorruptError,
    IndexLockedError,
    IndexMissingError,
    IndexOutdatedError,
    IndexStateError,
    OnneshonError,
    StoreError,
)
from onneshon.index.replication import pulling, pushing
from onneshon.index.replication.objects import MANIFESTS, POINTER, read_pointer
from onneshon.index.replication.pulling import PullReport, pull
from onneshon.index.replication.pushing import Pusher, PushReport
from onneshon.index.replication.store import ObjectStore
from onneshon.index.storage.arriving import without_toc
from onneshon.index.storage.checking import check_index
from onneshon.index.storage.durable import writer_lock
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.reader import open_index
from onneshon.index.upkeep.index_writer import open_writer
from tests.building import build_numbered, overwrite
from tests.stores import FaultyStore, lease_of, objects


def push(directory: Path, store: ObjectStore, *, again: bool = False) -> PushReport:
    """Push once, like the command."""
    with lease_of(store) as lease:
        return Pusher(directory, lease).push(again=again)


def add(directory: Path, article_id: str) -> None:
    """Add an article."""
    with open_writer(directory) as writer:
        writer.add(Article(id=article_id, title="নদীর পাড়", body="পদ্মা মেঘনা"))


def ids(directory: Path) -> set[str]:
    """The ids of all live articles."""
    with open_index(directory, verify=True) as reader:
        return {name for segment in reader.segments for name in segment.article_ids(range(segment.doc_count))}


def live(directory: Path) -> str:
    """The name of the live generation."""
    return Generations(directory).current().name


FIRST = {str(number) for number in range(20)}


def test_an_index_comes_as_it_was_pushed(directory: Path, replica: Path, store: ObjectStore) -> None:
    """Every byte is the same, and so is the number of the generation."""
    report = push(directory, store)
    assert (report.generation, report.articles, report.moved) == ("000001", 20, True)
    assert sum(objects(store).values()) + sum(objects(store, MANIFESTS).values()) == report.bytes
    assert pull(replica, store).articles == 20
    assert check_index(replica).generation == "000001"
    assert ids(replica) == FIRST


def test_an_update_sends_and_fetches_what_is_new(directory: Path, replica: Path, store: ObjectStore) -> None:
    """Files of segments that stay are in the store and in the replica already."""
    first = push(directory, store)
    pull(replica, store)
    add(directory, "নতুন")
    before = objects(store)
    second = push(directory, store)
    came = pull(replica, store)
    assert second.bytes < first.bytes
    assert came.files == second.files == len(objects(store).keys() - before.keys())
    assert ids(replica) == FIRST | {"নতুন"}
    assert (live(replica), live(directory)) == ("000002", "000002")
    with lease_of(store) as lease:
        assert lease.pointer.publication == 2


def test_what_is_there_already_is_not_sent_again(directory: Path, replica: Path, store: ObjectStore) -> None:
    """A second push sends no file, and a second pull fetches none."""
    push(directory, store)
    pull(replica, store)
    assert not push(directory, store).moved
    assert pull(replica, store) == PullReport(str(store), "000001", "000001", 20)


@pytest.mark.parametrize("loses", [False, True], ids=["killed", "answer lost"])
def test_a_push_that_ends_anywhere_is_whole_or_not_seen(
    directory: Path, tmp_path: Path, store: ObjectStore, *, loses: bool
) -> None:
    """Stopped at each request in turn: a pull then gives the old articles or all of the new ones."""
    push(directory, store)
    add(directory, "নতুন")
    faulty = FaultyStore(store)
    lease = lease_of(faulty)
    begun, requests = faulty.asked, 0
    while True:
        faulty.fails_at, faulty.loses = begun + requests, loses
        faulty.asked = begun
        try:
            Pusher(directory, lease).push()
            break
        except OnneshonError:
            seen = tmp_path / f"seen {requests}"
            pull(seen, store)
            assert ids(seen) in (FIRST, FIRST | {"নতুন"})
        requests += 1
        lease.lost.clear()
    assert requests > 10
    faulty.fails_at = None
    Pusher(directory, lease).push()
    pull(tmp_path / "last", store)
    assert ids(tmp_path / "last") == FIRST | {"নতুন"}


def test_a_pull_that_ends_anywhere_leaves_what_was_live(
    directory: Path, replica: Path, store: ObjectStore
) -> None:
    """Stopped at each request in turn, and complete in the end."""
    push(directory, store)
    pull(replica, store)
    add(directory, "নতুন")
    push(directory, store)
    faulty, requests = FaultyStore(store, 0), 0
    while True:
        faulty.asked, faulty.fails_at = 0, requests
        try:
            pull(replica, faulty)
            break
        except StoreError:
            assert ids(replica) == FIRST
        requests += 1
    assert ids(replica) == FIRST | {"নতুন"}
    assert not (replica / "fetched").exists()


def pull_killed(replica: Path, store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> PullReport:
    """Pull all but one file into an empty folder; the report of a whole pull."""
    monkeypatch.setattr(pulling, "_AT_ONCE", 1)
    whole = FaultyStore(store)
    report = pull(replica, whole)
    shutil.rmtree(replica)
    with pytest.raises(StoreError):
        pull(replica, FaultyStore(store, whole.asked - 1))
    return report


def test_what_came_before_a_pull_was_killed_does_not_come_again(
    directory: Path, replica: Path, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only files altered on the disk meanwhile are fetched again."""
    push(directory, store)
    pull_killed(replica, store, monkeypatch)
    kept = next(path for path in (replica / "fetched").iterdir() if path.suffix != ".part")
    overwrite(kept, b"half")  # as after a fault of the disk
    again = FaultyStore(store)
    pull(replica, again)
    assert again.asked == 4  # the pointer, the manifest, the altered file, and the missing one
    assert ids(replica) == FIRST


@pytest.mark.parametrize("folder", ["files", MANIFESTS])
@pytest.mark.parametrize("damage", ["altered", "cut", "longer", "gone"])
def test_a_damaged_object_is_never_opened(
    directory: Path, replica: Path, store: ObjectStore, folder: str, damage: str
) -> None:
    """The replica keeps its generation until all is sent again."""
    push(directory, store)
    pull(replica, store)
    add(directory, "নতুন")
    before = {**objects(store), **objects(store, MANIFESTS)}
    push(directory, store)
    after = {**objects(store), **objects(store, MANIFESTS)}
    key = next(name for name in sorted(after.keys() - before.keys()) if name.startswith(folder))
    found = store.get(key)
    assert found
    content = found.content
    flipped = content[:-1] + bytes([content[-1] ^ 1])
    if damage == "gone":
        store.delete([key])
    else:
        store.put(key, {"altered": flipped, "cut": content[:-1], "longer": content + b"x"}[damage])
    with pytest.raises(StoreError, match="--again"):
        pull(replica, store)
    assert ids(replica) == FIRST
    assert push(directory, store, again=True).files > 1
    pull(replica, store)
    assert ids(replica) == FIRST | {"নতুন"}


@pytest.mark.parametrize("damage", ["altered", "gone"])
def test_past_a_damaged_manifest_the_next_generation_is_pushed_whole(
    directory: Path, replica: Path, store: ObjectStore, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    """A writer waits for nobody to mend the store, where files of the old generation may be damaged too."""
    push(directory, store)
    [key] = objects(store, MANIFESTS)
    files = objects(store)
    store.delete([key, *files])
    if damage == "altered":
        store.put(key, b"{}")
    add(directory, "নতুন")
    push(directory, store)
    assert f"{key} there is not what was put there" in caplog.text
    pull(replica, store)
    assert ids(replica) == FIRST | {"নতুন"}


@pytest.mark.parametrize("damage", ["altered", "gone"])
def test_what_was_damaged_here_comes_again_with_the_next_generation(
    directory: Path, replica: Path, store: ObjectStore, damage: str
) -> None:
    """A following machine needs nobody to mend its copy of the files in the store."""
    push(directory, store)
    pull(replica, store)
    path = Generations(replica).current().folder / "vocabulary.bin"
    content = path.read_bytes()
    path.unlink()
    if damage == "altered":
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    add(directory, "নতুন")
    push(directory, store)
    pull(replica, store)
    assert check_index(replica).articles == 21
    assert ids(replica) == FIRST | {"নতুন"}


def test_a_file_that_was_altered_here_is_not_pushed(directory: Path, store: ObjectStore) -> None:
    """Damage of one disk does not spread."""
    folder = Generations(directory).current().folder
    largest = max(folder.iterdir(), key=lambda path: path.stat().st_size if path.is_file() else 0)
    content = bytearray(largest.read_bytes())
    content[len(content) // 2] ^= 1
    overwrite(largest, bytes(content))
    with pytest.raises(IndexCorruptError, match="not as it was built"):
        push(directory, store)
    found = read_pointer(store)
    assert found
    assert not found[0].generation
    largest.unlink()
    with pytest.raises(IndexCorruptError, match="missing, and nothing was pushed"):
        push(directory, store)


def test_another_index_takes_no_place_that_it_does_not_know(
    directory: Path, tmp_path: Path, store: ObjectStore
) -> None:
    """It must pull the store's generation first, and continue from there."""
    push(directory, store)
    other = tmp_path / "other"
    build_numbered(other, 3, "দ্বিতীয়")
    with pytest.raises(IndexStateError, match=r"is not the last that .*onneshon index pull"):
        push(other, store)
    report = pull(other, store)
    assert (report.generation, report.local) == ("000001", "000002")  # its own is kept for a rollback
    assert ids(other) == FIRST
    assert not push(other, store).moved
    add(other, "নতুন")
    assert push(other, store).generation == "000003"
    assert pull(directory, store).local == "000003"


def test_one_that_was_killed_before_it_noted_what_it_pushed_goes_on(
    directory: Path, store: ObjectStore
) -> None:
    """It recognises its own push."""
    faulty = FaultyStore(store)
    lease = lease_of(faulty)
    pusher = Pusher(directory, lease)
    faulty.fails_at, faulty.loses = faulty.asked + len(objects_of(directory)) + 1, True
    with pytest.raises(StoreError, match="no answer"):
        pusher.push()
    found = read_pointer(store)
    assert found
    assert found[0].generation == "000001"
    faulty.fails_at = None
    lease.release()
    assert push(directory, store).generation == "000001"


def objects_of(directory: Path) -> set[str]:
    """The digests of the files to be sent."""
    files = without_toc(Generations(directory).current().manifest()).files
    return {entry.sha256 for entry in files.values()}


def test_a_rollback_is_pushed_and_nothing_comes_for_it(
    directory: Path, replica: Path, store: ObjectStore
) -> None:
    """The replica still has that generation."""
    push(directory, store)
    pull(replica, store)
    add(directory, "নতুন")
    push(directory, store)
    pull(replica, store)
    Generations(directory).rollback()
    push(directory, store)
    report = pull(replica, store)
    assert (report.local, report.files) == ("000001", 0)
    assert ids(replica) == FIRST


def test_a_rollback_to_what_is_here_no_more_comes_anew(
    directory: Path, replica: Path, store: ObjectStore
) -> None:
    """It has the number that it had."""
    push(directory, store)
    pull(replica, store)
    add(directory, "নতুন")
    push(directory, store)
    pull(replica, store, keep=1)
    Generations(replica).remove([Generations(replica).folder / "000001"])
    Generations(directory).rollback()
    push(directory, store)
    assert pull(replica, store).local == "000001"
    assert ids(replica) == FIRST


def test_an_interrupted_first_push_goes_on_where_it_was(
    directory: Path, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred gigabytes are not sent twice."""
    monkeypatch.setattr(pushing, "_MANY", 1)
    monkeypatch.setattr(pushing, "_AT_ONCE", 1)
    faulty = FaultyStore(store)
    lease = lease_of(faulty)
    faulty.fails_at = faulty.asked + 4
    with pytest.raises(StoreError):
        Pusher(directory, lease).push()
    faulty.fails_at = None
    sent = objects(store)
    assert sent
    assert Pusher(directory, lease).push().files == len(objects(store)) - len(sent)


def test_what_was_sent_long_ago_and_is_not_live_is_sent_again(
    directory: Path, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such an object may be about to be pruned."""
    monkeypatch.setattr(pushing, "_MANY", 1)
    faulty = FaultyStore(store, age=pushing.YOUNG)
    lease = lease_of(faulty)
    for name in objects_of(directory):
        store.put(f"files/{name}", b"to be removed at any time")
    assert Pusher(directory, lease).push().files == len(objects_of(directory))


def test_the_site_comes_with_its_index(directory: Path, replica: Path, store: ObjectStore) -> None:
    """Settings and synonyms come along, and again when they change."""
    (directory / FILE_NAME).write_text('synonyms = "words.txt"\n', encoding="utf-8")
    (directory / "words.txt").write_text("নদী, গাঙ\n", encoding="utf-8")
    push(directory, store)
    pull(replica, store)
    assert (replica / "words.txt").read_text(encoding="utf-8") == "নদী, গাঙ\n"
    (directory / "words.txt").write_text("নদী, গাঙ, দরিয়া\n", encoding="utf-8")
    assert push(directory, store).moved
    pull(replica, store)
    assert "দরিয়া" in (replica / "words.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [PINS_FILE, AUTHORS_FILE, LOOK_FILE])
def test_what_editors_decide_is_so_on_every_machine(
    directory: Path, replica: Path, store: ObjectStore, name: str
) -> None:
    """Else a filter, a count or a colour would depend on the server that answers."""
    push(directory, store)
    pull(replica, store)
    (directory / name).write_text("রহিম = রহীম\n", "utf-8")
    assert push(directory, store).moved
    pull(replica, store)
    assert (replica / name).read_text("utf-8") == "রহিম = রহীম\n"


def test_while_the_site_is_invalid_the_index_goes_on(
    directory: Path, replica: Path, store: ObjectStore
) -> None:
    """A deletion must reach every replica; the last valid settings stay in force there."""
    (directory / FILE_NAME).write_text('synonyms = "words.txt"\n', encoding="utf-8")
    push(directory, store)
    (directory / FILE_NAME).write_text("synonyms = 7\n", encoding="utf-8")
    with open_writer(directory) as writer:
        writer.delete("7")
    assert push(directory, store).moved
    pull(replica, store)
    assert (replica / FILE_NAME).read_text(encoding="utf-8") == 'synonyms = "words.txt"\n'
    with open_index(replica) as reader:
        assert reader.count == 19


def test_a_file_of_the_site_that_is_here_stays(directory: Path, replica: Path, store: ObjectStore) -> None:
    """The replica's own file is kept, like when a snapshot is restored."""
    (directory / "synonyms.txt").write_text("নদী, গাঙ\n", encoding="utf-8")
    push(directory, store)
    replica.mkdir()
    (replica / "synonyms.txt").write_text("ধান, ধান্য\n", encoding="utf-8")
    pull(replica, store)
    assert (replica / "synonyms.txt").read_text(encoding="utf-8") == "ধান, ধান্য\n"


def test_no_file_is_written_elsewhere(directory: Path, replica: Path, store: ObjectStore) -> None:
    """A name that leads out of the directory is ignored."""
    (directory / "synonyms.txt").write_text("নদী, গাঙ\n", encoding="utf-8")
    push(directory, store)
    with lease_of(store) as lease:
        lease.write(site={"../outside.txt": lease.pointer.site["synonyms.txt"]})
    pull(replica, store)
    assert not (replica.parent / "outside.txt").exists()


def test_where_nothing_was_pushed_that_is_said(replica: Path, store: ObjectStore) -> None:
    """The error is the same while a writer holds the lease and has pushed nothing."""
    with pytest.raises(IndexMissingError, match="nothing is in memory:///news yet"):
        pull(replica, store)
    lease_of(store)
    with pytest.raises(IndexMissingError):
        pull(replica, store)


def test_an_index_of_another_analysis_is_not_taken(
    directory: Path, replica: Path, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A newer program wrote the index; the replica keeps the one that it can read."""
    push(directory, store)
    pull(replica, store)
    add(directory, "নতুন")
    monkeypatch.setattr(
        pushing, "without_toc", lambda manifest: replace(without_toc(manifest), analyzer="other")
    )
    push(directory, store)
    with pytest.raises(IndexOutdatedError, match="another version of the analysis"):
        pull(replica, store)
    assert ids(replica) == FIRST


def test_a_directory_that_another_writes_is_left_alone(
    directory: Path, replica: Path, store: ObjectStore
) -> None:
    """A build in the replica's directory, for instance, prevents a pull."""
    push(directory, store)
    replica.mkdir()
    with writer_lock(replica), pytest.raises(IndexLockedError):
        pull(replica, store)


def test_a_full_disk_is_said_and_what_is_live_stays(
    directory: Path, replica: Path, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unused generations are removed first."""
    push(directory, store)
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
        with pytest.raises(BuildError, match="make room"):
            pull(replica, store)
    pull(replica, store)
    add(directory, "নতুন")
    push(directory, store)
    pull(replica, store)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    add(directory, "আরও")
    push(directory, store)
    with pytest.raises(BuildError, match="make room"):
        pull(replica, store)
    assert [item.name for item in Generations(replica).all()] == ["000002"]  # the older one made room
    assert ids(replica) == FIRST | {"নতুন"}


def test_what_came_before_a_pull_was_killed_needs_no_room_again(
    directory: Path, replica: Path, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files of a generation that was never completed are removed and take no room."""
    push(directory, store)
    size = pull_killed(replica, store, monkeypatch).bytes
    other = replica / "fetched" / ("0" * 64)
    other.write_bytes(b"another generation")
    here = sum(path.stat().st_size for path in (replica / "fetched").iterdir() if path != other)
    assert 0 < here < size
    room = SimpleNamespace(free=size - here + pulling._SPARE)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: room)
    make_room = pulling._Pull._make_room

    def looked(pull: pulling._Pull, size: int, keep: int) -> None:
        assert not other.exists()
        make_room(pull, size, keep)

    monkeypatch.setattr(pulling._Pull, "_make_room", looked)
    pull(replica, store)
    assert ids(replica) == FIRST


def test_a_disk_that_refuses_is_said(directory: Path, tmp_path: Path, store: ObjectStore) -> None:
    """The error is a ``BuildError``, as for all that writes an index."""
    push(directory, store)
    (tmp_path / "file").write_text("নদী", encoding="utf-8")
    with pytest.raises(BuildError, match="nothing was pulled"):
        pull(tmp_path / "file" / "replica", store)


def test_a_directory_that_cannot_note_what_it_pushes_pushes_nothing(
    directory: Path, store: ObjectStore
) -> None:
    """Else it would not recognise its own push later."""
    (directory / ".store.json.new").mkdir()
    with pytest.raises(BuildError, match="nothing was pushed"):
        push(directory, store)
    found = read_pointer(store)
    assert found
    assert not found[0].generation


def test_a_pointer_that_names_no_manifest_is_said(directory: Path, replica: Path, store: ObjectStore) -> None:
    """The store was emptied in part."""
    push(directory, store)
    store.delete(list(objects(store, MANIFESTS)))
    with pytest.raises(StoreError, match="not what was put there"):
        pull(replica, store)
    assert store.get(POINTER)


def test_a_store_that_was_moved_back_is_reported_and_what_was_newer_can_be_brought_back(
    directory: Path, store: ObjectStore, caplog: pytest.LogCaptureFixture
) -> None:
    """Its writer learns of it at the next start; a rollback that was pushed is not reported so."""
    push(directory, store)
    found = read_pointer(store)
    assert found
    add(directory, "নতুন")
    push(directory, store)
    store.put(POINTER, replace(found[0], published="2026-11-01T00:00:00.000+00:00").encode())
    pull(directory, store)
    assert (live(directory), ids(directory)) == ("000001", FIRST)
    assert "was moved back to generation 000001" in caplog.text
    assert "rollback --to 000002" in caplog.text
    caplog.clear()
    Generations(directory).rollback("000002")
    push(directory, store)
    other = Path(shutil.copytree(directory, directory.with_name("other")))
    Generations(directory).rollback("000001")
    push(directory, store)
    pull(other, store)
    assert ids(other) == FIRST
    assert "moved back" not in caplog.text
