"""A real cluster that lacks a shard or disk space: clients are informed, and get right results later."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from onneshon.index.article import Article
from onneshon.index.indexer.write_job import UpdateReport
from onneshon.opensearch.connection import bulk, client, faults
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.connection.rotation import WRITING, Patience
from onneshon.opensearch.searching.engine import ClusterEngine
from onneshon.opensearch.storage.generations import files_of
from onneshon.opensearch.writing.build import Layout, build_on_cluster, count_of
from onneshon.opensearch.writing.cluster_writer import update_on_cluster
from onneshon.search.commands.search_command import lines_of
from onneshon.search.results.values import ResultPage
from onneshon.web.app import create_app
from onneshon.web.live import LiveEngine
from tests.cluster.running import LocalCluster
from tests.serving import SECONDS

pytestmark = pytest.mark.xdist_group("cluster")

PHRASE = '"নদীর খবর"'
ARTICLES = [Article(f"{n}", f"নদীর খবর {n}", "ঢাকার নদী ও চর", category="পরিবেশ") for n in range(60)]


def settle(index: Cluster, generation: str, settings: dict[str, Any]) -> None:
    """Change settings of a generation."""
    index.client.indices.put_settings(index=generation, body={"index": settings})


@contextmanager
def red(index: Cluster, cluster: LocalCluster) -> Iterator[str]:
    """Kill a node with a shard that has no replica; yield the generation."""
    name = index.live()
    settle(index, files_of(name), {"number_of_replicas": 1})
    cluster.wait()
    manager = cluster.manager()
    shards = cluster.get(f"/_cat/shards/{name}?format=json", manager)
    numbers = [int(shard["node"].removeprefix("node-")) for shard in shards]
    node = next(number for number in numbers if number != manager)
    cluster.kill(node)
    try:
        assert comes(lambda: cluster.get(f"/_cluster/health/{name}", manager)["status"] == "red")
        yield name
    finally:
        cluster.start(node)
        cluster.wait()


def comes(condition: Callable[[], object]) -> bool:
    """Whether a condition becomes true within the time that tests wait."""
    pause = threading.Event()
    for _ in range(SECONDS * 20):
        if condition():
            return True
        pause.wait(0.05)
    return False


def test_a_part_that_is_missing_is_reported_and_nothing_is_learned(
    cluster: LocalCluster, empty: Cluster, hurried: pytest.LogCaptureFixture
) -> None:
    """Python, command line, API and page say so; engines and updates of that time are right afterwards."""
    build_on_cluster(ARTICLES, empty, layout=Layout(3, 0))
    address = str(empty.address)
    with ExitStack() as engines:
        before = engines.enter_context(ClusterEngine.open(address, time_limit=SECONDS))
        expected = before.search(PHRASE)
        assert (expected.total, expected.partial, expected.partial_reason) == (60, False, None)
        with red(empty, cluster) as name:
            opened = engines.enter_context(ClusterEngine.open(address, time_limit=SECONDS))
            for engine in (before, opened):
                page = engine.search(f"{PHRASE} OR চর")
                assert 0 < page.total < 60
                assert (page.partial, page.partial_reason) == (True, "part")
            _check_that_it_is_told(opened, page, _lost(cluster, name))
            assert not opened.reload()
            with pytest.raises(ClusterError, match="red"):
                count_of(empty, name)
            updating, reports = _updating(empty)
            assert comes(lambda: "(red)" in hurried.text)
        updating.join(SECONDS * 3)
        assert [(report.added, report.changed, report.articles) for report in reports] == [(10, 10, 70)]
        with ClusterEngine.open(address, time_limit=SECONDS) as fresh:
            wanted = fresh.search(PHRASE)
        for engine in (before, opened):
            assert comes(partial(_is_fresh, engine))
            page = engine.search(PHRASE)
            assert (engine.count, page.total, page.partial) == (70, wanted.total, False)
            assert [(hit.id, hit.score) for hit in page] == [(hit.id, hit.score) for hit in wanted]
    cluster.wait()


def _is_fresh(engine: ClusterEngine) -> bool:
    """Whether an engine has all articles, after a reload if need be."""
    return engine.reload() or engine.count == len(ARTICLES) + 10


def _check_that_it_is_told(engine: ClusterEngine, page: ResultPage, lost: str) -> None:
    """Check the answers for a page, and for an article in the missing shard."""
    assert "incomplete: a part of the index did not answer" in "".join(map(str, _printed(page)))
    with pytest.raises(ClusterError, match="lacks a part now"):
        engine.article(lost)
    site = create_app(LiveEngine(engine)).test_client()
    answer = site.get("/api/v1/search?q=নদী")
    assert (answer.json or {})["partial_reason"] == "part"
    assert "ETag" not in answer.headers
    assert "cannot be searched at the moment" in site.get("/search?q=নদী&lang=en").text
    assert site.get(f"/api/v1/articles/{lost}").status_code == 503


def _lost(cluster: LocalCluster, name: str) -> str:
    """The id of an article in the missing shard, found through a running node."""
    found = cluster.get(f"/{name}/_search?size=100")
    return min({str(n) for n in range(60)} - {hit["_id"] for hit in found["hits"]["hits"]})


def _updating(index: Cluster) -> tuple[threading.Thread, list[UpdateReport]]:
    """Start an update with ten new and ten changed articles."""
    changes = [Article(str(n), f"নতুন খবর {n}", "চরের কথা") for n in range(50, 70)]
    reports: list[UpdateReport] = []
    thread = threading.Thread(target=lambda: reports.append(update_on_cluster(changes, index, wait=SECONDS)))
    thread.start()
    return thread, reports


def _printed(page: ResultPage) -> list[object]:
    """The command line's output for a page."""
    return [piece for line in lines_of(page) for piece in line]


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Let waiting be reported at once, and retries follow soon."""
    caplog.set_level(logging.WARNING)
    monkeypatch.setattr(faults, "SOON", 0.0)
    monkeypatch.setattr(Patience, "pause_before", lambda _patience, _times: 0.2)
    return caplog


def test_an_update_says_that_a_disk_is_full_and_goes_on(
    empty: Cluster, hurried: pytest.LogCaptureFixture
) -> None:
    """The update continues once there is room; nothing is lost or counted twice."""
    build_on_cluster(ARTICLES, empty, layout=Layout(1, 0))
    with full(empty):
        updating, reports = _updating(empty)
        assert comes(lambda: "make room there" in hurried.text)
    updating.join(SECONDS * 3)
    assert [(report.added, report.changed, report.articles) for report in reports] == [(10, 10, 70)]


@contextmanager
def full(index: Cluster) -> Iterator[None]:
    """Set the block that OpenSearch itself sets when a node's disk is nearly full."""
    name = index.live()
    settle(index, name, {"blocks.read_only_allow_delete": True})
    try:
        yield
    finally:
        settle(index, name, {"blocks.read_only_allow_delete": None})


def test_a_disk_that_stays_full_ends_an_update_with_a_remedy(
    empty: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The writer's lease is released."""
    build_on_cluster(ARTICLES, empty, layout=Layout(1, 0))
    change = [Article("নতুন", "নতুন", "খবর")]
    with full(empty), monkeypatch.context() as hurried:
        for module in (bulk, client):
            hurried.setattr(module, "WRITING", replace(WRITING, seconds=1.0, pause=0.1))
        with pytest.raises(ClusterError, match="index gc --only-live"):
            update_on_cluster(change, empty)
    assert update_on_cluster(change, empty).added == 1
