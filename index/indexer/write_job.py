"""The common part of builds and updates: reading articles, accepting them, reports and errors."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from onneshon.index.configuration import Configuration
from onneshon.index.configuration_file import read_configuration
from onneshon.index.errors import BuildError, IndexLockedError, IndexStateError
from onneshon.index.indexer.progress import Phases, Progress
from onneshon.index.indexer.write_options import Acceptance, Allowance, WriteOptions
from onneshon.index.ingest.articles_in_hand import ArticleSource, intake_of
from onneshon.index.ingest.corpus import Corpus
from onneshon.index.ingest.intake import Intake, Problems
from onneshon.index.storage.beside import read_withheld
from onneshon.index.storage.durable import OUT_OF_MEMORY, explain, make_folder, writer_lock
from onneshon.index.storage.generations import Generations

_UNTOUCHED = "the live index is as it was"
_UNCONFIRMED = "the new index is live, but may not survive a power cut"
_GONE = "the directory of the index was removed meanwhile, and everything in it"
_CHANGED = "the live index was removed or changed by somebody else meanwhile"
_UNKNOWN = "what is live now cannot be read"


@contextlib.contextmanager
def as_build_errors(directory: Path) -> Iterator[None]:
    """Turn any failure inside into a `BuildError` whose message ends with what is live afterwards.

    Args:
        directory: the index.

    Raises:
        BuildError: the disk, the memory or another process failed, the written files cannot be read back, or
            the build itself found a fault.
        IndexLockedError: raised inside, and passed on unchanged.
    """
    before = _pointer(directory)
    try:
        yield
    except IndexLockedError:
        raise
    except (OSError, MemoryError, IndexStateError) as error:
        raise BuildError(f"{_what_happened(error, directory)}; {_what_is_live(directory, before)}") from error


@contextlib.contextmanager
def before_any_change(directory: Path) -> Iterator[None]:
    """As `as_build_errors`, before anything is written; faults of the index are passed on unchanged.

    Args:
        directory: the index.

    Raises:
        BuildError: the disk or the memory failed.
    """
    try:
        yield
    except (OSError, MemoryError) as error:
        raise BuildError(f"{_what_happened(error, directory)}; {_UNTOUCHED}") from error


@contextlib.contextmanager
def as_writer(directory: Path, *, wait: float) -> Iterator[None]:
    """Hold the writer's lock of an index, so that nothing read from it inside can be changed meanwhile.

    Args:
        directory: the index; made if it is missing, for its owner only.
        wait: seconds to wait for another writer.

    Raises:
        IndexLockedError: another process writes the index.
        BuildError: the disk refused the directory or its lock.
    """
    with contextlib.ExitStack() as stack:
        with before_any_change(directory):
            make_folder(directory)
            stack.enter_context(writer_lock(directory, wait=wait))
        yield


def _what_happened(error: BaseException, directory: Path) -> str:
    if isinstance(error, OSError):
        return explain(error, directory)
    if isinstance(error, MemoryError):
        return OUT_OF_MEMORY
    if not isinstance(error, BuildError):
        return f"what was written cannot be read back ({error})"
    cause = error.__cause__  # the error that another process of the build met
    advice = f": {_what_happened(cause, directory)}" if isinstance(cause, OSError | MemoryError) else ""
    return f"{error}{advice}"


def _pointer(directory: Path) -> bytes | None:
    """The content of ``CURRENT``, empty if the file is missing; None if it cannot be read."""
    try:
        return Generations(directory).pointer.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except OSError:
        return None


def _what_is_live(directory: Path, before: bytes | None) -> str:
    if not directory.exists():
        return _GONE if before else _UNTOUCHED
    after = _pointer(directory)
    if before is None or after is None:
        return _UNKNOWN
    if after == before:
        return _UNTOUCHED
    return _UNCONFIRMED if after else _CHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteReport:
    """The report of a job, for people and for programs.

    Attributes:
        generation: the name of the generation that is live now.
        seen: the number of articles read, and of records that say ``deleted``.
        articles: the number of articles now in the index.
        skipped: the number of articles left out, by kind of fault.
        seconds: the duration of the whole job.
        index_bytes: the size of the generation, or on a cluster of one copy; after an update most of it is
            shared with the generation before.
        converted: the number of articles typed for a Bijoy font, which are indexed in Unicode.
        values: the number of values that were dropped from accepted articles, by kind of fault.
        passed: the number of items that are not articles, such as redirects, by kind.
    """

    generation: str
    seen: int
    articles: int
    skipped: Mapping[str, int]
    seconds: float
    index_bytes: int
    converted: int = 0
    values: Mapping[str, int] = field(default_factory=dict)
    passed: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether no article was left out."""
        return not self.skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport(WriteReport):
    """The report of a build; ``seen`` is always ``articles`` plus all of ``skipped``.

    Attributes:
        previous: the number of articles in the previously live index; None if there was none that can be
            read.
        kept: the names of the generations that exist now, oldest first.
    """

    previous: int | None = None
    kept: tuple[str, ...] = ()

    @property
    def articles_per_second(self) -> float:
        """The speed over the whole build."""
        return self.articles / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateReport(WriteReport):
    """The report of an update.

    The generation is the same as before if nothing changed; if segments were merged after the changes became
    visible, it is the generation of the merge. ``seen`` is always ``added + changed + unchanged + stale``
    plus the records that say ``deleted``, the articles replaced by a later one of the same id, and all of
    ``skipped``.

    Attributes:
        added: articles whose ids are new.
        changed: articles that replaced others of the same ids.
        unchanged: articles that the index already had in the same form.
        deleted: articles that were removed.
        unknown: records that say ``deleted`` of an id that no article had.
        visible_seconds: seconds until all changes were visible; the rest of ``seconds`` went into merging.
        segments: the number of segments of the index; None on a cluster, which merges by itself.
        stale: articles of which a cluster has a later version.
        replaced_in_place: how many of ``changed`` have ids made of their file's name and their place in it,
            where another article may have been before; 0 if all missing articles were deleted.
    """

    added: int
    changed: int
    unchanged: int
    deleted: int
    unknown: int
    visible_seconds: float
    segments: int | None = None
    stale: int = 0
    replaced_in_place: int = 0


class WriteJob:
    """Reads the articles of one job, and keeps account of them.

    Args:
        options: the options of the job.
        directory: the directory of the index; None if the index is not in a directory.
    """

    def __init__(self, options: WriteOptions, directory: Path | None = None) -> None:
        self._started = time.monotonic()
        self.options = options
        self._directory = directory
        self.phases = Phases(options.progress or Progress())
        self.problems = Problems(strict=options.strict, listener=self.phases.problem)
        self.acceptance = Acceptance(Allowance.parse(options.max_bad), options.force)

    @cached_property
    def configuration(self) -> Configuration:
        """The site's configuration."""
        if self.options.configuration or not self._directory:
            return self.options.configuration or Configuration()
        return read_configuration(self._directory)

    @property
    def seconds(self) -> float:
        """The seconds since the job began."""
        return time.monotonic() - self._started

    @property
    def skipped(self) -> dict[str, int]:
        """The number of articles left out, by kind of fault."""
        return dict(sorted(self.problems.counts.items()))

    def intake(self, source: ArticleSource, files: Callable[..., Intake] = Corpus) -> Intake:
        """The articles of a source.

        Args:
            source: paths or articles.
            files: reads paths: ``Corpus``, or a callable with the same arguments.
        """

        def opened(paths: list[Path]) -> Intake:
            return files(
                paths,
                self.problems,
                meter=self.phases.read,
                configuration=self.configuration,
                reading=self.options.reading,
            )

        intake = intake_of(source, self.problems, opened, self.configuration.numbers)
        if self._directory:
            intake.withheld = read_withheld(self._directory)
        return intake

    def accept(self, intake: Intake, written: int, previous: int | None) -> None:
        """Check that articles in = articles indexed + articles reported, and that they may be published.

        Args:
            intake: the articles read.
            written: the number of them that were indexed.
            previous: the number of articles in the live index; None if there is none that can be read.

        Raises:
            BuildError: the new index must not replace the live one.
        """
        if intake.seen != written + self.problems.total:
            raise BuildError(
                f"{intake.seen:,} articles were read, but {written:,} written and "
                f"{self.problems.total:,} reported"
            )
        self.acceptance.check(self.problems, written, previous)

    def account(self, intake: Intake) -> dict[str, Any]:
        """The fields that every report has about the articles read, by name."""
        return {
            "seen": intake.seen,
            "skipped": self.skipped,
            "converted": intake.converted,
            "values": dict(self.problems.values),
            "passed": dict(intake.passed),
        }
