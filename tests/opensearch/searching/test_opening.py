"""An engine over a cluster in memory: its use of a directory, its reloading, and its contents."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from onneshon.index.article import Article
from onneshon.index.configuration import FILE_NAME
from onneshon.index.errors import IndexCorruptError, IndexMissingError
from onneshon.opensearch.connection.address import Address
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.searching.engine import ClusterEngine
from onneshon.opensearch.writing.build import build_on_cluster
from onneshon.opensearch.writing.cluster_writer import delete_on_cluster, update_on_cluster
from onneshon.search import Engine, Pin, PinFile, SearchRequest
from tests.opensearch.memory_cluster import MemoryClient

NEWS = [
    Article("১", "বইমেলা শুরু", "একাডেমির মাঠে বইমেলা।"),
    Article("২", "গ্রন্থমেলার খবর", "গ্রন্থমেলা চলছে, লেখক আসছেন।"),
    Article("৩", "নদীর চর", "নদীতে ইলিশ।", category="পরিবেশ"),
    Article("৪", "নদীর মেলা", "নদীর ধারে মেলা।"),
]


@pytest.fixture
def built(news: Cluster) -> Cluster:
    """An index of four articles."""
    build_on_cluster(NEWS, news)
    return news


@pytest.fixture
def opened(built: Cluster) -> Iterator[Callable[..., ClusterEngine]]:
    """A function that opens engines of the index, which are closed afterwards."""
    engines = []

    def opening(**options: Any) -> ClusterEngine:
        engines.append(ClusterEngine.open(built.address, time_limit=None, **options))
        return engines[-1]

    yield opening
    for engine in engines:
        engine.close()


def ids(engine: ClusterEngine, text: str) -> list[str]:
    """The ids of the hits, in order."""
    return [hit.id for hit in engine.search(text)]


def test_the_synonyms_of_the_site_count(opened: Callable[..., ClusterEngine], tmp_path: Path) -> None:
    """Synonyms are read from the file that the settings in the site's directory name; else there are none."""
    (tmp_path / FILE_NAME).write_text('synonyms = "words.txt"\n', "utf-8")
    (tmp_path / "words.txt").write_text("ইলিশ, গ্রন্থমেলা\n", "utf-8")
    assert ids(opened(), "ইলিশ") == ["৩"]
    assert {*ids(opened(directory=tmp_path), "ইলিশ")} == {"২", "৩"}


def test_the_pins_of_editors_stand_first(opened: Callable[..., ClusterEngine], tmp_path: Path) -> None:
    """Pins are read from the directory, if one is given; an explanation names them."""
    PinFile(tmp_path).add(Pin(("নদী",), first=("১",), never=("৪",), name="p1"))
    engine = opened(directory=tmp_path)
    assert ids(engine, "নদী") == ["১", "৩"]
    assert engine.explain("নদী", "১").parts[-1].kind == "pinned"
    assert {*ids(opened(), "নদী")} == {"৩", "৪"}


def test_an_engine_moves_on_when_words_have_changed(
    built: Cluster, opened: Callable[..., ClusterEngine]
) -> None:
    """An update is visible after a reload, which reads only new parts of words."""
    engine = opened()
    first = engine.edition
    assert not engine.reload()
    with engine._searchers.acquire() as state:
        [part] = state.words.parts
    update_on_cluster([Article("৫", "হাওরের খবর", "হাওরে নদী")], built)
    assert engine.reload()
    assert (ids(engine, "হাওর"), engine.count) == (["৫"], 5)
    assert engine.edition != first
    with engine._searchers.acquire() as state:
        assert state.words.parts[0] is part
        texts = state.texts
    build_on_cluster(NEWS[:3], built)
    assert engine.reload()
    assert (engine.count, engine.health.generation) == (3, "news-000002")
    with engine._searchers.acquire() as state:
        assert part not in state.words.parts
        assert state.texts is not texts
    assert not engine.reload()


def test_an_index_that_takes_the_name_of_another_is_another(
    built: Cluster, memory: MemoryClient, opened: Callable[..., ClusterEngine]
) -> None:
    """Even if all else is equal, nothing read of the first index is reused."""
    engine = opened()
    with engine._searchers.acquire() as state:
        [part] = state.words.parts
    before = engine.edition
    memory.store.one("news").settings["uuid"] = "another"
    assert engine.reload()
    assert engine.edition != before
    with engine._searchers.acquire() as state:
        assert part not in state.words.parts


def test_an_engine_says_how_much_it_has_and_what_is_missing(
    memory: MemoryClient, opened: Callable[..., ClusterEngine]
) -> None:
    """A verified engine says so; a missing shard is damage until it is back."""
    engine = opened()
    health = engine.health
    assert (health.generation, health.articles, health.verified, health.damage) == (
        "news-000001", 4, False, "",
    )  # fmt: skip
    engine.verify()
    assert engine.health.verified is True
    memory.store.one("news").is_lost = True
    with closing(ClusterEngine.open(Address.parse("opensearch://127.0.0.1:9200/news"))) as other:
        with pytest.raises(IndexCorruptError, match="a part of news-000001 is nowhere"):
            other.verify()
        assert "bring back the node" in other.health.damage


def test_an_index_that_is_not_there_is_no_engine(news: Cluster) -> None:
    """The error says how to build an index."""
    with pytest.raises(IndexMissingError, match="onneshon index build"):
        ClusterEngine.open(news.address)


def test_what_a_query_means_is_counted_as_in_a_directory(opened: Callable[..., ClusterEngine]) -> None:
    """Document frequencies of all kinds of concepts equal those of a directory."""
    engine = opened()
    with Engine.of(NEWS, time_limit=None) as here:
        for text in ("নদী মেলা", '"নদীর ধারে" মেলা', "বইমেলা নদী", "boi nodi", "নদী category:পরিবেশ", "খপুষ্প নদী"):
            assert engine.search(text).counts == here.search(text).counts, text
            assert [each.to_dict() for each in engine.understand(text)] == [
                each.to_dict() for each in here.understand(text)
            ]


def test_what_depends_on_the_other_articles_is_explained_as_it_was_scored(news: Cluster) -> None:
    """A title within the query counts only if no other title has all of it."""
    build_on_cluster([Article(title, title) for title in ("স্রোত", "স্রোত কবিতা", "কবিতা")], news)
    with closing(ClusterEngine.open(news.address, time_limit=None)) as engine:
        for name, score in engine.rank("স্রোত কবিতা"):
            assert engine.explain("স্রোত কবিতা", name).score == pytest.approx(score, rel=1e-4)


def test_a_score_is_explained_by_what_is_there(
    memory: MemoryClient, opened: Callable[..., ClusterEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing shard does not affect the explanation, as the article's own shard answers."""
    engine, search = opened(), memory.search
    whole = engine.explain("নদী", "৪").to_dict()

    def lacking(body: Mapping[str, Any], index: str = "", params: object = None) -> Any:
        shards = {"total": 2, "successful": 1, "failed": 1}
        return {**search(body, index, params), "_shards": shards}

    monkeypatch.setattr(memory, "search", lacking)
    assert engine.explain("নদী", "৪").to_dict() == whole


def test_articles_like_one_are_found_without_it(opened: Callable[..., ClusterEngine]) -> None:
    """Similar articles come from the article's words, without the article itself."""
    engine = opened()
    assert [each.id for each in engine.similar("৪")][:1] == ["৩"]
    assert engine.rank("নদী", limit=1)[0][0] in {"৩", "৪"}
    assert len(engine.rank("নদী", limit=1)) == 1


def test_what_is_deleted_is_neither_found_nor_suggested(
    built: Cluster, opened: Callable[..., ClusterEngine]
) -> None:
    """Titles and words of a deleted article are gone; those that others have stay."""
    engine = opened()
    assert [each.text for each in engine.suggest("গ্রন্থ")]
    delete_on_cluster(["২"], built)
    assert engine.reload()
    assert engine.suggest("গ্রন্থ") == []
    assert engine.search(SearchRequest("গ্রন্থমেলা")).total == 0
    assert [each.text for each in engine.suggest("নদীর")]
    assert engine.search("*").total == engine.count == 3
