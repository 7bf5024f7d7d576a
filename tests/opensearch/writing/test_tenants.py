"""Tenants of one index: each sees only its own articles and words, whatever the request."""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from onneshon.index.article import Article
from onneshon.index.commands.main import main
from onneshon.index.errors import IndexMissingError
from onneshon.opensearch.connection.address import Address, Credentials
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.connection.tries import Connection
from onneshon.opensearch.searching.engine import ClusterEngine
from onneshon.opensearch.writing.build import Layout, build_on_cluster
from onneshon.opensearch.writing.checking import check_cluster
from onneshon.opensearch.writing.cluster_writer import delete_on_cluster, update_on_cluster
from onneshon.opensearch.writing.snapshots import take_snapshot
from onneshon.opensearch.writing.upkeep import collect_generations, drop, roll_back, roll_over
from onneshon.search import ArticleNotFoundError, SearchRequest
from tests.cluster.running import LocalCluster

pytestmark = pytest.mark.xdist_group("cluster")


def article(name: str, title: str, body: str, values: str, year: int) -> Article:
    """An article with a category and an author."""
    category, author = values.split()
    return Article(name, title, body, category=category, author=author, date=dt.date(year, 5, 5))


RIVER = (
    article("১", "পদ্মা নদীর ইলিশ", "জেলেরা নদীতে ইলিশ ধরে।", "নদী রহিম", 2020),
    article("২", "নদীর চর", "ইলিশ মাছ ও জাল।", "নদী রহিম", 2021),
    article("৩", "ইলিশ মাছ", "পদ্মা নদীর মাছ।", "মাছ করিম", 2022),
)
MOUNTAIN = (
    article("১", "হিমালয় পর্বতের বরফ", "পর্বতে বরফ গলে।", "পর্বত সুমন", 2010),
    article("২", "পর্বত চূড়া", "তুষার ও বরফ পর্বতে।", "পর্বত সুমন", 2011),
    article("৯", "বরফ ও তুষার", "হিমালয় পর্বতের তুষার।", "তুষার লীলা", 2012),
)
"""Articles of two tenants, with some ids in common, but no word, value or day."""

OF_MOUNTAINS = re.compile("হিমাল|পর্বত|বরফ|চূড়া|তুষার|গলে|সুমন|লীলা|201[012]")
"""Matches words and values that only the second tenant has."""

ASKED = (
    "পর্বত", "বরফ", "পর্ব*", "পর্বতট~", '"পর্বতের বরফ"', "title:পর্বত", "body:বরফ", "=তুষার", "porbot borof",
    "borofer", "hmaloy", "তুষর", "-ইলিশ", "*", "category:পর্বত", "author:সুমন",
    "id:৯", "date:2011", "ইলিশ OR বরফ", "পর্বতবরফ", "বর",
)  # fmt: skip
TYPED = ("প", "পর", "পর্বত", "হিম", "বরফ", "তুষা", "por", "borof", "পর্বতের ব", "ইলিশ ব", "", "চূ")


def tenant_at(cluster: LocalCluster, tenant: str) -> Cluster:
    """The index of a tenant."""
    return Cluster(Address.parse(f"{cluster.address('tenants')}?tenant={tenant}"), Credentials())


def built(tenant: Cluster, articles: Sequence[Article]) -> str:
    """Build a tenant's index; return its generation."""
    return build_on_cluster(iter(articles), tenant, layout=Layout(2, 0), force=True).generation


@pytest.fixture
def two(cluster: LocalCluster) -> Iterator[tuple[Cluster, Cluster]]:
    """Two tenants with their articles, which are removed afterwards."""
    both = tenant_at(cluster, "jol"), tenant_at(cluster, "pahar")
    for tenant, articles in zip(both, (RIVER, MOUNTAIN), strict=True):
        built(tenant, articles)
    yield both
    both[0].client.indices.delete(index="tenants-*")
    for tenant in both:
        tenant.close()


def ids(tenant: Cluster) -> list[str]:
    """The ids of all articles of a tenant."""
    with ClusterEngine.open(tenant.address, time_limit=None) as engine:
        return sorted(article.id for article in engine.scan("*"))


def told(engine: ClusterEngine) -> Iterator[tuple[str, Any]]:
    """Answers of an engine to requests about another tenant's articles, each with its request."""
    facets = ("category", "author", "lang", "year", "month")
    for text in ASKED:
        page = engine.search(SearchRequest(text, facets=facets))
        hits = [(asdict(engine.article(hit.id)), hit.snippet, hit.title) for hit in page]
        counted = {name: [*facet.values] for name, facet in page.facets.items()}
        yield text, [hits, counted, page.suggestions, page.total, engine.rank(text)]
        yield text, [[row.text for row in engine.suggest(text)], [asdict(each) for each in engine.scan(text)]]
        yield text, [str(part) for hit in page for part in [engine.explain(text, hit.id)] if text == "*"]
    yield "typed", [[(row.text, row.count) for row in engine.suggest(text)] for text in TYPED]
    yield "values", [engine.values(name) for name in ("category", "author", "lang")]
    yield "similar", [[each.title for each in engine.similar(name)] for name in ("১", "২", "৩")]
    changed = engine.changes(0, 1 << 40, limit=100)
    yield "changes", asdict(changed)
    yield "rest", [engine.learned, engine.count, engine.health.generation]
    for name in ("৯",):
        with pytest.raises(ArticleNotFoundError):
            engine.article(name)
        assert engine.change(name) is None


def test_nothing_of_another_tenant_is_reported(two: tuple[Cluster, Cluster]) -> None:
    """Hits, values, words, suggestions, counts, changes and spellings are always the tenant's own."""
    with ClusterEngine.open(two[0].address, time_limit=None) as engine:
        for asked, said in told(engine):
            text = json.dumps(said, ensure_ascii=False, default=str)
            assert not OF_MOUNTAINS.search(text), (asked, text)
        assert engine.search("*").total == len(RIVER) == engine.count
        assert engine.search("-ইলিশ").total == 0
    with ClusterEngine.open(two[1].address, time_limit=None) as other:
        assert any(
            OF_MOUNTAINS.search(json.dumps(said, default=str, ensure_ascii=False))
            for _, said in told_of(other)
        )


def told_of(engine: ClusterEngine) -> Iterator[tuple[str, Any]]:
    """Answers of the other tenant's engine, which has all that is requested."""
    for text in ASKED:
        yield text, [[hit.title for hit in engine.search(text)], [row.text for row in engine.suggest(text)]]


def test_a_tenant_is_answered_as_if_it_were_alone(
    cluster: LocalCluster, two: tuple[Cluster, Cluster]
) -> None:
    """Scores, snippets and suggestions equal those of an index of its own."""
    alone = Cluster(Address.parse(cluster.address("alone")), Credentials())
    built(alone, RIVER)
    found = []
    for tenant in (two[0], alone):
        with ClusterEngine.open(tenant.address, time_limit=None) as engine:
            pages = [
                engine.search(SearchRequest(text, facets=("category",)))
                for text in ("ইলিশ", "নদীর মাছ", "poddar ilish")
            ]
            hits = [[(hit.id, hit.score, hit.snippet) for hit in page] for page in pages]
            found.append(
                (
                    hits,
                    [[(row.text, row.count) for row in engine.suggest(text)] for text in ("ই", "নদ", "ilis")],
                )
            )
    alone.client.indices.delete(index="alone-*")
    alone.close()
    assert found[0] == found[1]
    assert found[0][0][0]


def test_changes_of_a_tenant_leave_others_alone(two: tuple[Cluster, Cluster]) -> None:
    """This holds for updates, deletions, rebuilds, rollbacks and collection."""
    river, mountain = two
    update_on_cluster(iter([Article("৯", "নদীর খাল", "খাল")]), river)
    delete_on_cluster(["২"], river)
    assert (ids(river), ids(mountain)) == (["১", "৩", "৯"], ["১", "২", "৯"])
    assert [check_cluster(tenant, deep=True).articles for tenant in two] == [3, 3]
    update_on_cluster(iter(RIVER), river, delete_missing=True, force=True)
    assert (ids(river), ids(mountain)) == (["১", "২", "৩"], ["১", "২", "৯"])
    with ClusterEngine.open(river.address, time_limit=None) as engine:
        assert built(river, RIVER[:1]) == "tenants.jol-000002"
        assert engine.reload()
        assert (engine.count, ids(river)) == (1, ["১"])
    assert roll_back(river) == "tenants.jol-000001"
    assert ids(river) == ["১", "২", "৩"]
    assert collect_generations(river, only_live=True) == []
    assert roll_back(river, "tenants.jol-000002") == "tenants.jol-000002"
    assert collect_generations(river, only_live=True) == ["tenants.jol-000001"]
    assert [check_cluster(tenant, deep=True).articles for tenant in two] == [1, 3]
    assert [ids(tenant) for tenant in two] == [["১"], ["১", "২", "৯"]]


def test_a_tenant_is_dropped_whole_and_alone(two: tuple[Cluster, Cluster]) -> None:
    """No document or alias of a dropped tenant is left, and a second drop removes nothing."""
    river, mountain = two
    done = CliRunner().invoke(main, ["--index", str(river.address), "index", "drop", "--yes", "--json"])
    assert json.loads(done.output) == {"removed": ["tenants.jol-000001"]}
    client = river.client
    client.indices.refresh(index="tenants-tenants-*")
    left = client.search(index="tenants-tenants-*", body={"size": 100, "_source": False})["hits"]["hits"]
    assert {hit["_id"].split("/")[0] for hit in left} == {"pahar-000001"}
    aliases = {
        name for index in client.indices.get_alias(index="tenants-*").values() for name in index["aliases"]
    }
    assert not [name for name in aliases if "jol" in name]
    with pytest.raises(IndexMissingError):
        ClusterEngine.open(river.address)
    assert ids(mountain) == ["১", "২", "৯"]
    assert drop(river) == []


def test_what_is_of_all_tenants_is_refused_to_one(two: tuple[Cluster, Cluster]) -> None:
    """A snapshot would contain others' articles, and a rollover would affect all tenants."""
    with pytest.raises(ClusterError, match="other tenants"):
        take_snapshot(two[0], "shelf:one")
    with pytest.raises(ClusterError, match="other tenants"):
        roll_over(two[0])
    with pytest.raises(IndexMissingError):
        ClusterEngine.open(Address.parse(str(two[0].address).partition("?")[0]))


ABOUT_INDEXES = re.compile(r"/([^/]*/)?_(alias|aliases|cluster|nodes)\b|/tenants-tenants-[^/]*/_mapping$")
"""Matches requests that read or write no document."""


@contextmanager
def requests(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str, Any]]]:
    """Record the requests to the cluster in the block: methods, paths and bodies."""
    asked: list[tuple[str, str, Any]] = []
    ask: Callable[..., Any] = Connection.perform_request

    def noted(
        connection: Any, method: str, url: str, params: Any = None, body: Any = None, *rest: Any, **more: Any
    ) -> Any:
        asked.append((method, url, body))
        return ask(connection, method, url, params, body, *rest, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "perform_request", noted)
        yield asked


def document_ids(url: str, body: Any) -> list[str]:
    """The ids by which a request reads or writes documents."""
    if "/_mget" in url:
        return list(json.loads(body)["ids"])
    if "/_bulk" in url:
        lines = body if isinstance(body, list) else [json.loads(line) for line in body.splitlines()]
        return [next(iter(line.values()))["_id"] for line in lines if {*line} <= {"index", "delete"}]
    return [url.partition("/_doc/")[2]] if "/_doc/" in url else []


def test_documents_are_asked_for_by_filtered_aliases_alone(
    two: tuple[Cluster, Cluster], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Requests name a tenant's alias, with ids that begin with the slice, and never the shared index."""
    source = tmp_path / "a.jsonl"
    source.write_text('{"id": "৫", "title": "নদীর বাঁধ", "body": "বাঁধ"}\n', "utf-8")
    river = two[0]
    with requests(monkeypatch) as asked:
        built(river, RIVER)
        update_on_cluster([source], river)
        delete_on_cluster(["৫"], river)
        check_cluster(river, deep=True)
        with ClusterEngine.open(river.address, time_limit=None) as engine:
            for _ in told(engine):
                pass
        collect_generations(river, only_live=True)
    alias = r"tenants\.jol-\d{6}(-files)?"
    documents = re.compile(rf"/{alias}/_(count|doc|bulk|mget|msearch|search|delete_by_query)\b")
    others = re.compile(
        rf"/|/_search(/point_in_time)?|/tenants-writer\b.*|/{alias}(,{alias})?/_(stats|refresh|mapping|settings).*"
    )
    for method, url, body in asked:
        assert documents.match(url) or others.fullmatch(url) or ABOUT_INDEXES.match(url), (method, url)
        if not url.startswith("/tenants-writer"):
            assert all(name.startswith("jol-00000") for name in document_ids(url, body)), (url, body)
