"""What no generation of the last days has, removed from a store.

A generation takes what the one before it has, or sends it anew. So what was needed in the last days is what
the newest manifest from before them names, what the live one names, and what was written since.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from onneshon.index.replication.lease import Lease
from onneshon.index.replication.objects import FILES, MANIFESTS, file_key, live_key, read_manifest
from onneshon.index.replication.pushing import YOUNG
from onneshon.index.replication.store import Listed

_BATCH: Final = 500
"""Objects that are removed before it is asked again whether this process may."""


@dataclass(frozen=True, slots=True)
class PruneReport:
    """What was removed.

    Attributes:
        manifests: of generations that were live only before.
        files: that none has.
        bytes: of all of them.
    """

    manifests: int
    files: int
    bytes: int


def prune(
    lease: Lease, days: float, now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
) -> PruneReport:
    """Remove what no generation has that was live within some days.

    Args:
        lease: the right to write the store.
        days: of the past.
        now: the time, for tests; the clock of the store must not differ by hours.

    Raises:
        IndexLockedError: another process has the right to write by now.
        StoreError: the store cannot be asked, or a manifest is not what was put there.
    """
    store, since = lease.store, now() - dt.timedelta(days=days)
    lease.write()  # what is live now can only be changed by this process
    manifests = sorted(store.listed(MANIFESTS), key=lambda found: found.modified)
    before = [found for found in manifests if found.modified < since]
    pointer = lease.pointer
    kept = {live_key(pointer), *(found.key for found in before[-1:])} & {found.key for found in manifests}
    named = {file_key(entry.sha256) for entry in pointer.site.values()}
    for key in kept:
        named |= {file_key(entry.sha256) for entry in read_manifest(store, key).files.values()}
    superseded = [found for found in before if found.key not in kept]
    files = [
        found for found in store.listed(FILES) if found.key not in named and found.modified < since - YOUNG
    ]
    _remove(lease, superseded)
    _remove(lease, files)
    size = sum(found.size for found in (*superseded, *files))
    return PruneReport(len(superseded), len(files), size)


def _remove(lease: Lease, doomed: list[Listed]) -> None:
    for first in range(0, len(doomed), _BATCH):
        lease.write()  # one that was stopped for long must not remove what another has sent again
        lease.store.delete([found.key for found in doomed[first : first + _BATCH]])
