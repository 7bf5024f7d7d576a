"""Analyses articles and writes them to a cluster, in several processes that each have a connection.

Batches are submitted as they are read, and only a few are pending at a time: a slow cluster slows down the
reading, and memory does not grow.
"""

import multiprocessing
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from threading import Thread
from typing import Final, Self

from onneshon.index.article import Article
from onneshon.index.errors import BuildError
from onneshon.index.ranking import Basis
from onneshon.opensearch.connection.address import Address, Credentials
from onneshon.opensearch.connection.bulk import Operation, send
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.storage.documents import Analyzed, DocumentMaker, RefusedTermError
from onneshon.opensearch.storage.word_file import WordCounts

BATCH: Final = 200
"""The most articles in a batch."""

BATCH_BYTES: Final = 1 << 20
"""Characters of titles and bodies at which a batch is full, even with fewer articles."""

AHEAD: Final = 2
"""The number of batches that wait for each process."""


@dataclass(frozen=True, slots=True)
class Job:
    """The parameters of every process.

    Attributes:
        address: the address of the cluster.
        credentials: the credentials.
        index: the index to write.
        basis: the constants from which impacts are computed.
        version: the version of every document.
        numbers: names of the declared fields whose values are numbers.
    """

    address: Address
    credentials: Credentials
    index: str
    basis: Basis
    version: int
    numbers: tuple[str, ...] = ()


@dataclass(slots=True)
class Written:
    """The outcome of a batch.

    Attributes:
        articles: the number of articles that were written.
        refused: the ids of the others, with the reasons.
        counts: the word counts of those that were written.
    """

    articles: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    counts: WordCounts = field(default_factory=WordCounts)


def batches(articles: Iterable[Article]) -> Iterator[list[Article]]:
    """Group articles into batches of limited number and length."""
    batch: list[Article] = []
    size = 0
    for article in articles:
        batch.append(article)
        size += len(article.title) + len(article.body)
        if len(batch) == BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


class _Writer:
    def __init__(self, job: Job) -> None:
        self._job = job
        self._maker = DocumentMaker(job.basis, job.numbers)
        self.cluster = Cluster(job.address, job.credentials)

    def write(self, articles: Sequence[Article]) -> Written:
        """Analyse a batch and send it."""
        written = Written()
        made: dict[str, Analyzed] = {}
        for article, document in zip(articles, self._maker.make(articles), strict=True):
            if isinstance(document, RefusedTermError):
                written.refused.append((article.id, str(document)))
            else:
                made[article.id] = document
        operations = (
            Operation(name, document.document, self._job.version) for name, document in made.items()
        )
        with self.cluster.patient():
            for outcome in send(self.cluster, self._job.index, operations):
                if outcome.state == "written":
                    written.articles += 1
                    written.counts.add(made[outcome.operation.id])
                else:
                    reason = outcome.reason or "what is there has a later version"
                    written.refused.append((outcome.operation.id, reason))
        written.counts.pairs.settle()
        return written


_writer: _Writer | None = None
"""The writer of this process of the pool."""


def _start(job: Job) -> None:
    global _writer  # noqa: PLW0603  # the one place where a process of the pool keeps what it needs
    _writer = _Writer(job)
    Thread(target=_end_with_parent, name="end of the build", daemon=True).start()


def _end_with_parent() -> None:
    """End this process with its parent: if that is killed, its queue stays open and nothing shows it."""
    parent = multiprocessing.parent_process()
    assert parent is not None, "the pool starts every process"  # noqa: S101  # for the type checker
    parent.join()
    os._exit(1)


def _write(articles: Sequence[Article]) -> Written:
    assert _writer is not None, "the pool starts every process"  # noqa: S101  # for the type checker
    return _writer.write(articles)


class Writers(AbstractContextManager["Writers"]):
    """A context manager with processes that write articles, and that end with it.

    Args:
        job: the parameters of the processes.
        workers: the number of processes; with 1, this process writes.
    """

    def __init__(self, job: Job, workers: int) -> None:
        self._workers = workers
        self._alone = _Writer(job) if workers == 1 else None
        self._pool = (
            ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _start, (job,))
            if workers > 1
            else None
        )

    def write(self, articles: Iterable[Article]) -> Iterator[Written]:
        """Write articles; yields the outcome of each batch as it is known.

        Raises:
            ClusterError: the cluster does not answer.
            BuildError: a process died.
        """
        if self._alone is not None:
            yield from map(self._alone.write, batches(articles))
            return
        try:
            yield from self._beside(batches(articles))
        except BrokenProcessPool as error:
            raise BuildError("a process that writes to the cluster died: was it out of memory?") from error

    def _beside(self, pieces: Iterator[list[Article]]) -> Iterator[Written]:
        pool = self._pool
        assert pool is not None, "there are several"  # noqa: S101  # for the type checker
        waiting: set[Future[Written]] = set()
        for batch in pieces:
            waiting.add(pool.submit(_write, batch))
            if len(waiting) >= self._workers * (1 + AHEAD):
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        for future in waiting:
            yield future.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._alone is not None:
            self._alone.cluster.close()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
