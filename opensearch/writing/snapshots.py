"""Writes snapshots of the live generation to a repository of the cluster, and restores generations."""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, TypeVar

from onneshon.index.errors import IndexMissingError, IndexStateError
from onneshon.opensearch.connection.address import generation_of
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import UNASSIGNED, ClusterError
from onneshon.opensearch.storage.tenants import generations_of
from onneshon.opensearch.writing.lease import writer_lease

_SNAPSHOT: Final = re.compile(r"(?P<repository>[\w.-]+):(?P<name>[a-z0-9][a-z0-9_.-]*)")


def _snapshot_parts(cluster: Cluster, text: str) -> tuple[str, str]:
    if cluster.address.tenant:
        raise ClusterError(
            f"{cluster.address} shares its index with other tenants: a snapshot of the cluster has them all"
        )
    found = _SNAPSHOT.fullmatch(text)
    if found is None:
        raise ClusterError(
            f"{text!r} is no snapshot of a cluster: REPOSITORY:NAME, of a repository that is registered there"
        )
    return found["repository"], found["name"]


def take_snapshot(cluster: Cluster, snapshot: str) -> str:
    """Write the live generation to a repository registered at the cluster; returns the generation's name.

    Args:
        cluster: the cluster, with the alias.
        snapshot: ``REPOSITORY:NAME``.

    Raises:
        ClusterError: there is no such repository, the name is taken, or a shard could not be written.
    """
    repository, name = _snapshot_parts(cluster, snapshot)
    generation = generations_of(cluster).live()
    body = {"indices": generation.everything, "include_global_state": False}
    cluster.write(lambda client: client.snapshot.create(repository=repository, snapshot=name, body=body))
    state = _waited(cluster, repository, name)
    if state != "SUCCESS":
        raise ClusterError(f"the snapshot {snapshot} ended as {state}: look at the cluster's log")
    return generation.name


def _waited(cluster: Cluster, repository: str, name: str) -> str:
    def look() -> tuple[str, Any]:
        found = cluster.read(lambda client: client.snapshot.get(repository=repository, snapshot=name))
        if (state := str(found["snapshots"][0]["state"])) != "IN_PROGRESS":
            return state, None
        done = cluster.read(lambda client: client.snapshot.status(repository=repository, snapshot=name))
        return state, [
            (snapshot["shards_stats"], {**snapshot["stats"], "time_in_millis": 0})  # time is no progress
            for snapshot in done["snapshots"]
        ]

    for state, _ in _looks(look, f"the snapshot {repository}:{name}"):
        if state != "IN_PROGRESS":
            return state
    raise AssertionError("the last look returns or raises")


PAUSE: Final = 0.5
"""Seconds between two polls of the progress."""

STALLED: Final = 600.0
"""Seconds without progress after which waiting ends with an error."""

StateT = TypeVar("StateT")


def _looks(look: Callable[[], StateT], what: str) -> Iterator[StateT]:
    """Poll a state again and again; raises ClusterError if it stays the same for too long."""
    seen, since = None, time.monotonic()
    while True:
        state = look()
        if state != seen:
            seen, since = state, time.monotonic()
        elif time.monotonic() - since >= STALLED:
            raise ClusterError(
                f"{what} has not gone on for {STALLED:.0f} s: look at the nodes of the cluster"
            )
        yield state
        time.sleep(PAUSE)


def restore_snapshot(cluster: Cluster, snapshot: str, *, wait: float = 0) -> str:
    """Restore the generation in a snapshot under the next free name and make it live; returns the name.

    Args:
        cluster: the cluster, with the alias.
        snapshot: ``REPOSITORY:NAME``.
        wait: seconds to wait for another writer.

    Raises:
        IndexMissingError: the snapshot has no generation of this index.
        IndexOutdatedError: another version built it.
        ClusterError: there is no such snapshot, or a shard is missing from it.
    """
    repository, name = _snapshot_parts(cluster, snapshot)
    generations = generations_of(cluster)
    with writer_lease(cluster, wait=wait):
        found = cluster.read(lambda client: client.snapshot.get(repository=repository, snapshot=name))
        there = found["snapshots"][0]["indices"]
        source = _generation_in(cluster, there)
        target = generations.free_name()
        indexes = [name for name in there if name == source or name.startswith(f"{source}-")]
        body = {
            "indices": ",".join(indexes),
            "include_global_state": False,
            "include_aliases": False,
            "rename_pattern": source,
            "rename_replacement": target,
        }
        try:
            cluster.write(
                lambda client: client.snapshot.restore(repository=repository, snapshot=name, body=body)
            )
            _wait_until_there(cluster, [name.replace(source, target) for name in indexes])
            generations.of(target).check()
            generations.publish(target)
        except BaseException:
            with suppress(IndexStateError):  # a later generation supersedes it
                generations.discard(target)
            raise
    return target


def _generation_in(cluster: Cluster, indices: Sequence[str]) -> str:
    names = {*map(generation_of, indices)}
    generations = [name for name in names if re.fullmatch(rf"{re.escape(cluster.alias)}-\d+", name)]
    if not generations:
        raise IndexMissingError(
            f"no generation of {cluster.alias!r} is in the snapshot, but {', '.join(indices)}"
        )
    return max(generations)


def _wait_until_there(cluster: Cluster, names: Sequence[str]) -> None:
    """Wait until every primary shard is ready; while being restored, it makes an index yellow, not red."""
    index = ",".join(names)

    def look() -> tuple[Any, ...]:
        health = cluster.read(lambda client: client.cluster.health(index=index))
        shards = cluster.read(lambda client: client.indices.recovery(index=index))
        copied = sum(shard["index"]["size"]["recovered_in_bytes"] for shard in _shards_of(shards))
        return (*(health[name] for name in WATCHED), copied)

    for status, active, initializing, unassigned, _ in _looks(look, f"restoring {index}"):
        if status != "red" and not initializing and active >= len(names):
            return
        if status == "red" and not initializing:
            raise ClusterError(f"{unassigned} shards of {index} could not be restored: {UNASSIGNED}")


WATCHED: Final = ("status", "active_primary_shards", "initializing_shards", "unassigned_shards")
"""The entries of the health of an index that is being restored by which progress is seen."""


def _shards_of(recovery: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for index in recovery.values():
        yield from index["shards"]
