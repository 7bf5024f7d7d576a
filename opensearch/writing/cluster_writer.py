"""Changes of the live generation one by one: what publishing puts in, and what is deleted."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from onneshon.index.article import Article
from onneshon.index.indexer.progress import Progress, SilentProgress
from onneshon.index.indexer.write_job import UpdateReport
from onneshon.index.ingest.problems import Problems
from onneshon.index.remote import RemoteWriter
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.storage.generations import ClusterGenerations
from onneshon.opensearch.writing.build import count_of, size_of
from onneshon.opensearch.writing.changer import Changer
from onneshon.opensearch.writing.lease import Lease, writer_lease
from onneshon.opensearch.writing.parts import merge_parts

if TYPE_CHECKING:
    from onneshon.index.errors import CorpusError


class ClusterWriter(RemoteWriter):
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
        self.generation = ClusterGenerations(cluster).live()
        self.generation.check()
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
