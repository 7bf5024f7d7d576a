"""Stored indexes of earlier versions: they migrate, and then find what they found when built."""

import json
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from onneshon.index import ArticleNotFoundError, IndexCorruptError, IndexOutdatedError
from onneshon.index.columnar.segment_list import open_segments
from onneshon.index.commands.main import main
from onneshon.index.indexer.builder import migrate
from onneshon.index.storage.generations import Generations
from onneshon.search import Engine
from tests.building import overwrite

DATA = Path(__file__).parents[2] / "data" / "indexes"
ANSWERS = json.loads((DATA / "0.1.0.answers.json").read_text(encoding="utf-8"))


@pytest.fixture(params=["0.1.0", "layout-2"])
def moved(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of an old index, since opening must not depend on its path."""
    return Path(shutil.copytree(DATA / request.param, tmp_path / "moved"))


@pytest.fixture
def old_engine(moved: Path) -> Iterator[Engine]:
    """The engine of that index, rebuilt from its stored articles."""
    report = migrate(moved)
    assert report.is_complete
    with Engine.open(moved) as engine:
        yield engine


def test_an_old_index_is_refused_with_a_remedy(moved: Path) -> None:
    """Its terms follow other rules than queries do; the error names the command to migrate."""
    with pytest.raises(IndexOutdatedError, match="run `onneshon index migrate`"):
        Engine.open(moved)


def test_a_migration_is_a_command_and_can_be_taken_back(moved: Path) -> None:
    """The old generation is kept along with the new one."""
    result = CliRunner().invoke(main, ["index", "migrate", "--index", str(moved)])
    assert result.exit_code == 0
    assert "12 articles in: 12 indexed, 0 left out" in result.stdout
    (before, after) = [int(generation.name) for generation in Generations(moved).all()]
    assert after == before + 1


@pytest.mark.parametrize("by_name", [False, True])
def test_what_another_version_built_is_gone_back_to_with_that_version(moved: Path, *, by_name: bool) -> None:
    """Rollback refuses it, because this version can only migrate the live generation, which stays live."""
    before = Generations(moved).current().name
    migrate(moved)
    live = Generations(moved).current()
    to = ["--to", before] if by_name else []
    result = CliRunner().invoke(main, ["index", "rollback", *to, "--index", str(moved)])
    assert result.exit_code == 1
    assert f"{before}: the index was built with another version" in result.stderr
    assert "make it live with the version of Onneshon that built it" in result.stderr
    assert Generations(moved).current() == live


def test_a_damaged_old_index_is_not_migrated(moved: Path) -> None:
    """Every file is compared with its digest first."""
    (path,) = moved.glob("generations/*/MAIN_bulk.doc")
    content = path.read_bytes()
    overwrite(path, content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])
    with pytest.raises(IndexCorruptError):
        migrate(moved)
    assert len(Generations(moved).all()) == 1


@pytest.mark.parametrize("query", ANSWERS["found"])
def test_an_old_index_finds_what_it_found(old_engine: Engine, query: str) -> None:
    """The same articles are found; their order may change with the ranking, which is not part of an index."""
    assert sorted(article for article, _ in old_engine.rank(query)) == ANSWERS["found"][query]


def test_an_old_index_gives_its_texts_back(old_engine: Engine) -> None:
    """Titles and bodies are the same to the letter."""
    assert old_engine.count == len(ANSWERS["texts"])
    for article_id, digest in ANSWERS["texts"].items():
        article = old_engine.article(article_id)
        assert sha256(f"{article.title}\n{article.body}".encode()).hexdigest() == digest


@pytest.mark.parametrize("moved", ["layout-2"], indirect=True)
def test_what_was_deleted_of_an_old_index_stays_deleted_and_its_fields_stay(old_engine: Engine) -> None:
    """The list of segments that records deletions is a pickle in this layout."""
    with pytest.raises(ArticleNotFoundError):
        old_engine.article("gone")
    tags = {article: old_engine.article(article).keywords for article in ANSWERS["texts"]}
    assert sum("নদী" in keywords.get("tags", ()) for keywords in tags.values()) == 6


@pytest.mark.parametrize("moved", ["layout-2"], indirect=True)
def test_an_old_list_of_segments_cannot_run_code(moved: Path, tmp_path: Path) -> None:
    """A pickle that names any class but our segments is refused, not run."""
    (path,) = moved.glob("generations/*/_MAIN_1.toc")
    data = path.read_bytes()
    harmful = b"cposix\nsystem\n(S'touch %s'\ntR." % str(tmp_path / "ran").encode()
    overwrite(path, data[: data.rindex(b"\x80\x05")] + harmful)
    with pytest.raises(IndexCorruptError, match="has no place in a list of segments"):
        open_segments(path.parent)
    assert not (tmp_path / "ran").exists()


def test_without_a_pointer_the_newest_is_built_again(moved: Path) -> None:
    """Rollback cannot open what is there; its message names `migrate`, which rebuilds the newest."""
    (moved / "CURRENT").unlink()
    refused = CliRunner().invoke(main, ["index", "rollback", "--index", str(moved)])
    assert refused.exit_code != 0
    assert "run `onneshon index migrate`" in refused.output
    assert CliRunner().invoke(main, ["index", "migrate", "--index", str(moved)]).exit_code == 0
    with Engine.open(moved) as engine:
        assert (engine.count, engine.health.warning) == (12, "")
