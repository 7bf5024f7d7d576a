"""Authors whose articles give several names, on a cluster as in a directory."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from onneshon.index import Article, build
from onneshon.opensearch.connection.address import Address
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.searching.engine import ClusterEngine
from onneshon.opensearch.writing.build import build_on_cluster
from onneshon.search import Engine, FieldFilter, SearchRequest
from tests.cluster.running import LocalCluster

pytestmark = pytest.mark.xdist_group("cluster")

ALI = ("মোহাম্মদ আলী", "মোঃ আলী", "মো. আলী")
TABLE = f"{ALI[0]} = {ALI[1]}; {ALI[2]}\nজসীমউদ্\u200cদীন = জসীম উদ্দীন\nকেউ না = কেউ নয়\n"
NAMES = (*ALI[1:], ALI[1], "রহিম", "রহিম", "রহিমা", "জসীম উদ্দীন", "জসীমউদ্\u200cদীন", "", "আলী হোসেন", "নজরুল")
ARTICLES = [
    Article(
        str(number),
        "পদ্মা সেতু",
        f"{'নদী ' * (number % 3)}সেতুর কথা।",
        author=name,
        category=("ভ্রমণ", "ভূগোল")[number % 2],
    )
    for number, name in enumerate(NAMES)
]
ARTICLES += [Article(f"গঙ্গা-{number}", "গঙ্গা", "জলের কথা।") for number in range(30)]
ARTICLES += [Article(f"কবি-{number}", "ছন্দ", "মনের কথা।", author="অমিতাভ") for number in range(30)]
ARTICLES += [Article("কবি", "পরিচয়", "কবি অমিতাভ।")]


Both = tuple[Path, Engine, ClusterEngine]
"""The directory of the table, and an engine of each kind."""


@contextmanager
def engines_of(address: Address, directory: Path) -> Iterator[Both]:
    """Open both engines over the articles; the index must not exist yet, and the folder be empty."""
    build(ARTICLES, directory)
    (directory / "authors.txt").write_text(TABLE, "utf-8")
    with closing(Cluster(address)) as connection:
        build_on_cluster(iter(ARTICLES), connection, force=True)
    with ExitStack() as stack:
        here = stack.enter_context(Engine.open(directory, time_limit=None))
        there = stack.enter_context(ClusterEngine.open(address, directory=directory, time_limit=None))
        yield directory, here, there


@pytest.fixture(scope="module")
def both(cluster: LocalCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """The directory, and an engine of each kind."""
    with engines_of(Address.parse(cluster.address("authors")), tmp_path_factory.mktemp("authors")) as engines:
        yield engines


def _by(*names: str, negated: bool = False) -> FieldFilter:
    return FieldFilter("author", names, negated)


REQUESTS = [
    *(SearchRequest("সেতু", filters=(_by(name),)) for name in (*ALI, "রহিম", "কেউ না", "x")),
    *(SearchRequest("সেতু", filters=(_by(name, negated=True),)) for name in ALI),
    SearchRequest("সেতু", filters=(_by(ALI[2], "রহিম"), _by("রহিমা", negated=True))),
    *(SearchRequest(f'সেতু author:"{name}"') for name in (*ALI, "আলী", "জসীম", "মোহাম্মদ", "রহিম")),
    *(SearchRequest(f'সেতু -author:"{name}"') for name in ALI),
    SearchRequest('সেতু (author:"মোহাম্মদ" OR নদী)'),
    *(SearchRequest(name) for name in ("ড. মুহাম্মদ আলী", "mohammad ali", "জসীমউদ্দীন", "রহিমা", "সেতু")),
    *(SearchRequest(f"{name}লেখা") for name in ("ড. মুহাম্মদ আলীর ", "mohammad ali ", "রহিমের ", "রহিমের সেতুর ")),
    SearchRequest("মুহাম্মদ আলীর ভ্রমণ"),
    *(
        SearchRequest(text)
        for text in ("সেতু জসীমউদ্দীন", "জসীম উদ্দীনের সেতু", "নদী মোহাম্মদ আলী", "nodi rohim lekha")
    ),
    SearchRequest("গঙ্গা অমিতাভ"),  # the author has so many articles that গঙ্গা alone suffices to match
]


@pytest.mark.parametrize("number", range(len(REQUESTS)))
def test_a_cluster_knows_authors_as_a_directory_does(both: Both, number: int) -> None:
    """Hits are the same under every name; counts are of authors, not names, however few are shown."""
    limit = (0, 1, 3, 20)[number % 4]
    asked = replace(REQUESTS[number], facets=("author",), facet_limit=limit, limit=20, group=False)
    here, there = (engine.search(asked) for engine in both[1:])
    assert [hit.id for hit in there] == [hit.id for hit in here]
    assert there.facets == here.facets
    assert (there.total, there.total_all, there.authors) == (here.total, here.total_all, here.authors)
    assert [hit.missing for hit in there] == [hit.missing for hit in here]
    assert [hit.score for hit in there] == pytest.approx([hit.score for hit in here], rel=1e-3)


def test_what_else_names_authors_is_the_same(both: Both) -> None:
    """Completed values and the displayed name agree between the engines."""
    _, here, there = both
    assert there.values("author") == here.values("author")
    assert [engine.author_name(ALI[2]) for engine in (here, there)] == [ALI[0]] * 2
    for typed in ("rahim", "জসী", "আলী হো"):
        assert there.suggest(typed) == here.suggest(typed) != []


def test_a_table_that_is_changed_counts_from_the_next_look_on(both: Both) -> None:
    """A changed table takes effect at the next look at its file, and makes another edition."""
    directory, _, there = both

    def said(table: str) -> int:
        (directory / "authors.txt").write_text(table, "utf-8")
        assert there._site_authors
        there._site_authors.look_again()
        assert there.reload()
        return there.search(SearchRequest("সেতু", filters=(_by("রহিমা"),))).total

    before = there.edition
    assert said(f"{TABLE}রহিম = রহিমা\n") == 3
    assert there.edition != before
    assert said(TABLE) == 1
    assert there.edition == before
