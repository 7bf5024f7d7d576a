"""A live generation whose damaged files are made again as they were built, from their parity."""

import logging
import shutil
from pathlib import Path

from onneshon.index.errors import IndexCorruptError, OnneshonError
from onneshon.index.storage.durable import link_file, writer_lock
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.manifest import MANIFEST_FILE
from onneshon.index.storage.parity import damaged_files, mended_copy
from onneshon.index.upkeep.commit import BaseGeneration

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
    live = generations.current()
    if not damaged_files(live):
        return []
    working = generations.begin()
    try:
        mended = mended_copy(live, working, link_file)
        live.manifest().check_files(working, digests=True)
        shutil.copyfile(live.folder / MANIFEST_FILE, working / MANIFEST_FILE)
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
