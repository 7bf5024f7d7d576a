"""Repair of a damaged index: mending its files, or building it again from the stored texts still readable."""

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
    """Publish the live generation again, with its damaged files restored to what was built.

    Args:
        directory: the index.
        wait: seconds to wait for another writer.

    Returns:
        The paths of the files that were mended; if none was damaged, nothing is published.

    Raises:
        IndexStateError: there is no index, or more damage than can be mended; the index is as it was.
        OSError: the disk refused something; the index is as it was.
    """
    with writer_lock(directory, wait=wait):
        return _mend(Generations(directory))


def _mend(generations: Generations) -> list[str]:
    """As ``mend``, for a caller that has the writer's lock."""
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
    """Open the live generation for a caller with the writer's lock; mend it first if damaged, and log that.

    Raises:
        IndexStateError: the generation can neither be opened nor mended.
    """
    try:
        return _opened(generations)
    except IndexCorruptError:
        if not mended_by_writer(generations):
            raise
        return _opened(generations)


def _opened(generations: Generations) -> BaseGeneration:
    """Open the live generation, and verify the columns that each change reads before the first change."""
    base = BaseGeneration.load(generations)
    for segment in base.segments:
        segment.reader.check_lookup()
        segment.reader.lengths("title")
        segment.reader.lengths("body")
    return base


def mended_by_writer(generations: Generations) -> bool:
    """Mend the live generation for a caller with the writer's lock; return whether anything was mended."""
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
    """The report of a repair.

    Attributes:
        build: the report of the build of the new generation.
        source: the generation that was read.
        lost: what could not be read: ids, or documents and segments whose ids cannot be read either.
        lost_articles: the number of lost articles; None if it is not known.
        warnings: what is uncertain about the saved articles.
        mended: the paths of the files that were restored as they were, so that nothing was lost.
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
    """Mend the live generation or, where that is not enough, build a new one from its stored texts.

    The old generation stays. Where parity is not enough, only the stored texts are needed, which have
    checksums of their own: postings, words and suggestions are made again from them. Articles that only an
    earlier generation still has are not brought back: use `rollback` for that.

    Args:
        directory: the index.
        options: the options of the build; it is published however much is lost.

    Raises:
        IndexMissingError: there is no index.
        IndexLockedError: another process writes the index.
        BuildError: nothing could be read, or the disk refused something; the live index is as it was.
    """
    generations = Generations(directory)
    generations.current_or_newest()  # raises if there is no index, before a directory is made
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
    """The report of ``_mend``; None if there was nothing to mend, or not everything could be mended."""
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
    """Reads the articles of a generation that can still be read, and notes the others."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self.saved = False
        self.lost: list[str] = []
        self.lost_articles: int | None = 0
        self.warnings: list[str] = []

    def articles(self) -> Iterator[Article]:
        """Every live article that can be read."""
        try:
            listed = [(segment.name, ~segment.mask()) for segment in self._listed()]
        except IndexStateError as error:
            self.warnings.append(
                f"the list of segments is lost, and what was deleted may be back ({_reason(error)})"
            )
            found = [path.stem for path in self._generation.folder.glob(f"{INDEX_NAME}_*{DOCUMENTS_EXT}")]
            # The newest segment first: of several versions of an article the first one read counts.
            for name in sorted(found, key=lambda name: (name != BUILT, name), reverse=True):
                yield from self._segment(name, None)
        else:
            for name, alive in listed:
                yield from self._segment(name, alive)

    def _listed(self) -> tuple[Segment, ...]:
        """The segments from a list that is verified or mended.

        One flipped bit could turn a list into another valid one, with other articles deleted.
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
    """The fault in a message, without its advice to repair, which is being followed."""
    return str(error).removesuffix(f": {REPAIR}")


def _name_of(documents: DocumentsReader, name: str, doc: int) -> str:
    try:
        return documents.keys.of([doc])[0]
    except (OnneshonError, LookupError, ValueError):
        return f"document {doc} of segment {name}"
