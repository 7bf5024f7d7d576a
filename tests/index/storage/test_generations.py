"""Generations: one is live, the one before it is kept, and all others are removed."""

import errno
import os
import re
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

from onneshon.index import IndexCorruptError, IndexMissingError, IndexStateError
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.manifest import MANIFEST_FILE, Manifest, describe_files
from tests.building import overwrite


def publish(generations: Generations, text: str, articles: int = 1, left_out: int = 0) -> str:
    """Publish a generation of one file and return its name."""
    generations.directory.mkdir(exist_ok=True)
    working = generations.begin()
    (working / "data").write_text(text, encoding="utf-8")
    skipped = {"json": left_out} if left_out else {}
    manifest = Manifest(articles, "a", "s", "2026-01-02", skipped=skipped, files=describe_files(working))
    (working / MANIFEST_FILE).write_bytes(manifest.encode())
    return generations.publish(working).name


def live_text(generations: Generations) -> str:
    """The text in the live generation, whose digests are all checked."""
    generation = generations.current()
    generation.check(digests=True)
    return (generation.folder / "data").read_text(encoding="utf-8")


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    """An index directory that does not exist yet."""
    return Generations(tmp_path / "index")


def test_without_an_index_the_message_says_how_to_build_one(generations: Generations) -> None:
    """A missing index raises ``IndexMissingError``, which names the command to build one."""
    with pytest.raises(IndexMissingError, match="onneshon index build PATH"):
        generations.current()
    assert generations.all() == []
    assert generations.abandoned() == []


def test_the_newest_published_generation_is_live(generations: Generations) -> None:
    """Each published generation gets the next number."""
    assert publish(generations, "এক") == "000001"
    assert publish(generations, "দুই") == "000002"
    assert live_text(generations) == "দুই"
    assert [generation.name for generation in generations.all()] == ["000001", "000002"]


def test_the_pointer_is_replaced_and_never_written_over(generations: Generations) -> None:
    """A reader that has the old pointer open reads it to its end and never sees a mixture of two."""
    publish(generations, "এক")
    old = generations.pointer.read_bytes()
    with generations.pointer.open("rb") as stream:
        publish(generations, "দুই")
        assert stream.read() == old
    assert generations.pointer.read_bytes() != old


def test_what_is_not_published_does_not_show(generations: Generations) -> None:
    """A generation that is still being written is neither live nor listed."""
    publish(generations, "এক")
    working = generations.begin()
    (working / "data").write_text("half", encoding="utf-8")
    assert live_text(generations) == "এক"
    assert generations.abandoned() == [working]


def test_collecting_keeps_the_live_one_and_the_one_before(generations: Generations) -> None:
    """Older and half-built generations are removed."""
    for text in ("এক", "দুই", "তিন"):
        publish(generations, text)
    generations.begin()
    assert generations.collect() == 2
    assert [generation.name for generation in generations.all()] == ["000002", "000003"]
    assert generations.abandoned() == []
    assert live_text(generations) == "তিন"


def test_rollback_goes_to_the_one_before_and_forward_by_name(generations: Generations) -> None:
    """Rollback makes the earlier generation live; the later one stays until it is collected."""
    publish(generations, "এক")
    publish(generations, "দুই")
    assert generations.rollback().name == "000001"
    assert live_text(generations) == "এক"
    assert generations.rollback("000002").name == "000002"
    assert live_text(generations) == "দুই"


def test_no_number_is_given_twice(generations: Generations) -> None:
    """Else a reader of the generation that a rollback left would take a later one for its own."""
    for text in ("এক", "দুই"):
        publish(generations, text)
    generations.rollback()
    generations.collect()
    assert [generation.name for generation in generations.all()] == ["000001", "000002"]
    assert publish(generations, "তিন") == "000003"


def test_the_one_to_keep_may_be_named(generations: Generations) -> None:
    """After a rollback and a build, the generation that was live in between is the one to go back to."""
    for text in ("এক", "দুই"):
        publish(generations, text)
    generations.rollback()
    publish(generations, "তিন")
    generations.collect("000001")
    assert [generation.name for generation in generations.all()] == ["000001", "000003"]


def test_rollback_passes_over_a_damaged_generation(generations: Generations) -> None:
    """The newest sound generation is taken."""
    for text in ("এক", "দুই", "তিন"):
        publish(generations, text)
    overwrite(generations.folder / "000002" / "data", "দই".encode())
    assert generations.rollback().name == "000001"


def test_rollback_without_anything_earlier_changes_nothing(generations: Generations) -> None:
    """The error says that there is none, and names those that are kept."""
    publish(generations, "এক")
    with pytest.raises(IndexStateError, match="no earlier generation"):
        generations.rollback()
    with pytest.raises(IndexStateError, match=r"no generation 000009 .* kept are: 000001"):
        generations.rollback("000009")
    assert live_text(generations) == "এক"


def test_rollback_to_damaged_generations_alone_says_what_is_wrong(generations: Generations) -> None:
    """The message contains each fault, and the live generation stays."""
    publish(generations, "এক")
    publish(generations, "দুই")
    (generations.folder / "000001" / "data").unlink()
    with pytest.raises(IndexStateError, match="data is missing"):
        generations.rollback()
    assert live_text(generations) == "দুই"


def test_rollback_asks_whether_a_generation_is_acceptable(generations: Generations) -> None:
    """A generation that the caller refuses is skipped."""

    def refuse(_manifest: Manifest) -> None:
        raise IndexStateError("too old")

    publish(generations, "এক")
    publish(generations, "দুই")
    with pytest.raises(IndexStateError, match="too old"):
        generations.rollback(accept=refuse)


@pytest.mark.parametrize("damage", ["lost", "garbled", "pointing nowhere"])
def test_rollback_repairs_the_pointer(generations: Generations, damage: str) -> None:
    """With CURRENT missing or garbled, the newest sound generation becomes live."""
    publish(generations, "এক")
    publish(generations, "দুই")
    if damage == "lost":
        generations.pointer.unlink()
    else:
        generations.pointer.write_bytes(b"?" if damage == "garbled" else b"000009 " + b"0" * 64 + b"\n")
    with pytest.raises(IndexCorruptError, match="rollback"):
        generations.current()
    assert generations.current_or_newest().name == "000002"
    assert generations.dead() == []
    assert generations.rollback().name == "000002"
    assert live_text(generations) == "দুই"


def _check_told_by_copy(generations: Generations, name: str) -> None:
    found = generations.agreed()
    assert (found.name, found.agreed_manifest()[1]) == (name, ["CURRENT"])


def test_every_altered_byte_of_the_pointer_is_noticed(generations: Generations) -> None:
    """An altered CURRENT never leads to another generation; the copy of the manifest names the right one."""
    for text in ("এক", "দুই", "তিন"):
        publish(generations, text)
    content = generations.pointer.read_bytes()
    for place in range(len(content)):
        for bit in range(8):
            altered = bytearray(content)
            altered[place] ^= 1 << bit
            generations.pointer.write_bytes(bytes(altered))
            with pytest.raises(IndexCorruptError):
                generations.current().manifest()
            _check_told_by_copy(generations, "000003")


@pytest.mark.parametrize("length", [0, 1, 6, 7, 70, 71])
def test_a_pointer_cut_short_is_noticed(generations: Generations, length: int) -> None:
    """A pointer cut at any length is refused as garbled."""
    publish(generations, "এক")
    generations.pointer.write_bytes(generations.pointer.read_bytes()[:length])
    with pytest.raises(IndexCorruptError, match="garbled"):
        generations.current()
    _check_told_by_copy(generations, "000001")


def test_a_pointer_that_a_writer_replaced_meanwhile_is_not_called_damaged(
    generations: Generations, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pointer named a generation that is gone; when the copy is read, the pointer is sound again."""
    publish(generations, "এক")

    def outrun() -> NoReturn:
        raise IndexCorruptError("000000 is missing")

    monkeypatch.setattr(generations, "current", outrun)
    assert generations.agreed().warning == ""


def test_a_whole_pointer_is_not_taken_for_a_damaged_one(generations: Generations) -> None:
    """A sound pointer is not reported as damaged, though the manifest's copy says the same."""
    publish(generations, "এক")
    publish(generations, "দুই")
    assert generations.agreed() == generations.current()
    assert generations.agreed().agreed_manifest()[1] == []


def test_what_is_left_of_a_pointer_may_deny_its_copy(generations: Generations) -> None:
    """After a kill between the two writes, the copy may be of a generation that was never live: no answer."""
    publish(generations, "এক")
    whole = generations.pointer.read_bytes()
    publish(generations, "দুই")
    for left in (whole[:-1], whole[3:], whole[:20]):
        generations.pointer.write_bytes(left)
        with pytest.raises(IndexCorruptError, match="garbled"):
            generations.agreed()
    generations.pointer.write_bytes(whole)
    assert generations.agreed().name == "000001"
    shutil.rmtree(generations.folder / "000002")
    generations.pointer.write_bytes(b"")
    with pytest.raises(IndexCorruptError, match="garbled"):
        generations.agreed()


def test_a_manifest_of_another_generation_is_noticed(generations: Generations) -> None:
    """A sound manifest of another generation is not accepted in place of the published one."""
    publish(generations, "এক")
    publish(generations, "দুই")
    other = (generations.folder / "000001" / MANIFEST_FILE).read_bytes()
    overwrite(generations.folder / "000002" / MANIFEST_FILE, other)
    with pytest.raises(IndexCorruptError, match="not the one that was published"):
        generations.current().manifest()


def test_a_missing_manifest_is_noticed(generations: Generations) -> None:
    """The error names the missing manifest."""
    publish(generations, "এক")
    (generations.current().folder / MANIFEST_FILE).unlink()
    with pytest.raises(IndexCorruptError, match=re.escape(f"{MANIFEST_FILE} is missing")):
        generations.current().manifest()


def test_generations_are_readable_by_their_owner_alone(generations: Generations) -> None:
    """Others may not read an index, since articles may be confidential."""
    publish(generations, "এক")
    assert generations.folder.stat().st_mode & 0o077 == 0
    assert generations.current().folder.stat().st_mode & 0o077 == 0


def names(generations: Generations) -> list[str]:
    """The names of all generations that are kept."""
    return [generation.name for generation in generations.all()]


@pytest.mark.parametrize(
    ("articles", "left_out"), [(1_000, 3), (499, 0)], ids=["articles left out", "under half as many"]
)
def test_worse_generations_never_push_out_the_last_good_one(
    generations: Generations, articles: int, left_out: int
) -> None:
    """The last good one stays, however many worse ones follow, until one as good replaces it."""
    publish(generations, "ভালো", articles=1_000)
    for text in ("এক", "দুই", "তিন"):
        publish(generations, text, articles, left_out)
        generations.collect()
    assert names(generations) == ["000001", "000003", "000004"]
    publish(generations, "আবার ভালো", articles=500)
    generations.collect()
    assert names(generations) == ["000004", "000005"]


def test_as_many_generations_stay_as_are_asked_for(generations: Generations) -> None:
    """The live generation counts; the named one has precedence, then the newest."""
    for text in ("এক", "দুই", "তিন", "চার", "পাঁচ"):
        publish(generations, text)
    generations.collect(keep=4)
    assert names(generations) == ["000002", "000003", "000004", "000005"]
    generations.collect("000002", keep=3)
    assert names(generations) == ["000002", "000004", "000005"]
    generations.collect(keep=1)
    assert names(generations) == ["000005"]


def test_a_damaged_manifest_makes_no_good_generation(generations: Generations) -> None:
    """It does not count as the last good generation, nor prevent finding it."""
    for text in ("এক", "দুই"):
        publish(generations, text)
    (generations.folder / "000002" / MANIFEST_FILE).write_bytes(b"?")
    assert generations.last_good() == "000001"


def test_what_is_half_removed_is_no_generation(
    generations: Generations, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A removal that is killed leaves a folder that counts as no generation, and the next one removes it."""
    for text in ("এক", "দুই", "তিন"):
        publish(generations, text)
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", lambda _folder, **_options: None)
        generations.collect()
    assert names(generations) == ["000002", "000003"]
    assert [path.name for path in generations.abandoned()] == ["000001.removed"]
    generations.collect()
    assert generations.abandoned() == []


@pytest.mark.parametrize("failing", ["sync_folder", "replace_file"])
def test_a_generation_that_could_not_be_made_live_is_removed(
    generations: Generations, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    """A full disk between the final rename and the write of CURRENT leaves no whole copy behind."""
    publish(generations, "এক")
    with monkeypatch.context() as patched:
        place = (
            "onneshon.index.storage.durable"
            if failing == "sync_folder"
            else "onneshon.index.storage.generations"
        )
        patched.setattr(f"{place}.{failing}", full_disk)
        with pytest.raises(OSError, match="No space left"):
            publish(generations, "দুই")
    generations.clear()
    assert list(generations.folder.iterdir()) == [generations.current().folder]
    assert live_text(generations) == "এক"


def test_a_first_generation_that_could_not_be_made_live_is_removed(
    generations: Generations, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same where no pointer exists yet."""
    with monkeypatch.context() as patched:
        patched.setattr("onneshon.index.storage.generations.replace_file", full_disk)
        with pytest.raises(OSError, match="No space left"):
            publish(generations, "এক")
    generations.clear()
    assert list(generations.folder.iterdir()) == []


def test_the_error_of_a_write_names_its_file(
    generations: Generations, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rollback on a full disk changes nothing; the system's own error says that, and not where."""
    publish(generations, "এক")
    publish(generations, "দুই")
    with monkeypatch.context() as patched:
        patched.setattr("onneshon.index.storage.durable.sync_file", full_disk)
        with pytest.raises(OSError, match="No space left") as caught:
            generations.rollback()
    assert caught.value.filename == str(generations.directory / "manifest.json")
    assert live_text(generations) == "দুই"


def full_disk(*_arguments: object) -> None:
    """Fail like a full disk."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_published_files_are_read_only_and_can_be_removed(generations: Generations) -> None:
    """Mapped files cannot be overwritten, and collecting or removing the index needs no change of modes."""
    for text in ("এক", "দুই", "তিন"):
        publish(generations, text)
    files = [path for path in generations.folder.rglob("*") if path.is_file()]
    assert len(files) == 6
    assert {path.stat().st_mode & 0o777 & ~0o444 for path in files} == {0}
    assert all(path.stat().st_mode & 0o400 for path in files)
    assert generations.collect() == 1
    assert [generation.name for generation in generations.all()] == ["000002", "000003"]
    shutil.rmtree(generations.directory)
    assert not generations.directory.exists()
