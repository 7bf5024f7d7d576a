"""Applying the journal to the index: batch by batch, in order, with background merges in between."""

import contextlib
import json
import logging
import math
import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from pathlib import Path
from threading import Event
from typing import Final, Protocol, TypeAlias

from onneshon.index.article import Article
from onneshon.index.configuration import Configuration
from onneshon.index.configuration_file import read_configuration
from onneshon.index.errors import (
    ConfigurationError,
    CorpusError,
    IndexCorruptError,
    IndexLockedError,
    JournalError,
    OnneshonError,
)
from onneshon.index.ingest.articles_in_hand import SiteRecords
from onneshon.index.publishing.journal import Journal
from onneshon.index.publishing.operation import Batch, Operation, latest
from onneshon.index.publishing.progress import CommittedBatch, ProgressFile, Published
from onneshon.index.storage.durable import sync_file, sync_folder
from onneshon.index.storage.generations import Generations
from onneshon.index.upkeep.index_writer import open_writer
from onneshon.index.upkeep.repair import mend
from onneshon.index.upkeep.update import UNMERGED, run_background_merges

log = logging.getLogger(__name__)


class WritesIndex(Protocol):
    """A writer of an index; leaving its context publishes all changes as one generation, or none."""

    def add(self, article: Article, /) -> object:
        """Add an article, in place of any of its id."""

    def delete(self, article_id: str, /) -> object:
        """Remove an article, if there is one of that id."""


class SharesIndex(Protocol):
    """Copies each generation to the store that replicas read from."""

    def is_due(self) -> bool:
        """Whether the live generation is not in the store yet."""

    def push(self) -> object:
        """Copy the live generation to the store; raises OnneshonError if that is not possible now."""


class _Alone:
    """For an index without replicas."""

    def is_due(self) -> bool:
        return False

    def push(self) -> None:
        pass


OpensWriter: TypeAlias = Callable[[Path], AbstractContextManager[WritesIndex]]

REFUSED_FILE: Final = "refused.jsonl"
"""The file, next to the journal, of operations that could not be applied: lines of JSON, with the reason."""


def _live(directory: Path) -> str:
    return Generations(directory).agreed().name


class Applier:
    """Applies the operations in the journal of an index.

    Args:
        directory: the index directory.
        open_writer: opens a writer of the index.
        sharing: copies each generation to replicas; operations are not reported visible before that.
        live: returns the name of the live generation.
    """

    def __init__(
        self,
        directory: Path,
        open_writer: OpensWriter,
        sharing: SharesIndex | None = None,
        live: Callable[[Path], str] = _live,
    ) -> None:
        self._live = live
        self._directory = directory
        self._open_writer = open_writer
        self._file = ProgressFile(directory)
        self._sharing = sharing or _Alone()
        self._journal = Journal(directory, lambda: self._file.read().position)

    def step(self) -> bool:
        """Apply the next batch, if there is one; return whether it succeeded.

        A batch that fails for want of disk, memory or the writer's lock is left for the next step, and the
        reason is recorded; so are articles while the site's configuration is invalid, but deletions are
        applied. An operation that by itself fails in another way is set aside, so that others continue.
        """
        try:
            done = self._file.read()
        except JournalError as error:  # nothing is written over a file that cannot be read
            log.warning("Publishing waits: %s", error)
            return False
        try:
            batch = self._journal.read(done.position)
            if batch.position > done.position:
                self._publish(batch, done)
            elif self._sharing.is_due():
                self._share(done)
        except (OnneshonError, OSError, MemoryError) as error:
            self._note_failure(done, error)
            if isinstance(error, IndexCorruptError):
                mend_in_background(self._directory)
            return False
        return True

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to apply."""
        try:
            nothing = self._journal.end() <= self._file.read().position
            return nothing and not self._sharing.is_due()
        except (OnneshonError, OSError):
            return False  # the next step reports why

    def _publish(self, batch: Batch, done: Published) -> None:
        if batch.damaged:
            log.error("%d articles of the queue were altered on the disk and are lost", batch.damaged)
        refused = batch.damaged + self._apply_or_set_aside(latest(batch.operations))
        self._sharing.push()
        generation = self._live(self._directory)
        self._file.write(done.with_commit(CommittedBatch(batch.position, generation), refused, batch.lost))
        self._journal.forget(batch.position)

    def _share(self, done: Published) -> None:
        """Copy a generation that a merge or a build has made to replicas."""
        self._sharing.push()
        if done.failure:
            self._file.write(replace(done, failure=""))

    def _apply_or_set_aside(self, operations: list[Operation]) -> int:
        """Apply all, or each alone if the fault is not the machine's; return how many were set aside."""
        try:
            self._apply(operations)
        except (OnneshonError, OSError, MemoryError) as error:
            if not isinstance(error, CorpusError):
                raise
            return self._apply_each(operations, error)
        except Exception as error:  # noqa: BLE001  # whatever one article does must not stop all others
            return self._apply_each(operations, error)
        return 0

    def _apply_each(self, operations: list[Operation], error: Exception) -> int:
        if len(operations) == 1:
            self._set_aside(operations[0], error)
            return 1
        return sum(self._apply_or_set_aside([operation]) for operation in operations)

    def _apply(self, operations: list[Operation]) -> None:
        try:
            self._write(operations)
        except ConfigurationError:
            self._withdraw_first()
            raise

    def _write(self, operations: list[Operation]) -> None:
        if not operations:
            return
        withdraws = all(operation.record is None for operation in operations)
        records = SiteRecords(Configuration() if withdraws else read_configuration(self._directory))
        articles = [(operation.id, operation.article(records)) for operation in operations]
        with self._open_writer(self._directory) as writer:
            for article_id, article in articles:
                if article is None:
                    writer.delete(article_id)
                else:
                    writer.add(article)

    def _withdraw_first(self) -> None:
        """Apply all waiting deletions, while articles wait because the site's configuration is invalid.

        They are applied again when the queue is read again, and then change nothing.
        """
        withdrawn: dict[str, bool] = {}
        position = self._file.read().position
        while (batch := self._journal.read(position)).position > position:
            position = batch.position
            withdrawn |= {operation.id: operation.record is None for operation in batch.operations}
        gone = [article_id for article_id, is_gone in withdrawn.items() if is_gone]
        if gone:
            with self._open_writer(self._directory) as writer:
                for article_id in gone:
                    writer.delete(article_id)

    def _set_aside(self, operation: Operation, error: Exception) -> None:
        log.error("article %r cannot be published: %s", operation.id, error, exc_info=error)
        reason = f"{type(error).__name__}: {error}"
        line = json.dumps({**asdict(operation), "reason": reason}, ensure_ascii=False)
        path = self._directory / "publishing" / REFUSED_FILE
        with path.open("ab+") as stream:
            if stream.tell():
                stream.seek(-1, os.SEEK_END)
                if stream.read(1) != b"\n":  # a line cut short, by a power cut
                    stream.write(b"\n")
            stream.write(f"{line}\n".encode("utf-8", "backslashreplace"))
        sync_file(path)
        sync_folder(path.parent)

    def _note_failure(self, done: Published, error: Exception) -> None:
        if str(error) != done.failure:
            log.warning("Publishing waits: %s", error)
            with contextlib.suppress(OSError):  # the failure to be recorded may itself be a full disk
                self._file.write(replace(done, failure=str(error) or repr(error)))


POLL_SECONDS: Final = 0.05
"""Seconds between two checks of the journal: an appended operation waits for half of it on average."""

RETRY_SECONDS: Final = (0.2, 1.0, 5.0, 15.0)
"""Waits before a retry, after one failure, two, three, and more."""

IDLE_SECONDS: Final = 10.0
"""Seconds without anything to publish after which segments are merged."""

PATIENCE_SECONDS: Final = 60.0
"""Seconds of uninterrupted publishing after which segments are merged nevertheless."""


def work(applier: Applier, ending: Event, merge: Callable[[], object] = bool) -> None:
    """Apply operations as they come, until it is time to end.

    Args:
        applier: the applier of the operations.
        ending: the event that is set when it is time to end.
        merge: called once after each period of publishing, when nothing has come for a while, and once a
            minute if operations always come; never while there is something to publish.
    """
    failures = 0
    due = at_last = math.inf  # when to merge if nothing comes, and if something does
    while not ending.is_set():
        if applier.is_idle:
            if time.monotonic() >= due:
                due = at_last = math.inf
                merge()
            ending.wait(POLL_SECONDS)
        elif applier.step():
            failures = 0
            at_last = min(at_last, time.monotonic() + PATIENCE_SECONDS)
            due = min(at_last, time.monotonic() + IDLE_SECONDS)
        else:
            ending.wait(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
            failures += 1


def merge_in_background(directory: Path, is_wanted: Callable[[], bool] = bool) -> None:
    """Merge while there is something to merge and nothing else to do.

    Failures are logged; the index is then as it was, and searches find the same in any case.

    Args:
        directory: the directory of the index.
        is_wanted: whether the process has something else to do; called before each merge.
    """
    try:
        with open_writer(directory) as writer:
            if merged := run_background_merges(writer, is_wanted):
                log.info("Merged %d segments of %s.", merged, directory)
    except IndexLockedError:
        pass  # a build or an update is at work, and merges by itself
    except (OnneshonError, OSError, MemoryError) as error:
        log.warning(UNMERGED, error)


def mend_in_background(directory: Path) -> None:
    """Publish the live generation with its damaged files mended, if there are any and they can be mended.

    Reads all of its files. Other damage is left to ``onneshon index repair``, as the recorded failure says.

    Args:
        directory: the directory of the index.
    """
    try:
        if mended := mend(directory):
            log.warning("Mended %s of %s.", ", ".join(mended), directory)
    except IndexLockedError:
        pass  # a build or an update is at work; the next failure leads here again
    except (OnneshonError, OSError) as error:
        log.warning("The index was not mended: %s", error)
