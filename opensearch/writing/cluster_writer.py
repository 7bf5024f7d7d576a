"""Changes of the live generation in place: those of an update, and one by one those that are published."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from onneshon.index.article import Article
from onneshon.index.errors import ArticleNotFoundError
from onneshon.index.indexer.progress import Progress, SilentProgress
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
        cluster: and the alias.
        lease: the right to.
        problems: takes what the cluster refuses.

    Attributes:
        generation: that is changed.
        changer: carries the changes out, a batch at a time.
        committed: whether they were made visible.
    """

    def __init__(self, cluster: Cluster, lease: Lease, problems: Problems) -> None:
        self._cluster = cluster
        self._lease = lease
        self._started = time.monotonic()
        self.committed = False
        self.generation = generations_of(cluster).live()
        self.generation.check()
        read_state(cluster, self.generation.name)  # before articles are written whose words cannot be counted
        self.changer = Changer(cluster, self.generation, lease, problems)

    def add(self, article: Article) -> None:
        """Put an article in, in place of any of its id."""
        self.changer.change(article.id, article)

    def delete(self, article_id: str) -> None:
        """Take an article out, if it is there."""
        self.changer.change(article_id, None)

    def missing(self, ids: Sequence[str]) -> list[str]:
        """Those of some ids that no article has."""
        return self.changer.missing(ids)

    def commit(
        self, phases: Progress | None = None, account: Mapping[str, Any] | None = None
    ) -> UpdateReport:
        """Make all changes visible and count their words; parts of these are merged after that.

        Args:
            phases: are told.
            account: of what was read, for the report.
        """
        phases, changer, live = phases or SilentProgress(), self.changer, self.generation
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
    """Changes the live generation in a block, which makes all visible at its end.

    Args:
        cluster: and the alias.
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

    Changes become visible within a second, batch by batch; what is suggested, at the end. A failure leaves
    what was changed by then; with more bad records than ``max_bad``, nothing is deleted for being missing.

    Args:
        source: as for ``index.update``.
        cluster: and the alias.
        options: see ``UpdateOptions``; generations that stay are of no use here.

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
    """Change what the source says; the ids of all articles that it has, also of those that are faulty now."""
    met: set[str] = set()

    def withdraw(article_id: str) -> None:
        met.discard(article_id)
        changer.change(article_id, None)

    # Nothing is passed over: which articles a cluster has is asked of it.
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
    """Delete articles; all of them or, if one is not there, none.

    Args:
        ids: of articles of the live generation.
        cluster: and the alias.
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
