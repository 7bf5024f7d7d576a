"""From the journal to the index: batch by batch, in order, with background merges in between."""

import contextlib
import logging
import math
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
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
from onneshon.index.publishing.operation import Batch, Operation, encode_request, latest
from onneshon.index.publishing.progress import CommittedBatch, ProgressFile, Published
from onneshon.index.storage.durable import sync_file, sync_folder
from onneshon.index.storage.generations import Generations
from onneshon.index.upkeep.index_writer import open_writer
from onneshon.index.upkeep.repair import mend
from onneshon.index.upkeep.update import UNMERGED, run_background_merges

log = logging.getLogger(__name__)


class WritesIndex(Protocol):
    """What changes an index; leaving its context publishes all changes as one generation, or none."""

    def add(self, article: Article, /) -> object:
        """Put an article in, in place of any of its id."""

    def delete(self, article_id: str, /) -> object:
        """Take an article out, if it is there."""


class SharesIndex(Protocol):
    """What takes each generation to where others have it from."""

    def is_due(self) -> bool:
        """Whether the live generation is not there yet."""

    def push(self) -> object:
        """Take it there; raises OnneshonError where that cannot be done now."""


class _Alone:
    """Nobody else has the index."""

    def is_due(self) -> bool:
        return False

    def push(self) -> None:
        pass


OpensWriter: TypeAlias = Callable[[Path], AbstractContextManager[WritesIndex]]

REFUSED_FILE: Final = "refused.jsonl"
"""Beside the journal: operations that no index takes, one a line, with the reason."""


def _live(directory: Path) -> str:
    return Generations(directory).agreed().name


class Applier:
    """Applies what the journal of an index holds.

    Args:
        directory: the index directory.
        open_writer: of the index.
        sharing: takes each generation to others; what is not there yet is not said to be visible.
        live: tells which generation is live.
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
        """Apply the next batch, if there is one; whether all went well.

        What fails for want of disk, memory or the writer's lock is left for the next step, and its reason is
        written down; so are articles while the settings of the site make no sense, but what is to be taken
        out goes. An operation that alone fails in another way is set aside, so that others go on.
        """
        try:
            done = self._file.read()
        except JournalError as error:  # nor is anything written down over what cannot be read
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
            return False  # a step tells why

    def _publish(self, batch: Batch, done: Published) -> None:
        if batch.damaged:
            log.error("%d articles of the queue were altered on the disk and are lost", batch.damaged)
        refused = batch.damaged + self._apply_or_set_aside(latest(batch.operations))
        self._sharing.push()
        generation = self._live(self._directory)
        self._file.write(done.with_commit(CommittedBatch(batch.position, generation), refused, batch.lost))
        self._journal.forget(batch.position)

    def _share(self, done: Published) -> None:
        """Take a generation to others that a merge or a build has made."""
        self._sharing.push()
        if done.failure:
            self._file.write(replace(done, failure=""))

    def _apply_or_set_aside(self, operations: list[Operation]) -> int:
        """Apply all; where that fails for no reason of the machine, each alone. How many were set aside."""
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
        """Take out what waits to be taken out, while articles wait for a site whose settings make no sense.

        Where the queue is read again, so are these, and there is nothing left to take out.
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
        path = self._directory / "publishing" / REFUSED_FILE
        with path.open("ab") as stream:
            stream.write(encode_request([operation]))
        sync_file(path)
        sync_folder(path.parent)

    def _note_failure(self, done: Published, error: Exception) -> None:
        if str(error) != done.failure:
            log.warning("Publishing waits: %s", error)
            with contextlib.suppress(OSError):  # of a full disk, which is what it may be about
                self._file.write(replace(done, failure=str(error) or repr(error)))


POLL_SECONDS: Final = 0.05
"""How often the journal is looked at: what is appended waits for half of it on average."""

RETRY_SECONDS: Final = (0.2, 1.0, 5.0, 15.0)
"""Waits after one failure, two, three, and more."""

IDLE_SECONDS: Final = 10.0
"""Seconds without anything to publish after which segments are merged."""

PATIENCE_SECONDS: Final = 60.0
"""Seconds of uninterrupted publishing after which segments are merged all the same."""


def work(applier: Applier, ending: Event, merge: Callable[[], object] = bool) -> None:
    """Apply what comes until it is time to end.

    Args:
        applier: applies it.
        ending: set when it is time to end.
        merge: called once after each time of publishing, when nothing has come for a while, and once a minute
            where something always comes; never while there is something to publish.
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
    """Merge as long as there is something to merge and nothing else to do.

    What fails is told in the log; the index is as it was then, and searches find the same in any case.

    Args:
        directory: of the index.
        is_wanted: whether something else is to be done, asked between two merges.
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
    """Publish the live generation with its damaged files mended, where some are and that can be done.

    Reads all of it. What cannot be mended is left to ``onneshon index repair``, as what was noted says.

    Args:
        directory: of the index.
    """
    try:
        if mended := mend(directory):
            log.warning("Mended %s of %s.", ", ".join(mended), directory)
    except IndexLockedError:
        pass  # a build or an update is at work; it is looked at again later
    except (OnneshonError, OSError) as error:
        log.warning("The index was not mended: %s", error)
