"""Snapshots: a whole index in one file, of which nothing is accepted without a fitting checksum."""

import contextlib
import hashlib
import io
import os
import pickle
import random
import shutil
import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from onneshon.index import (
    BuildError,
    IndexCorruptError,
    IndexOutdatedError,
    IndexStateError,
    open_index,
    open_writer,
)
from onneshon.index.commands.main import main
from onneshon.index.configuration import FILE_NAME
from onneshon.index.storage import snapshot as module
from onneshon.index.storage.checking import check_index
from onneshon.index.storage.durable import replace_file
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.manifest import MANIFEST_FILE, FileEntry, Manifest
from onneshon.index.storage.snapshot import restore, snapshot
from onneshon.index.storage.whoosh_index import open_with_whoosh
from tests.building import build_numbered, overwrite, segments_left_apart
from tests.zstandard import zstd


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An index of two segments, with a deletion."""
    build_numbered(tmp_path / "index")
    with segments_left_apart(), open_writer(tmp_path / "index") as writer:
        with open_index(tmp_path / "index") as reader:
            article = reader.article("1")
        writer.delete("1")
        writer.delete("2")
        writer.add(article.__class__("নতুন", title="নতুন নদী"))
    return tmp_path / "index"


@pytest.fixture
def file(tmp_path: Path, directory: Path) -> Path:
    """A snapshot of that index."""
    snapshot(directory, tmp_path / "snapshot")
    return tmp_path / "snapshot"


def members(file: Path) -> dict[str, bytes]:
    """The contents of a snapshot's members, by name."""
    with zstd.ZstdFile(file) as packed, tarfile.open(fileobj=packed, mode="r|") as archive:
        found = {}
        for member in archive:
            content = archive.extractfile(member)
            assert content is not None
            found[member.name] = content.read()
        return found


def pack(file: Path, contents: dict[str, bytes], change: Callable[[tarfile.TarInfo], object] = str) -> Path:
    """Write a snapshot of these contents; ``change`` may change each member's header."""
    with zstd.ZstdFile(file, "wb") as packed, tarfile.open(fileobj=packed, mode="w|") as archive:
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            change(member)
            archive.addfile(member, io.BytesIO(content) if member.isreg() else None)
    return file


def forged(contents: dict[str, bytes], name: str, content: bytes) -> dict[str, bytes]:
    """The contents with a further or replaced file, and a manifest that lists it."""
    manifest = manifest_of(contents)
    entry = FileEntry(len(content), hashlib.sha256(content).hexdigest())
    manifest = replace(manifest, files={**manifest.files, name: entry})
    return {**contents, MANIFEST_FILE: manifest.encode(), name: content}


def manifest_of(contents: dict[str, bytes]) -> Manifest:
    """The manifest in a snapshot's contents."""
    return Manifest.decode(contents[MANIFEST_FILE], Path(MANIFEST_FILE))


def test_what_is_restored_is_what_was_there(tmp_path: Path, directory: Path, file: Path) -> None:
    """It is the same to the byte, deletions included, in a new place and as a newer generation of the old."""
    report = restore(file, tmp_path / "new")
    assert (report.articles, report.generation) == (19, "000001")
    assert check_index(tmp_path / "new").articles == 19
    build_numbered(directory, 15)
    assert restore(file, directory).generation == "000004"
    assert check_index(directory).articles == 19
    live = Generations(directory).current().manifest().files
    assert live == Generations(tmp_path / "new").current().manifest().files
    Generations(directory).rollback()
    assert check_index(directory).articles == 15


def test_a_snapshot_goes_on_while_its_generation_is_removed(
    tmp_path: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files that are open stay readable after they are removed."""
    real = module._write

    def late(*arguments: object) -> None:
        shutil.rmtree(directory / "generations")
        real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "_write", late)
    snapshot(directory, tmp_path / "late")
    assert restore(tmp_path / "late", tmp_path / "new").articles == 19


def test_a_damaged_index_gives_no_snapshot_and_leaves_the_one_before(directory: Path, file: Path) -> None:
    """Every byte is compared while it is copied."""
    before = file.read_bytes()
    path = directory / "generations" / "000002" / "MAIN_bulk.doc"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    overwrite(path, bytes(content))
    with pytest.raises(IndexCorruptError, match=r"MAIN_bulk.doc is not as it was built"):
        snapshot(directory, file)
    path.unlink()
    with pytest.raises(IndexCorruptError, match=r"MAIN_bulk.doc is missing"):
        snapshot(directory, file)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir() if path.name.endswith(".new")] == []


def was_restored(file: Path, directory: Path) -> bool:
    """Whether restoring a damaged snapshot made something live; errors must name the file."""
    try:
        restore(file, directory)
    except IndexCorruptError as error:
        return str(file) not in str(error)
    return True


def test_whatever_byte_is_changed_or_cut_off_nothing_wrong_is_restored(tmp_path: Path, file: Path) -> None:
    """The snapshot is refused or restored correctly; the live generation stays if it is refused."""
    content = file.read_bytes()
    end = len(content)
    chance = random.Random(1952)  # noqa: S311  # places need not be secret
    places = [*range(40), *chance.sample(range(40, end - 40), 120), *range(end - 40, end)]
    damaged = [content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :] for place in places]
    damaged += [content[:length] for length in chance.sample(range(end), 40)]
    directory = tmp_path / "other"
    build_numbered(directory, 3)
    restored = 0
    for wrong in damaged:
        file.write_bytes(wrong)
        if was_restored(file, directory):
            restored += 1
            assert check_index(directory).articles == 19
            Generations(directory).rollback()
        assert check_index(directory).articles == 3
    assert restored < 10
    assert Generations(directory).abandoned() == []


@pytest.mark.parametrize(
    "name",
    ["../out", "/tmp/out", "a/../../out", "a/b/c", "..", ".", "a\\b", "a\nb", "MAIN_bulk.doc/x/..", "", "ক"],  # noqa: S108
)
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, file: Path, name: str) -> None:
    """A manifest that lists them makes no difference."""
    directory = tmp_path / "deep" / "new"
    pack(file, forged(members(file), name, b"out"))
    before = sorted(path.name for path in tmp_path.rglob("*"))
    with pytest.raises(IndexCorruptError):
        restore(file, directory)
    left = {path.name for path in tmp_path.rglob("*")} - set(before)
    assert left <= {"deep", "new", "generations", "writer.lock"}


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE]
)
def test_links_and_devices_are_refused(tmp_path: Path, file: Path, kind: bytes) -> None:
    """Only plain files can be files of an index."""

    def change(member: tarfile.TarInfo) -> None:
        if member.name == "digests.bin":
            member.type = kind
            member.linkname = "/etc/passwd"
            member.size = 0

    pack(file, members(file), change)
    with pytest.raises(IndexCorruptError, match=r"'digests.bin' is not one of the files"):
        restore(file, tmp_path / "new")


def test_what_is_missing_or_too_much_is_refused(tmp_path: Path, file: Path) -> None:
    """A missing file, an extra file, one of double length, a wrong order, and no manifest."""
    contents = members(file)
    fewer = {name: content for name, content in contents.items() if name != "vocabulary.bin"}
    longer = {**contents, "vocabulary.bin": contents["vocabulary.bin"] * 2}
    last = dict(reversed(contents.items()))
    for wrong in (fewer, {**contents, "more.bin": b"?"}, longer, last, {}):
        pack(file, wrong)
        with pytest.raises(IndexCorruptError, match="is no snapshot, or is damaged"):
            restore(file, tmp_path / "new")
    file.write_bytes(b"not a snapshot at all")
    with pytest.raises(IndexCorruptError, match="is no snapshot"):
        restore(file, tmp_path / "new")


def test_an_archive_longer_than_it_says_is_not_read_to_its_end(tmp_path: Path, file: Path) -> None:
    """A few kilobytes may unpack to gigabytes."""
    contents = members(file)
    manifest = contents.pop(MANIFEST_FILE)
    pack(file, {MANIFEST_FILE: manifest, "bomb": bytes(64 << 20), **contents})
    with pytest.raises(IndexCorruptError, match="is not one of the files"):
        restore(file, tmp_path / "new")
    pack(file, {MANIFEST_FILE: bytes(64 << 20), **contents})
    with pytest.raises(IndexCorruptError, match="longer than it says"):
        restore(file, tmp_path / "new")


class Foreign:
    """An object whose unpickling would run code."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        """Create a file as soon as it is unpickled."""
        return open, ("/tmp/onneshon-executed", "w")  # type: ignore[return-value]  # noqa: S108


def test_a_foreign_pickle_runs_nothing(tmp_path: Path, file: Path) -> None:
    """Even with right checksums: Whoosh's list is written again, and Whoosh runs no foreign code."""
    contents = members(file)
    name = "_MAIN_1.toc"
    real = contents[name]
    start = real.rindex(b"\x80", 0, len(real) - 1)
    pack(file, forged(contents, name, real[:start] + pickle.dumps([Foreign()])))
    restore(file, tmp_path / "new")
    assert check_index(tmp_path / "new").articles == 19
    with open_with_whoosh(tmp_path / "new").searcher() as searcher:
        assert searcher.doc_count() == 19
    assert not Path("/tmp/onneshon-executed").exists()  # noqa: S108


def test_a_list_of_segments_that_cannot_be_is_refused(tmp_path: Path, file: Path) -> None:
    """The list names a segment outside the generation, an unknown or unordered deletion, or is no JSON."""
    for content in (
        b'[{"name":"../MAIN_bulk","documents":20,"deleted":[0]}]',
        b'[{"name":"MAIN_bulk","documents":20,"deleted":[20]}]',
        b'[{"name":"MAIN_bulk","documents":20,"deleted":[1,0]}]',
        b"[]]",
    ):
        contents = members(file)
        pack(tmp_path / "forged", forged(contents, "segments.json", content))
        with pytest.raises(IndexCorruptError):
            restore(tmp_path / "forged", tmp_path / "new")
        assert Generations(tmp_path / "new").all() == []


def test_a_snapshot_of_another_version_replaces_nothing(tmp_path: Path, directory: Path, file: Path) -> None:
    """It is only restored into an empty directory, where it can be migrated."""
    contents = members(file)
    contents[MANIFEST_FILE] = replace(manifest_of(contents), analyzer="older").encode()
    pack(file, contents)
    with pytest.raises(IndexOutdatedError, match="onneshon index migrate"):
        restore(file, directory)
    assert check_index(directory).generation == "000002"
    assert restore(file, tmp_path / "new").articles == 19


def test_a_snapshot_takes_the_place_of_no_device(tmp_path: Path, directory: Path) -> None:
    """Root could otherwise replace /dev/null, and break every program that writes there."""
    pipe = tmp_path / "নালা"
    os.mkfifo(pipe)
    with pytest.raises(BuildError, match="no file but a device, pipe or folder"):
        snapshot(directory, pipe)
    assert pipe.is_fifo()
    with pytest.raises(FileExistsError):
        replace_file(pipe, b"")
    assert pipe.is_fifo()
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".new"] == []


def test_a_file_that_is_not_there_is_reported(tmp_path: Path) -> None:
    """The error names the file, and no index is made."""
    with pytest.raises(IndexStateError, match="nowhere is not there"):
        restore(tmp_path / "nowhere", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_an_empty_index_has_a_snapshot(tmp_path: Path) -> None:
    """An index whose only article was deleted can be saved and restored."""
    build_numbered(tmp_path / "index", 1)
    with open_writer(tmp_path / "index") as writer:
        writer.delete("0")
    snapshot(tmp_path / "index", tmp_path / "empty")
    assert restore(tmp_path / "empty", tmp_path / "new").articles == 0


SAID = '[fields.tags]\nlabel = "বিষয়"\n'


def _restored_into(folder: Path, file: Path) -> str:
    """Restore the snapshot by the command and return its standard error."""
    told = CliRunner().invoke(main, ["index", "restore", str(file), "--index", str(folder)])
    assert told.exit_code == 0, told.output
    return told.stderr


def _notes(path: Path) -> list[tuple[str]]:
    """The rows in the database of a desk."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT text FROM notes").fetchall()


SITE = {
    FILE_NAME: f'synonyms = "সমার্থক.txt"\n{SAID}',
    "সমার্থক.txt": "বই = গ্রন্থ\n",
    "pins.json": "[]",
    "authors.txt": "মোহাম্মদ আলী = মো. আলী\n",
    "look.json": "{}",
    "withheld.txt": "১৭\n",
}


@pytest.fixture
def desk(directory: Path) -> Iterator[sqlite3.Connection]:
    """All files of a site next to the index, and a desk's database that is open in WAL mode."""
    for name, text in SITE.items():
        (directory / name).write_text(text, "utf-8")
    with contextlib.closing(sqlite3.connect(directory / "desk.sqlite")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE notes (text TEXT)")
        connection.execute("INSERT INTO notes VALUES ('আটক')")
        connection.commit()
        yield connection


def test_what_the_site_says_and_its_desk_keeps_comes_back(
    tmp_path: Path, directory: Path, desk: sqlite3.Connection
) -> None:
    """The database has its last committed state; other files, such as keys, are not in the snapshot."""
    (directory / "keys.txt").write_text("a secret", "utf-8")
    desk.execute("INSERT INTO notes VALUES ('আধখানা')")
    report = snapshot(directory, tmp_path / "file")
    assert report.site == dict.fromkeys([*SITE, "desk.sqlite"], "in it")
    new = tmp_path / "new"
    restored = restore(tmp_path / "file", new).site
    assert restored == dict.fromkeys([*SITE, "desk.sqlite"], "written")
    assert {name: (new / name).read_text("utf-8") for name in SITE} == SITE
    assert _notes(new / "desk.sqlite") == [("আটক",)]
    assert (new / "desk.sqlite").stat().st_mode & 0o777 == 0o600
    assert not (new / "keys.txt").exists()
    check_index(new)


@pytest.mark.usefixtures("desk")
def test_what_is_there_is_never_written_over(tmp_path: Path, directory: Path) -> None:
    """The message names the files that are kept; files with the same content are not mentioned."""
    snapshot(directory, tmp_path / "file")
    new = tmp_path / "new"
    told = _restored_into(new, tmp_path / "file")
    assert told == f"from the snapshot come {', '.join([*SITE, 'desk.sqlite'])}\n"
    assert "kept as they are: desk.sqlite;" in _restored_into(new, tmp_path / "file")
    (new / "pins.json").write_text("[ ]", "utf-8")
    (new / "look.json").unlink()
    assert restore(tmp_path / "file", new).site == {
        **dict.fromkeys(SITE, "same"),
        "pins.json": "kept",
        "look.json": "written",
        "desk.sqlite": "kept",
    }
    assert (new / "pins.json").read_text("utf-8") == "[ ]"


@pytest.mark.usefixtures("desk")
def test_a_database_is_not_put_beside_the_log_of_another(tmp_path: Path, directory: Path) -> None:
    """SQLite would take the old log for that of the restored database."""
    snapshot(directory, tmp_path / "file")
    new = tmp_path / "new"
    new.mkdir()
    (new / "desk.sqlite-wal").write_bytes(b"?")
    assert restore(tmp_path / "file", new).site["desk.sqlite"] == "kept"
    assert not (new / "desk.sqlite").exists()


@pytest.mark.usefixtures("desk")
def test_a_snapshot_is_for_its_owner_only(tmp_path: Path, directory: Path) -> None:
    """It has withheld ids and addresses of readers; the mode of an earlier snapshot does not matter."""
    (tmp_path / "file").touch(0o644)
    snapshot(directory, tmp_path / "file")
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if "file" in path.name] == ["file"]


@pytest.mark.parametrize(
    ("content", "told"), [("কিছু একটা " * 400, "cannot be copied: file is not a database"), ("", "is empty")]
)
def test_a_database_that_is_none_is_reported(
    tmp_path: Path, directory: Path, content: str, told: str
) -> None:
    """The error names the file, and no snapshot is written without it."""
    (directory / "desk.sqlite").write_text(content, "utf-8")
    with pytest.raises(BuildError, match=rf"desk\.sqlite {told}"):
        snapshot(directory, tmp_path / "file")
    assert not any("file" in path.name for path in tmp_path.iterdir())


def test_a_site_that_says_nothing_has_nothing_to_bring_back(tmp_path: Path, file: Path) -> None:
    """Existing settings stay, and nothing is printed."""
    assert _restored_into(tmp_path / "new", file) == ""
    assert not (tmp_path / "new" / FILE_NAME).exists()
    (tmp_path / "new" / FILE_NAME).write_text(SAID, "utf-8")
    assert _restored_into(tmp_path / "new", file) == ""
    assert (tmp_path / "new" / FILE_NAME).read_text("utf-8") == SAID


def _summed(content: bytes) -> bytes:
    return hashlib.sha256(content).digest() + content


@pytest.mark.parametrize("content", [b"", b"x" * 40, b"\0" * ((1 << 20) + 33)])
def test_what_a_site_says_is_believed_by_its_sum_alone(tmp_path: Path, file: Path, content: bytes) -> None:
    """Without a fitting checksum in front of a settings file, nothing is restored."""
    packed = pack(tmp_path / "packed", members(file) | {FILE_NAME: content})
    with pytest.raises(IndexCorruptError):
        restore(packed, tmp_path / "new")
    assert not (tmp_path / "new" / FILE_NAME).exists()


@pytest.mark.parametrize(
    "name",
    ["keys.txt", "CURRENT", "../desk.sqlite", "publishing/journal.sqlite", ".desk.sqlite", "page.html"],
)
def test_nothing_else_is_put_beside_an_index(tmp_path: Path, file: Path, name: str) -> None:
    """Even with a right checksum; the files along with it are not written either."""
    packed = pack(tmp_path / "packed", members(file) | {FILE_NAME: _summed(b""), name: _summed(b"?")})
    with pytest.raises(IndexCorruptError, match="is not one of the files that belong beside an index"):
        restore(packed, tmp_path / "deep" / "new")
    assert not (tmp_path / "deep" / "new" / FILE_NAME).exists()
