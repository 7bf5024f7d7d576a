"""A real cluster that lacks a part, or has no room on its disk: who asks is told, and is right later."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner

from onneshon.index.article import Article
from onneshon.index.commands.main import main
from onneshon.opensearch.connection import bulk, client, waiting
from onneshon.opensearch.connection.client import Cluster, Patience
from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.searching.engine import ClusterEngine
from onneshon.opensearch.writing.build import Layout, build_on_cluster, count_of
from onneshon.opensearch.writing.update import update_on_cluster
from onneshon.web.app import create_app
from onneshon.web.live import LiveEngine
from tests.serving import SECONDS

pytestmark = pytest.mark.xdist_group("cluster")

ARTICLES = [Article(f"{n}", f"নদীর খবর {n}", "ঢাকার নদী ও চর", category="পরিবেশ") for n in range(60)]


def settle(index: Cluster, generation: str, settings: dict[str, Any]) -> None:
    """Change what a generation is told."""
    index.client.indices.put_settings(index=generation, body={"index": settings})


@contextmanager
def red(index: Cluster) -> Iterator[str]:
    """One part of the articles is on no node, though nothing of it is lost."""
    name = index.live()
    settle(index, name, {"routing.allocation.enable": "none"})
    shards = index.client.cat.shards(index=name, format="json")
    part = next(shard for shard in shards if shard["shard"] == "0")
    cancel = {"index": name, "shard": 0, "node": part["node"], "allow_primary": True}
    index.client.cluster.reroute(body={"commands": [{"cancel": cancel}]})
    assert index.client.cluster.health(index=name)["status"] == "red"
    try:
        yield name
    finally:
        settle(index, name, {"routing.allocation.enable": "all"})
        index.client.cluster.reroute()
        wait = {"wait_for_status": "green", "timeout": f"{SECONDS}s", "request_timeout": SECONDS * 2}
        index.client.cluster.health(index=name, params=wait)


def comes(condition: Callable[[], object]) -> bool:
    """Whether something comes true within the time that tests wait."""
    pause = threading.Event()
    for _ in range(SECONDS * 20):
        if condition():
            return True
        pause.wait(0.05)
    return False


def test_a_part_that_is_missing_is_told_everywhere_and_nothing_is_learned(empty: Cluster) -> None:
    """By Python, command line, API and page; an engine opened meanwhile is right once it is there."""
    build_on_cluster(ARTICLES, empty, layout=Layout(3, 0))
    address = str(empty.address)
    with ClusterEngine.open(address) as before:
        expected = before.search('"নদীর খবর"')
        assert (expected.total, expected.partial, expected.partial_reason) == (60, False, None)
        with red(empty) as name, ClusterEngine.open(address) as opened:
            for engine in (before, opened):
                page = engine.search('"নদীর খবর" OR চর')
                assert 0 < page.total < 60
                assert (page.partial, page.partial_reason) == (True, "part")
            assert opened.count < 60
            lost = {str(n) for n in range(60)} - {article.id for article in _there(empty, name)}
            with pytest.raises(ClusterError, match="lacks a part now"):
                opened.article(min(lost))
            said = CliRunner().invoke(main, ["search", "নদী", "--index", address]).output
            assert "incomplete: a part of the index did not answer" in said
            site = create_app(LiveEngine(opened)).test_client()
            answer = site.get("/api/v1/search?q=নদী")
            assert (answer.json or {})["partial_reason"] == "part"
            assert "ETag" not in answer.headers
            assert "cannot be searched just now" in site.get("/search?q=নদী&lang=en").text
            assert site.get(f"/api/v1/articles/{min(lost)}").status_code == 503
            assert not opened.reload()
            with pytest.raises(ClusterError, match="red"):
                count_of(empty, name)
        assert comes(opened.reload)
        for engine in (before, opened):
            page = engine.search('"নদীর খবর"')
            assert (engine.count, page.total, page.partial) == (60, 60, False)
            assert [(hit.id, hit.score) for hit in page] == [(hit.id, hit.score) for hit in expected]


def _there(index: Cluster, name: str) -> list[Article]:
    found = index.client.search(index=name, body={"size": 100})
    return [Article(hit["_id"], "", "") for hit in found["hits"]["hits"]]


@pytest.mark.parametrize("fault", ["a full disk", "a missing part"])
def test_an_update_says_what_it_waits_for_and_goes_on(
    empty: Cluster, fault: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is lost, and nothing counts twice."""
    caplog.set_level(logging.WARNING)
    monkeypatch.setattr(waiting, "SOON", 0.0)
    monkeypatch.setattr(Patience, "pause_before", lambda _patience, _times: 0.2)
    build_on_cluster(ARTICLES, empty, layout=Layout(3, 0))
    changes = [Article(str(n), f"নতুন খবর {n}", "চরের কথা") for n in range(50, 70)]
    reports: list[Any] = []
    updating = threading.Thread(
        target=lambda: reports.append(update_on_cluster(changes, empty, wait=SECONDS))
    )
    said = {"a full disk": "make room there", "a missing part": "(red)"}[fault]
    with red(empty) if fault == "a missing part" else full(empty):
        updating.start()
        assert comes(lambda: any(said in record.getMessage() for record in caplog.records))
    updating.join(SECONDS * 3)
    (report,) = reports
    assert (report.added, report.changed, report.articles) == (10, 10, 70)


@contextmanager
def full(index: Cluster) -> Iterator[None]:
    """The disk of a node is nearly full, of which OpenSearch itself would make this setting."""
    name = index.live()
    settle(index, name, {"blocks.read_only_allow_delete": True})
    try:
        yield
    finally:
        settle(index, name, {"blocks.read_only_allow_delete": None})


def test_a_disk_that_stays_full_ends_an_update_with_a_remedy(
    empty: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the right to write is given back."""
    build_on_cluster(ARTICLES, empty, layout=Layout(1, 0))
    change = [Article("নতুন", "নতুন", "খবর")]
    with full(empty), monkeypatch.context() as hurried:
        for module in (bulk, client):
            hurried.setattr(module, "WRITING", replace(client.WRITING, seconds=1.0, pause=0.1))
        with pytest.raises(ClusterError, match="index gc --only-live"):
            update_on_cluster(change, empty)
    assert update_on_cluster(change, empty).added == 1
