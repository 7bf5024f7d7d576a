"""Migration: an index is rebuilt from its stored live articles, if every byte of it is sound."""

from pathlib import Path
from typing import Any

import pytest

from onneshon.index import Article, IndexCorruptError, IndexMissingError, open_index, open_writer
from onneshon.index.indexer import write_job
from onneshon.index.indexer.builder import migrate
from onneshon.index.storage import durable, manifest
from onneshon.index.storage.generations import Generations
from tests.building import build_numbered, overwrite


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An index of twenty articles, two of which are deleted."""
    build_numbered(tmp_path / "index")
    with open_writer(tmp_path / "index") as writer:
        writer.delete("3")
        writer.delete("4")
    return tmp_path / "index"


def test_what_is_gone_does_not_come_back(directory: Path) -> None:
    """The index that was live stays for a rollback."""
    before = Generations(directory).current().name
    report = migrate(directory)
    assert (report.articles, report.previous, before in report.kept) == (18, 18, True)
    with open_index(directory) as reader:
        found = [
            reader.article(name).title for part in reader.segments for name in part.article_ids(range(18))
        ]
    assert found == [f"প্রথম সংস্করণ {number}" for number in range(20) if number not in {3, 4}]


def test_damage_is_not_carried_over(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every byte is compared first, also of files that are otherwise compared only when used."""
    monkeypatch.setattr(manifest, "_SMALL", 0)
    live = Generations(directory).current()
    path = live.folder / "vocabulary.bin"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    overwrite(path, bytes(content))
    with pytest.raises(IndexCorruptError, match=r"vocabulary\.bin was altered after it was built"):
        migrate(directory)
    assert Generations(directory).current().name == live.name


def test_what_is_published_before_it_has_the_lock_is_not_left_out(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another writer publishes meanwhile, and removes the generation that was live when migration began."""
    before, lock = Generations(directory).current(), durable.writer_lock

    def published_first(*given: Any, **options: Any) -> Any:
        monkeypatch.setattr(write_job, "writer_lock", lock)
        with open_writer(directory) as writer:
            writer.add(Article("নতুন", "নতুন খবর"))
        Generations(directory).remove([before.folder])
        return lock(*given, **options)

    monkeypatch.setattr(write_job, "writer_lock", published_first)
    assert migrate(directory).articles == 19
    with open_index(directory) as reader:
        assert reader.article("নতুন").title == "নতুন খবর"


def test_where_there_is_no_index_none_is_begun(tmp_path: Path) -> None:
    """Its directory is not made either."""
    with pytest.raises(IndexMissingError):
        migrate(tmp_path / "index")
    assert not (tmp_path / "index").exists()
