"""How far the journal is in the index, and applying it again to an index from before it came.

Between a commit and this record the writer may be killed. It then applies the same operations again, which
changes nothing: each says what an article is to be, not how to change it.
"""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

from onneshon.index.article import Article
from onneshon.index.configuration import read_configuration
from onneshon.index.errors import CorpusError, JournalError
from onneshon.index.ingest.articles_in_hand import SiteRecords
from onneshon.index.publishing.journal import Journal, Operation, latest
from onneshon.index.storage.durable import explain, replace_file
from onneshon.index.upkeep.index_writer import IndexWriter, open_writer

__all__ = ["Commit", "ProgressFile", "Published", "ReplayReport", "replay"]

KEPT: Final = 200
"""Commits that are remembered."""


@dataclass(frozen=True, slots=True)
class Commit:
    """Operations that became visible together.

    Attributes:
        position: of the last of them.
        generation: in which they are visible.
    """

    position: int
    generation: str


@dataclass(frozen=True, slots=True)
class Published:
    """How far the writer is.

    Attributes:
        commits: the last of them, oldest first.
        failure: why the next operations cannot be applied just now; empty while all is well.
        refused: operations, and unreadable lines, that were set aside for good.
    """

    commits: tuple[Commit, ...] = ()
    failure: str = ""
    refused: int = 0

    @property
    def position(self) -> int:
        """Up to which all is visible."""
        return self.commits[-1].position if self.commits else 0

    def generation_of(self, position: int) -> str | None:
        """In which generation an operation became visible; None while it waits.

        For one that was applied before all remembered commits it is the first of these, which has it too.
        """
        return next((commit.generation for commit in self.commits if commit.position >= position), None)

    def with_commit(self, commit: Commit, refused: int = 0) -> "Published":
        """After a further commit."""
        return Published((*self.commits[1 - KEPT :], commit), "", self.refused + refused)

    @classmethod
    def decode(cls, content: bytes) -> Self:
        """Read what `ProgressFile.write` wrote."""
        fields = json.loads(content)
        commits = tuple(Commit(int(position), generation) for position, generation in fields["commits"])
        return cls(commits, fields["failure"], fields["refused"])


class ProgressFile:
    """The file of it, ``DIR/publishing/published.json``.

    Args:
        directory: the index directory.
    """

    def __init__(self, directory: Path) -> None:
        self._path = directory / "publishing" / "published.json"
        self._seen: tuple[int, int] | None = None
        self._last = Published()

    def read(self) -> Published:
        """How far the writer is; the beginning where that is not known, since applying again does no harm.

        Raises:
            JournalError: the disk refuses it.
        """
        try:
            status = self._path.stat()
            seen = (status.st_ino, status.st_mtime_ns)
            if seen != self._seen:
                self._last = Published.decode(self._path.read_bytes())
                self._seen = seen
        except FileNotFoundError:
            return Published()
        except (ValueError, KeyError, TypeError):
            return Published(failure=f"{self._path} is garbled; all of the queue is applied again")
        except OSError as error:
            raise JournalError(
                f"the state of the queue cannot be read: {explain(error, self._path)}"
            ) from error
        return self._last

    def written(self) -> float:
        """When it was written last, in seconds of ``time.time``; 0 where it never was, or cannot be asked."""
        try:
            return self._path.stat().st_mtime
        except OSError:
            return 0.0

    def write(self, published: Published) -> None:
        """Replace it, durably.

        Raises:
            OSError: the disk refused it.
        """
        fields = asdict(published) | {
            "commits": [[commit.position, commit.generation] for commit in published.commits]
        }
        replace_file(self._path, json.dumps(fields).encode())


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
    records = SiteRecords(read_configuration(directory))
    with open_writer(directory, wait=wait) as writer:
        # Within the lock: nothing newer of these articles can be applied before, and be undone by this.
        operations = [
            operation for operation in _applied(directory) if since is None or _received(operation) >= since
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
