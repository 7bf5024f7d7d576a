"""Damage that cannot be repaired, without a previous generation: sound parts answer, as partial pages."""

import shutil
from pathlib import Path

import pytest

from onneshon.index import Article, IndexCorruptError, open_writer
from onneshon.index.columnar.section_file import SectionFile
from onneshon.search import Engine
from onneshon.search.results.values import ResultPage
from tests.building import folder_of, overwrite, segments_left_apart

QUERIES = (
    "নদী", "ভাষা আন্দোলন", "মুক্তিযুদ্ধ", "ইলিশ মাছ", "bangladesher itihas", "পাট", "রবীন্দ্রনাথ", "ঢাকা শহর",
    '"ভাষা আন্দোলন"', "মুক্তি*", "পদ্মা মেঘনা যমুনা", "বিশ্ববিদ্যালয়", "সুন্দরবন", "নববর্ষ", "কবিতা", "চা বাগান",
)  # fmt: skip

pytestmark = pytest.mark.usefixtures("beyond_parity")


@pytest.fixture
def directory(sample_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One generation; no file is verified when it is opened, although the sample's files are small."""
    monkeypatch.setattr("onneshon.index.storage.manifest._SMALL", 0)
    return Path(shutil.copytree(sample_index, tmp_path / "index"))


def damage(directory: Path, ending: str, section: str, part: float = 0.5) -> None:
    """Change a byte in a section of a file."""
    path = folder_of(directory) / f"MAIN_bulk.{ending}"
    content = bytearray(path.read_bytes())
    file = SectionFile.open(path)
    wanted = bytes(file.section(section).unchecked)
    file.release()
    content[content.index(wanted) + int(part * len(wanted))] ^= 0x10
    overwrite(path, bytes(content))


def ids(page: ResultPage) -> list[str]:
    """The ids of the page's hits."""
    return [hit.id for hit in page]


def answers(directory: Path) -> dict[str, ResultPage]:
    """The answer to each query, asked twice: what is left out is left out again and reported again."""
    with Engine.open(directory) as engine:
        for query in QUERIES:
            engine.search(query)
        return {query: engine.search(query, limit=20) for query in QUERIES}


@pytest.mark.parametrize(
    ("ending", "section"),
    [
        ("doc", "stored"),
        ("inv", "stem/data"),
        ("inv", "exact/data"),
        ("inv", "exact/terms"),
        ("inv", "stem/terms"),
    ],
)
@pytest.mark.parametrize("part", [0.1, 0.6])
def test_what_is_sound_is_answered_and_what_is_not_is_left_out(
    directory: Path, ending: str, section: str, part: float
) -> None:
    """No query fails; complete answers are right, and the others are marked as partial."""
    right = answers(directory)
    damage(directory, ending, section, part)
    found = answers(directory)
    assert any(page.partial for page in found.values())
    for query, page in found.items():
        if page.partial:
            assert page.partial_reason == "part"
        else:
            assert ids(page) == ids(right[query])


@pytest.mark.parametrize("part", [0.5, 0.6])
@pytest.mark.parametrize(
    ("section", "query"),
    [
        ("stem/data", "চাবাগান"),  # two words that are adjacent in articles
        ("stem/data", "সোনারবাংলা"),
        ("exact/data", "নদি"),  # misspelt
    ],
)
def test_what_a_query_was_read_by_is_missing_each_time(
    directory: Path, section: str, query: str, part: float
) -> None:
    """Nothing learned from damaged lists is cached as if the lists were whole."""
    damage(directory, "inv", section, part)
    with Engine.open(directory) as engine:
        with pytest.raises(IndexCorruptError):
            engine.verify()
        assert all(engine.search(query).partial for _ in range(3))


@pytest.mark.parametrize("query", ["নববর্স", "নদীভাঙন", "কবিত", "jatiyo sangsad"])
def test_what_is_left_of_words_is_missing_each_time(directory: Path, query: str) -> None:
    """Where some articles are deleted, words are counted in the posting lists that are left."""
    with segments_left_apart(), open_writer(directory) as writer:
        writer.add(Article("new", title="নদীর কথা", body="পদ্মা নদীর তীরে চা বাগান।"))
        writer.delete("history-01-bhasha-andolon")
    shutil.rmtree(directory / "generations" / "000001")
    damage(directory, "inv", "exact/data", 0.7)
    with Engine.open(directory) as engine:
        with pytest.raises(IndexCorruptError):
            engine.verify()
        assert all(engine.search(query).partial for _ in range(3))


def test_a_lost_text_is_no_hit_and_the_others_are(directory: Path) -> None:
    """An article whose text is lost is counted in the total, but is no hit."""
    with Engine.open(directory) as engine:
        before = engine.search("*", limit=100, group=False)
    damage(directory, "doc", "stored")
    with Engine.open(directory) as engine:
        page = engine.search("*", limit=100, group=False)
        assert (page.total, page.partial_reason) == (before.total, "part")
        assert 0 < len(page.hits) < len(before.hits)
        assert set(ids(page)) < set(ids(before))
        lost = next(iter({*ids(before)} - {*ids(page)}))
        with pytest.raises(IndexCorruptError, match=r"MAIN_bulk\.doc"):
            engine.article(lost)
        with pytest.raises(IndexCorruptError, match=r"MAIN_bulk\.doc"):
            [*engine.scan("*")]


def test_the_keeper_of_the_index_is_warned(directory: Path) -> None:
    """The engine's health names the damage and the remedy."""
    damage(directory, "doc", "stored")
    with Engine.open(directory) as engine:
        assert engine.health.warning == ""
        engine.search("*", limit=100)
        warning = engine.health.warning
        assert engine.health.damage.startswith("MAIN_bulk.doc is damaged in document")
        with pytest.raises(IndexCorruptError, match=r"MAIN_bulk\.doc"):
            engine.verify()
    assert "generation 000001" in warning
    assert "onneshon index repair" in warning
    assert warning.endswith("what is damaged is left out of answers, and these say so")


@pytest.mark.parametrize("section", ["doc", "inv"])
def test_what_cannot_be_opened_is_refused(directory: Path, section: str) -> None:
    """The head of a file says where its sections are, so a damaged head is an error."""
    path = directory / "generations" / "000001" / f"MAIN_bulk.{section}"
    overwrite(path, bytes(64) + path.read_bytes()[64:])
    with pytest.raises(IndexCorruptError, match="MAIN_bulk"):
        Engine.open(directory)


@pytest.mark.parametrize("section", ["stem/data", "exact/data", "stem/terms", "exact/terms"])
def test_what_is_asked_beside_searches_does_not_fail_either(directory: Path, section: str) -> None:
    """Suggestions, the reading of a query, similar articles and changes do not fail either."""
    damage(directory, "inv", section)
    with Engine.open(directory) as engine:
        for typed in ("নদ", "bangl", "মুক্তিযু", "ভাষা আ"):
            engine.suggest(typed)
            assert [word.typed for word in engine.understand(typed)]
        engine.similar("history-01-bhasha-andolon")
        assert all(isinstance(page, ResultPage) for page in engine.multi_search(["নদী", "ঢাকা"]))
