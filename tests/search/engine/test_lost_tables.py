"""Word tables that cannot be repaired, without a previous generation: articles are found without them."""

import shutil
from pathlib import Path

import pytest

from onneshon.index import IndexCorruptError, open_writer
from onneshon.index.storage.checking import open_sound
from onneshon.search import Engine
from tests.building import overwrite


@pytest.fixture
def directory(sample_index: Path, tmp_path: Path) -> Path:
    """One generation of articles."""
    return Path(shutil.copytree(sample_index, tmp_path / "index"))


def ruin(directory: Path, name: str) -> None:
    """Change more of a file than its parity can restore, but neither its head nor its end."""
    path = directory / "generations" / "000001" / name
    content = path.read_bytes()
    assert len(content) > 2 * 4096
    overwrite(path, content[:200] + bytes(byte ^ 0x55 for byte in content[200:-8]) + content[-8:])


@pytest.mark.parametrize("name", ["vocabulary.bin", "completion.bin", "MAIN_bulk.pairs"])
def test_articles_are_found_without_a_table_of_words(directory: Path, name: str) -> None:
    """The warning names the table and the command that rebuilds it."""
    with Engine.open(directory) as engine:
        before = engine.search("নদী").total
    ruin(directory, name)
    with Engine.open(directory) as engine:
        found = engine.search("নদী")
        engine.suggest("নদ")
        health = engine.health
    assert (found.total, found.partial) == (before, False)
    assert (health.generation, health.damage) == ("000001", "")
    assert health.warning.startswith(f"{name} of generation 000001 is damaged beyond mending")
    assert "onneshon index repair" in health.warning


def test_what_can_be_mended_is_mended_beside_what_cannot(directory: Path) -> None:
    """One damaged byte of a posting list is repaired although a vocabulary is lost."""
    with Engine.open(directory) as engine:
        before = engine.search("নদী").total
    ruin(directory, "vocabulary.bin")
    path = directory / "generations" / "000001" / "MAIN_bulk.inv"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    overwrite(path, bytes(content))
    with Engine.open(directory) as engine:
        assert engine.search("নদী").total == before


def test_what_was_withdrawn_does_not_come_back_for_a_table_of_words(directory: Path) -> None:
    """The previous generation is whole, but contains an article that readers must not see any more."""
    with Engine.open(directory) as engine:
        withdrawn = engine.search("নদী").hits[0].id
    with open_writer(directory) as writer:
        writer.delete(withdrawn)
    path = directory / "generations" / "000002" / "vocabulary.bin"
    content = path.read_bytes()
    path.unlink()  # the previous generation shares this file
    path.write_bytes(content[:200] + bytes(byte ^ 0x55 for byte in content[200:-8]) + content[-8:])
    with Engine.open(directory) as engine:
        engine.search("bangladesher itihas")
        assert withdrawn not in [hit.id for hit in engine.search("নদী")]
        assert engine.health.generation == "000002"
        assert engine.health.warning.startswith(
            "vocabulary.bin of generation 000002 is damaged beyond mending"
        )


def test_what_was_withdrawn_does_not_come_back_for_the_list_of_it(directory: Path) -> None:
    """The damaged list says when articles were withdrawn, for programs that follow changes."""
    with Engine.open(directory) as engine:
        withdrawn = engine.search("নদী").hits[0].id
    with open_writer(directory) as writer:
        writer.delete(withdrawn)
    for name in ("MAIN.gone", "MAIN.parity"):
        path = directory / "generations" / "000002" / name
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        overwrite(path, bytes(content))
    with Engine.open(directory) as engine:
        assert withdrawn not in [hit.id for hit in engine.search("নদী")]
        assert (engine.health.generation, engine.health.damage) == ("000002", "")
        assert "MAIN.gone of generation 000002 is damaged beyond mending" in engine.health.warning
        assert "earlier changes and deletions are not reported" in engine.health.warning


def test_texts_are_no_table_to_go_without(directory: Path) -> None:
    """An index that lost articles fails to open rather than finding fewer."""
    ruin(directory, "MAIN_bulk.doc")
    with pytest.raises(IndexCorruptError, match=r"MAIN_bulk\.doc"):
        open_sound(directory)


@pytest.mark.usefixtures("beyond_parity")
def test_what_cannot_be_mended_is_tried_once(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Repair is not tried by each search: it reads the whole index while others wait."""
    monkeypatch.setattr("onneshon.index.storage.manifest._SMALL", 0)
    tried = []

    def watched(*arguments: object, **options: object) -> object:
        tried.append(arguments)
        return open_sound(*arguments, **options)  # type: ignore[arg-type]

    ruin(directory, "vocabulary.bin")
    monkeypatch.setattr("onneshon.search.engine.local_engine.open_sound", watched)
    with Engine.open(directory) as engine:
        for word in ("bangladesher", "itihas", "বাংলদেস"):
            with pytest.raises(IndexCorruptError):
                engine.search(word)
    assert len(tried) == 2  # the first call opened the index
