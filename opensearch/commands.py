"""The commands of ``onneshon index`` for an index on a cluster, and their output."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path

from onneshon.index.commands.shared import size_text
from onneshon.index.indexer.write_job import BuildReport, UpdateReport
from onneshon.index.indexer.write_options import BuildOptions, UpdateOptions
from onneshon.index.remote import Due, Finding, Outcome, RemoteCommands
from onneshon.index.upkeep.update import ArticleWriter
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.storage.files import read_state
from onneshon.opensearch.writing.build import ClusterBuildOptions, Layout, run_build_on_cluster
from onneshon.opensearch.writing.checking import check_cluster, examine_cluster
from onneshon.opensearch.writing.cluster_writer import (
    cluster_writer,
    delete_on_cluster,
    run_update_on_cluster,
)
from onneshon.opensearch.writing.snapshots import restore_snapshot, take_snapshot
from onneshon.opensearch.writing.upkeep import (
    ClusterStatistics,
    cluster_statistics,
    collect_generations,
    drop,
    migrate_on_cluster,
    recount,
    roll_back,
    roll_over,
)


class ClusterCommands(RemoteCommands):
    """Builds and maintains an index on a cluster.

    Args:
        cluster: the cluster, with the alias.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def build(
        self, paths: Sequence[Path], options: BuildOptions, own: Mapping[str, int | None]
    ) -> BuildReport:
        """Build the index, of one shard by default; see ``run_build_on_cluster``."""
        layout = Layout(own["shards"] or 1, own["replicas"])
        return run_build_on_cluster(paths, self._cluster, ClusterBuildOptions.of(options, layout))

    def migrate(self, options: BuildOptions) -> BuildReport:
        """Build the index again from the articles that it stores; see ``migrate_on_cluster``."""
        return migrate_on_cluster(self._cluster, options)

    def update(self, paths: Sequence[Path], options: UpdateOptions) -> UpdateReport:
        """Change articles in place; see ``run_update_on_cluster``."""
        return run_update_on_cluster(paths, self._cluster, options)

    def writer(self, *, wait: float = 0) -> AbstractContextManager[ArticleWriter]:
        """Change articles one by one; see ``cluster_writer``."""
        return cluster_writer(self._cluster, wait=wait)

    def live(self) -> str:
        """The live generation and the revision of its words, which differs after each change."""
        name = self._cluster.live()
        return f"{name}.{read_state(self._cluster, name).revision}"

    def delete(self, ids: Sequence[str], *, wait: float) -> Outcome:
        """Delete articles; see ``delete_on_cluster``."""
        report = delete_on_cluster(ids, self._cluster, wait=wait)
        left = f"{report.articles:,} articles are left in {report.generation}"
        return Outcome(asdict(report), [f"deleted {report.deleted:,}; {left}"])

    def check(self, *, deep: bool) -> Outcome:
        """Compare the live generation with what it should be; see ``check_cluster``."""
        report = check_cluster(self._cluster, deep=deep)
        counts = (
            f"{report.articles:,} articles, {report.words:,} words, "
            f"{report.compared:,} texts analysed again; {report.shards} shards, {report.status}"
        )
        counts += f"; words were not compared, as {report.writer} writes it" if report.writer else ""
        return Outcome(asdict(report), [f"generation {report.generation} is sound: {counts}"])

    def rollback(self, to: str | None) -> str:
        """Make an earlier generation live; see ``roll_back``."""
        return roll_back(self._cluster, to)

    def gc(self, *, keep: int, only_live: bool, dry_run: bool) -> Sequence[str]:
        """Remove generations that no reader needs; see ``collect_generations``."""
        return collect_generations(self._cluster, keep=keep, only_live=only_live, dry_run=dry_run)

    def drop(self, *, wait: float) -> Outcome:
        """Remove the index, or what one tenant has of it; see ``drop``."""
        names = drop(self._cluster, wait=wait)
        return Outcome({"removed": names}, [f"removed {', '.join(names) or 'nothing'}"])

    def repair(self, _options: BuildOptions) -> Outcome:
        """Count the words again; all else the cluster repairs itself from replicas."""
        articles = recount(self._cluster)
        return Outcome({"articles": articles}, [f"the words of {articles:,} articles were counted again"])

    def rollover(self, due: Due, *, shards: int | None, wait: float) -> Outcome:
        """Add an index of the cluster to which new articles go; see ``roll_over``."""
        made = roll_over(self._cluster, due, shards=shards, wait=wait)
        said = f"new articles go to {made}" if made else "not yet: new articles go where they went"
        return Outcome({"index": made}, [said])

    def snapshot(self, name: str) -> Outcome:
        """Write the live generation to ``REPOSITORY:NAME``; see ``take_snapshot``."""
        generation = take_snapshot(self._cluster, name)
        values = {"generation": generation, "snapshot": name}
        return Outcome(values, [f"generation {generation} is in {name}"])

    def restore(self, name: str, *, wait: float) -> Outcome:
        """Make the generation in ``REPOSITORY:NAME`` live; see ``restore_snapshot``."""
        generation = restore_snapshot(self._cluster, name, wait=wait)
        values = {"generation": generation, "snapshot": name}
        return Outcome(values, [f"restored; generation {generation} is live"])

    def stats(self) -> Outcome:
        """Figures of the live generation; see ``cluster_statistics``."""
        statistics = cluster_statistics(self._cluster)
        return Outcome(asdict(statistics), list(_statistics_lines(statistics)))

    def findings(self) -> Iterator[Finding]:
        """The findings about the cluster and the index; see ``examine_cluster``."""
        return examine_cluster(self._cluster)


def _statistics_lines(statistics: ClusterStatistics) -> Iterator[str]:
    period = f"{statistics.first_date} to {statistics.last_date}" if statistics.first_date else "none"
    left_out = ", ".join(f"{count:,} {kind}" for kind, count in statistics.skipped.items())
    versions = ", ".join(f"{name} {version}" for name, version in sorted(statistics.versions.items()))
    averages = f"title {statistics.basis['average_title']:,.1f}, body {statistics.basis['average_body']:,.1f}"
    copies = f"{statistics.shards} shards, {statistics.replicas} replicas of each, {statistics.status}"
    yield f"generation  {statistics.generation} (kept: {', '.join(statistics.kept)})"
    yield f"articles    {statistics.articles:,}; {statistics.deleted:,} replaced or deleted, not merged away"
    yield f"dates       {period}"
    if statistics.indexes[1:]:
        yield f"indexes     {', '.join(statistics.indexes)}"
    yield f"size        {size_text(statistics.bytes)} a copy; {copies}"
    yield f"words       {statistics.words:,}"
    yield f"built       {statistics.created} from {', '.join(statistics.sources) or 'articles in hand'}"
    yield f"versions    {versions}"
    yield f"analysis    {statistics.analyzer}; average tokens: {averages}"
    yield f"left out    {left_out or 'none'}"
