"""A cluster that accepts TLS and known users only: the permissions of its users, and errors for others.

The two users have the permissions that docs/scale.md gives them, no more.
"""

from collections.abc import Iterator
from contextlib import closing

import pytest

from onneshon.index import Article
from onneshon.opensearch.connection.address import Address, Credentials
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.searching.engine import ClusterEngine
from onneshon.opensearch.writing.build import Layout, build_on_cluster
from onneshon.opensearch.writing.checking import check_cluster
from onneshon.opensearch.writing.cluster_writer import update_on_cluster
from onneshon.opensearch.writing.upkeep import roll_back, roll_over
from tests.cluster.secured import PASSWORDS, SecuredNode, lacking, secured_node
from tests.fakes import article

pytestmark = pytest.mark.slow

GUESSED = "not-the-secret"

ARTICLES = [article(str(number), f"ঢাকা শহরের নদী {number}", title="নদী") for number in range(30)]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredNode]:
    """A real node with certificates of our own and two users."""
    if missing := lacking():
        pytest.skip(f"no secured node of OpenSearch: {missing}")
    with secured_node(tmp_path_factory.mktemp("secured")) as running:
        with closing(Cluster(running.at("news"), running.who("writer"))) as cluster:
            build_on_cluster(iter(ARTICLES), cluster, layout=Layout(2))
        yield running


def test_the_writer_builds_updates_checks_and_goes_back(node: SecuredNode) -> None:
    """All writing operations work with the permissions that the documentation gives the writer."""
    with closing(Cluster(node.at("news"), node.who("writer"))) as cluster:
        build_on_cluster(iter(ARTICLES), cluster, layout=Layout(2), workers=2)
        changed = Article("new", "মেলা", "নদীর মেলা")
        assert update_on_cluster([changed], cluster).added == 1
        assert roll_over(cluster)
        assert update_on_cluster([Article("newer", "চর")], cluster).added == 1
        assert check_cluster(cluster, deep=True).articles == len(ARTICLES) + 2
        newest = cluster.live()
        assert roll_back(cluster) != newest
        assert cluster.live() != newest


def test_the_reader_searches_and_reads(node: SecuredNode, monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials from the environment suffice for pages, facets, scans, suggestions and changes."""
    _environment(monkeypatch, node.who("reader"))
    with ClusterEngine.open(node.at("news"), time_limit=None) as engine:
        page = engine.search("নদী শহর", facets=["category"], explain=True)
        assert (page.total, page.partial, len(page.hits)) == (30, False, 10)
        assert len([*engine.scan("নদী")]) == 30
        assert engine.suggest("নদ")
        assert engine.changes(0, 2**32 - 1).left == len(ARTICLES)
        engine.verify()
        engine.reload()
        assert engine.health.verified


def _environment(monkeypatch: pytest.MonkeyPatch, who: Credentials) -> None:
    for name, value in (("USER", who.user), ("PASSWORD", who.password), ("CA", str(who.ca))):
        monkeypatch.setenv(f"ONNESHON_OPENSEARCH_{name}", value)


def test_the_reader_may_not_write(node: SecuredNode) -> None:
    """The reader may neither write nor see other indexes of the cluster."""
    for index in ("news", "others"):
        with (
            closing(Cluster(node.at(index), node.who("reader"))) as cluster,
            pytest.raises(ClusterError, match="does not allow this: no permissions"),
        ):
            build_on_cluster(iter(ARTICLES), cluster)


@pytest.mark.parametrize(
    "case", ["nobody", "a wrong password", "a wrong authority", "no authority", "no TLS"]
)
def test_who_is_not_let_in_reads_what_to_do(node: SecuredNode, case: str) -> None:
    """The error is one sentence with the address, and without the password."""
    who, address, said = _refused(node)[case]
    with closing(Cluster(address, who)) as cluster, pytest.raises(ClusterError, match=said) as raised:
        cluster.live()
    assert str(address) in str(raised.value)
    assert not any(word in str(raised.value) for word in (*PASSWORDS.values(), GUESSED))


def _refused(node: SecuredNode) -> dict[str, tuple[Credentials, Address, str]]:
    """By case: the credentials, the address, and the expected message."""
    over_tls, not_known = (
        node.at("news"),
        "does not accept the credentials: set the right ONNESHON_OPENSEARCH_USER",
    )
    not_trusted = "its certificate is not trusted; name the right one in ONNESHON_OPENSEARCH_CA"
    return {
        "nobody": (node.who(""), over_tls, not_known),
        "a wrong password": (node.who("reader", password=GUESSED), over_tls, not_known),
        "a wrong authority": (node.who("reader", authority="other"), over_tls, not_trusted),
        "no authority": (node.who("reader", authority=""), over_tls, not_trusted),
        "no TLS": (node.who("reader"), node.at("news", tls=False), r"is it opensearch\+https"),
    }
