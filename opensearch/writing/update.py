"""Changing articles of the live generation in place: added, replaced, and deleted."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from onneshon.index.completion.titles import TitleSpool
from onneshon.index.configuration import Configuration
from onneshon.index.errors import ArticleNotFoundError, BuildError
from onneshon.index.indexer.acceptance import DEFAULT_MAX_BAD, Acceptance, Allowance
from onneshon.index.indexer.progress import Progress, SilentProgress
from onneshon.index.ingest.articles_in_hand import ArticlesInHand, ArticleSource
from onneshon.index.ingest.intake import Intake
from onneshon.index.ingest.problems import Problems
from onneshon.index.ingest.readers.record import ReadingOptions
from onneshon.index.schema import LAYERS
from onneshon.index.upkeep.changes import Changes
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.scanning import LIVE, scan
from onneshon.opensearch.storage.generations import ClusterGeneration, ClusterGenerations, words_of
from onneshon.opensearch.storage.words import read_words
from onneshon.opensearch.writing.build import count_of, make_files
from onneshon.opensearch.writing.changer import Changer
from onneshon.opensearch.writing.lease import writer_lease

__all__ = ["ClusterUpdateReport", "delete_on_cluster", "refresh_files", "update_on_cluster"]

SHRINK: Final = 2
"""What is missing may be deleted as long as not under one article in so many is left."""


@dataclass(frozen=True, slots=True)
class ClusterUpdateReport:
    """What an update did.

    Attributes:
        generation: that was changed.
        seen: records met; always ``added + changed + unchanged + stale`` plus those that say ``deleted``,
            those that a later one of the same id replaced, and all of ``skipped``.
        added: articles whose ids are new.
        changed: articles that took the place of others of their ids.
        unchanged: articles that were there already, as they are.
        stale: articles of which the cluster has a later version.
        deleted: articles that are gone.
        unknown: records that say ``deleted`` of an id that no article had.
        skipped: how many were left out, by kind of fault.
        articles: how many there are now.
        seconds: how long it took, all in all.
        converted: how many articles were typed for a font of Bijoy and are indexed in Unicode.
        values: how many values articles were taken without, by kind of fault.
        passed: what was met and is no article, by what it is.
    """

    generation: str
    seen: int
    added: int
    changed: int
    unchanged: int
    stale: int
    deleted: int
    unknown: int
    skipped: Mapping[str, int]
    articles: int
    seconds: float
    converted: int = 0
    values: Mapping[str, int] = field(default_factory=dict)
    passed: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether no article was left out."""
        return not self.skipped


def update_on_cluster(
    source: ArticleSource,
    cluster: Cluster,
    configuration: Configuration,
    *,
    delete_missing: bool = False,
    strict: bool = False,
    max_bad: str | int = DEFAULT_MAX_BAD,
    force: bool = False,
    wait: float = 0,
    progress: Progress | None = None,
    reading: ReadingOptions | None = None,
) -> ClusterUpdateReport:
    """Bring the live generation up to date: add what is new, replace what has changed, leave what has not.

    Changes become visible within a second, batch by batch; what is suggested, at the end.

    Args:
        source: as for ``index.update``.
        cluster: and the alias.
        configuration: what the site says.
        delete_missing: delete every article that the source does not have, which must then be all of it.
        strict: stop at the first bad article; what was changed by then stays changed.
        max_bad: how many records may be left out, as a number (``20``) or a share of all (``"1%"``); with
            more, nothing is deleted for being missing, and the update has failed.
        force: go on though a source could not be read to its end, or ``delete_missing`` leaves under half.
        wait: seconds to wait for another writer.
        progress: told how it goes.
        reading: how files are read.

    Raises:
        IndexMissingError: there is no index to update.
        IndexOutdatedError: it was built by another version.
        BuildError, ClusterError, CorpusError, IndexLockedError: as for ``build_on_cluster``.
    """
    started = time.monotonic()
    progress = progress or SilentProgress()
    problems = Problems(strict=strict, listener=progress.problem)
    acceptance = Acceptance(Allowance.parse(max_bad), force)
    with writer_lease(cluster, wait=wait) as lease:
        generation = _changeable(cluster)
        changer = Changer(cluster, generation, lease, problems)
        intake, met = _read(source, changer, problems, progress, configuration=configuration, reading=reading)
        acceptance.check_problems(problems, intake.given)
        if delete_missing:
            _delete_missing(cluster, generation.name, changer, met, force=force)
        _finish(cluster, generation.name, changer, progress)
    return ClusterUpdateReport(
        generation=generation.name,
        seen=intake.seen,
        added=changer.added,
        changed=changer.changed,
        unchanged=changer.unchanged,
        stale=changer.stale,
        deleted=changer.deleted,
        unknown=changer.unknown,
        skipped=dict(sorted(problems.counts.items())),
        articles=count_of(cluster, generation.name),
        seconds=time.monotonic() - started,
        converted=intake.converted,
        values=dict(problems.values),
        passed=dict(intake.passed),
    )


def _changeable(cluster: Cluster) -> ClusterGeneration:
    """The live generation, if this version may change it."""
    generation = ClusterGenerations(cluster).live()
    generation.check()
    return generation


def _read(
    source: ArticleSource, changer: Changer, problems: Problems, progress: Progress, **how: Any
) -> tuple[Intake, set[str]]:
    """Change what the source says, read as ``how`` says; the ids of all articles that it has."""
    met: set[str] = set()

    def withdraw(article_id: str) -> None:
        met.discard(article_id)
        changer.change(article_id, None)

    def changes(paths: Sequence[Path]) -> Intake:
        return Changes(paths, problems, withdraw, _never, progress.read, **how)

    intake = _intake(source, problems, changes, how["configuration"].numbers)
    progress.start(intake.total_bytes)
    for article in intake:
        met.add(article.id)
        changer.change(article.id, article)
        progress.article()
    changer.flush()
    return intake, met


def _never(_digest: int) -> bool:
    """Passes over nothing: which articles a cluster has is asked of it."""
    return False


def _intake(
    source: ArticleSource,
    problems: Problems,
    changes: Callable[[Sequence[Path]], Intake],
    numbers: Sequence[str],
) -> Intake:
    rest = iter(source)
    first = next(rest, None)
    elements = [] if first is None else chain([first], rest)
    if isinstance(first, Path):
        return changes([path for path in elements if isinstance(path, Path)])
    return ArticlesInHand(elements, problems, numbers)


def _ids(cluster: Cluster, generation: str) -> list[str]:
    """The ids of all articles that readers see."""
    cluster.write(lambda client: client.indices.refresh(index=generation))
    return [hit["_id"] for hit in scan(cluster, generation, LIVE, ["id"])]


def _delete_missing(
    cluster: Cluster, generation: str, changer: Changer, met: set[str], *, force: bool
) -> None:
    there = _ids(cluster, generation)
    missing = [name for name in there if name not in met]
    left = len(there) - len(missing)
    if left * SHRINK < len(there) and not force:
        raise BuildError(
            f"{len(missing):,} of {len(there):,} articles are missing from the source, and {left:,} would be "
            f"left: if that is meant, say `onneshon index update --force`"
        )
    for name in missing:
        changer.change(name, None)
    changer.flush()


def _finish(cluster: Cluster, generation: str, changer: Changer, progress: Progress) -> None:
    progress.stage("making the vocabulary")
    cluster.write(lambda client: client.indices.refresh(index=generation))
    if changer.changes:
        refresh_files(cluster, generation)
    progress.finish()


def refresh_files(cluster: Cluster, generation: str) -> None:
    """Make vocabulary and suggestions of a generation anew, of the words and titles that it has now.

    Reads every word and every title: seconds for 100,000 articles.
    """
    cluster.write(lambda client: client.indices.refresh(index=words_of(generation)))
    with TemporaryDirectory() as folder, closing(TitleSpool(Path(folder))) as titles:
        for hit in scan(cluster, generation, LIVE, ["id"], source=["article.title"]):
            titles.add(hit["_source"].get("article", {}).get("title", ""))  # of none, nothing is read
        articles = count_of(cluster, generation)
        words = chain.from_iterable(read_words(cluster, generation, layer) for layer in LAYERS)
        make_files(cluster, generation, words, titles, articles)


def delete_on_cluster(ids: Iterable[str], cluster: Cluster, *, wait: float = 0) -> ClusterUpdateReport:
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
            told = ", ".join(map(repr, missing))
            raise ArticleNotFoundError(f"there is no article with the id {told}; nothing was deleted")
        for name in names:
            changer.change(name, None)
        changer.flush()
        _finish(cluster, generation.name, changer, SilentProgress())
    return ClusterUpdateReport(
        generation=generation.name,
        seen=len(names),
        added=0,
        changed=0,
        unchanged=0,
        stale=changer.stale,
        deleted=changer.deleted,
        unknown=changer.unknown,
        skipped={},
        articles=count_of(cluster, generation.name),
        seconds=time.monotonic() - started,
    )
