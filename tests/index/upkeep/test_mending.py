"""Changing a damaged index mends it first, from its parity."""

import json
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import pytest

from onneshon.index import Article, BuildError, open_index, update
from onneshon.index.columnar.section_file import SectionFile
from onneshon.index.storage.checking import check_index
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.parity import damaged_files
from onneshon.index.upkeep import repair as repair_module
from onneshon.index.upkeep.index_writer import open_writer
from onneshon.index.upkeep.repair import mend
from tests.building import build_numbered, overwrite


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An index of one segment."""
    build_numbered(tmp_path / "index", 300)
    return tmp_path / "index"


def test_what_is_sound_is_not_mended(directory: Path) -> None:
    """No generation is made."""
    assert mend(directory) == []
    assert [generation.name for generation in Generations(directory).all()] == ["000001"]


def test_a_repair_tells_what_it_mended_and_how_long_it_took(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time is that of the clock; every article is there."""
    monkeypatch.setattr(repair_module, "time", SimpleNamespace(monotonic=iter([100.0, 103.5]).__next__))
    path = Generations(directory).current().folder / "MAIN_bulk.inv"
    _damage(path, path.stat().st_size // 2)
    report = repair_module.repair(directory)
    assert (report.mended, report.lost, report.lost_articles) == (("MAIN_bulk.inv",), (), 0)
    assert (report.build.seconds, report.build.articles) == (3.5, 300)


def _damage(path: Path, start: int) -> None:
    content = bytearray(path.read_bytes())
    content[start : start + 8] = bytes(byte ^ 0x55 for byte in content[start : start + 8])
    overwrite(path, bytes(content))


def _damage_column(directory: Path, file: str, section: str) -> None:
    """Alter one column, and leave all others unchanged."""
    path = Generations(directory).current().folder / file
    content = SectionFile.open(path).array(section).tobytes()[:40]
    _damage(path, path.read_bytes().index(content))


@pytest.mark.parametrize(
    "column",
    [
        ("MAIN_bulk.doc", "title/lengths"),
        ("MAIN_bulk.doc", "body/lengths"),
        ("MAIN_bulk.doc", "keys"),
        ("MAIN_bulk.inv", "id/order"),
    ],
    ids=":".join,
)
@pytest.mark.parametrize("size", [0, 1 << 16], ids=["large files", "small files"])
def test_an_update_mends_what_it_opens(
    directory: Path,
    column: tuple[str, str],
    size: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The log says so; nobody has to repair an index before the next nightly update."""
    monkeypatch.setattr("onneshon.index.storage.manifest._SMALL", size)
    _damage_column(directory, *column)
    report = update([Article("নতুন", "হাওরে শীতের পাখি")], directory)
    assert (report.added, f"Mended {column[0]}" in caplog.text) == (1, True)
    check_index(directory)


@pytest.fixture
def noted(directory: Path, tmp_path: Path) -> Path:
    """An index whose update met known articles in another form, and noted their new records."""
    with open_writer(directory) as writer, open_index(directory) as reader:
        fields = [asdict(reader.article(each)) for each in sorted(writer.ids())]
    path = tmp_path / "again.jsonl"
    records = [{name: value for name, value in each.items() if value} for each in fields]
    lines = [
        json.dumps(record, ensure_ascii=False, default=str)
        for record in [*records, {"id": "হাওর", "title": "হাওর"}]
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    before = Generations(directory).current().folder / "digests.bin"
    report = update([path], directory)
    assert (report.unchanged, report.added) == (len(fields), 1)
    assert (Generations(directory).current().folder / "digests.bin").read_bytes() != before.read_bytes()
    return directory


def test_what_an_update_noted_of_known_articles_is_no_damage(noted: Path) -> None:
    """The digests of a segment that stays are changed by that, and its parity with them."""
    assert damaged_files(Generations(noted).current()) == []
    assert mend(noted) == []


@pytest.mark.parametrize("name", ["MAIN_bulk.doc", "MAIN_bulk.inv", "MAIN_bulk.parity", "digests.bin"])
def test_damage_is_mended_after_an_update_that_noted_known_articles(noted: Path, name: str) -> None:
    """Such an update changes digests and their parity, which must fit."""
    path = Generations(noted).current().folder / name
    _damage(path, path.stat().st_size // 2)
    assert mend(noted) == [name]
    check_index(noted)


def test_a_merge_that_meets_damage_has_it_mended_for_the_next(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The live generation stays meanwhile, and the message names the damaged file by its path."""
    monkeypatch.setattr("onneshon.index.storage.manifest._SMALL", 0)
    update([Article("নতুন", "হাওরে শীতের পাখি")], directory)
    path = Generations(directory).current().folder / "MAIN_bulk.inv"
    _damage(path, path.stat().st_size // 2)
    told = r"^MAIN_bulk\.inv is damaged in [a-z_/]+, and was mended: do the same again$"
    with pytest.raises(BuildError, match=told), open_writer(directory) as writer:
        writer.merge(everything=True)
    with open_writer(directory) as writer:
        assert writer.merge(everything=True) == 2
    check_index(directory)


@pytest.mark.parametrize("name", ["vocabulary.bin", "completion.bin"])
def test_a_merge_tells_of_a_damaged_table_that_it_makes_anew(
    directory: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """The table is not read, and its replacement would hide the only sign of a bad disk."""
    monkeypatch.setattr("onneshon.index.storage.manifest._SMALL", 0)
    update([Article("নতুন", "হাওরে শীতের পাখি")], directory)
    path = Generations(directory).current().folder / name
    _damage(path, path.stat().st_size // 2)
    with open_writer(directory) as writer:
        assert writer.merge(everything=True) == 2
    assert [record.getMessage() for record in caplog.records] == [
        f"{path} was altered after it was built, and is made again: check the disk"
    ]
    check_index(directory)


@pytest.mark.usefixtures("beyond_parity")
def test_a_merge_that_meets_what_is_beyond_mending_promises_nothing(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second try would meet the same damage."""
    monkeypatch.setattr("onneshon.index.storage.manifest._SMALL", 0)
    update([Article("নতুন", "হাওরে শীতের পাখি")], directory)
    path = Generations(directory).current().folder / "MAIN_bulk.inv"
    _damage(path, path.stat().st_size // 2)
    with (
        pytest.raises(BuildError, match="live index is as it was") as raised,
        open_writer(directory) as writer,
    ):
        writer.merge(everything=True)
    assert "was mended" not in str(raised.value)


def test_what_is_beyond_mending_is_tried_once(directory: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The failure is logged once, and the writer is closed; the live generation is unchanged."""
    with open_writer(directory) as writer:
        writer.add(Article("নতুন", "হাওরে শীতের পাখি"))
        writer.commit()
        path = Generations(directory).current().folder / "MAIN_bulk.inv"
        overwrite(path, bytes(path.stat().st_size))
        with pytest.raises(BuildError, match=r"MAIN_bulk\.inv"):
            writer.add(Article("আরও", "হাওরে বর্ষা"))
        assert (caplog.text.count("was not mended"), writer.closed) == (1, True)
