"""How a cluster and an index on it are, for ``onneshon doctor``: what is wrong, and what to do about it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from onneshon.index.remote import Finding
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.storage.generations import ClusterGenerations
from onneshon.opensearch.writing.build import count_of

NEARLY_FULL: Final = 0.15
"""Free space of a node's disk, as a share: below it OpenSearch gives the node no further copies (its low
watermark, of 85 % used), and soon after allows no writing at all."""

_STATES: Final[dict[str, tuple[str, str]]] = {
    "yellow": (
        "a copy of some part is on no node",
        "it is answered in full; bring the missing node back, or ask for fewer `--replicas`",
    ),
    "red": (
        "a part of it is on no node, and is not found",
        "bring the node back that had it, or `onneshon index restore` a snapshot",
    ),
}


def examine_cluster(cluster: Cluster) -> Iterator[Finding]:
    """Look at a cluster and at the index on it.

    Args:
        cluster: and the alias.

    Raises:
        IndexMissingError: there is no index.
        OnneshonError: the cluster does not answer, or what is there is none of ours.
    """
    yield _nodes(cluster)
    yield from _disks(cluster)
    generations = ClusterGenerations(cluster)
    live = generations.live()
    live.check()
    text = f"{cluster.address}: {count_of(cluster, live.index):,} articles, generation {live.name}"
    yield Finding("index", "ok", f"{text}, built {live.meta.get('created', 'at no known time')}")
    yield from _parts(cluster, live.everything)
    yield from _blocks(cluster, live.everything)
    if left := generations.unfinished():
        text = f"{', '.join(left)}: not finished, by a build that was stopped or that still runs"
        yield Finding("leftovers", "note", text, "`onneshon index gc`, once no build runs")


def _nodes(cluster: Cluster) -> Finding:
    found = cluster.read(lambda client: client.info())["version"]
    health = cluster.read(lambda client: client.cluster.health())
    nodes = f"{health['number_of_nodes']} nodes, {health['number_of_data_nodes']} of them with data"
    return Finding("cluster", "ok", f"{found.get('distribution', '')} {found['number']}, {nodes}".strip())


def _disks(cluster: Cluster) -> Iterator[Finding]:
    """How full the disks of nodes are; who may not ask is told nothing of them."""
    try:
        nodes = cluster.read(lambda client: client.nodes.stats(metric="fs"))["nodes"].values()
    except ClusterError:
        return
    free = {node["name"]: _share(node["fs"]["total"]) for node in nodes}
    full = [f"{share:.0%} of {name}" for name, share in sorted(free.items()) if share < NEARLY_FULL]
    if full:
        remedy = "make room, such as with `onneshon index gc --only-live`, or add a node"
        yield Finding("disks", "note", f"only {', '.join(full)} are free", remedy)
    elif free:
        yield Finding("disks", "ok", f"{min(free.values()):.0%} or more of each node's are free")


def _share(total: Mapping[str, int]) -> float:
    return total["available_in_bytes"] / (total["total_in_bytes"] or 1)


def _parts(cluster: Cluster, indexes: str) -> Iterator[Finding]:
    health = cluster.read(lambda client: client.cluster.health(index=indexes))
    if health["status"] not in _STATES:
        yield Finding("parts", "ok", f"all {health['active_shards']} copies of its parts are on nodes")
        return
    said, remedy = _STATES[health["status"]]
    wrong = health["status"] == "red"
    text = f"{said} ({health['unassigned_shards']} of the cluster's copies, {health['status']})"
    yield Finding("parts", "wrong" if wrong else "note", text, remedy, exit_code=1 if wrong else 0)


def _blocks(cluster: Cluster, indexes: str) -> Iterator[Finding]:
    """Whether the cluster lets nobody write, as it does by itself where a disk is full."""
    found: Mapping[str, Any] = cluster.read(
        lambda client: client.indices.get_settings(index=indexes, params={"flat_settings": "true"})
    )
    blocked = {
        setting.removeprefix("index.blocks.")
        for index in found.values()
        for setting, value in index["settings"].items()
        if setting.startswith("index.blocks.") and value == "true"
    }
    if blocked:
        text = f"nothing can be written: {', '.join(sorted(blocked))} is set"
        remedy = "make room on the disks; OpenSearch lifts its own block then, and whoever set another can"
        yield Finding("blocks", "wrong", text, remedy, exit_code=1)
