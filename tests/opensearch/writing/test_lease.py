"""The writer's lease, on a cluster whose answers a test sets."""

import time
from typing import Any

import pytest
from opensearchpy.exceptions import ConflictError

from onneshon.index.article import Article
from onneshon.index.errors import IndexLockedError
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.writing import lease as module
from onneshon.opensearch.writing.build import build_on_cluster, count_of
from onneshon.opensearch.writing.cluster_writer import cluster_writer
from onneshon.opensearch.writing.lease import Lease
from tests.opensearch.fake_cluster import cluster_that
from tests.opensearch.memory_cluster import MemoryClient


def test_extending_takes_no_longer_than_until_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit covers reading the holder, too: else the lease would expire before its loss is known."""
    conflict = ConflictError(409, "version_conflict_engine_exception", {})
    another = {"found": True, "_source": {"holder": "another", "token": "of another", "until": 2**40}}
    cluster, _ = cluster_that(monkeypatch, conflict, another)
    given: list[float | None] = []
    answer = Cluster._answer

    def noting(self: Cluster, ask: Any, patience: Any, seconds: float | None) -> Any:
        given.append(seconds)
        return answer(self, ask, patience, seconds)

    monkeypatch.setattr(Cluster, "_answer", noting)
    Lease(cluster).extend()
    assert given == [module.RENEWED] * 2


def test_a_right_that_somebody_deleted_is_let_go(news: Cluster, memory: MemoryClient) -> None:
    """Releasing it raises no error, as the report of a missing index would be false."""
    build_on_cluster([Article("১", "নদী")], news)
    with cluster_writer(news) as writer:
        writer.add(Article("২", "চর"))
        memory.indices.delete("news-writer")
    assert count_of(news, news.live()) == 2


@pytest.mark.parametrize(
    ("moved", "said"),
    [(0, "written by process .*: wait"), (-3_600, r"\(by a clock 3,\d{3} s ahead of this one: it lapses")],
)
def test_a_right_that_lapses_late_is_said_to(
    news: Cluster, monkeypatch: pytest.MonkeyPatch, moved: int, said: str
) -> None:
    """A lease of a writer that died before the clock was set back does not expire within a minute."""
    build_on_cluster([Article("১", "নদী")], news)
    with cluster_writer(news):
        now = time.time() + moved
        monkeypatch.setattr("time.time", lambda: now)
        with pytest.raises(IndexLockedError, match=said), cluster_writer(news):
            pass
