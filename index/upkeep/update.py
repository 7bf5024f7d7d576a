"""Updating an index from files or from articles in hand, and deleting articles by their ids."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from onneshon.index.configuration import Configuration, read_configuration
from onneshon.index.errors import ArticleNotFoundError, BuildError
from onneshon.index.indexer.acceptance import DEFAULT_MAX_BAD, Acceptance, Allowance
from onneshon.index.indexer.build_errors import before_any_change
from onneshon.index.indexer.progress import Progress, SilentProgress
from onneshon.index.indexer.rare_collections import rare_collections
from onneshon.index.ingest.articles_in_hand import ArticlesInHand, ArticleSource
from onneshon.index.ingest.intake import Intake
from onneshon.index.ingest.problems import Problems
from onneshon.index.ingest.readers.record import ReadingOptions
from onneshon.index.storage.generations import KEPT
from onneshon.index.upkeep.changes import Changes
from onneshon.index.upkeep.index_writer import Commit, IndexWriter, open_writer
from onneshon.index.upkeep.leisure import merge_at_leisure

__all__ = ["UpdateReport", "delete_articles", "update"]

_SHRINK = 2


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """What an update did.

    Attributes:
        generation: the name of the generation that is live now; the same as before where nothing changed.
            Where segments were merged after the changes were visible, it is the one after that.
        seen: records met; always ``added + changed + unchanged`` plus those that say ``deleted``, those that
            a later one of the same id replaced, and all of ``skipped``.
        added: articles whose ids are new.
        changed: articles that took the place of others of their ids.
        unchanged: articles that were there already, as they are.
        deleted: articles that are gone.
        unknown: records that say ``deleted`` of an id that no article had.
        skipped: how many were left out, by kind of fault.
        articles: how many the index holds now.
        segments: how many parts it has.
        seconds: how long it took, all in all.
        visible_seconds: how long it took until the changes were visible; what is over went into merging.
        index_bytes: size of the generation; most of it is shared with the one before.
        converted: how many articles were typed for a font of Bijoy and are indexed in Unicode.
        values: how many values articles were taken without, by kind of fault.
        passed: what was met and is no article, such as redirects, by what it is.
        replaced_in_place: how many of ``changed`` have ids made of their file's name and their place in it,
            where another article may have stood before; 0 where all that was missing was deleted.
    """

    generation: str
    seen: int
    added: int
    changed: int
    unchanged: int
    deleted: int
    unknown: int
    skipped: Mapping[str, int]
    articles: int
    segments: int
    seconds: float
    visible_seconds: float
    index_bytes: int
    converted: int = 0
    values: Mapping[str, int] = field(default_factory=dict)
    passed: Mapping[str, int] = field(default_factory=dict)
    replaced_in_place: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether no article was left out."""
        return not self.skipped


def update(
    source: ArticleSource,
    directory: Path,
    *,
    delete_missing: bool = False,
    strict: bool = False,
    max_bad: str | int = DEFAULT_MAX_BAD,
    force: bool = False,
    keep: int = KEPT,
    wait: float = 0,
    progress: Progress | None = None,
    configuration: Configuration | None = None,
    reading: ReadingOptions | None = None,
) -> UpdateReport:
    """Bring an index up to date: add what is new, replace what has changed, leave what has not.

    Everything becomes visible at once, in a new generation; until then the live one stays as it is. What is
    left to merge of the segments is merged after that, up to ``tiers.LEISURE_BYTES`` at a time.

    Args:
        source: files and folders as for ``build``, where ``{"id": "17", "deleted": true}`` withdraws an
            article; or the articles themselves. Of several records with one id the last counts.
        directory: the index; where there is none, this makes one.
        delete_missing: delete every article that the source does not have, which must then be all of it.
        strict: stop at the first bad article, and change nothing.
        max_bad: how many records may be left out, as a number (``20``) or a share of all (``"1%"``).
        force: publish though a source could not be read to its end, or ``delete_missing`` leaves under half
            of the articles.
        keep: generations that stay, the new one among them.
        wait: seconds to wait for another writer.
        progress: told how it goes.
        configuration: what the site says; None for what ``onneshon.toml`` in the directory does.
        reading: how files are read: their format, the names of their fields.

    Raises:
        CorpusError: a bad article, under ``strict``.
        IndexLockedError: another process writes the index.
        IndexOutdatedError: it was built by another version; see ``migrate``.
        IndexCorruptError: the live generation is not as it was built.
        BuildError: too few records were good, or the disk refused something; nothing has changed.
        ValueError: ``max_bad`` is neither a number nor a share.
    """
    started = time.monotonic()
    progress = progress or SilentProgress()
    problems = Problems(strict=strict, listener=progress.problem)
    acceptance = Acceptance(Allowance.parse(max_bad), force)
    with open_writer(directory, wait=wait, keep=keep) as writer:
        job = _Update(writer, problems, progress)
        with before_any_change(directory):
            intake = job.read(source, configuration or read_configuration(directory), reading)
        acceptance.check_problems(problems, intake.given)
        if delete_missing:
            job.delete_missing(force=force)
        progress.stage("publishing")
        commit = writer.commit()
        seconds = visible_seconds = time.monotonic() - started
        if merge_at_leisure(writer, starting=lambda: progress.stage("all is live; merging segments")):
            seconds = time.monotonic() - started
        progress.finish()
    return UpdateReport(
        generation=writer.live.generation,
        seen=intake.seen,
        added=commit.added,
        changed=commit.changed,
        unchanged=job.unchanged,
        deleted=commit.deleted,
        unknown=job.unknown,
        skipped=dict(sorted(problems.counts.items())),
        articles=commit.articles,
        segments=writer.live.segments,
        seconds=seconds,
        visible_seconds=visible_seconds,
        index_bytes=writer.live.index_bytes,
        converted=intake.converted,
        values=dict(problems.values),
        passed=dict(intake.passed),
        replaced_in_place=0 if delete_missing else job.replaced_in_place,
    )


class _Update:
    """One update, with the writer open."""

    def __init__(self, writer: IndexWriter, problems: Problems, progress: Progress) -> None:
        self._writer = writer
        self._problems = problems
        self._progress = progress
        self._before = writer.count
        self._met: set[str] = set()
        self._passed: set[int] = set()
        self.unchanged = 0
        self.replaced_in_place = 0
        self.unknown = 0

    def read(
        self, source: ArticleSource, configuration: Configuration, reading: ReadingOptions | None
    ) -> Intake:
        intake = self._intake(source, configuration, reading)
        self._progress.start(intake.total_bytes)
        with rare_collections():
            for article in intake:
                state = self._writer.add_checked(article, intake.record_digest)
                self.unchanged += state == "unchanged"
                self.replaced_in_place += state == "changed" and intake.has_derived_id
                self._met.add(article.id)
                self._progress.article()
        return intake

    def _intake(
        self, source: ArticleSource, configuration: Configuration, reading: ReadingOptions | None
    ) -> Intake:
        rest = iter(source)
        first = next(rest, None)
        elements = [] if first is None else chain([first], rest)
        if isinstance(first, Path):
            paths = [path for path in elements if isinstance(path, Path)]
            return Changes(
                paths,
                self._problems,
                self._withdraw,
                self._passes,
                self._progress.read,
                configuration=configuration,
                reading=reading,
            )
        return ArticlesInHand(elements, self._problems, configuration.numbers)

    def _passes(self, record: int) -> bool:
        """Whether a record is one that an article of now was made of."""
        if not self._writer.knows(record):
            return False
        self.unchanged += 1
        self._passed.add(record)
        self._progress.article()
        return True

    def _withdraw(self, article_id: str) -> None:
        self._met.discard(article_id)
        self.unknown += not self._writer.delete(article_id)

    def delete_missing(self, *, force: bool) -> None:
        missing = [article_id for article_id in self._writer.ids(self._passed) if article_id not in self._met]
        for article_id in missing:
            self._writer.delete(article_id)
        if self._writer.count * _SHRINK < self._before and not force:
            raise BuildError(
                f"{len(missing):,} of {self._before:,} articles are missing from the source, and "
                f"{self._writer.count:,} would be left: if that is meant, say `onneshon index update --force`"
            )


def delete_articles(ids: Iterable[str], directory: Path, *, wait: float = 0, keep: int = KEPT) -> Commit:
    """Delete articles, all at once.

    Args:
        ids: of articles of the live index.
        directory: the index.
        wait: seconds to wait for another writer.
        keep: generations that stay, the new one among them.

    Raises:
        ArticleNotFoundError: there is no article with one of the ids; nothing has changed.
        IndexStateError: as for ``update``.
    """
    with open_writer(directory, wait=wait, keep=keep) as writer:
        missing = [article_id for article_id in dict.fromkeys(ids) if not writer.delete(article_id)]
        if missing:
            names = " or ".join(map(repr, missing))
            raise ArticleNotFoundError(f"there is no article with the id {names}; nothing was deleted")
        return writer.commit()
