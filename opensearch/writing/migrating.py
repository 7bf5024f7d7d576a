"""Building a generation again from the articles that it stores: a new version needs no export of them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from onneshon.index.article import Article, article_from_stored
from onneshon.index.indexer.write_job import BuildReport
from onneshon.index.indexer.write_options import BuildOptions
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.scanning import LIVE, scan
from onneshon.opensearch.storage.generations import ClusterGenerations
from onneshon.opensearch.writing.build import (
    ClusterBuildOptions,
    Layout,
    run_build_on_cluster,
    spread_of,
)

PAGE: Final = 500
"""Articles that are read in one request."""


def migrate_on_cluster(cluster: Cluster, options: BuildOptions) -> BuildReport:
    """Build the live generation again from the articles that it stores, whichever version built it.

    Args:
        cluster: and the alias.
        options: of the build; it is strict, and has as many shards and copies as before.

    Raises:
        IndexMissingError: there is no index.
        IndexLockedError, ClusterError, BuildError: as for ``run_build_on_cluster``.
    """
    layout = Layout(*spread_of(cluster, ClusterGenerations(cluster).live().index))
    how = ClusterBuildOptions.of(replace(options, strict=True), layout)
    return run_build_on_cluster(_stored(cluster), cluster, how)


def _stored(cluster: Cluster) -> Iterator[Article]:
    """The articles of the generation that is live when the first is asked for."""
    live = ClusterGenerations(cluster).live()
    for hit in scan(cluster, live.index, LIVE, ["id"], source=["article"], page=PAGE):
        yield article_from_stored(hit["_source"]["article"])
