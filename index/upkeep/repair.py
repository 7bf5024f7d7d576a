"""A damaged index: its files mended, or built again from what of its stored texts can still be read."""

import logging
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from onneshon.index.article import Article, article_from_stored
from onneshon.index.columnar.documents import DocumentsReader
from onneshon.index.columnar.section_file import DOCUMENTS_EXT
from onneshon.index.columnar.segment_list import (
    BUILT,
    INDEX_NAME,
    SEGMENT_LIST,
    WHOOSH_LIST_EXT,
    Segment,
    documents_of,
    read_segments,
)
from onneshon.index.errors import REPAIR, BuildError, IndexCorruptError, IndexStateError, OnneshonError
from onneshon.index.indexer.builder import build_by_writer
from onneshon.index.indexer.write_job import BuildReport, as_writer
from onneshon.index.indexer.write_options import BuildOptions
from onneshon.index.storage.durable import link_file, writer_lock
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.manifest import MANIFEST_FILE, Generation
from onneshon.index.storage.parity import damaged_files, mended_copy
from onneshon.index.upkeep.uncommitted import BaseGeneration

log = logging.getLogger(__name__)


def mend(directory: Path, *, wait: float = 0) -> list[str]:
    """Publish the live generation once more, its damaged files made again as they were built.

    Args:
        directory: the index.
        wait: seconds to wait for another writer.

    Returns:
        Paths of the files that were mended; where none was damaged, nothing is published.

    Raises:
        IndexStateError: there is no index, or more damage than can be mended; it is as it was.
        OSError: the disk refused something; it is as it was.
    """
    with writer_lock(directory, wait=wait):
        return _mend(Generations(directory))


def _mend(generations: Generations) -> list[str]:
    """The same for whoever holds the writer's lock."""
    live = generations.agreed()
    if not damaged_files(live):
        return []
    working = generations.begin()
    try:
        mended = mended_copy(live, working, link_file)
        manifest, _ = live.agreed_manifest()
        manifest.check_files(working, digests=True)
        (working / MANIFEST_FILE).write_bytes(manifest.encode())
        generations.publish(working)
    finally:
        generations.clear()
    return mended


def opened_to_write(generations: Generations) -> BaseGeneration:
    """What is live, for whoever holds the writer's lock; if it is damaged, mended first, which the log tells.

    Raises:
        IndexStateError: it cannot be opened, and not be mended.
    """
    try:
        return _opened(generations)
    except IndexCorruptError:
        if not mended_by_writer(generations):
            raise
        return _opened(generations)


def _opened(generations: Generations) -> BaseGeneration:
    """With the columns that each change reads, which are compared with their sums before it begins."""
    base = BaseGeneration.load(generations)
    for segment in base.segments:
        segment.reader.check_lookup()
        segment.reader.lengths("title")
        segment.reader.lengths("body")
    return base


def mended_by_writer(generations: Generations) -> bool:
    """Whether damage that was met could be mended; for whoever holds the writer's lock."""
    try:
        mended = _mend(generations)
    except (OnneshonError, OSError) as error:
        log.warning("The index was not mended: %s", error)
        return False
    if mended:
        log.warning("Mended %s of %s.", ", ".join(mended), generations.directory)
    return bool(mended)


@dataclass(frozen=True, slots=True)
class RepairReport:
    """What was saved.

    Attributes:
        build: of the new generation.
        source: the generation that was read.
        lost: what could not be read: ids, or documents and segments where not even the ids can be.
        lost_articles: how many articles that is; None where it cannot be told.
        warnings: what is not certain of what was saved.
        mended: paths of the files that were made again as they were, so that nothing was lost.
    """

    build: BuildReport
    source: str
    lost: tuple[str, ...] = ()
    lost_articles: int | None = 0
    warnings: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()


def repair(
    directory: Path,
    options: BuildOptions = BuildOptions(),  # noqa: B008  # frozen
) -> RepairReport:
    """Mend the live generation or, where that is not enough, build a new one from what it stores.

    The old one stays. Where parity is not enough, only its stored texts are needed, which carry sums of their
    own: postings, words and suggestions are made anew from them. What an earlier generation has and this one
    has lost is not brought back: `rollback` is.

    Args:
        directory: the index.
        options: of the build; whatever is lost, it is published.

    Raises:
        IndexMissingError: there is no index.
        IndexLockedError: another process writes the index.
        BuildError: nothing could be read, or the disk refused something; the live index is as it was.
    """
    generations = Generations(directory)
    generations.current_or_newest()  # says that there is no index, before one is made
    with as_writer(directory, wait=options.wait):
        return _mended(generations) or _saved(directory, generations.current_or_newest(), options)


def _saved(directory: Path, generation: Generation, options: BuildOptions) -> RepairReport:
    salvage = _Salvage(generation)
    try:
        report = build_by_writer(salvage.articles(), directory, replace(options, force=True, max_bad="100%"))
    except BuildError as error:
        if not salvage.saved:
            lost = "; ".join([*salvage.lost, *salvage.warnings]) or "it holds none"
            raise BuildError(f"no article of generation {generation.name} can be read ({lost})") from error
        raise
    return RepairReport(
        report, generation.name, tuple(salvage.lost), salvage.lost_articles, tuple(salvage.warnings)
    )


def _mended(generations: Generations) -> RepairReport | None:
    """What ``_mend`` did; None where there was nothing to mend, or not all of it could be."""
    started = time.monotonic()
    try:
        source = generations.agreed()
        mended = _mend(generations)
        live = generations.current()
        manifest = live.manifest()
    except (OnneshonError, OSError):
        return None
    if not mended:
        return None
    build = BuildReport(
        generation=live.name,
        seen=manifest.articles,
        articles=manifest.articles,
        skipped={},
        seconds=time.monotonic() - started,
        index_bytes=manifest.size,
        previous=manifest.articles,
        kept=tuple(generation.name for generation in generations.all()),
    )
    return RepairReport(build, source.name, mended=tuple(mended))


class _Salvage:
    """Reads what can be read of a generation."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self.saved = False
        self.lost: list[str] = []
        self.lost_articles: int | None = 0
        self.warnings: list[str] = []

    def articles(self) -> Iterator[Article]:
        """Every living article that can be read."""
        try:
            listed = [(segment.name, ~segment.mask()) for segment in self._listed()]
        except IndexStateError as error:
            self.warnings.append(
                f"the list of segments is lost, and what was deleted may be back ({_reason(error)})"
            )
            found = [path.stem for path in self._generation.folder.glob(f"{INDEX_NAME}_*{DOCUMENTS_EXT}")]
            # The newest first: of several versions of an article the first that comes counts.
            for name in sorted(found, key=lambda name: (name != BUILT, name), reverse=True):
                yield from self._segment(name, None)
        else:
            for name, alive in listed:
                yield from self._segment(name, alive)

    def _listed(self) -> tuple[Segment, ...]:
        """The segments by a list that is as it was written.

        One bit makes of a list another one, which says of other articles that they were deleted.
        """
        with TemporaryDirectory(prefix="onneshon-mended-") as folder:
            lists = (SEGMENT_LIST, WHOOSH_LIST_EXT)
            mended_copy(self._generation, Path(folder), os.symlink, names=lists, spared=lists)
            return read_segments(Path(folder))

    def _segment(self, name: str, alive: NDArray[np.bool_] | None) -> Iterator[Article]:
        try:
            documents = documents_of(self._generation.folder, name)
        except (OnneshonError, LookupError, ValueError, TypeError) as error:
            self._lose(
                f"all of segment {name} ({_reason(error)})", None if alive is None else int(alive.sum())
            )
            return
        for doc in range(documents.count):
            if alive is None or alive[doc]:
                yield from self._document(documents, name, doc)

    def _document(self, documents: DocumentsReader, name: str, doc: int) -> Iterator[Article]:
        try:
            article = article_from_stored(documents.stored[doc])
        except (OnneshonError, LookupError, ValueError, TypeError):
            self._lose(_name_of(documents, name, doc), 1)
        else:
            self.saved = True
            yield article

    def _lose(self, what: str, articles: int | None) -> None:
        self.lost.append(what)
        before = self.lost_articles
        self.lost_articles = None if before is None or articles is None else before + articles


def _reason(error: Exception) -> str:
    """What is wrong, without what to do about it: that is being done."""
    return str(error).removesuffix(f": {REPAIR}")


def _name_of(documents: DocumentsReader, name: str, doc: int) -> str:
    try:
        return documents.keys.of([doc])[0]
    except (OnneshonError, LookupError, ValueError):
        return f"document {doc} of segment {name}"
