"""Reading all of an index to see whether it is what was built, and which generation can be served."""

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from onneshon.index.article import TEXT_FIELDS
from onneshon.index.columnar.impact_field import ImpactField
from onneshon.index.errors import REPAIR, IndexCorruptError, OnneshonError
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.manifest import Generation
from onneshon.index.storage.parity import mended_copy
from onneshon.index.storage.reader import (
    IndexReader,
    check_fingerprints,
    open_folder,
    open_generation,
    open_index,
)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was read and found sound.

    Attributes:
        generation: the live one.
        articles: each was decoded.
        terms: how many there are in all text fields; each in its place.
        files: each byte of each was compared with the manifest.
        bytes: size of all files.
    """

    generation: str
    articles: int
    terms: int
    files: int
    bytes: int


def check_index(directory: Path) -> CheckReport:
    """Read every byte, every article and every term of the live generation.

    Raises:
        IndexMissingError: there is no index.
        IndexCorruptError: something is not as it was built; the message says what.
        IndexOutdatedError: it was built by another version.
    """
    with open_index(directory, verify=True) as reader:
        articles = sum(1 for _id in _article_ids(reader))
        if not articles == reader.count == reader.manifest.articles:
            raise IndexCorruptError(
                f"{directory}: the manifest says {reader.manifest.articles:,} articles, {reader.count:,} are "
                f"listed, and {articles:,} can be read: {REPAIR}"
            )
        terms = sum(
            _count_terms(directory, segment.impacts(name))
            for segment in reader.segments
            for name in TEXT_FIELDS
        )
        manifest = reader.manifest
        return CheckReport(reader.generation, articles, terms, len(manifest.files), manifest.size)


def _article_ids(reader: IndexReader) -> Iterator[str]:
    for segment in reader.segments:
        for doc in segment.alive.nonzero()[0].tolist():
            yield segment.article(doc).id


def _count_terms(directory: Path, field: ImpactField) -> int:
    for before, after in pairwise(field.terms()):
        if before >= after:
            message = f"{directory}: the terms {before!r} and {after!r} of {field.name} are out of order"
            raise IndexCorruptError(f"{message}: {REPAIR}")
    return field.term_count


def open_sound(directory: Path, *, damaged: Collection[str] = ()) -> IndexReader:
    """Open the live generation; where it is damaged, a mended copy, or the newest sound one before it.

    Either has a warning, and every byte of it is read first. Nothing is written where the index is:
    ``repair`` and `Generations.rollback` do.

    Args:
        directory: the index.
        damaged: names of generations that are known not to be as they were built.

    Raises:
        IndexMissingError: there is no index yet.
        IndexCorruptError: the live generation is damaged, and no earlier one is sound.
        IndexOutdatedError: it was built by another version of the analysis or the schema.
    """
    try:
        return _live(directory, damaged)
    except IndexCorruptError as damage:
        if mended := _mended(directory):
            return mended
        reader = _earlier(directory, damaged)
        if reader is None:
            raise
        reader.warning = (
            f"{damage}; until then generation {reader.generation}, "
            f"built {reader.manifest.created}, is searched in its place"
        )
        return reader


def _live(directory: Path, damaged: Collection[str]) -> IndexReader:
    if damaged and (name := Generations(directory).current().name) in damaged:
        raise IndexCorruptError(f"generation {name} in {directory} is damaged: {REPAIR}")
    return open_index(directory)


def _mended(directory: Path) -> IndexReader | None:
    """The live generation from a mended copy of its files, which is gone once they are mapped."""
    with TemporaryDirectory(prefix="onneshon-mended-") as folder, suppress(OnneshonError, OSError):
        generation = Generations(directory.resolve()).current()
        manifest = generation.manifest()
        check_fingerprints(manifest)
        mended = mended_copy(generation, Path(folder), os.symlink)
        reader = open_folder(Path(folder), generation.name, manifest)
        reader.verify()
        if mended:
            reader.warning = (
                f"{', '.join(mended)} of generation {generation.name} is damaged on the disk, and mended in "
                "memory; nothing is missing: mend the disk too with `onneshon index repair`"
            )
            return reader
    return None


def _earlier(directory: Path, damaged: Collection[str]) -> IndexReader | None:
    for generation in Generations(directory).earlier():
        if generation.name not in damaged and (reader := _opened(generation)) is not None:
            return reader
    return None


def _opened(generation: Generation) -> IndexReader | None:
    try:
        return open_generation(generation, verify=True)
    except OnneshonError:
        return None
