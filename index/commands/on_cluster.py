"""What commands do where the index is on a cluster; what speaks to it is loaded when one is named."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from onneshon.index.commands.options import configuration_of
from onneshon.index.commands.shared import size_text
from onneshon.index.commands.terminal import say, say_json
from onneshon.index.indexer.write_job import BuildReport, UpdateReport
from onneshon.index.indexer.write_options import BuildOptions, UpdateOptions
from onneshon.index.opensearch.address import Address
from onneshon.index.opensearch.opening import open_cluster

if TYPE_CHECKING:
    from onneshon.index.opensearch.upkeep import ClusterStatistics

__all__ = [
    "build_at",
    "check_at",
    "delete_at",
    "gc_at",
    "repair_at",
    "restore_at",
    "rollback_at",
    "snapshot_at",
    "stats_at",
    "update_at",
]


def build_at(
    address: Address,
    paths: Sequence[Path],
    options: BuildOptions,
    *,
    shards: int | None = None,
    replicas: int | None = None,
) -> BuildReport:
    """Build an index on a cluster.

    Args:
        address: of the index.
        paths: of articles.
        options: of the build.
        shards: parts of its articles; None for one.
        replicas: further copies of each; None for what suits the nodes there are.

    Raises:
        OnneshonError: as ``run_build_on_cluster`` does, and where its library is not installed.
    """
    cluster = open_cluster(address)
    from onneshon.index.opensearch.build import (  # noqa: PLC0415  # needs an extra
        ClusterBuildOptions,
        Layout,
        run_build_on_cluster,
    )

    options = replace(options, configuration=configuration_of(address))
    layout = Layout(shards or 1, replicas)
    return run_build_on_cluster(paths, cluster, ClusterBuildOptions.of(options, layout))


def update_at(address: Address, paths: Sequence[Path], options: UpdateOptions) -> UpdateReport:
    """Update an index on a cluster.

    Raises:
        OnneshonError: as ``run_update_on_cluster`` does, and where its library is not installed.
    """
    cluster = open_cluster(address)
    from onneshon.index.opensearch.update import run_update_on_cluster  # noqa: PLC0415  # needs an extra

    return run_update_on_cluster(paths, cluster, replace(options, configuration=configuration_of(address)))


def delete_at(address: Address, ids: Sequence[str], *, wait: float, as_json: bool) -> None:
    """Delete articles of an index on a cluster, and say so."""
    cluster = open_cluster(address)
    from onneshon.index.opensearch.update import delete_on_cluster  # noqa: PLC0415  # needs an extra

    report = delete_on_cluster(ids, cluster, wait=wait)
    if as_json:
        say_json(asdict(report))
        return
    say(f"deleted {report.deleted:,}; {report.articles:,} articles are left in {report.generation}")


def check_at(address: Address, *, deep: bool, as_json: bool) -> None:
    """Check an index on a cluster, and say what was found sound."""
    cluster = open_cluster(address)
    from onneshon.index.opensearch.checking import check_cluster  # noqa: PLC0415  # needs an extra

    report = check_cluster(cluster, deep=deep)
    if as_json:
        say_json(asdict(report))
        return
    counts = f"{report.articles:,} articles, {report.words:,} words, {report.compared:,} texts analysed again"
    say(f"generation {report.generation} is sound: {counts}; {report.shards} shards, {report.status}")


def rollback_at(address: Address, to: str | None) -> None:
    """Make an earlier generation of a cluster live again, and say which."""
    cluster = open_cluster(address)
    from onneshon.index.opensearch.upkeep import roll_back  # noqa: PLC0415  # needs an extra

    say(f"generation {roll_back(cluster, to)} is live")


def gc_at(address: Address, *, keep: int, only_live: bool, dry_run: bool) -> None:
    """Remove generations of a cluster that no reader needs, and name them."""
    cluster = open_cluster(address)
    from onneshon.index.opensearch.upkeep import collect_generations  # noqa: PLC0415  # needs an extra

    names = collect_generations(cluster, keep=keep, only_live=only_live, dry_run=dry_run)
    for name in names:
        say(f"{'would remove' if dry_run else 'removed'} {name}")
    if not names:
        say("nothing to remove")


def repair_at(address: Address, *, as_json: bool) -> None:
    """Count the words of an index on a cluster anew, and say so."""
    cluster = open_cluster(address)
    from onneshon.index.opensearch.upkeep import recount  # noqa: PLC0415  # needs an extra

    articles = recount(cluster)
    if as_json:
        say_json({"articles": articles})
        return
    say(f"the words of {articles:,} articles were counted again")


def snapshot_at(address: Address, snapshot: str, *, as_json: bool) -> None:
    """Write the live generation of a cluster to a repository there, and say which it was."""
    cluster = open_cluster(address)
    from onneshon.index.opensearch.upkeep import take_snapshot  # noqa: PLC0415  # needs an extra

    generation = take_snapshot(cluster, snapshot)
    if as_json:
        say_json({"generation": generation, "snapshot": snapshot})
        return
    say(f"generation {generation} is in {snapshot}")


def restore_at(address: Address, snapshot: str, *, wait: float, as_json: bool) -> None:
    """Make the generation in a snapshot the live one of a cluster, and say its name."""
    cluster = open_cluster(address)
    from onneshon.index.opensearch.upkeep import restore_snapshot  # noqa: PLC0415  # needs an extra

    generation = restore_snapshot(cluster, snapshot, wait=wait)
    if as_json:
        say_json({"generation": generation, "snapshot": snapshot})
        return
    say(f"restored; generation {generation} is live")


def stats_at(address: Address, *, as_json: bool) -> None:
    """Say what the live generation of a cluster holds."""
    cluster = open_cluster(address)
    from onneshon.index.opensearch.upkeep import cluster_statistics  # noqa: PLC0415  # needs an extra

    statistics = cluster_statistics(cluster)
    if as_json:
        say_json(asdict(statistics))
        return
    for line in _statistics_lines(statistics):
        say(line)


def _statistics_lines(statistics: "ClusterStatistics") -> Iterator[str]:
    period = f"{statistics.first_date} to {statistics.last_date}" if statistics.first_date else "none"
    left_out = ", ".join(f"{count:,} {kind}" for kind, count in statistics.skipped.items())
    versions = ", ".join(f"{name} {version}" for name, version in sorted(statistics.versions.items()))
    averages = f"title {statistics.basis['average_title']:,.1f}, body {statistics.basis['average_body']:,.1f}"
    copies = f"{statistics.shards} shards, {statistics.replicas} replicas of each, {statistics.status}"
    yield f"generation  {statistics.generation} (kept: {', '.join(statistics.kept)})"
    yield f"articles    {statistics.articles:,}; {statistics.deleted:,} replaced or deleted, not merged away"
    yield f"dates       {period}"
    yield f"size        {size_text(statistics.bytes)} a copy; {copies}"
    yield f"words       {statistics.words:,}"
    yield f"built       {statistics.created} from {', '.join(statistics.sources) or 'articles in hand'}"
    yield f"versions    {versions}"
    yield f"analysis    {statistics.analyzer}; average tokens: {averages}"
    yield f"left out    {left_out or 'none'}"
