"""Several writers at once, as threads instead of processes: the result equals that of one writer."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import pytest

from onneshon.index.article import Article
from onneshon.index.errors import BuildError
from onneshon.index.ranking import Basis
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.storage.documents import LONGEST_TERM
from onneshon.opensearch.writing import workers
from onneshon.opensearch.writing.build import build_on_cluster, count_of
from onneshon.opensearch.writing.checking import check_cluster
from onneshon.opensearch.writing.workers import AHEAD, Job, Writers, Written

NEWS = [Article(f"{number}", f"নদীর খবর {number}", "নদী ও চর") for number in range(10)]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use batches of two articles."""
    monkeypatch.setattr(workers, "BATCH", 2)


def beside(monkeypatch: pytest.MonkeyPatch, pool: Callable[..., Executor]) -> None:
    """Let writers work in a pool of this process."""
    monkeypatch.setattr(workers, "ProcessPoolExecutor", pool)


def job_of(cluster: Cluster) -> Job:
    """The job of the writers."""
    return Job(cluster.address, cluster.credentials, "news-000001", Basis(1.0, 1.0), 1)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_an_index_is_the_same_however_many_write_it(
    news: Cluster, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """Each writer is initialised by itself, and refused articles of all are reported."""
    begun: list[int] = []
    own, alone = threading.local(), threading.Lock()

    def pool(number: int, _context: object, start: Callable[[Job], None], given: tuple[Job]) -> Executor:
        begun.append(number)

        def start_own(job: Job) -> None:
            with alone:  # a process has its writer in a global, which threads would share
                start(job)
                own.writer = workers._writer

        return ThreadPoolExecutor(number, initializer=start_own, initargs=given)

    def write(batch: list[Article]) -> Written:
        written: Written = own.writer.write(batch)
        return written

    beside(monkeypatch, pool)
    monkeypatch.setattr(workers, "_write", write)
    monkeypatch.setattr(workers, "_end_with_parent", lambda: None)
    bad = Article("শব্দ", "ক" * LONGEST_TERM)
    report = build_on_cluster([*NEWS, bad], news, workers=count, max_bad="10%")
    assert (report.articles, report.skipped) == (10, {"refused": 1})
    assert check_cluster(news, deep=True).compared == count_of(news, news.live()) == 10
    assert begun == ([] if count == 1 else [count])


class Unhurried(Executor):
    """A pool that ends a batch only when a caller waits for one.

    Attributes:
        most: the greatest number of batches in flight at once.
    """

    def __init__(self, *_given: Any) -> None:
        self._waiting: list[tuple[Future[Any], Any]] = []
        self.most = 0

    def submit(self, _work: Any, batch: Any, /) -> Future[Any]:  # type: ignore[override]
        """Accept a batch."""
        self._waiting.append((Future(), batch))
        self.most = max(self.most, len(self._waiting))
        return self._waiting[-1][0]

    def wait(self, futures: set[Future[Any]], return_when: str) -> tuple[set[Any], set[Any]]:
        """End the first batch."""
        assert return_when == FIRST_COMPLETED
        future, batch = self._waiting.pop(0)
        future.set_result(batch)
        return {future}, futures - {future}

    def finish(self) -> None:
        """End all batches."""
        for future, batch in self._waiting:
            future.set_result(batch)


@pytest.mark.parametrize("count", [2, 3])
def test_no_more_is_read_than_some_batches_for_each_writer(
    news: Cluster, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """A writer has one batch in work and a few waiting, so that memory does not grow with the input."""
    pool = Unhurried()
    beside(monkeypatch, lambda *_: pool)
    monkeypatch.setattr(workers, "wait", pool.wait)

    def read() -> Iterator[Article]:
        yield from NEWS * 4
        pool.finish()

    with Writers(job_of(news), count) as writers:
        written: list[Any] = [*writers.write(read())]
    assert pool.most == count * (1 + AHEAD)
    assert sorted(article.id for batch in written for article in batch) == sorted(
        article.id for article in NEWS * 4
    )


def test_a_writer_that_dies_ends_the_build(news: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the probable reason."""

    def submit(_pool: Unhurried, *_given: object) -> Future[Any]:
        raise BrokenProcessPool

    monkeypatch.setattr(Unhurried, "submit", submit)
    beside(monkeypatch, Unhurried)
    with (
        Writers(job_of(news), 2) as writers,
        pytest.raises(BuildError, match="a process that writes to the cluster died: was it out of memory"),
    ):
        next(writers.write(iter(NEWS)))
