"""Updating an index from files or from articles in hand, and deleting articles by their ids."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from onneshon.index.errors import ArticleNotFoundError
from onneshon.index.indexer.build_errors import before_any_change
from onneshon.index.indexer.rare_collections import rare_collections
from onneshon.index.indexer.write_job import UpdateReport, WriteJob
from onneshon.index.indexer.write_options import UpdateOptions, by_keywords
from onneshon.index.ingest.articles_in_hand import ArticleSource
from onneshon.index.ingest.intake import Intake
from onneshon.index.storage.generations import KEPT
from onneshon.index.upkeep.changes import Changes
from onneshon.index.upkeep.index_writer import Commit, IndexWriter, open_writer
from onneshon.index.upkeep.leisure import merge_at_leisure

__all__ = ["UpdateReport", "delete_articles", "run_update", "update"]


def run_update(source: ArticleSource, directory: Path, options: UpdateOptions) -> UpdateReport:
    """Bring an index up to date: add what is new, replace what has changed, leave what has not.

    Everything becomes visible at once, in a new generation; until then the live one stays as it is. What is
    left to merge of the segments is merged after that, up to ``tiers.LEISURE_BYTES`` at a time.

    Args:
        source: files and folders as for ``build``, where ``{"id": "17", "deleted": true}`` withdraws an
            article; or the articles themselves. Of several records with one id the last counts.
        directory: the index; where there is none, this makes one.
        options: see ``UpdateOptions``.

    Raises:
        CorpusError: a bad article, under ``strict``.
        IndexLockedError: another process writes the index.
        IndexOutdatedError: it was built by another version; see ``migrate``.
        IndexCorruptError: the live generation is not as it was built.
        BuildError: too few records were good, or the disk refused something; nothing has changed.
    """
    job = _Update(options, directory)
    phases = job.phases
    with open_writer(directory, wait=options.wait, keep=options.keep) as writer:
        with before_any_change(directory):
            intake = job.read(source, writer)
        job.acceptance.check_problems(job.problems, intake.given)
        if options.delete_missing:
            job.delete_missing(writer)
        phases.stage("publishing")
        commit = writer.commit()
        seconds = visible_seconds = job.seconds
        if merge_at_leisure(writer, starting=lambda: phases.stage("all is live; merging segments")):
            seconds = job.seconds
        phases.finish()
    return UpdateReport(
        generation=writer.live.generation,
        added=commit.added,
        changed=commit.changed,
        unchanged=job.unchanged,
        deleted=commit.deleted,
        unknown=job.unknown,
        replaced_in_place=0 if options.delete_missing else job.replaced_in_place,
        articles=commit.articles,
        segments=writer.live.segments,
        seconds=seconds,
        visible_seconds=visible_seconds,
        index_bytes=writer.live.index_bytes,
        **job.account(intake),
    )


update = by_keywords(UpdateOptions, run_update)


class _Update(WriteJob):
    """One update."""

    def __init__(self, options: UpdateOptions, directory: Path) -> None:
        super().__init__(options, directory)
        self._met: set[str] = set()
        self._passed: set[int] = set()
        self.unchanged = 0
        self.replaced_in_place = 0
        self.unknown = 0

    def read(self, source: ArticleSource, writer: IndexWriter) -> Intake:
        def withdraw(article_id: str) -> None:
            self._met.discard(article_id)
            self.unknown += not writer.delete(article_id)

        def passes(record: int) -> bool:
            return writer.knows(record) and self._pass(record)

        intake = self.intake(source, partial(Changes, withdraw=withdraw, passes=passes))
        self.phases.start(intake.total_bytes)
        with rare_collections():
            for article in intake:
                state = writer.add_checked(article, intake.record_digest)
                self.unchanged += state == "unchanged"
                self.replaced_in_place += state == "changed" and intake.has_derived_id
                self._met.add(article.id)
                self.phases.article()
        return intake

    def _pass(self, record: int) -> bool:
        """Count a record that an article of now was made of."""
        self.unchanged += 1
        self._passed.add(record)
        self.phases.article()
        return True

    def delete_missing(self, writer: IndexWriter) -> None:
        before = writer.live.articles
        missing = [article_id for article_id in writer.ids(self._passed) if article_id not in self._met]
        for article_id in missing:
            writer.delete(article_id)
        self.acceptance.check_left(len(missing), before, writer.count)


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
