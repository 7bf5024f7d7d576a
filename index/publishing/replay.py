"""Apply again what came over HTTP, to an index that was built or put back from before it came."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.configuration import read_configuration
from index.ingest.site_records import SiteRecords
from index.publishing.journal import Journal
from index.publishing.operation import Operation, latest
from index.publishing.progress import ProgressFile
from index.upkeep.index_writer import open_writer

__all__ = ["ReplayReport", "replay"]


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What was applied again.

    Attributes:
        operations: how many the journal holds of that time.
        put: articles that were put in, or replaced, and are not as they were in the index.
        deleted: articles that were taken out.
        generation: that is live now.
    """

    operations: int
    put: int
    deleted: int
    generation: str


def replay(directory: Path, since: dt.datetime | None = None, *, wait: float = 0) -> ReplayReport:
    """Apply operations again that were applied once; those that wait are left to the process that publishes.

    Args:
        directory: of the index.
        since: those received from then on; None for all that the journal still holds.
        wait: seconds to wait for another writer.

    Raises:
        ConfigurationError: ``onneshon.toml`` makes no sense.
        JournalError: the journal cannot be read.
        IndexLockedError: another process writes the index.
        IndexStateError: the index cannot be changed; it is as it was.
    """
    put = deleted = 0
    records = SiteRecords(read_configuration(directory))
    with open_writer(directory, wait=wait) as writer:
        # Within the lock: nothing newer of these articles can be applied before, and be undone by this.
        operations = [one for one in _applied(directory) if since is None or _received(one) >= since]
        for operation in latest(operations):
            article = operation.article(records)
            if article is None:
                deleted += writer.delete(operation.id)
            else:
                put += writer.add(article) != "unchanged"
        commit = writer.commit()
    return ReplayReport(len(operations), put, deleted, commit.generation)


def _applied(directory: Path) -> Iterator[Operation]:
    """The operations of the journal that were applied, in order."""
    end = ProgressFile(directory).read().position
    journal = Journal(directory)
    position = 0
    while position < end:
        batch = journal.read(position, end)
        if batch.position == position:
            return
        yield from batch.operations
        position = batch.position


def _received(operation: Operation) -> dt.datetime:
    return dt.datetime.fromisoformat(operation.received)
