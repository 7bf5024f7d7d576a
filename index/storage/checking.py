"""Verification of a whole index against what was built, and the choice of a generation that can be served."""

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Final, Literal

from onneshon.index.article import TEXT_FIELDS
from onneshon.index.columnar.change_dates import DIGESTS_FILE, GONE_FILE
from onneshon.index.columnar.impact_field import ImpactField
from onneshon.index.completion.writer import FILE_NAME as COMPLETION_FILE
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
from onneshon.index.vocabulary.file import FILE_NAME as VOCABULARY_FILE
from onneshon.index.vocabulary.learned import LEARNED_EXT
from onneshon.index.vocabulary.pairs import PAIRS_EXT

_DATES: Final = (DIGESTS_FILE, GONE_FILE)
"""Suffixes of the files that record which articles were changed or withdrawn, and when."""

_SPARED: Final = (VOCABULARY_FILE, COMPLETION_FILE, PAIRS_EXT, LEARNED_EXT, *_DATES)
"""Suffixes of the files without which all articles are still found, though by fewer spellings."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was read and found sound.

    Attributes:
        generation: the name of the live generation.
        articles: the number of articles, all of which were decoded.
        terms: the number of terms in all text fields, all of which are in order.
        files: the number of files, every byte of which was compared with the manifest.
        bytes: the size of all files.
        warning: what else is damaged; see ``IndexReader.warning``.
    """

    generation: str
    articles: int
    terms: int
    files: int
    bytes: int
    warning: str = ""


def check_index(directory: Path) -> CheckReport:
    """Read every byte, every article and every term of the live generation.

    Raises:
        IndexMissingError: there is no index.
        IndexCorruptError: something is not as it was built; the message says what.
        IndexOutdatedError: the index was built by another version.
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
        return CheckReport(
            reader.generation, articles, terms, len(manifest.files), manifest.size, reader.warning
        )


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


class HealthState:
    """Reads an index at most once, and remembers the outcome: sound or damaged. Threads may share it."""

    def __init__(self) -> None:
        self._reading = Lock()
        self.verified: bool | Literal["running"] = False
        self.damage = ""
        self._doubted = False

    def doubt(self) -> None:
        """Have the index read again, once: it may have been damaged since it was found sound."""
        if self.verified is True and not self._doubted:
            self._doubted, self.verified = True, False

    def note(self, damage: OnneshonError) -> None:
        """Remember the damage that a search met; the first is kept."""
        self.damage = self.damage or str(damage)
        self.verified = False

    def examine(self, verify: Callable[[], object]) -> None:
        """Have the whole index read, unless the outcome is known; waits while another thread reads it.

        Args:
            verify: reads the index, and raises IndexCorruptError where it is damaged.

        Raises:
            IndexCorruptError: the index is damaged.
        """
        with self._reading:
            if not self.verified and not self.damage:
                self._read(verify)
        if self.damage:
            raise IndexCorruptError(self.damage)

    def _read(self, verify: Callable[[], object]) -> None:
        self.verified = "running"
        sound = False
        try:
            verify()
            sound = True
        except IndexCorruptError as error:
            self.note(error)
        finally:
            self.verified = sound and not self.damage


def open_sound(directory: Path, *, damaged: Collection[str] = ()) -> IndexReader:
    """Open the live generation; where it is damaged, a mended copy, or the newest sound generation before it.

    Where only words by sound, suggestions and the like cannot be mended, the mended copy lacks these: an
    earlier generation would undo what was published or withdrawn since. Where no generation is sound, the
    live one is opened all the same, if it can be, to answer without its damaged parts.

    Each of these substitutes has a warning, and every byte of all but the last is read first. Nothing is
    written where the index is: ``repair`` and `Generations.rollback` do.

    Args:
        directory: the index.
        damaged: names of generations that are known to be damaged.

    Raises:
        IndexMissingError: there is no index yet.
        IndexCorruptError: the live generation is damaged so that it cannot be opened, and no earlier one is
            sound.
        IndexOutdatedError: the index was built by another version of the analysis or the schema.
    """
    try:
        return _live(directory, damaged)
    except IndexCorruptError as damage:
        return (
            _mended(directory)
            or _mended(directory, _SPARED)
            or _earlier(directory, damaged, damage)
            or _lossy(directory, damage)
        )


def _live(directory: Path, damaged: Collection[str]) -> IndexReader:
    if damaged and (name := Generations(directory).agreed().name) in damaged:
        raise IndexCorruptError(f"generation {name} in {directory} is damaged: {REPAIR}")
    return open_index(directory)


def _mended(directory: Path, spared: tuple[str, ...] = ()) -> IndexReader | None:
    """The live generation, opened from a mended copy of its files, which is deleted once they are mapped."""
    with TemporaryDirectory(prefix="onneshon-mended-") as folder, suppress(OnneshonError, OSError):
        generation = Generations(directory.resolve()).agreed()
        manifest, _ = generation.agreed_manifest()
        check_fingerprints(manifest)
        mended = mended_copy(generation, Path(folder), os.symlink, spared=spared)
        reader = open_folder(Path(folder), generation.name, manifest)
        reader.verify()
        lost = [name for name in manifest.files if not Path(folder, name).exists()]
        reader.warning = _mended_warning(generation.name, mended, lost)
        return reader if reader.warning else None
    return None


def _mended_warning(name: str, mended: Sequence[str], lost: Sequence[str]) -> str:
    if lost:
        words = "words in Latin letters, other spellings and suggestions less well"
        dates = "earlier changes and deletions are not reported"
        less = dates if all(each.endswith(_DATES) for each in lost) else words
        return (
            f"{', '.join(lost)} of generation {name} is damaged beyond mending, and left out: all articles "
            f"are searched, but {less}, until `onneshon index repair` makes it again"
        )
    if not mended:
        return ""
    return (
        f"{', '.join(mended)} of generation {name} is damaged on the disk, and mended in memory; nothing is "
        "missing: mend the disk too with `onneshon index repair`"
    )


def _lossy(directory: Path, damage: IndexCorruptError) -> IndexReader:
    """The live generation, to answer without its damaged parts; raises IndexCorruptError."""
    reader = open_index(directory, lossy=True)
    reader.warning = f"{damage}; until then what is damaged is left out of answers, and these say so"
    return reader


def _earlier(directory: Path, damaged: Collection[str], damage: IndexCorruptError) -> IndexReader | None:
    for generation in Generations(directory).earlier():
        if generation.name not in damaged and (reader := _opened(generation)) is not None:
            reader.warning = (
                f"{damage}; until then generation {reader.generation}, "
                f"built {reader.manifest.created}, is searched in its place"
            )
            return reader
    return None


def _opened(generation: Generation) -> IndexReader | None:
    try:
        return open_generation(generation, verify=True)
    except OnneshonError:
        return None
