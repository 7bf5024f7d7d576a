"""How articles are written: the options of a build and of an update, in a directory or on a cluster."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature
from typing import Concatenate, ParamSpec, TypeVar

from onneshon.index.configuration import Configuration
from onneshon.index.indexer.acceptance import DEFAULT_MAX_BAD, Allowance
from onneshon.index.indexer.bulk_writer import MEMORY_BUDGET
from onneshon.index.indexer.progress import Progress
from onneshon.index.ingest.articles_in_hand import ArticleSource
from onneshon.index.ingest.readers.record import ReadingOptions
from onneshon.index.ranking import Basis
from onneshon.index.storage.generations import KEPT

__all__ = ["BuildOptions", "UpdateOptions", "WriteOptions", "by_keywords"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOptions:
    """What every job that writes articles takes.

    Attributes:
        strict: stop at the first bad article, and change nothing.
        max_bad: how many articles may be left out, as a number (``20``) or a share of all (``"1%"``).
        force: publish though a source could not be read to its end, or under half of the articles of the live
            index would be left.
        keep: generations that stay, the new one among them; the last good one stays beside them.
        wait: seconds to wait for another writer.
        progress: told how it goes.
        configuration: what the site says; None for what ``onneshon.toml`` in the directory does, or on a
            cluster for nothing.
        reading: how files are read: their format, the names of their fields.

    Raises:
        ValueError: ``max_bad`` is neither a number nor a share, or ``keep`` is less than 1.
    """

    strict: bool = False
    max_bad: str | int = DEFAULT_MAX_BAD
    force: bool = False
    keep: int = KEPT
    wait: float = 0
    progress: Progress | None = None
    configuration: Configuration | None = None
    reading: ReadingOptions | None = None

    def __post_init__(self) -> None:
        if self.keep < 1:
            raise ValueError(f"{self.keep} generations cannot be kept: the new one stays in any case")
        Allowance.parse(self.max_bad)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions(WriteOptions):
    """What a build takes, and so a migration and a repair.

    Attributes:
        workers: processes that analyse at the same time.
        memory_mb: MiB that the postings may take before they are written out; of no use on a cluster.
        basis: what the ranking takes for an average article; None for the average of the first 2,000.
    """

    workers: int = 1
    memory_mb: int = MEMORY_BUDGET >> 20
    basis: Basis | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateOptions(WriteOptions):
    """What an update takes.

    Attributes:
        delete_missing: delete every article that the source does not have, which must then be all of it.
    """

    delete_missing: bool = False


_Given = ParamSpec("_Given")
_Options = TypeVar("_Options", bound=WriteOptions)
_Target = TypeVar("_Target")
_Report = TypeVar("_Report")


def by_keywords(
    options: Callable[_Given, _Options], job: Callable[[ArticleSource, _Target, _Options], _Report]
) -> Callable[Concatenate[ArticleSource, _Target, _Given], _Report]:
    """A job as Python programs call it: with the fields of its options as keywords.

    Args:
        options: the class of its options.
        job: takes a source, where to write, and options.
    """

    def run(
        source: ArticleSource, target: _Target, /, *arguments: _Given.args, **keywords: _Given.kwargs
    ) -> _Report:
        return job(source, target, options(*arguments, **keywords))

    place = [*signature(job).parameters.values()][:2]
    given = signature(options).parameters.values()
    run.__signature__ = signature(job).replace(parameters=[*place, *given])  # type: ignore[attr-defined]  # read by help()
    run.__doc__, run.__module__ = job.__doc__, job.__module__
    run.__name__ = run.__qualname__ = job.__name__.removeprefix("run_")
    return run
