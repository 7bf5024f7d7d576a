"""Changing articles of the live generation in place: added, replaced, and deleted."""

from collections.abc import Iterable
from functools import partial

from onneshon.index.errors import ArticleNotFoundError
from onneshon.index.indexer.write_job import UpdateReport, WriteJob
from onneshon.index.indexer.write_options import Acceptance, UpdateOptions, by_keywords
from onneshon.index.ingest.articles_in_hand import ArticleSource
from onneshon.index.ingest.intake import Intake
from onneshon.index.upkeep.update import Changes
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.scanning import LIVE, scan
from onneshon.opensearch.writing.changer import Changer
from onneshon.opensearch.writing.cluster_writer import ClusterWriter, cluster_writer
from onneshon.opensearch.writing.lease import writer_lease


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
    """Change what the source says; the ids of all articles that it has."""
    met: set[str] = set()

    def withdraw(article_id: str) -> None:
        met.discard(article_id)
        changer.change(article_id, None)

    intake = job.intake(source, partial(Changes, withdraw=withdraw, passes=_never))
    job.phases.start(intake.total_bytes)
    for article in intake:
        met.add(article.id)
        changer.change(article.id, article)
        job.phases.article()
    changer.flush()
    return intake, met


def _never(_digest: int) -> bool:
    """Passes over nothing: which articles a cluster has is asked of it."""
    return False


def _ids(cluster: Cluster, index: str) -> list[str]:
    """The ids of all articles that readers see."""
    cluster.write(lambda client: client.indices.refresh(index=index))
    return [hit["_id"] for hit in scan(cluster, index, LIVE, ["id"])]


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
