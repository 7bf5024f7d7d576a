"""Updates of an index from files and from articles in hand, deletions, and background merges."""

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
"""What the log says of a merge that failed, with the reason."""


class ArticleWriter(Protocol):
    """Changes an index; leaving the context that gave it makes all changes visible.

    At an address, that raises CorpusError where an article was refused; all others are changed then.
    """

    def add(self, article: Article, /) -> object:
        """Put an article in, in place of any of its id."""

    def delete(self, article_id: str, /) -> object:
        """Take an article out, if it is there."""

    def commit(self) -> Commit | UpdateReport:
        """Make all changes visible."""


def run_background_merges(
    writer: IndexWriter, is_wanted: Callable[[], bool] = bool, starting: Callable[[], object] = bool
) -> int:
    """Merge as long as there is something to merge and nothing else to do; how many segments went.

    What fails is told in the log: searches find the same in any case, and a later merge makes up for it.

    Args:
        writer: of the index, without changes that were not committed; closed where something fails.
        is_wanted: whether something else is to be done, asked before each merge.
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
    """The changes behind some paths, in their order, so that of several with one id the last counts.

    Iterating gives the articles; ``{"id": "17", "deleted": true}`` is told to ``withdraw``, at its place.

    Args:
        paths: files, folders, or ``-`` for standard input.
        problems: where faults are reported; may raise to stop at the first.
        withdraw: called with the id of each article that is withdrawn.
        passes: called with the digest of each record that can be known again; whether its article is there,
            so that it is passed over.
        options: further ones of ``Corpus``.
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
    """Bring an index up to date: add what is new, replace what has changed, leave what has not.

    Everything becomes visible at once, in a new generation; until then the live one stays as it is. What is
    left to merge of the segments is merged after that, up to ``merging.BACKGROUND_BYTES`` at a time.

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
        self._met |= intake.faulty  # what the source has, if only in part, is not missing there
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
