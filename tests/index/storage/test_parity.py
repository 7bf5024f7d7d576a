"""Damaged files are reconstructed from parity, for readers at once and on the disk for good."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.commands.main import main
from onneshon.index.errors import BuildError, IndexCorruptError, JournalError
from onneshon.index.publishing.applying import Applier, mend_in_background
from onneshon.index.publishing.journal import Journal
from onneshon.index.publishing.operation import Operation
from onneshon.index.storage.checking import check_index, open_sound
from onneshon.index.storage.durable import writer_lock
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.manifest import BELIEVED, MANIFEST_FILE, Generation, Manifest, describe_files
from onneshon.index.storage.parity import damaged_files, mended_copy, write_parity
from onneshon.index.upkeep.index_writer import open_writer
from onneshon.index.upkeep.repair import mend
from onneshon.search import Engine
from tests.building import build_numbered, folder_of, overwrite
from tests.fakes import article

BLOCK = 4096


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """A generation of one segment: a file of three groups and a bit, a small file and an empty one."""
    folder = tmp_path_factory.mktemp("whole") / "000001"
    folder.mkdir()
    content = b"".join(number.to_bytes(8) for number in range((3 * 128 * BLOCK + 1000) // 8))
    (folder / "MAIN_bulk.inv").write_bytes(content)
    (folder / "MAIN_bulk.doc").write_bytes("হাওরে শীতের পাখি".encode())
    (folder / "MAIN_bulk.learned").touch()
    write_parity(folder, "MAIN_bulk")
    manifest = Manifest(1, "a", "s", "2026-11-28", files=describe_files(folder))
    (folder / MANIFEST_FILE).write_bytes(manifest.encode())
    return Generation("000001", folder)


def _mended(generation: Generation, into: Path) -> list[str]:
    """The names of the mended files, after a check that all files are as they were built."""
    into.mkdir()
    mended = mended_copy(generation, into, os.link)
    generation.manifest().check_files(into, digests=True)
    return mended


def _copy(whole: Generation, tmp_path: Path) -> Generation:
    return Generation("000001", Path(shutil.copytree(whole.folder, tmp_path / "000001")))


def _damage(path: Path, start: int, length: int) -> None:
    content = bytearray(path.read_bytes())
    content[start : start + length] = bytes(byte ^ 0x55 for byte in content[start : start + length])
    path.write_bytes(content)


@given(st.data())
def test_a_region_of_a_file_is_made_again(
    whole: Generation, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """A damaged region is mended wherever it lies, up to a block of each group."""
    folder = tmp_path_factory.mktemp("region")
    generation = _copy(whole, folder)
    path = generation.folder / "MAIN_bulk.inv"
    start = data.draw(st.integers(0, path.stat().st_size - 1))
    _damage(path, start, data.draw(st.integers(1, 2 * BLOCK)))
    assert _mended(generation, folder / "mended") == ["MAIN_bulk.inv"]


def test_more_than_there_is_parity_for_is_reported(whole: Generation, tmp_path: Path) -> None:
    """Two damaged blocks of one group: reconstruction would give wrong bytes, so it is refused."""
    generation = _copy(whole, tmp_path)
    for number in (0, 4):  # of four groups
        _damage(generation.folder / "MAIN_bulk.inv", number * BLOCK, 1)
    with pytest.raises(IndexCorruptError, match="more damage than can be mended"):
        _mended(generation, tmp_path / "mended")


@pytest.mark.parametrize("lost", [1, 1000, 1000 + 2 * BLOCK])
def test_a_file_that_was_cut_short_is_as_long_again(whole: Generation, tmp_path: Path, lost: int) -> None:
    """The missing end is treated like blocks that cannot be read."""
    generation = _copy(whole, tmp_path)
    path = generation.folder / "MAIN_bulk.inv"
    os.truncate(path, path.stat().st_size - lost)
    assert _mended(generation, tmp_path / "mended") == ["MAIN_bulk.inv"]


def test_a_small_file_that_is_gone_is_there_again(whole: Generation, tmp_path: Path) -> None:
    """Such a file is a single block."""
    generation = _copy(whole, tmp_path)
    (generation.folder / "MAIN_bulk.doc").unlink()
    assert _mended(generation, tmp_path / "mended") == ["MAIN_bulk.doc"]


def test_what_is_made_and_is_not_what_was_built_is_not_believed(whole: Generation, tmp_path: Path) -> None:
    """Parity of another file reconstructs that other file, whose digest does not fit."""
    generation = _copy(whole, tmp_path)
    manifest = generation.manifest()
    other = replace(manifest.files["MAIN_bulk.doc"], sha256="0" * 64)
    manifest = replace(manifest, files={**manifest.files, "MAIN_bulk.doc": other})
    (generation.folder / MANIFEST_FILE).write_bytes(manifest.encode())
    (generation.folder / "MAIN_bulk.doc").unlink()
    with pytest.raises(IndexCorruptError, match="more damage than can be mended"):
        _mended(generation, tmp_path / "mended")


def test_a_file_that_was_written_anew_without_its_parity_is_sound(whole: Generation, tmp_path: Path) -> None:
    """Updates once rewrote digests like this; other damaged files are still mended."""
    generation = _copy(whole, tmp_path)
    (generation.folder / "MAIN_bulk.doc").write_bytes("হাওরে বর্ষার পাখি".encode())
    (generation.folder / MANIFEST_FILE).unlink()
    manifest = replace(whole.manifest(), files=describe_files(generation.folder))
    (generation.folder / MANIFEST_FILE).write_bytes(manifest.encode())
    assert damaged_files(generation) == []
    _damage(generation.folder / "MAIN_bulk.inv", 5000, 1)
    assert damaged_files(generation) == ["MAIN_bulk.inv"]
    assert _mended(generation, tmp_path / "mended") == ["MAIN_bulk.inv"]


@pytest.mark.parametrize("place", [3, 200, -1])
def test_parity_itself_is_made_again_from_its_files(whole: Generation, tmp_path: Path, place: int) -> None:
    """It is the same byte for byte, wherever it was damaged."""
    generation = _copy(whole, tmp_path)
    path = generation.folder / "MAIN_bulk.parity"
    _damage(path, place % path.stat().st_size, 1)
    assert _mended(generation, tmp_path / "mended") == ["MAIN_bulk.parity"]


def test_of_what_is_sound_nothing_is_mended(whole: Generation, tmp_path: Path) -> None:
    """Every file is linked, none is mended."""
    assert _mended(_copy(whole, tmp_path), tmp_path / "mended") == []


@pytest.fixture
def one_generation(tmp_path: Path) -> Path:
    """An index without older generations, in which one of twenty articles is deleted."""
    directory = tmp_path / "index"
    build_numbered(directory)
    with open_writer(directory) as writer:
        writer.delete("7")
    shutil.rmtree(directory / "generations" / "000001")
    return directory


def _check_mended(directory: Path, name: str) -> None:
    """Check that searches find all in spite of a damaged file, health reports it, and a repair mends it."""
    said = (
        BELIEVED if name == "CURRENT" else f"{name} of generation 000002 is damaged on the disk, and mended"
    )
    with Engine.open(directory) as engine:
        assert said in engine.health.warning
        assert engine.search("নদী", limit=30).total == 19
    assert mend(directory) == [name]
    check_index(directory)
    with Engine.open(directory) as engine:
        assert (engine.count, engine.health.warning) == (19, "")


@pytest.mark.parametrize("kept", [0, 0.5])
@pytest.mark.parametrize("name", ["segments.json", "_MAIN_1.toc", "MAIN.gone", "MAIN.parity", MANIFEST_FILE])
def test_what_an_index_consists_of_is_still_known_when_a_list_of_it_is_damaged(
    one_generation: Path, name: str, kept: float
) -> None:
    """The file is altered from its beginning or from its middle to its end."""
    path = folder_of(one_generation) / name
    content = path.read_bytes()
    place = int(len(content) * kept)
    overwrite(path, content[:place] + bytes(byte ^ 1 for byte in content[place:]))
    _check_mended(one_generation, name)


def test_a_manifest_and_its_copy_are_believed_when_the_digest_is_damaged(one_generation: Path) -> None:
    """Two of the three agree."""
    pointer = one_generation / "CURRENT"
    content = pointer.read_bytes()
    overwrite(pointer, content[:-2] + (b"0" if content[-2:-1] != b"0" else b"1") + b"\n")
    _check_mended(one_generation, "CURRENT")


@pytest.mark.parametrize("left", [None, b"", b"garbled", b"000002 garbled", b"000001 "])
def test_the_copy_of_the_manifest_tells_what_a_lost_pointer_named(
    one_generation: Path, left: bytes | None
) -> None:
    """The copy counts unless the pointer's remains contradict it; older generations are not consulted."""
    pointer = one_generation / "CURRENT"
    whole = pointer.read_bytes()
    pointer.unlink()
    if left is not None:
        pointer.write_bytes(left if left != b"000001 " else left + whole[7:])
    _check_mended(one_generation, "CURRENT")


def test_a_writer_goes_on_though_the_pointer_is_lost(one_generation: Path) -> None:
    """The writer writes the pointer again; a build still knows how many articles there were before."""
    pointer = one_generation / "CURRENT"
    pointer.write_bytes(b"garbled")
    deleted = CliRunner().invoke(main, ["index", "delete", "8", "--index", str(one_generation)])
    assert "18 articles in 1 segment left" in deleted.output
    assert Generations(one_generation).current().name == "000004"
    pointer.write_bytes(b"garbled")
    with pytest.raises(BuildError, match="18"):
        build_numbered(one_generation, 3)


def test_of_three_that_all_differ_none_is_believed(one_generation: Path) -> None:
    """Nothing shows which of them is right."""
    for path in (folder_of(one_generation) / MANIFEST_FILE, one_generation / MANIFEST_FILE):
        overwrite(path, path.read_bytes().replace(b'"articles": 19', b'"articles": %d' % len(path.parts)))
    with pytest.raises(IndexCorruptError, match="manifest"):
        open_sound(one_generation)


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """An index whose two generations share a file with one altered byte."""
    directory = tmp_path / "index"
    build_numbered(directory, 300)
    with open_writer(directory) as writer:
        writer.add(article("নতুন", "এবার আগেই এসেছে পরিযায়ী পাখি।", title="হাওরে শীতের পাখি"))
    path = next((directory / "generations").glob("*/MAIN_bulk.doc"))
    path.chmod(0o600)
    with path.open("r+b") as stream:  # in place, so that the file's other link is altered too
        stream.seek(path.stat().st_size // 2)
        byte = stream.read(1)[0]
        stream.seek(-1, os.SEEK_CUR)
        stream.write(bytes([byte ^ 1]))
    return directory


def test_who_searches_a_damaged_index_finds_all(damaged: Path) -> None:
    """No search fails or finds less, and health reports the damage."""
    with Engine.open(damaged, time_limit=None) as engine:
        titles = {engine.article(str(number)).title for number in range(300)}
        assert len(titles) == 300
        assert engine.search("পরিযায়ী পাখি").hits[0].article.id == "নতুন"
        assert "MAIN_bulk.doc of generation 000002 is damaged on the disk" in engine.health.warning
        engine.verify()
        assert engine.reload() is False
    with pytest.raises(IndexCorruptError):
        check_index(damaged)


def test_repair_mends_and_loses_nothing(damaged: Path) -> None:
    """The files are those that were built; the generation before the repair stays."""
    result = CliRunner().invoke(main, ["index", "repair", "--index", str(damaged)])
    assert result.exit_code == 0, result.output
    assert "mended: MAIN_bulk.doc" in result.output
    assert result.exit_code == 0
    assert "301 articles of generation 000002 saved, 0 lost" in result.output
    assert CliRunner().invoke(main, ["index", "check", "--deep", "--index", str(damaged)]).exit_code == 0
    assert Generations(damaged).current().name == "000003"
    assert mend(damaged) == []
    assert Generations(damaged).current().name == "000003"


def test_nothing_is_written_where_nothing_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """No generation is begun, even for a while, since mending is tried often; nor while another writes."""
    directory = tmp_path / "index"
    build_numbered(directory)
    monkeypatch.setattr(Generations, "begin", lambda _: pytest.fail("a generation was begun"))
    assert mend(directory) == []
    with writer_lock(directory):
        mend_in_background(directory)
    assert caplog.records == []


def test_damage_beyond_parity_is_left_to_what_is_stored(damaged: Path) -> None:
    """All texts are saved though their dictionary is damaged: the update's segment has the same one."""
    path = next((damaged / "generations").glob("*/MAIN_bulk.parity"))
    path.chmod(0o600)
    path.write_bytes(b"x" * path.stat().st_size)
    with pytest.raises(IndexCorruptError):
        mend(damaged)
    assert Generations(damaged).abandoned() == []
    result = CliRunner().invoke(main, ["index", "repair", "--index", str(damaged)])
    assert "mended" not in result.output
    assert "301 articles of generation 000002 saved, 0 lost" in result.output


def test_publishing_goes_on_with_a_mended_index(damaged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The step that finds the damage fails; then the index is mended, and the queue is applied."""
    Journal(damaged).append(
        [Operation("বদল", json.dumps({"title": "নতুন"}), "a", "2026-11-28T09:00:00+00:00")]
    )
    applier = Applier(damaged, open_writer)
    with monkeypatch.context() as patch:
        patch.setattr(applier, "_write", lambda _operations: check_index(damaged))
        assert not applier.step()
    check_index(damaged)
    assert applier.step()
    with open_sound(damaged) as reader:
        assert (reader.article("বদল").title, reader.warning) == ("নতুন", "")


def test_what_cannot_be_mended_keeps_the_queue(damaged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue stays in the journal until the index is repaired."""
    monkeypatch.setattr(
        "onneshon.index.publishing.applying.mend", lambda _: (_ for _ in ()).throw(JournalError("no"))
    )
    position = Journal(damaged).append([Operation("ক", None, "a", "2026-11-28T09:00:00+00:00")])
    applier = Applier(damaged, open_writer)
    monkeypatch.setattr(applier, "_write", lambda _operations: check_index(damaged))
    assert not applier.step()
    assert Journal(damaged).read(0).position == position
