"""Changing an existing index: articles are added, replaced and deleted; all changes become visible at once.

    with open_writer(Path("var/index")) as writer:
        writer.add(article)
        writer.delete("17")

A commit writes new articles as a segment of their own, records deletions, and shares all other files with the
generation before; readers see all of its changes or none.
"""

import contextlib
import math
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

from onneshon.index.article import Article
from onneshon.index.columnar.change_dates import changed_now
from onneshon.index.configuration import check_shown
from onneshon.index.configuration_file import read_configuration
from onneshon.index.errors import BuildError, IndexCorruptError
from onneshon.index.indexer.digests import content_digest
from onneshon.index.indexer.write_job import as_build_errors, as_writer, before_any_change
from onneshon.index.ingest.articles_in_hand import checked_in_hand
from onneshon.index.ingest.fields import NO_RECORD
from onneshon.index.ingest.intake import article_in_unicode
from onneshon.index.storage.generations import KEPT, Generations
from onneshon.index.storage.manifest import Manifest
from onneshon.index.upkeep.commit import NextGeneration, has_to_merge, merge_all, merge_some
from onneshon.index.upkeep.merging import INLINE_BYTES, NewSegment
from onneshon.index.upkeep.repair import mended_by_writer, opened_to_write
from onneshon.index.upkeep.uncommitted import BaseGeneration, NewArticles

Outcome: TypeAlias = Literal["added", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Commit:
    """The report of a commit.

    Attributes:
        generation: the generation with the changes; the previously live one if nothing changed.
        articles: the number of articles now in the index.
        added: the number of articles whose ids are new.
        changed: the number of articles that replaced others of the same ids.
        deleted: the number of articles that were removed.
        segments: the number of segments now.
        merged: the number of segments that were merged into others.
        index_bytes: the size of the generation; most of it is shared with the one before.
    """

    generation: str
    articles: int
    added: int
    changed: int
    deleted: int
    segments: int
    merged: int
    index_bytes: int


class IndexWriter:
    """Collects changes to the live index; ``open_writer`` makes a writer, and has the lock while it is open.

    Args:
        directory: the directory of the index; empty if there is no index yet.
        keep: the number of generations that stay, the new one included; merges since the last commit do not
            count.
    """

    def __init__(self, directory: Path, *, keep: int = KEPT) -> None:
        self._generations = Generations(directory)
        self._generations.clear()
        self._keep = keep
        self._merges = 0
        self.closed = False
        base = opened_to_write(self._generations)
        self._forget_changes(base)
        self._live = _commit(base.name, base.manifest, len(base.segments))

    def _forget_changes(self, base: BaseGeneration | None = None) -> None:
        self._loaded = base
        self._working: Path | None = None
        self._new = NewArticles()
        self._replaced: set[str] = set()

    @property
    def _base(self) -> BaseGeneration:
        """The live generation, opened at first use: after its last commit a writer does not need it."""
        if self._loaded is None:
            with self._closing():
                self._loaded = opened_to_write(self._generations)
        return self._loaded

    @property
    def live(self) -> Commit:
        """The live generation after the last commit or merge, as a report that counts no changes."""
        return self._live

    @property
    def count(self) -> int:
        """The number of articles that the index will have after the next commit."""
        return self._base.alive + len(self._new)

    def ids(self, records: Collection[int] = ()) -> Iterator[str]:
        """The ids of the articles of the live generation that this writer has not changed, in no order.

        Args:
            records: digests of records; the articles made from these are left out.
        """
        return self._base.ids(records)

    def knows(self, record: int) -> bool:
        """Whether an article made from this very record is live; also False while looking does not pay yet.

        Args:
            record: the record's digest, see ``ingest.fields.RecordDigests``.
        """
        return self._base.knows(record)

    def add(self, article: Article) -> Outcome:
        """Add an article, or replace the one of its id; texts typed for Bijoy are converted to Unicode.

        Returns:
            The outcome; ``unchanged`` writes nothing.

        Raises:
            CorpusError: the article is not valid; nothing has changed.
            BuildError: the writer is closed, or the disk refused something.
        """
        where = f"article {getattr(article, 'id', article)!r}"  # programs pass other objects, too
        return self.add_checked(article_in_unicode(checked_in_hand(article, where), where))

    def add_checked(self, article: Article, record: int = NO_RECORD) -> Outcome:
        """Add an article that comes from ingest, which has checked it; otherwise as ``add``.

        Args:
            article: the article to add.
            record: the digest of the record it was made from, by which later updates recognise it.
        """
        self._ensure_open()
        digest = content_digest(article)
        is_new = article.id in self._new
        before = digest if not is_new and self._base.holds(digest) else self._digest_of(article.id)
        if before == digest:
            if record != NO_RECORD and not is_new:
                self._base.remember(article.id, record)
            return "unchanged"
        with self._closing():
            self._forget(article.id)
            self._new.add(article, digest, record, self._new_segment)
        return "added" if before is None else "changed"

    def delete(self, article_id: str) -> bool:
        """Delete an article; return False if there is none of that id.

        Raises:
            BuildError: the writer is closed.
        """
        self._ensure_open()
        return self._forget(article_id)

    def _digest_of(self, article_id: str) -> int | None:
        if article_id in self._new:
            return self._new.digest_of(article_id)
        return self._base.digest_of(article_id)

    def _forget(self, article_id: str) -> bool:
        if self._new.forget(article_id):
            return True
        found = self._base.delete(article_id)
        if found:
            self._replaced.add(article_id)
        return found

    def _new_segment(self) -> NewSegment:
        base = self._base
        return NewSegment(self._folder() / "new", base.dictionary, base.basis, base.stem_of)

    def _folder(self) -> Path:
        if self._working is None:
            self._working = self._generations.begin()
        return self._working

    def commit(self) -> Commit:
        """Make all changes visible at once, and durable; without changes nothing happens.

        Raises:
            ConfigurationError: articles were added, and the new index would not fit ``onneshon.toml``; the
                live one is as it was, and this writer is closed.
            BuildError: the disk refused something, or the new index reads back differently; the message says
                what is live, and this writer is closed.
        """
        self._ensure_open()
        with self._closing():
            if not self._new and not self._replaced:
                self._discard()
                return self._live
            added = len(self._new.ids - self._replaced)
            changed = len(self._new) - added
            deleted = len(self._replaced) - changed
            self._merges = 0
            merged = self._publish(lambda next_generation: next_generation.merge(INLINE_BYTES))
        return replace(self._live, added=added, changed=changed, deleted=deleted, merged=merged)

    def has_to_merge(self, most: float = math.inf) -> bool:
        """Whether ``merge`` would do anything with ``most`` bytes at most."""
        return has_to_merge(self._base.segments, most)

    def merge(self, *, everything: bool = False, most: float = math.inf) -> int:
        """Merge the segments that small commits left, and publish; return how many were rewritten or merged.

        Takes a third of the time of building the merged segments. Searches find the same before and after.

        Args:
            everything: merge all segments into one, without a trace of deleted articles.
            most: the most bytes that may be merged at a time, unless everything is merged.

        Raises:
            BuildError: there are uncommitted changes, or as for ``commit``.
        """
        self._ensure_open()
        if self._new or self._replaced:
            raise BuildError("there are changes that were not committed: commit them first")
        with self._closing():
            segments = self._base.segments
            if everything and len(segments) <= 1 and not any(segment.dead_share for segment in segments):
                return 0
            if not everything and not self.has_to_merge(most):
                return 0
            self._merges += 1
            return self._publish(
                merge_all if everything else lambda next_generation: merge_some(next_generation, most)
            )

    def _publish(self, merge: Callable[[NextGeneration], int]) -> int:
        working, base = self._folder(), self._base
        added = self._new.written(working, working.name.partition(".")[0], base.last_date)
        next_generation = NextGeneration(working, base.manifest, [*base.segments, *added])
        merged = merge(next_generation)
        if self._new:  # an invalid configuration blocks new articles, but never deletions
            check_shown(read_configuration(self._generations.directory), next_generation.declared)
        manifest = next_generation.complete(self._new.samples, self._gone())
        generation = self._generations.publish(working)
        self._live = _commit(generation.name, manifest, len(next_generation.segments))
        self._forget_changes()
        # A merge changes nothing that `rollback` could undo: its generation does not count as one kept.
        self._generations.collect(base.name, keep=self._keep + self._merges)
        return merged

    def _gone(self) -> dict[str, int]:
        """The ids of articles missing from the next generation, each with the time of its removal."""
        known = {**self._base.gone, **dict.fromkeys(self._replaced, changed_now(self._base.last_date))}
        return {article_id: at for article_id, at in known.items() if article_id not in self._new}

    def _discard(self) -> None:
        self._new.cancel()
        if self._working is not None:
            self._generations.clear()
        self._forget_changes(self._loaded)

    def close(self) -> None:
        """Discard uncommitted changes and close the writer; harmless when repeated."""
        if not self.closed:
            self.closed = True
            self._new.cancel()
            self._generations.clear()

    def _ensure_open(self) -> None:
        if self.closed:
            raise BuildError("the writer is closed")

    @contextlib.contextmanager
    def _closing(self) -> Iterator[None]:
        """Close the writer when something fails half done; the error then says what is live."""
        try:
            with self._mending(), as_build_errors(self._generations.directory):
                yield
        except BaseException:
            self.close()
            raise

    @contextlib.contextmanager
    def _mending(self) -> Iterator[None]:
        """If merged segments turn out to be damaged, have them mended for the next attempt."""
        try:
            yield
        except BuildError as error:
            damage = error.__cause__
            if not isinstance(damage, IndexCorruptError):
                raise
            self.close()
            # An index that cannot even be opened could not be mended either: see ``opened_to_write``.
            if self._loaded is not None and mended_by_writer(self._generations):
                raise BuildError(
                    f"{str(damage).partition(':')[0]}, and was mended: do the same again"
                ) from damage
            raise


def _commit(name: str, manifest: Manifest, segments: int) -> Commit:
    """The report of a commit that changed nothing."""
    return Commit(name, manifest.articles, 0, 0, 0, segments, 0, manifest.size)


@contextlib.contextmanager
def open_writer(directory: str | Path, *, wait: float = 0, keep: int = KEPT) -> Iterator[IndexWriter]:
    """Lock an index and open a writer; its changes are committed at the end of the block.

    An exception that leaves the block discards uncommitted changes.

    Args:
        directory: the index; made if it is missing, for its owner only.
        wait: seconds to wait for another writer.
        keep: the number of generations that stay, the new one included; the last good one stays in addition.

    Raises:
        IndexLockedError: another process writes the index.
        IndexOutdatedError: the index was built by another version of the analysis or the schema.
        IndexCorruptError: a file of the live generation is not as it was built.
        BuildError: the disk refused something; the live index is as it was.
    """
    directory = Path(directory)
    with contextlib.ExitStack() as stack:
        stack.enter_context(as_writer(directory, wait=wait))
        with before_any_change(directory):
            writer = IndexWriter(directory, keep=keep)
            stack.callback(writer.close)
        yield writer
        if not writer.closed:
            writer.commit()
