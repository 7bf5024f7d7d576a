"""Where damage cannot be repaired, the previous generation answers; nothing is written."""

from collections.abc import Collection
from pathlib import Path

import pytest

from onneshon.index import IndexCorruptError, build
from onneshon.index.storage.checking import open_sound
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.manifest import BELIEVED
from onneshon.index.storage.reader import IndexReader
from onneshon.search import Engine
from tests.building import build_numbered, numbered, overwrite, write_corpus


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Two generations, of 20 and of 30 articles."""
    build_numbered(tmp_path / "index")
    build([write_corpus(tmp_path / "দ্বিতীয়.jsonl", numbered(30, "দ্বিতীয়"))], tmp_path / "index")
    return tmp_path / "index"


def live_file(directory: Path, name: str) -> Path:
    """A file of the second generation."""
    return directory / "generations" / "000002" / name


def cut_short(path: Path) -> None:
    """Cut a file to its first half."""
    content = path.read_bytes()
    path.unlink()  # the mapped file itself must stay whole
    path.write_bytes(content[: len(content) // 2])


pytestmark = pytest.mark.usefixtures("beyond_parity")

FILES = ["MAIN_bulk.inv", "MAIN_bulk.doc", "manifest.json", "segments.json", "_MAIN_1.toc"]


@pytest.mark.parametrize("name", FILES)
def test_a_generation_that_does_not_open_is_skipped(directory: Path, name: str) -> None:
    """The previous generation is opened, whichever file was cut short; the warning says so and what to do."""
    cut_short(live_file(directory, name))
    with Engine.open(directory) as engine:
        assert engine.count == 20
        assert engine.search("নদী").total == 20
        health = engine.health
        assert health.generation == "000001"
        assert health.damage == ""
        assert name in health.warning
        assert "onneshon index rollback" in health.warning
        assert not engine.reload()


@pytest.mark.parametrize("damage", ["lost", "garbled"])
def test_a_broken_pointer_is_skipped(directory: Path, damage: str) -> None:
    """Without a copy of ``CURRENT`` the newest sound generation answers; a rollback makes it the live one."""
    (directory / "manifest.json").unlink()
    pointer = directory / "CURRENT"
    if damage == "lost":
        pointer.unlink()
    else:
        pointer.write_bytes(b"garbled")
    with Engine.open(directory) as engine:
        assert engine.count == 30
        assert f"CURRENT is {'missing' if damage == 'lost' else 'garbled'}" in engine.health.warning
        assert "onneshon index rollback" in engine.health.warning
        Generations(directory).rollback()
        assert engine.reload()
        assert (engine.count, engine.health.warning) == (30, "")


def test_a_pointer_that_is_damaged_while_an_engine_is_open_is_reported_once(directory: Path) -> None:
    """The copy names the same generation: there is no rollback, and a build works."""
    with Engine.open(directory) as engine:
        (directory / "CURRENT").write_bytes(b"garbled")
        assert [engine.reload() for _ in range(3)] == [True, False, False]
        assert (engine.count, engine.health.warning) == (30, BELIEVED)
        engine.verify()
        assert engine.health.verified
        build_numbered(directory, 25)
        assert engine.reload()
        assert (engine.count, engine.health.warning) == (25, "")


def test_damage_is_met_as_ever_where_the_pointer_is_damaged_too(directory: Path) -> None:
    """The warning about the pointer does not keep an older generation from answering."""
    (directory / "CURRENT").write_bytes(b"garbled")
    with Engine.open(directory) as engine:
        engine._leave("000002", IndexCorruptError("বিষয়সূচি নষ্ট"))
        assert engine.health.generation == "000001"


def test_what_stands_in_is_live_after_a_rollback_to_it(directory: Path) -> None:
    """After a rollback the warning about the damaged generation is gone."""
    cut_short(live_file(directory, "MAIN_bulk.inv"))
    with Engine.open(directory) as engine:
        engine.reload()
        Generations(directory).rollback()
        assert engine.reload()
        assert (engine.count, engine.health.warning) == (20, "")


def test_what_stands_in_is_not_read_whole_again_and_again(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server checks for a newer generation every second, and must not read whole files for that."""
    cut_short(live_file(directory, "MAIN_bulk.inv"))
    opened = []

    def watched(folder: Path, **options: Collection[str]) -> IndexReader:
        opened.append(folder)
        return open_sound(folder, **options)

    with Engine.open(directory) as engine:
        monkeypatch.setattr("onneshon.search.engine.local_engine.open_sound", watched)
        assert [engine.reload() for _ in range(5)] == [False] * 5
    assert len(opened) <= 1


@pytest.fixture
def large_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Verify no file when an index is opened, as for files above the size limit."""
    monkeypatch.setattr("onneshon.index.storage.manifest._SMALL", 0)


@pytest.mark.usefixtures("large_files")
def test_damage_met_while_searching_leads_to_the_generation_before(directory: Path) -> None:
    """The search that met damage is retried on the previous generation, which answers until a sound build."""
    path = live_file(directory, "MAIN_bulk.doc")
    content = path.read_bytes()
    stored = content.index(b"\x28\xb5\x2f\xfd")  # where the first text begins
    overwrite(path, content[: stored + 20] + bytes(200) + content[stored + 220 :])
    with Engine.open(directory) as engine:
        assert (engine.count, engine.health.warning) == (30, "")
        assert engine.search("নদী", limit=30).total == 20
        assert "generation 000002" in engine.health.warning
        assert not engine.reload()
        build_numbered(directory, 25)
        assert engine.reload()
        assert (engine.count, engine.health.warning) == (25, "")


@pytest.mark.usefixtures("large_files")
def test_damage_found_by_reading_all_leads_there_too(directory: Path) -> None:
    """The same happens when a full verification, which servers run along with searches, finds damage."""
    path = live_file(directory, "vocabulary.bin")
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    overwrite(path, bytes(content))
    with Engine.open(directory) as engine:
        with pytest.raises(IndexCorruptError):
            engine.verify()
        assert engine.count == 20


def test_without_a_sound_generation_the_damage_is_reported(directory: Path) -> None:
    """Every byte of an older generation is verified before it is served; if it is damaged, opening fails."""
    cut_short(live_file(directory, "MAIN_bulk.inv"))
    old = directory / "generations" / "000001" / "MAIN_bulk.doc"
    content = bytearray(old.read_bytes())
    content[len(content) // 2] ^= 1
    overwrite(old, bytes(content))
    with pytest.raises(IndexCorruptError, match="000002"):
        open_sound(directory)
