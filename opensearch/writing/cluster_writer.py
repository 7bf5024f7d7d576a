"""Changes the live generation in place: by updates, and by single changes as articles are published."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from onneshon.index.article import Article
from onneshon.index.errors import ArticleNotFoundError
from onneshon.index.indexer.progress import Progress
from onneshon.index.indexer.write_job import UpdateReport, WriteJob
from onneshon.index.indexer.write_options import Acceptance, UpdateOptions, by_keywords
from onneshon.index.ingest.articles_in_hand import ArticleSource
from onneshon.index.ingest.intake import Intake, Problems
from onneshon.index.upkeep.update import Changes
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.reading import LIVE, scan
from onneshon.opensearch.storage.files import read_state
from onneshon.opensearch.storage.tenants import generations_of
from onneshon.opensearch.writing.build import count_of, size_of
from onneshon.opensearch.writing.changer import Changer
from onneshon.opensearch.writing.lease import Lease, writer_lease
from onneshon.opensearch.writing.parts import merge_parts

if TYPE_CHECKING:
    from onneshon.index.errors import CorpusError


class ClusterWriter:
    """Changes the live generation.

    Args:
        cluster: the cluster, with the alias.
        lease: the writer's lease.
        problems: collects the articles that the cluster refuses.

    Attributes:
        generation: the generation to change.
        changer: the changer that carries out the changes, a batch at a time.
        committed: whether ``commit`` has made them visible.
    """

    def __init__(self, cluster: Cluster, lease: Lease, problems: Problems) -> None:
        self._cluster = cluster
        self._lease = lease
        self._started = time.monotonic()
        self.committed = False
        self.generation = generations_of(cluster).live()
        self.generation.check()
        read_state(cluster, self.generation.name)  # or fail before words go uncounted
        self.changer = Changer(cluster, self.generation, lease, problems)

    def add(self, article: Article) -> None:
        """Add an article, or replace the one with its id."""
        self.changer.change(article.id, article)

    def delete(self, article_id: str) -> None:
        """Delete an article, if it exists."""
        self.changer.change(article_id, None)

    def missing(self, ids: Sequence[str]) -> list[str]:
        """The ids that no article has."""
        return self.changer.missing(ids)

    def commit(
        self, phases: Progress | None = None, account: Mapping[str, Any] | None = None
    ) -> UpdateReport:
        """Make all changes visible and count their words; then merge parts of the words.

        Args:
            phases: the progress to report to.
            account: the account of what was read, for the report.
        """
        phases, changer, live = phases or Progress(), self.changer, self.generation
        changer.flush()
        phases.stage("counting the words")
        changer.count()
        self._cluster.write(lambda client: client.indices.refresh(index=live.index))
        visible = time.monotonic() - self._started
        if changer.changes:
            merge_parts(
                self._cluster, live, self._lease.check, lambda: phases.stage("merging the vocabulary")
            )
        phases.finish()
        self.committed = True
        return UpdateReport(
            generation=live.name,
            added=changer.added,
            changed=changer.changed,
            unchanged=changer.unchanged,
            stale=changer.stale,
            deleted=changer.deleted,
            unknown=changer.unknown,
            articles=count_of(self._cluster, live.index),
            seconds=time.monotonic() - self._started,
            visible_seconds=visible,
            index_bytes=size_of(self._cluster, live.everything),
            **(account or {"seen": changer.seen, "skipped": {}}),
        )


@contextmanager
def cluster_writer(cluster: Cluster, *, wait: float = 0) -> Iterator[ClusterWriter]:
    """A context for changes of the live generation, which become visible at its end.

    Args:
        cluster: the cluster, with the alias.
        wait: seconds to wait for another writer.

    Raises:
        CorpusError: the cluster refuses an article; all others are changed.
        IndexStateError: as for ``update_on_cluster``.
    """
    refused: list[CorpusError] = []
    with writer_lease(cluster, wait=wait) as lease:
        writer = ClusterWriter(cluster, lease, Problems(listener=refused.append))
        yield writer
        if not writer.committed:
            writer.commit()
    if refused:
        raise refused[0]


def run_update_on_cluster(source: ArticleSource, cluster: Cluster, options: UpdateOptions) -> UpdateReport:
    """Bring the live generation up to date: add what is new, replace what has changed, leave what has not.

    Changes become visible within a second, batch by batch; suggestions, at the end. After a failure, the
    changes made so far stay; with more bad records than ``max_bad``, nothing is deleted for being missing.

    Args:
        source: as for ``index.update``.
        cluster: the cluster, with the alias.
        options: see ``UpdateOptions``; the number of generations to keep is ignored.

    Raises:
        IndexMissingError: there is no index to update.
        IndexOutdatedError: it was built by another version.
        BuildError, ClusterError, CorpusError, IndexLockedError: as for ``build_on_cluster``.
    """
    job = WriteJob(options)
    with writer_lease(cluster, wait=options.wait) as lease:
        writer = ClusterWriter(cluster, lease, job.problems)
        intake, met = _read(source, writer.changer, job)
        job.acceptance.check_problems(job.problems, intake.given)
        if options.delete_missing:
            _delete_missing(cluster, writer, met, job.acceptance)
        return writer.commit(job.phases, job.account(intake))


update_on_cluster = by_keywords(UpdateOptions, run_update_on_cluster)


def _read(source: ArticleSource, changer: Changer, job: WriteJob) -> tuple[Intake, set[str]]:
    """Carry out a source's changes; returns the ids of all its articles, faulty ones included."""
    met: set[str] = set()

    def withdraw(article_id: str) -> None:
        met.discard(article_id)
        changer.change(article_id, None)

    # Nothing is skipped: the changer asks the cluster which articles are unchanged.
    intake = job.intake(source, partial(Changes, withdraw=withdraw, passes=lambda _: False))
    job.phases.start(intake.total_bytes)
    for article in intake:
        met.add(article.id)
        changer.change(article.id, article)
        job.phases.article()
    changer.flush()
    return intake, met | intake.faulty


def _ids(cluster: Cluster, index: str) -> list[str]:
    cluster.write(lambda client: client.indices.refresh(index=index))
    return [hit["sort"][0] for hit in scan(cluster, index, LIVE, ["id"])]


def _delete_missing(cluster: Cluster, writer: ClusterWriter, met: set[str], acceptance: Acceptance) -> None:
    there = _ids(cluster, writer.generation.index)
    missing = [name for name in there if name not in met]
    acceptance.check_left(len(missing), len(there), len(there) - len(missing))
    for name in missing:
        writer.delete(name)


def delete_on_cluster(ids: Iterable[str], cluster: Cluster, *, wait: float = 0) -> UpdateReport:
    """Delete articles; all of them, or none if one does not exist.

    Args:
        ids: the ids of articles of the live generation.
        cluster: the cluster, with the alias.
        wait: seconds to wait for another writer.

    Raises:
        ArticleNotFoundError: there is no article with one of the ids; nothing has changed.
        IndexStateError: as for ``update_on_cluster``.
    """
    names = list(dict.fromkeys(ids))
    with cluster_writer(cluster, wait=wait) as writer:
        if missing := writer.missing(names):
            listed = ", ".join(map(repr, missing))
            raise ArticleNotFoundError(f"there is no article with the id {listed}; nothing was deleted")
        for name in names:
            writer.delete(name)
        return writer.commit()
