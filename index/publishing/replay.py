"""Replay of operations received over HTTP, on an index that was built or restored from an earlier state."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from onneshon.index.article import Article
from onneshon.index.configuration_file import read_configuration
from onneshon.index.errors import CorpusError
from onneshon.index.ingest.articles_in_hand import SiteRecords
from onneshon.index.publishing.journal import Journal
from onneshon.index.publishing.operation import Operation, latest
from onneshon.index.publishing.progress import ProgressFile
from onneshon.index.upkeep.index_writer import open_writer
from onneshon.index.upkeep.update import ArticleWriter


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """The report of a replay.

    Attributes:
        operations: the number of operations in the journal of that time.
        put: the number of articles that were added, or replaced by different ones.
        deleted: the number of articles that were removed.
        generation: the generation that is live now.
        left_out: article and reason of each operation that could not be applied; the article is as it was.
    """

    operations: int
    put: int
    deleted: int
    generation: str
    left_out: tuple[str, ...] = ()


def replay(
    directory: Path,
    since: dt.datetime | None = None,
    *,
    position: int = 0,
    wait: float = 0,
    opening: Callable[..., AbstractContextManager[ArticleWriter]] | None = None,
) -> ReplayReport:
    """Apply operations again that were applied before; waiting ones are left to the publishing process.

    Args:
        directory: the directory of the index; for an index at an address, that of the queue.
        since: apply those received from this time on, by the clock of that time; None for all in the journal.
        position: apply those after this position, which does not depend on clocks.
        wait: seconds to wait for another writer.
        opening: opens a writer of the index; None for the index in the directory.

    Raises:
        ConfigurationError: ``onneshon.toml`` is invalid.
        JournalError: the journal cannot be read.
        IndexLockedError: another process writes the index.
        IndexStateError: the index cannot be changed; it is as it was.
    """
    records = SiteRecords(read_configuration(directory))
    left_out: list[str] = []
    opening = opening or partial(open_writer, directory)
    with _noted(left_out), opening(wait=wait) as writer:
        # Within the lock: otherwise newer operations might be applied first, and be undone by these.
        operations = [
            operation
            for operation in _applied(directory, position)
            if since is None or dt.datetime.fromisoformat(operation.received) >= since
        ]
        replaying = _Replaying(writer, records, left_out)
        for operation in latest(operations):
            replaying.apply(operation)
        commit = writer.commit()
    put = commit.added + commit.changed
    return ReplayReport(len(operations), put, commit.deleted, commit.generation, tuple(left_out))


@contextmanager
def _noted(left_out: list[str]) -> Iterator[None]:
    """Record a refused article inside the block, as all others are changed."""
    try:
        yield
    except CorpusError as error:
        left_out.append(str(error))


class _Replaying:
    """Applies operations one by one; one that cannot be applied does not hold up the others."""

    def __init__(self, writer: ArticleWriter, records: SiteRecords, left_out: list[str]) -> None:
        self._writer = writer
        self._records = records
        self._left_out = left_out

    def apply(self, operation: Operation) -> None:
        try:
            article = self._article(operation)
            if article is None:
                self._writer.delete(operation.id)
            else:
                self._writer.add(article)
        except CorpusError as error:
            self._left_out.append(str(error))

    def _article(self, operation: Operation) -> Article | None:
        try:
            return operation.article(self._records)
        except (CorpusError, MemoryError):
            raise
        except Exception as error:  # whatever one article does must not stop all others
            reason = f"{type(error).__name__}: {error}"
            raise CorpusError(f"article {operation.id}", "json", reason) from error


def _applied(directory: Path, position: int) -> Iterator[Operation]:
    """The operations of the journal after a position that were applied before, in order."""
    end = ProgressFile(directory).read().position
    journal = Journal(directory)
    while position < end:
        batch = journal.read(position, end)
        if batch.position == position:
            return
        yield from batch.operations
        position = batch.position
