"""Changing articles of the live generation in place: added, replaced, and deleted."""

import time
from collections.abc import Iterable
from functools import partial
from typing import Any

from onneshon.index.errors import ArticleNotFoundError
from onneshon.index.indexer.progress import Progress, SilentProgress
from onneshon.index.indexer.write_job import UpdateReport, WriteJob
from onneshon.index.indexer.write_options import Acceptance, UpdateOptions, by_keywords
from onneshon.index.ingest.articles_in_hand import ArticleSource
from onneshon.index.ingest.intake import Intake
from onneshon.index.ingest.problems import Problems
from onneshon.index.upkeep.update import Changes
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.scanning import LIVE, scan
from onneshon.opensearch.storage.generations import ClusterGeneration, ClusterGenerations
from onneshon.opensearch.writing.build import count_of, size_of
from onneshon.opensearch.writing.changer import Changer
from onneshon.opensearch.writing.lease import Lease, writer_lease
from onneshon.opensearch.writing.parts import merge_parts

__all__ = ["delete_on_cluster", "run_update_on_cluster", "update_on_cluster"]


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
    job, started = WriteJob(options), time.monotonic()
    with writer_lease(cluster, wait=options.wait) as lease:
        generation = _changeable(cluster)
        changer = Changer(cluster, generation, lease, job.problems)
        intake, met = _read(source, changer, job)
        job.acceptance.check_problems(job.problems, intake.given)
        if options.delete_missing:
            _delete_missing(cluster, generation.name, changer, met, job.acceptance)
        visible = _finish(cluster, generation.name, changer, lease, job.phases) - started
    return _report(cluster, changer, generation, job.seconds, visible, **job.account(intake))


update_on_cluster = by_keywords(UpdateOptions, run_update_on_cluster)


def _report(
    cluster: Cluster,
    changer: Changer,
    generation: ClusterGeneration,
    seconds: float,
    visible: float,
    **account: Any,
) -> UpdateReport:
    return UpdateReport(
        generation=generation.name,
        added=changer.added,
        changed=changer.changed,
        unchanged=changer.unchanged,
        stale=changer.stale,
        deleted=changer.deleted,
        unknown=changer.unknown,
        articles=count_of(cluster, generation.name),
        seconds=seconds,
        visible_seconds=visible,
        index_bytes=size_of(cluster, generation.name),
        **account,
    )


def _changeable(cluster: Cluster) -> ClusterGeneration:
    """The live generation, if this version may change it."""
    generation = ClusterGenerations(cluster).live()
    generation.check()
    return generation


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


def _ids(cluster: Cluster, generation: str) -> list[str]:
    """The ids of all articles that readers see."""
    cluster.write(lambda client: client.indices.refresh(index=generation))
    return [hit["_id"] for hit in scan(cluster, generation, LIVE, ["id"])]


def _delete_missing(
    cluster: Cluster, generation: str, changer: Changer, met: set[str], acceptance: Acceptance
) -> None:
    there = _ids(cluster, generation)
    missing = [name for name in there if name not in met]
    acceptance.check_left(len(missing), len(there), len(there) - len(missing))
    for name in missing:
        changer.change(name, None)
    changer.flush()


def _finish(cluster: Cluster, generation: str, changer: Changer, lease: Lease, phases: Progress) -> float:
    """Count the words of what was changed; when that was done. Parts of them are merged after it."""
    phases.stage("counting the words")
    changer.count()
    cluster.write(lambda client: client.indices.refresh(index=generation))
    visible = time.monotonic()
    if changer.changes:
        merge_parts(cluster, generation, lease.check, lambda: phases.stage("merging the vocabulary"))
    phases.finish()
    return visible


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
    started = time.monotonic()
    names = list(dict.fromkeys(ids))
    with writer_lease(cluster, wait=wait) as lease:
        generation = _changeable(cluster)
        changer = Changer(cluster, generation, lease, Problems(strict=True))
        if missing := changer.missing(names):
            listed = ", ".join(map(repr, missing))
            raise ArticleNotFoundError(f"there is no article with the id {listed}; nothing was deleted")
        for name in names:
            changer.change(name, None)
        changer.flush()
        visible = _finish(cluster, generation.name, changer, lease, SilentProgress()) - started
    seconds = time.monotonic() - started
    return _report(cluster, changer, generation, seconds, visible, seen=len(names), skipped={})
