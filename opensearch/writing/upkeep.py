"""Maintains the generations of a cluster: rollback, removal, statistics, migration, roll-over."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from onneshon.index.article import LAYERS, Article, article_from_stored
from onneshon.index.completion.titles import TitleSpool
from onneshon.index.errors import IndexMissingError
from onneshon.index.indexer.write_job import BuildReport
from onneshon.index.indexer.write_options import BuildOptions
from onneshon.index.remote import Due
from onneshon.index.storage.generations import KEPT
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.reading import LIVE, scan
from onneshon.opensearch.storage.generations import ClusterGeneration
from onneshon.opensearch.storage.tenants import generations_of
from onneshon.opensearch.storage.word_file import WordCounts
from onneshon.opensearch.writing.build import (
    ClusterBuildOptions,
    Layout,
    count_of,
    run_build_on_cluster,
    size_of,
    spread,
    spread_of,
)
from onneshon.opensearch.writing.checking import analyzed_again
from onneshon.opensearch.writing.lease import writer_lease
from onneshon.opensearch.writing.parts import words_of_parts, write_first_part

PAGE: Final = 500
"""The number of articles that are read in one request."""


def roll_back(cluster: Cluster, to: str | None = None) -> str:
    """Make an earlier generation live again; returns its name.

    Args:
        cluster: the cluster, with the alias.
        to: the name of the generation; None for the newest before the live one.

    Raises:
        IndexMissingError: there is no such generation.
        IndexOutdatedError: another version built it.
    """
    generations = generations_of(cluster)
    with writer_lease(cluster):
        finished = [generation for generation in generations.all() if generation.is_complete]
        if to is None:
            live = generations.live_name()
            chosen = [each for each in finished if live is None or each.name < live][-1:]
        else:  # this repairs an alias of several generations: which is live is not read
            chosen = [each for each in finished if each.name == to]
        if not chosen:
            names = ", ".join(generation.name for generation in finished) or "none"
            raise IndexMissingError(
                f"{cluster.address} has no {to or 'earlier generation'}; there are: {names}"
            )
        chosen[0].check()
        generations.publish(chosen[0].name)
    return chosen[0].name


def collect_generations(
    cluster: Cluster, *, keep: int = KEPT, only_live: bool = False, dry_run: bool = False
) -> list[str]:
    """Remove generations that no reader needs, unfinished and superseded ones; returns their names.

    Args:
        cluster: the cluster, with the alias.
        keep: the number of generations that stay, the live one included.
        only_live: whether to remove all older ones.
        dry_run: whether to return the names without removing anything.
    """
    generations = generations_of(cluster)
    with writer_lease(cluster):
        names = [*generations.unfinished(), *generations.superseded(1 if only_live else keep)]
        if not dry_run:
            generations.remove(names)
    return names


def drop(cluster: Cluster, *, wait: float = 0) -> list[str]:
    """Remove all generations of an index, or of a tenant of a shared one; returns their names.

    Args:
        cluster: the cluster, with the alias.
        wait: seconds to wait for another writer.
    """
    with writer_lease(cluster, wait=wait):
        generations = generations_of(cluster)
        names = [generation.name for generation in generations.all()]
        generations.remove(names)
    return names


def recount(cluster: Cluster, *, wait: float = 0) -> int:
    """Count the words of the live generation again and write its files; returns the number of articles.

    An update that was killed may have written a batch whose words it did not count.

    Args:
        cluster: the cluster, with the alias.
        wait: seconds to wait for another writer.
    """
    with writer_lease(cluster, wait=wait) as lease:
        generations = generations_of(cluster)
        generations.mark_live()
        generation = generations.live()
        generation.check()
        counts, articles = WordCounts(), 0
        with TemporaryDirectory() as folder, closing(TitleSpool(Path(folder))) as titles:
            for made in analyzed_again(cluster, generation):
                counts.add(made)
                titles.add(made.document["article"].get("title", ""))
                articles += 1
                lease.check()
            write_first_part(cluster, generation.name, counts, titles, articles)
    return articles


@dataclass(frozen=True, slots=True)
class ClusterStatistics:
    """Figures of the live generation.

    Attributes:
        generation: the generation's name.
        kept: the names of all generations, the oldest first.
        indexes: the indexes of its articles, the oldest first: several after a roll-over.
        articles: the number of its articles.
        deleted: documents that were replaced or deleted, and still take space until they are merged away.
        created: the time of its build, ISO 8601, UTC.
        sources: the paths it was built from.
        skipped: the number of articles left out of the build, by kind of fault.
        versions: the versions of the software that built it.
        analyzer: fingerprint of the analysis.
        basis: the constants from which impacts are computed.
        shards: the number of primary shards of its articles.
        replicas: the number of replicas.
        status: ``green``, ``yellow`` or ``red``.
        bytes: the size of one copy of all shards.
        words: the number of distinct keys in both layers.
        first_date: the date of the earliest article, ISO 8601; empty where none has a date.
        last_date: the date of the latest article.
    """

    generation: str
    kept: tuple[str, ...]
    indexes: tuple[str, ...]
    articles: int
    deleted: int
    created: str
    sources: tuple[str, ...]
    skipped: Mapping[str, int]
    versions: Mapping[str, str]
    analyzer: str
    basis: Mapping[str, float]
    shards: int
    replicas: int
    status: str
    bytes: int
    words: int
    first_date: str
    last_date: str


def cluster_statistics(cluster: Cluster) -> ClusterStatistics:
    """Figures of the live generation.

    Raises:
        IndexMissingError: there is none.
        ClusterError: as for ``Cluster.read``.
    """
    generations = generations_of(cluster)
    live = generations.live()
    name, meta = live.name, live.meta
    health = cluster.read(lambda client: client.cluster.health(index=live.index))
    shards, replicas = spread_of(cluster, live.index)
    stats = cluster.read(lambda client: client.indices.stats(index=live.index, metric="docs"))
    first, last = _period(cluster, live.index)
    return ClusterStatistics(
        generation=name,
        kept=tuple(generation.name for generation in generations.all()),
        indexes=live.indexes,
        articles=count_of(cluster, live.index),
        deleted=stats["_all"]["primaries"]["docs"]["deleted"],
        created=meta.get("created", ""),
        sources=tuple(meta.get("sources", ())),
        skipped=meta.get("skipped", {}),
        versions=meta.get("versions", {}),
        analyzer=live.contract.analyzer,
        basis=live.contract.basis.to_dict(),
        shards=shards,
        replicas=replicas,
        status=health["status"],
        bytes=size_of(cluster, live.everything),
        words=sum(word.layer in LAYERS for word in words_of_parts(cluster, name)),
        first_date=first,
        last_date=last,
    )


def _period(cluster: Cluster, index: str) -> tuple[str, str]:
    aggregations = {"first": {"min": {"field": "date"}}, "last": {"max": {"field": "date"}}}
    body = {"size": 0, "aggs": aggregations}
    found = cluster.read(lambda client: client.search(index=index, body=body))["aggregations"]
    return found["first"].get("value_as_string", ""), found["last"].get("value_as_string", "")


def migrate_on_cluster(cluster: Cluster, options: BuildOptions) -> BuildReport:
    """Build the live generation again from the articles that it stores, whichever version built it.

    Args:
        cluster: and the alias.
        options: the options of the build; it is strict, with as many shards and replicas as before.

    Raises:
        IndexMissingError: there is no index.
        IndexLockedError, ClusterError, BuildError: as for ``run_build_on_cluster``.
    """
    layout = Layout(*spread_of(cluster, generations_of(cluster).live().index))
    how = ClusterBuildOptions.of(replace(options, strict=True), layout)
    return run_build_on_cluster(_stored(cluster), cluster, how)


def _stored(cluster: Cluster) -> Iterator[Article]:
    """The articles of the generation that is live when the first is read."""
    live = generations_of(cluster).live()
    for hit in scan(cluster, live.index, LIVE, ["id"], source=["article"], page=PAGE):
        yield article_from_stored(hit["_source"]["article"])


def roll_over(
    cluster: Cluster, due: Due | None = None, *, shards: int | None = None, wait: float = 0
) -> str | None:
    """Add an empty index to the live generation, to which new articles go from now on.

    Args:
        cluster: the cluster, with the alias.
        due: the limits at which to roll over; None for at once.
        shards: the number of primary shards of the new index; None for that of the newest.
        wait: seconds to wait for another writer.

    Returns:
        The name of the new index; None if it is not due, or nothing was written since the last.

    Raises:
        IndexMissingError: there is no index.
        IndexOutdatedError: another version built it.
        IndexLockedError: another process writes it.
        ClusterError: the cluster does not answer, or the generation cannot have another index.
    """
    generations = generations_of(cluster)
    with writer_lease(cluster, wait=wait) as lease:
        live = generations.live()
        live.check()
        newest = live.indexes[-1]
        now = dt.datetime.now(dt.UTC)
        age = (now - _made(generations.of(newest), now)).total_seconds() / 86_400
        if not (due or Due()).holds(count_of(cluster, newest), age, size_of(cluster, newest)):
            return None
        before, copies = spread_of(cluster, newest)
        facts = {"created": now.isoformat(timespec="seconds")}
        made = generations.extend(live, shards or before, facts)
        spread(cluster, made.name, Layout(replicas=copies))
        lease.check()
        generations.complete(made, {})
        generations.publish(live.name)
    return made.name


def _made(index: ClusterGeneration, now: dt.datetime) -> dt.datetime:
    created = index.meta.get("created")
    return dt.datetime.fromisoformat(created) if created else now
