"""Apply again what came over HTTP, to an index that was built or put back from before it came."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from onneshon.index.article import Article
from onneshon.index.configuration import read_configuration
from onneshon.index.errors import CorpusError
from onneshon.index.ingest.articles_in_hand import SiteRecords
from onneshon.index.publishing.journal import Journal
from onneshon.index.publishing.operation import Operation, latest
from onneshon.index.publishing.progress import ProgressFile
from onneshon.index.upkeep.index_writer import IndexWriter, open_writer

__all__ = ["ReplayReport", "replay"]


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What was applied again.

    Attributes:
        operations: how many the journal holds of that time.
        put: articles that were put in, or replaced, and are not as they were in the index.
        deleted: articles that were taken out.
        generation: that is live now.
        left_out: of each operation that could not be applied, article and reason; the article is as it was.
    """

    operations: int
    put: int
    deleted: int
    generation: str
    left_out: tuple[str, ...] = ()


def replay(
    directory: Path, since: dt.datetime | None = None, *, position: int = 0, wait: float = 0
) -> ReplayReport:
    """Apply operations again that were applied once; those that wait are left to the process that publishes.

    Args:
        directory: of the index.
        since: those received from then on, by the clock of then; None for all that the journal still holds.
        position: those behind it, however clocks were set meanwhile.
        wait: seconds to wait for another writer.

    Raises:
        ConfigurationError: ``onneshon.toml`` makes no sense.
        JournalError: the journal cannot be read.
        IndexLockedError: another process writes the index.
        IndexStateError: the index cannot be changed; it is as it was.
    """
    records = SiteRecords(read_configuration(directory))
    with open_writer(directory, wait=wait) as writer:
        # Within the lock: nothing newer of these articles can be applied before, and be undone by this.
        operations = [
            operation
            for operation in _applied(directory, position)
            if since is None or _received(operation) >= since
        ]
        replaying = _Replaying(writer, records)
        for operation in latest(operations):
            replaying.apply(operation)
        commit = writer.commit()
    left_out = tuple(replaying.left_out)
    return ReplayReport(len(operations), replaying.put, replaying.deleted, commit.generation, left_out)


class _Replaying:
    """Applies operations one by one; one that no index takes holds up no other."""

    def __init__(self, writer: IndexWriter, records: SiteRecords) -> None:
        self._writer = writer
        self._records = records
        self.put = self.deleted = 0
        self.left_out: list[str] = []

    def apply(self, operation: Operation) -> None:
        try:
            article = self._article(operation)
            if article is None:
                self.deleted += self._writer.delete(operation.id)
            else:
                self.put += self._writer.add(article) != "unchanged"
        except CorpusError as error:
            self.left_out.append(str(error))

    def _article(self, operation: Operation) -> Article | None:
        try:
            return operation.article(self._records)
        except (CorpusError, MemoryError):
            raise
        except Exception as error:  # whatever one article does must not stop all others
            reason = f"{type(error).__name__}: {error}"
            raise CorpusError(f"article {operation.id}", "json", reason) from error


def _applied(directory: Path, position: int) -> Iterator[Operation]:
    """The operations of the journal behind a position that were applied, in order."""
    end = ProgressFile(directory).read().position
    journal = Journal(directory)
    while position < end:
        batch = journal.read(position, end)
        if batch.position == position:
            return
        yield from batch.operations
        position = batch.position


def _received(operation: Operation) -> dt.datetime:
    return dt.datetime.fromisoformat(operation.received)
