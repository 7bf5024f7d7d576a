"""Builds on a cluster in memory: what is written, what is refused, and when an index goes live."""

from itertools import chain, count, repeat
from time import time_ns
from types import SimpleNamespace
from typing import Any

import pytest

from onneshon.index.article import Article
from onneshon.index.errors import BuildError, CorpusError, IndexMissingError
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.storage.documents import LONGEST_TERM, DocumentMaker
from onneshon.opensearch.storage.generations import ClusterGenerations
from onneshon.opensearch.storage.tenants import generations_of
from onneshon.opensearch.writing import build as module
from onneshon.opensearch.writing.build import Layout, build_on_cluster, count_of, size_of, spread_of
from onneshon.opensearch.writing.checking import check_cluster
from onneshon.opensearch.writing.cluster_writer import update_on_cluster
from tests.opensearch.memory_cluster import MemoryClient
from tests.opensearch.memory_index import MemoryIndex

NEWS = [
    Article("১", "ঢাকায় বইমেলা", "বাংলা একাডেমির বইমেলা শুরু হয়েছে।"),
    Article("২", "ইলিশের মৌসুম", "পদ্মার ইলিশ বাজারে এসেছে।"),
    Article("৩", "নদী রক্ষা", "বুড়িগঙ্গা নদীর পাড়ে উচ্ছেদ।"),
    Article("৪", "হাওরের খবর", "হাওরে ধান কাটা শেষ।"),
    Article("৫", "চরের জীবন", "চরে নৌকা ভেড়ে না।"),
]


def test_as_many_articles_are_written_or_reported_as_were_read(news: Cluster) -> None:
    """Empty articles, overlong words and values that the cluster refuses are all reported."""
    bad = [
        Article("খালি", "", ""),
        Article("শব্দ", "ক" * LONGEST_TERM, "দীর্ঘ"),
        Article("বিষয়", "নদী", "চর", category="ক" * LONGEST_TERM),
    ]
    report = build_on_cluster([*NEWS, *bad], news, max_bad="50%", workers=1)
    assert (report.seen, report.articles, report.skipped) == (8, 5, {"empty": 1, "refused": 2})
    assert (report.previous, report.kept) == (None, (report.generation,))
    assert report.index_bytes == size_of(news, f"{report.generation},{report.generation}-files") > 0
    assert check_cluster(news, deep=True).articles == 5
    again = build_on_cluster(NEWS, news)
    assert (again.previous, again.kept) == (5, (report.generation, again.generation))


def test_a_build_that_was_not_finished_is_removed_by_the_next(news: Cluster, memory: MemoryClient) -> None:
    """Its files are removed too; of complete generations, the given number stays."""
    generations = generations_of(news)
    build_on_cluster(NEWS, news)
    generations.begin(generations.live().contract, 1, {})
    kept = build_on_cluster(NEWS, news, keep=1).kept
    assert kept == ("news-000002",)
    assert sorted(memory.store.indexes) == ["news-000002", "news-000002-files", "news-writer"]


@pytest.mark.parametrize(("altered", "noticed"), [("১", True), ("২", True), ("৩", False), ("৪", True)])
def test_some_articles_are_read_back_before_the_index_goes_live(
    news: Cluster, monkeypatch: pytest.MonkeyPatch, altered: str, noticed: bool
) -> None:
    """The first, second, fourth and so on are compared letter by letter."""
    source = MemoryIndex.source

    def losing_a_letter(self: MemoryIndex, document: Any) -> dict[str, Any]:
        found = source(self, document)
        if document.values["id"] != altered:
            return found
        return {"article": {**found["article"], "title": found["article"]["title"][:-1]}}

    monkeypatch.setattr(MemoryIndex, "source", losing_a_letter)
    if not noticed:
        assert build_on_cluster(NEWS, news).articles == 5
        return
    with pytest.raises(BuildError, match=f"the article '{altered}' reads back differently"):
        build_on_cluster(NEWS, news)
    with pytest.raises(IndexMissingError):
        generations_of(news).live()
    assert generations_of(news).all() == []


def test_an_index_that_has_lost_an_article_does_not_go_live(
    news: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The count is checked although the cluster acknowledged all writes."""
    monkeypatch.setattr(module, "count_of", lambda *_: 4)
    with pytest.raises(BuildError, match="5 articles were written, but 4 are there"):
        build_on_cluster(NEWS, news)


def test_an_index_that_has_the_name_of_the_alias_is_reported_before_a_build(
    news: Cluster, memory: MemoryClient
) -> None:
    """The conflict is reported before anything is written; a program may have created ``news`` by a write."""
    memory.indices.create("news", {"settings": {"index": {}}})
    with pytest.raises(ClusterError, match=r"called as its alias is to be.*delete it"):
        build_on_cluster(NEWS, news)
    assert not any(name.startswith("news-0") for name in memory.store.indexes)
    memory.indices.delete("news")
    assert build_on_cluster(NEWS, news).articles == len(NEWS)


def test_a_build_that_ends_once_it_is_live_stays(news: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt after publication keeps the generation, as readers use it already."""
    build_on_cluster(NEWS[:1], news)
    publish = ClusterGenerations.publish

    def interrupted(generations: ClusterGenerations, name: str) -> None:
        publish(generations, name)
        raise KeyboardInterrupt

    monkeypatch.setattr(ClusterGenerations, "publish", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build_on_cluster(NEWS, news)
    assert count_of(news, generations_of(news).live().index) == len(NEWS)


LENGTHS = [len(article.body) for article in NEWS]


@pytest.mark.parametrize(
    ("most", "characters", "taken"),
    [(2, 1 << 20, 2), (9, LENGTHS[0], 1), (9, LENGTHS[0] + 1, 2), (9, sum(LENGTHS[:3]), 3), (9, 1 << 20, 5)],
)
def test_an_average_article_is_one_of_the_first(
    news: Cluster, monkeypatch: pytest.MonkeyPatch, most: int, characters: int, taken: int
) -> None:
    """Averages come from the first articles, up to a number of them or of characters; all are written."""
    monkeypatch.setattr(module, "SAMPLE", most)
    monkeypatch.setattr(module, "SAMPLE_CHARACTERS", characters)
    build_on_cluster(NEWS, news)
    expected = module._basis_of(NEWS[:taken])
    titles, bodies = DocumentMaker(expected).lengths(NEWS[:taken]).mean(axis=0)
    assert generations_of(news).live().contract.basis == expected
    assert (expected.average_title, expected.average_body) == pytest.approx((titles, bodies))
    assert count_of(news, news.live()) == 5


@pytest.mark.parametrize(
    ("nodes", "layout", "spread"),
    [
        (1, Layout(), (1, 0)),
        (2, Layout(), (1, 1)),
        (3, Layout(4), (4, 1)),
        (3, Layout(2, 0), (2, 0)),
        (3, Layout(1, 2), (1, 2)),
    ],
)
def test_parts_have_copies_where_there_are_nodes_for_them(
    news: Cluster, memory: MemoryClient, nodes: int, layout: Layout, spread: tuple[int, int]
) -> None:
    """The number may be set; files of the generation have as many replicas."""
    memory.store.nodes = nodes
    name = build_on_cluster(NEWS, news, layout=layout).generation
    assert spread_of(news, name) == spread
    assert spread_of(news, f"{name}-files") == (1, spread[1])
    assert spread_of(news, f"{name},{name}-files") == (spread[0] + 1, spread[1])


def test_of_several_indexes_the_most_copies_are_reported(news: Cluster, memory: MemoryClient) -> None:
    """The shards of all indexes are added, and the greatest number of replicas is reported."""
    name = build_on_cluster(NEWS, news, layout=Layout(2, 1)).generation
    memory.indices.put_settings(f"{name}-files", {"index": {"number_of_replicas": 2}})
    assert spread_of(news, f"{name},{name}-files") == (3, 2)


def test_the_reason_of_a_cluster_that_refuses_is_reported(news: Cluster) -> None:
    """With ``strict``, the error has the cluster's own words."""
    refused = Article("বিষয়", "নদী", "চর", category="ক" * LONGEST_TERM)
    with pytest.raises(CorpusError, match="article 'বিষয়': illegal_argument_exception: for a reason"):
        build_on_cluster([*NEWS, refused], news, strict=True)


def _health_that_says(monkeypatch: pytest.MonkeyPatch, memory: MemoryClient, *states: str) -> list[str]:
    """Let each index have these states in turn, the last for ever; return the list of states given out."""
    said: list[str] = []
    left = chain(states, repeat(states[-1]))

    def health(index: str = "") -> dict[str, Any]:
        if index:
            said.append(next(left))
        return {"status": said[-1] if said else "green", "number_of_data_nodes": 2}

    monkeypatch.setattr(memory.cluster, "health", health)
    monkeypatch.setattr(module, "PAUSE", 0.0)
    return said


def test_copies_are_waited_for_before_an_index_goes_live(
    news: Cluster, memory: MemoryClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shard that is on no node yet may be assigned soon."""
    said = _health_that_says(monkeypatch, memory, "red", "yellow", "yellow", "green")
    build_on_cluster(NEWS, news)
    assert said == ["red", "yellow", "yellow", "green"]


@pytest.mark.parametrize(("state", "goes_live"), [("yellow", True), ("red", False)])
def test_copies_that_do_not_come_are_gone_without(
    news: Cluster, memory: MemoryClient, monkeypatch: pytest.MonkeyPatch, state: str, goes_live: bool
) -> None:
    """After ten minutes the build continues without replicas, but not without a shard."""
    clock = count(0.0, module.READY / 3)
    told = SimpleNamespace(monotonic=lambda: next(clock), sleep=lambda _: None, time_ns=time_ns)
    monkeypatch.setattr(module, "time", told)
    said = _health_that_says(monkeypatch, memory, state)
    if goes_live:
        assert build_on_cluster(NEWS, news).articles == 5
    else:
        with pytest.raises(
            ClusterError, match="a shard of news-000001,news-000001-files is on no node: `GET"
        ):
            build_on_cluster(NEWS, news)
    assert len(said) == 3  # at 200, 400 and 600 seconds


def test_an_update_is_later_than_the_build_before_it(news: Cluster) -> None:
    """The later write of an article wins, even if an earlier process had a clock ahead."""
    build_on_cluster(NEWS, news)
    report = update_on_cluster([Article("১", "বইমেলা শেষ", "বইমেলা শেষ হয়েছে।")], news)
    assert (report.changed, report.stale) == (1, 0)
    build_on_cluster(NEWS, news)
    assert update_on_cluster(NEWS[:1], news).unchanged == 1
