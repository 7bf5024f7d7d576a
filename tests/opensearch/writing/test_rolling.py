"""An index that is rolled over: several indexes behind one name, searched and changed as one."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from onneshon.index.article import Article
from onneshon.index.commands.main import main
from onneshon.index.errors import IndexCorruptError
from onneshon.index.ingest.corpus import read_articles
from onneshon.index.ranking import Basis
from onneshon.index.remote import Due
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.searching.engine import ClusterEngine
from onneshon.opensearch.storage.files import read_state
from onneshon.opensearch.storage.generations import LONGEST_NAMES, ClusterGeneration, ClusterGenerations
from onneshon.opensearch.storage.mapping import Contract
from onneshon.opensearch.writing.build import Layout, build_on_cluster
from onneshon.opensearch.writing.checking import check_cluster
from onneshon.opensearch.writing.cluster_writer import delete_on_cluster, update_on_cluster
from onneshon.opensearch.writing.snapshots import restore_snapshot, take_snapshot
from onneshon.opensearch.writing.upkeep import collect_generations, roll_back, roll_over
from onneshon.search import SearchRequest
from tests.opensearch.fake_cluster import cluster_that

pytestmark = pytest.mark.xdist_group("cluster")

BASIS = Basis(6.0, 120.0)
"""The basis of all builds, so that an article scores the same in each index."""

QUERIES = (
    "নদী",
    "বাংলাদেশের নদী",
    '"নদীর পাড়"',
    "ঢাকা বই মেলা",
    "ইলিশ | চিংড়ি",
    "নদ*",
    "bangladesher nodi",
    "মুক্তিযুদ্ধের ইতিহাস -ঢাকা",
    "title:বাংলাদেশ",
    "*",
)


def built(cluster: Cluster, articles: Sequence[Article], **options: Any) -> None:
    """Build an index of one shard."""
    build_on_cluster(articles, cluster, basis=BASIS, layout=Layout(1, 0), force=True, **options)


def pages(engine: ClusterEngine) -> list[Any]:
    """For each query what a reader sees: hits, scores, snippets, totals, facets, suggestions; the count."""
    found: list[Any] = []
    for query in QUERIES:
        for sort in ("relevance", "newest"):
            page = engine.search(SearchRequest(query, sort=sort, limit=20, facets=("category", "year")))
            hits = [(hit.id, round(hit.score, 6), hit.snippet) for hit in page.hits]
            facets = {name: [*facet.values] for name, facet in page.facets.items()}
            found.append((query, hits, page.total, page.total_all, facets, page.suggestions))
    return [*found, engine.count]


def test_several_indexes_answer_as_one_does(empty: Cluster, sample_articles: Path) -> None:
    """Totals, facets, order and scores equal those of one index with the same articles."""
    articles = [*read_articles([sample_articles])]
    third = len(articles) // 3
    older = [Article(each.id, "পুরোনো শিরোনাম", "আগের লেখা") for each in articles[:3]]
    gone = Article("গেছে", "মুছে ফেলা নদী", "নদী ও মেলা")
    built(empty, [*older, gone, *articles[3:third]])
    with ClusterEngine.open(empty.address, time_limit=None) as engine:
        assert engine.count == third + 1
        first = roll_over(empty)
        assert engine.reload()  # an open engine knows the new index before it has articles
        update_on_cluster(articles[third:-3], empty)
        second = roll_over(empty)
        update_on_cluster([*articles[-3:], *articles[:3]], empty)  # the last are new, the first corrected
        delete_on_cluster([gone.id], empty)
        assert engine.reload()
        name = empty.live()
        assert (first, second) == (f"{name}-0001", f"{name}-0002")
        there = [empty.client.count(index=index)["count"] for index in (name, first, second)]
        assert there == [third + 1, len(articles) - third - 3, 3]  # a deleted article leaves its id
        rolled = pages(engine)
        assert check_cluster(empty, deep=True).articles == len(articles)
        built(empty, articles)
        assert engine.reload()
        assert rolled == pages(engine)


def test_a_deleted_article_that_comes_again_goes_where_it_was(empty: Cluster) -> None:
    """A deleted article that returns stays in its index, so that no two indexes have it."""
    built(empty, [Article("১", "নদী রক্ষা"), Article("২", "ইলিশ")])
    delete_on_cluster(["১"], empty)
    rolled = roll_over(empty)
    update_on_cluster([Article("১", "নদী ও চর"), Article("৩", "হাওর")], empty)
    assert empty.client.get(index=empty.live(), id="১")["_source"]["article"]["title"] == "নদী ও চর"
    assert empty.client.count(index=rolled)["count"] == 1
    assert check_cluster(empty, deep=True).articles == 3
    assert update_on_cluster([Article("৩", "হাওর")], empty, delete_missing=True, force=True).deleted == 2


def test_a_generation_is_kept_moved_and_removed_whole(empty: Cluster) -> None:
    """Snapshots, rollback, migration and collection cover all its indexes."""
    body = {"type": "fs", "settings": {"location": empty.alias}}
    empty.client.snapshot.create_repository(repository=empty.alias, body=body)
    built(empty, [Article("১", "নদী রক্ষা")])
    roll_over(empty, shards=2)
    update_on_cluster([Article("২", "ইলিশ")], empty)
    take_snapshot(empty, f"{empty.alias}:may")
    restored = restore_snapshot(empty, f"{empty.alias}:may")
    assert sorted(empty.behind_alias()) == [restored, f"{restored}-0001"]
    assert check_cluster(empty, deep=True).articles == 2
    assert roll_back(empty).endswith("000001")
    assert check_cluster(empty, deep=True).articles == 2
    assert CliRunner().invoke(main, ["--index", str(empty.address), "index", "migrate"]).exit_code == 0
    assert (check_cluster(empty, deep=True).articles, check_cluster(empty).shards) == (2, 3)
    assert [*empty.behind_alias()] == [empty.live()]
    assert len(collect_generations(empty, only_live=True)) == 1
    left = empty.client.indices.get(index=f"{empty.alias}-*")
    assert sorted(left) == [empty.live(), f"{empty.live()}-files", f"{empty.alias}-writer"]


def test_a_nightly_job_rolls_over_when_it_is_time(empty: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """A killed job's index does not count, and the next job replaces it."""
    built(empty, [Article("১", "নদী রক্ষা"), Article("২", "ইলিশ")])
    command = ["--index", str(empty.address), "index", "rollover", "--json"]
    early = CliRunner().invoke(main, [*command, "--articles", "3", "--days", "1", "--gigabytes", "1"])
    with monkeypatch.context() as patch:
        patch.setattr(ClusterGenerations, "complete", lambda *_: pytest.fail("killed"))
        with pytest.raises(pytest.fail.Exception):
            roll_over(empty, shards=2)
    assert ClusterGenerations(empty).live().indexes == (empty.live(),)
    due = CliRunner().invoke(main, [*command, "--articles", "2", "--days", "1"])
    assert [json.loads(done.output)["index"] for done in (early, due)] == [None, f"{empty.live()}-0001"]
    assert check_cluster(empty).shards == 2
    assert roll_over(empty) is None  # nothing was written since
    stats = CliRunner().invoke(main, ["--index", str(empty.address), "index", "stats"])
    assert f"indexes     {empty.live()}, {empty.live()}-0001" in stats.output


def test_an_index_that_somebody_closed_or_dropped_is_missed(empty: Cluster) -> None:
    """A missing index is an error until words are counted again, as readers would take the rest for all."""
    built(empty, [Article("১", "নদী রক্ষা")])
    rolled = roll_over(empty)
    update_on_cluster([Article("২", "নদীর চর")], empty)
    empty.client.indices.close(index=rolled)
    with pytest.raises(ClusterError, match="closed"):
        ClusterEngine.open(empty.address)
    empty.client.indices.delete(index=rolled)
    with pytest.raises(IndexCorruptError, match="index repair"):
        check_cluster(empty, deep=True)
    assert CliRunner().invoke(main, ["--index", str(empty.address), "index", "repair"]).exit_code == 0
    assert check_cluster(empty, deep=True).articles == 1
    assert len(read_state(empty, empty.live()).parts) == 1


def test_the_oldest_index_may_be_deleted(empty: Cluster) -> None:
    """Although it has the generation's name, all operations work without it."""
    body = {"type": "fs", "settings": {"location": empty.alias}}
    empty.client.snapshot.create_repository(repository=empty.alias, body=body)
    built(empty, [Article("১", "নদী রক্ষা")])
    name = empty.live()
    roll_over(empty)
    update_on_cluster([Article("২", "নদীর চর")], empty)
    empty.client.indices.delete(index=name)
    assert (empty.live(), collect_generations(empty)) == (name, [])
    with ClusterEngine.open(empty.address) as engine:
        assert [hit.id for hit in engine.search("নদী")] == ["২"]
    assert CliRunner().invoke(main, ["--index", str(empty.address), "index", "repair"]).exit_code == 0
    update_on_cluster([Article("৩", "হাওরের নদী")], empty)
    assert roll_over(empty) == f"{name}-0002"
    assert check_cluster(empty, deep=True).articles == 2
    take_snapshot(empty, f"{empty.alias}:june")
    restored = restore_snapshot(empty, f"{empty.alias}:june")
    assert sorted(empty.behind_alias()) == [f"{restored}-0001", f"{restored}-0002"]
    assert CliRunner().invoke(main, ["--index", str(empty.address), "index", "migrate"]).exit_code == 0
    assert check_cluster(empty, deep=True).articles == 2


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (Due(), True),
        (Due(articles=5), True),
        (Due(articles=6), False),
        (Due(articles=6, days=30), True),
        (Due(days=30.5), False),
        (Due(gigabytes=2), True),
        (Due(articles=6, gigabytes=2.1), False),
    ],
    ids=str,
)
def test_it_is_time_as_soon_as_one_condition_holds(due: Due, *, expected: bool) -> None:
    """Without conditions it is time at once, but never for an empty index."""
    assert due.holds(5, 30.0, 2 * 10**9) == expected
    assert not due.holds(0, 30.0, 2 * 10**9)


def test_more_indexes_than_a_request_can_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is checked before an index is created, as searches name all of them."""
    cluster, client = cluster_that(monkeypatch)
    names = [f"news-000001-{number:04d}" for number in range(LONGEST_NAMES // 17)]
    contract = Contract("x", BASIS)
    full = ClusterGeneration("news-000001", contract.to_dict(), ("news-000001", *names))
    with pytest.raises(ClusterError, match="onneshon index migrate"):
        ClusterGenerations(cluster).extend(full, 1, {})
    assert client.asked == []
