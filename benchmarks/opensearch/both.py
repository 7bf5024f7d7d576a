"""Builds the same articles into an index of ours and on a cluster, with one basis."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from onneshon.index import Article
from onneshon.index.indexer.builder import build
from onneshon.index.storage.reader import open_index
from onneshon.index.upkeep.update import update
from onneshon.opensearch.connection.address import Address
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.searching.engine import ClusterEngine
from onneshon.opensearch.writing.build import Layout, build_on_cluster
from onneshon.opensearch.writing.cluster_writer import update_on_cluster
from onneshon.opensearch.writing.upkeep import roll_over
from onneshon.search import Engine

__all__ = ["both_engines"]


@contextmanager
def both_engines(
    articles: Sequence[Article], hosts: str, name: str, shards: int, indexes: int = 1
) -> Iterator[tuple[Engine, ClusterEngine]]:
    """Build and open both; the index on the cluster is removed at the end.

    Args:
        articles: the articles of both.
        hosts: the cluster's hosts, as in an address.
        name: the name of the index there.
        shards: the number of shards of each index there.
        indexes: the number of indexes of equal size behind that name; both take their basis from the first
            one's articles, and the others are updates of both.
    """
    size = -(-len(articles) // indexes)
    address = Address.parse(f"opensearch://{hosts}/{name}")
    with TemporaryDirectory(prefix="onneshon-") as folder:
        directory = Path(folder)
        build(iter(articles[:size]), directory, max_bad="100%")
        with open_index(directory) as reader:
            basis = reader.basis
        with closing(Cluster(address)) as cluster:
            build_on_cluster(
                iter(articles[:size]),
                cluster,
                layout=Layout(shards, 0),
                basis=basis,
                force=True,
                max_bad="100%",
            )
            for start in range(size, len(articles), size):
                roll_over(cluster)
                more = articles[start : start + size]
                update_on_cluster(iter(more), cluster, max_bad="100%")
                update(iter(more), directory, max_bad="100%")
        with (
            Engine.open(directory, time_limit=None) as ours,
            ClusterEngine.open(address, time_limit=None) as theirs,
        ):
            yield ours, theirs
    with closing(Cluster(address)) as cluster:
        cluster.client.indices.delete(index=f"{name}-*")
