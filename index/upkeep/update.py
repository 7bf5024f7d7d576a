"""Updates of an index from files or from articles in memory, deletions, and background merges."""

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

from onneshon.index.article import Article
from onneshon.index.errors import ArticleNotFoundError, OnneshonError
from onneshon.index.indexer.side_process import rare_collections
from onneshon.index.indexer.write_job import UpdateReport, WriteJob, before_any_change
from onneshon.index.indexer.write_options import UpdateOptions, by_keywords
from onneshon.index.ingest.articles_in_hand import ArticleSource
from onneshon.index.ingest.corpus import Corpus
from onneshon.index.ingest.fields import withdrawn_id
from onneshon.index.ingest.intake import Intake, Problems
from onneshon.index.ingest.readers.record import RawRecord, Record
from onneshon.index.storage.generations import KEPT
from onneshon.index.upkeep.index_writer import Commit, IndexWriter, open_writer
from onneshon.index.upkeep.merging import BACKGROUND_BYTES

log = logging.getLogger(__name__)

UNMERGED: Final = "Segments stay as they are, which does no harm: %s"
"""The log message for a merge that failed, with the reason."""


class ArticleWriter(Protocol):
    """Changes an index; leaving the writer's context makes all changes visible.

    For an index at an address, leaving raises CorpusError if an article was refused; all others are changed.
    """

    def add(self, article: Article, /) -> object:
        """Add an article, in place of any of its id."""

    def delete(self, article_id: str, /) -> object:
        """Remove an article, if there is one of that id."""

    def commit(self) -> Commit | UpdateReport:
        """Make all changes visible."""


def run_background_merges(
    writer: IndexWriter, is_wanted: Callable[[], bool] = bool, starting: Callable[[], object] = bool
) -> int:
    """Merge while there is something to merge and nothing else to do; return how many segments were merged.

    Failures are logged: searches find the same in any case, and a later merge makes up for it.

    Args:
        writer: the writer of the index, without uncommitted changes; it is closed if something fails.
        is_wanted: whether the process has something else to do; called before each merge.
        starting: called before each merge.
    """
    merged = 0
    try:
        while not is_wanted() and writer.has_to_merge(BACKGROUND_BYTES):
            starting()
            merged += writer.merge(most=BACKGROUND_BYTES)
    except (OnneshonError, OSError, MemoryError) as error:
        log.warning(UNMERGED, error)
    return merged


class Changes(Corpus):
    """The changes in files, in their order, so that of several with one id the last counts.

    Iterating yields the articles; ``{"id": "17", "deleted": true}`` is passed to ``withdraw``, in its turn.

    Args:
        paths: files, folders, or ``-`` for standard input.
        problems: where faults are reported; may raise to stop at the first.
        withdraw: called with the id of each article that is withdrawn.
        passes: called with the digest of each record; whether its article is in the index already, so that
            the record is skipped.
        options: further arguments of ``Corpus``.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        problems: Problems,
        withdraw: Callable[[str], object],
        passes: Callable[[int], bool],
        **options: Any,
    ) -> None:
        super().__init__(paths, problems, **options)
        self._withdraw = withdraw
        self._passes = passes

    def _is_known(self, raw: RawRecord) -> bool:
        return self._passes(self._digests.of(raw))

    def _withdrawn(self, record: Record) -> None:
        withdrawn = withdrawn_id(record.fields, self._mapping, record.where)
        self.seen += 1
        self.given += 1
        self._withdraw(withdrawn)

    def _is_taken(self, _article_id: str) -> bool:
        return False


def run_update(source: ArticleSource, directory: str | Path, options: UpdateOptions) -> UpdateReport:
    """Bring an index up to date: add new articles, replace changed ones, leave the others.

    All changes become visible at once, in a new generation; until then the live one stays as it is. Segments
    that are due to be merged are merged after that, up to ``merging.BACKGROUND_BYTES`` at a time.

    Args:
        source: files and folders as for ``build``, where ``{"id": "17", "deleted": true}`` withdraws an
            article; or the articles themselves. Of several records with one id the last counts.
        directory: the index; made if there is none.
        options: see ``UpdateOptions``.

    Raises:
        CorpusError: a bad article, under ``strict``.
        IndexLockedError: another process writes the index.
        IndexOutdatedError: the index was built by another version; see ``migrate``.
        IndexCorruptError: the live generation is not as it was built.
        BuildError: too few records were good, or the disk refused something; nothing has changed.
    """
    directory = Path(directory)
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
        if run_background_merges(writer, starting=lambda: phases.stage("all is live; merging segments")):
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
        self._met |= intake.faulty  # an article with a faulty record is not missing from the source
        return intake

    def _pass(self, record: int) -> bool:
        """Count a record that a current article was made from."""
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
        ids: the ids of articles of the live index.
        directory: the index.
        wait: seconds to wait for another writer.
        keep: the number of generations that stay, the new one included.

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
