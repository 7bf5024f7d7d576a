"""Rolling an index over: new articles go to a new index of the cluster, behind the same name as those before.

What is found, how it is ordered and counted stays as if all were in one: an article is worth the same, since
all indexes have one basis, and words are counted for all together. Older articles are changed where they are.
"""

import datetime as dt

from onneshon.index.remote import Due
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.storage.generations import ClusterGeneration, ClusterGenerations
from onneshon.opensearch.writing.build import Layout, count_of, size_of, spread, spread_of
from onneshon.opensearch.writing.lease import writer_lease


def roll_over(
    cluster: Cluster, due: Due | None = None, *, shards: int | None = None, wait: float = 0
) -> str | None:
    """Have new articles of the live generation go to a new index beside those that it has.

    Args:
        cluster: and the alias.
        due: when; None for at once.
        shards: primaries of the new index; None for as many as the newest has.
        wait: seconds to wait for another writer.

    Returns:
        Name of the new index; None where it is not yet time, or nothing was written since the last.

    Raises:
        IndexMissingError: there is no index.
        IndexOutdatedError: another version built it.
        IndexLockedError: another process writes it.
        ClusterError: the cluster does not answer, or cannot hold another.
    """
    generations = ClusterGenerations(cluster)
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
    """When an index was made; now, where it does not say."""
    created = index.meta.get("created")
    return dt.datetime.fromisoformat(created) if created else now
