"""Promises of every engine: the contract of ``search.interface.SearchEngine``.

The contract itself is ``onneshon.testing``; here are our engines, and promises that it does not demand of
others.
"""

import inspect
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onneshon.index import Article
from onneshon.index.configuration import FILE_NAME
from onneshon.index.indexer.builder import build
from onneshon.opensearch.connection.address import Address
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.searching import filters
from onneshon.opensearch.searching.engine import ClusterEngine
from onneshon.opensearch.writing.build import Layout, build_on_cluster
from onneshon.opensearch.writing.cluster_writer import delete_on_cluster, update_on_cluster
from onneshon.opensearch.writing.upkeep import roll_over
from onneshon.search import (
    Engine,
    FieldFilter,
    IndexMissingError,
    QueryError,
    ResultPage,
    SearchEngine,
    SearchRequest,
    open_engine,
)
from onneshon.search.request import DEEPEST
from onneshon.search.reranking.grouping import MOST
from onneshon.testing import ARTICLES, SITE, EngineContract
from onneshon.testing.articles import ids
from tests.cluster.running import LocalCluster
from tests.fake_engine import FakeEngine
from tests.fakes import article, reader_of

pytestmark = pytest.mark.xdist_group("cluster")

Maker = Callable[[Sequence[Article], Path], AbstractContextManager[SearchEngine]]

TOML = """
[fields.section]
label = { bn = "পাতা", en = "Page" }
[fields.tags]
several = true
[fields.desk]
[fields.views]
type = "number"
ranges = [0, 50, 1000]
label = { bn = "পঠিত" }
[fields.price]
type = "number"
"""


@contextmanager
def _in_memory(articles: Sequence[Article], _directory: Path) -> Iterator[SearchEngine]:
    with Engine(reader_of(articles[:2], articles[2:]), configuration=SITE, time_limit=None) as engine:
        yield engine


@contextmanager
def _on_disk(articles: Sequence[Article], directory: Path) -> Iterator[SearchEngine]:
    source = directory / "articles.jsonl"
    names = [name for name in Article.__dataclass_fields__ if name != "keywords"]
    records = [
        {name: str(getattr(article, name) or "") or None for name in names} | dict(article.keywords)
        for article in articles
    ]
    source.write_text("\n".join(map(json.dumps, records)), "utf-8")
    (directory / "index").mkdir(exist_ok=True)
    (directory / "index" / FILE_NAME).write_text(TOML, "utf-8")
    build([source], directory / "index")
    with Engine.open(directory / "index") as engine:
        yield engine


ENGINES: dict[str, Maker] = {"embedded, in memory": _in_memory, "embedded, on disk": _on_disk}
ON_CLUSTER = "on a cluster"
AS_TENANT = "a tenant of an index on a cluster"


@pytest.fixture(scope="module")
def address(cluster: LocalCluster) -> Address:
    """The articles on a cluster, for all tests that change nothing; half in an index of three shards."""
    address = Address.parse(cluster.address("contract"))
    half = len(ARTICLES) // 2
    _built_on(address, ARTICLES[:half], basis=reader_of(ARTICLES).basis)
    with closing(Cluster(address)) as connection:
        roll_over(connection, shards=1)
        update_on_cluster(iter(ARTICLES[half:]), connection, configuration=SITE)
    # A node that has just started may take longer for its first answers than the time limit of a search.
    with ClusterEngine.open(address, configuration=SITE, time_limit=None) as engine:
        for text in ("নদী মেলা", "নদী tags:শহর"):
            engine.search(text, limit=1, category=["উৎসব", "পরিবেশ"], facets=["tags", "year"])
    return address


@pytest.fixture(scope="module")
def tenant(cluster: LocalCluster) -> Address:
    """The same articles in an index on a cluster shared with another tenant, who has the same ids."""
    others = [replace(each, body=f"অপরের {each.body} নদী", category="অপরের") for each in ARTICLES]
    place = cluster.address("shared")
    _built_on(Address.parse(f"{place}?tenant=other"), others)
    address = Address.parse(f"{place}?tenant=ours")
    _built_on(address, ARTICLES, basis=reader_of(ARTICLES).basis)
    return address


def _built_on(address: Address, articles: Sequence[Article], **options: Any) -> None:
    with closing(Cluster(address)) as connection:
        layout = Layout(shards=3)
        build_on_cluster(iter(articles), connection, configuration=SITE, layout=layout, force=True, **options)


class TestEngines(EngineContract):
    """Runs the contract on each of our engines."""

    @pytest.fixture(params=[*ENGINES, ON_CLUSTER, AS_TENANT])
    def engine(self, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchEngine]:
        """Each engine over the same articles."""
        if request.param in {ON_CLUSTER, AS_TENANT}:
            address = request.getfixturevalue("address" if request.param == ON_CLUSTER else "tenant")
            with ClusterEngine.open(address, configuration=SITE, time_limit=None) as engine:
                yield engine
        else:
            with ENGINES[request.param](ARTICLES, tmp_path) as engine:
                yield engine


def test_of_several_numbers_any_is_met_and_the_greatest_sorts(tmp_path: Path) -> None:
    """Articles of a program, or from before the field was declared a number, may have several values."""
    several = [article("১", views=["5", "50"]), article("২", views=["7"]), article("৩", views=["x"])]
    with _in_memory(several, tmp_path) as engine:
        assert ids(engine, "*", sort="views:desc") == ["১", "২", "৩"]
        assert ids(engine, "*", sort="views:asc") == ["২", "১", "৩"]
        assert (ids(engine, "", views="<6"), ids(engine, "", views=">6")) == (["১"], ["১", "২"])


@pytest.mark.parametrize("kind", [Engine, ClusterEngine, FakeEngine])
def test_an_engine_has_all_of_the_interface(kind: type) -> None:
    """All methods of the interface exist on each engine, including the tests' own."""
    asked = {name for name in vars(SearchEngine) if not name.startswith("_")}
    assert asked <= {name for name, _ in inspect.getmembers(kind)}


@pytest.mark.parametrize(
    ("options", "parameter"),
    [
        ({"sort": "best"}, "sort"),
        ({"facets": ["Colour"]}, "facets"),
        ({"facets": "category"}, "facets"),
        ({"facet_limit": -1}, "facet_limit"),
        ({"limit": -1}, "limit"),
        ({"offset": -1}, "offset"),
        ({"offset": DEEPEST}, "offset"),
        ({"freshness": 0.0}, "freshness"),
        ({"freshness": float("nan")}, "freshness"),
        ({"date": "একদিন"}, "date"),
        ({"not_date": "2021-13"}, "-date"),
        ({"since": "2020-02-30"}, "since"),
        ({"since": "2016..2017"}, "since"),
        ({"until": "২০১৬.."}, "until"),
        ({"tags": 1j}, "tags"),
        ({"not_tags": ["জল", True]}, "not_tags"),
        ({"tags": "জল".encode()}, "tags"),
        ({"ids": [str(number) for number in range(101)]}, "id"),
    ],
    ids=str,
)
def test_requests_that_make_no_sense_name_what_is_wrong(options: dict[str, Any], parameter: str) -> None:
    """The error comes before any engine is asked, with the name of the parameter in the message."""
    with pytest.raises(
        QueryError, match="first 10000" if options == {"offset": DEEPEST} else parameter
    ) as caught:
        SearchRequest.of("নদী", **options)
    assert caught.value.parameter == parameter


def test_a_filter_by_an_unknown_field_is_refused() -> None:
    """An unknown name must not count as a condition that is met."""
    with pytest.raises(QueryError, match="Colour"):
        FieldFilter("Colour", ("লাল",))


def test_a_cursor_ends_with_its_generation_on_a_cluster(cluster: LocalCluster) -> None:
    """A rebuild ends a cursor on a cluster too, and so does an update, since it changes word weights."""
    address = Address.parse(cluster.address("renewed"))
    _built_on(address, ARTICLES)
    with ClusterEngine.open(address, configuration=SITE, time_limit=None) as engine:
        assert not engine.reload()
        cursor = engine.search(SearchRequest("নদী", limit=1)).cursor
        assert cursor
        _built_on(address, ARTICLES[:3])
        assert engine.reload()
        assert (engine.count, engine.health.generation) == (3, "renewed-000002")
        with pytest.raises(QueryError, match="renewed"):
            engine.search(SearchRequest("নদী", cursor=cursor))
        with closing(Cluster(address)) as connection:
            update_on_cluster(iter([article("৬", "নদীর তীর")]), connection, configuration=SITE)
        assert engine.reload()
        assert ids(engine, "তীর") == ["৬"]


def test_a_cluster_keeps_what_it_counted_for_a_query(
    address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A repeated search, or the next page, uses cached counts where many match; all answers are alike."""
    with closing(Cluster(address)) as connection, ClusterEngine.open(address, configuration=SITE) as engine:

        def kept() -> int:
            stats = connection.client.indices.stats(index=address.index, metric="request_cache")
            return int(stats["_all"]["total"]["request_cache"]["hit_count"])

        def page(offset: int) -> ResultPage:
            return engine.search("নদীর মেলা", facets=["category", "year"], limit=2, offset=offset)

        pages = [page(0)]
        monkeypatch.setattr(filters, "COUNTED_BESIDE", 0)
        before = kept()
        # Several times: each shard has replicas, and each keeps its own cache.
        pages += [page(offset) for offset in (0, 0, 2, 2)]
        assert kept() > before
    assert len({(page.total, page.total_all, str(page.facets)) for page in pages}) == 1


def test_what_stays_of_a_deleted_article_is_found_by_nothing(cluster: LocalCluster) -> None:
    """A deleted article is found neither by ``*``, nor by an excluded word, nor by its id."""
    address = Address.parse(cluster.address("deleting"))
    _built_on(address, ARTICLES)
    with closing(Cluster(address)) as connection:
        delete_on_cluster(["৪", "৫"], connection)
    left = {"ঢাকা-১", "ঢাকা-২", "ঢাকা-৩"}
    with ClusterEngine.open(address, configuration=SITE, time_limit=None) as engine:
        for text, found in (("*", left), ("-মেলা", left - {"ঢাকা-২"}), ("নদী OR বই", left)):
            page = engine.search(text, facets=["category"])
            assert ({hit.id for hit in page}, page.total) == (found, len(found)), text
            assert sum(value.count for value in page.facets["category"].values) == len(found)
        assert ids(engine, "*", not_category="উৎসব") == ["ঢাকা-১", "ঢাকা-৩"]
        assert {article.id for article in engine.scan("*")} == left
        page = engine.search("", ids=["৪"])
        assert (page.total, [value.value for value in page.unknown]) == (0, ["৪"])


def test_far_down_a_cluster_goes_on_from_the_last_hit(
    address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where an offset would exceed the limit, pages by cursor are the same."""
    monkeypatch.setattr("onneshon.opensearch.searching.answering.FARTHEST", 2 * MOST)
    for options in ({"sort": "newest"}, {"sort": "oldest"}, {}):
        with ClusterEngine.open(address, configuration=SITE, time_limit=None) as engine:
            whole = ids(engine, "নদী", **options)
            found: list[str] = []
            cursor: str | None = ""
            while cursor is not None:
                request = SearchRequest.of("নদী", limit=1, cursor=cursor, **options)  # type: ignore[arg-type]
                page = engine.search(request)
                assert (page.total, page.offset) == (4, len(found))
                found += [hit.id for hit in page]
                cursor = page.cursor
            assert found == whole


@pytest.mark.parametrize("where", ["embedded, on disk", ON_CLUSTER])
def test_pages_by_number_lead_past_alike_articles(
    where: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """However many alike articles there are, each article that is shown is on one page only."""
    told = " ".join(
        f"নদী{chr(0x995 + first)}{chr(0x995 + other)}" for first in range(20) for other in range(9)
    )
    alike = [article(f"ক{number}", f"{told} শেষ{number}", title="নদী") for number in range(120)]
    others = [article(f"খ{number}", "নদী " * (number + 1)) for number in range(5)]
    with _over(where, [*alike, *others], request, tmp_path) as engine:
        paged = [name for offset in range(0, 9, 3) for name in ids(engine, "নদী", limit=3, offset=offset)]
    assert len(paged) == len(set(paged)) == 6
    assert {name for name in paged if name.startswith("খ")} == {other.id for other in others}


@contextmanager
def _over(
    where: str, articles: Sequence[Article], request: pytest.FixtureRequest, directory: Path
) -> Iterator[SearchEngine]:
    """An engine over the given articles."""
    if where != ON_CLUSTER:
        with ENGINES[where](articles, directory) as engine:
            yield engine
        return
    address = Address.parse(request.getfixturevalue("cluster").address("alike"))
    _built_on(address, articles)
    with ClusterEngine.open(address, configuration=SITE, time_limit=None) as engine:
        yield engine


def test_a_cluster_that_does_not_answer_is_an_error_of_the_family() -> None:
    """An unreachable cluster raises an OnneshonError that says what to do."""
    with pytest.raises(ClusterError, match="does not answer: is it running"):
        ClusterEngine.open("opensearch://127.0.0.1:9/news")


def test_an_index_that_is_not_there_is_missing(cluster: LocalCluster) -> None:
    """Both functions that open an index say how to build it."""
    for opened in (ClusterEngine.open, open_engine):
        with pytest.raises(IndexMissingError, match="onneshon index build"):
            opened(cluster.address("nowhere"))


def test_a_cursor_ends_with_its_generation(tmp_path: Path) -> None:
    """After a new build the old cursor is refused with the reason; a new search gives a new one."""
    with _on_disk(ARTICLES, tmp_path) as engine:
        cursor = engine.search(SearchRequest("নদী", limit=1)).cursor
        assert cursor
        with _on_disk(ARTICLES[:3], tmp_path):
            assert engine.reload()
            with pytest.raises(QueryError, match="renewed"):
                engine.search(SearchRequest("নদী", cursor=cursor))
