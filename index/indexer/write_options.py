"""The options of builds and updates, and the conditions under which their result is accepted."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from inspect import signature
from typing import Concatenate, Final, ParamSpec, Self, TypeVar

from onneshon.index.configuration import Configuration
from onneshon.index.errors import BuildError, ConfigurationError, CorpusError
from onneshon.index.indexer.bulk_writer import MEMORY_BUDGET
from onneshon.index.indexer.progress import Progress
from onneshon.index.ingest.articles_in_hand import ArticleSource
from onneshon.index.ingest.intake import Problems
from onneshon.index.ingest.readers.record import ReadingOptions
from onneshon.index.ranking import Basis
from onneshon.index.storage.generations import KEPT

DEFAULT_MAX_BAD: Final = "1%"
"""A feed has a broken record now and then; if one in a hundred is broken, the feed has changed its format."""

_SHRINK: Final = 2
"""The new index must have at least 1 / _SHRINK of the articles of the live one."""

_ALLOWANCE = re.compile(r"(\d+)|(\d+(?:\.\d+)?)\s*%")


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many articles may be left out.

    Attributes:
        most: the number of articles; None if the allowance is a share.
        percent: the share of all articles read, in percent.
    """

    most: int | None
    percent: Decimal = Decimal(0)

    @classmethod
    def parse(cls, text: str | int) -> Self:
        """Read ``20`` or ``1%``.

        Raises:
            ValueError: the text is neither, or more than 100 %.
        """
        found = _ALLOWANCE.fullmatch(str(text).strip())
        percent = Decimal(found[2] or 0) if found else Decimal(-1)
        if found is None or not 0 <= percent <= 100:  # noqa: PLR2004  # a whole
            raise ValueError(f"{text!r} is neither a number of articles (20) nor a share of them (1%)")
        return cls(int(found[1]) if found[1] else None, percent)

    def covers(self, left_out: int, seen: int) -> bool:
        """Whether ``left_out`` of ``seen`` articles may be left out."""
        return left_out <= (self.percent * seen / 100 if self.most is None else self.most)

    def __str__(self) -> str:
        return f"{self.percent}%" if self.most is None else str(self.most)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The conditions under which a new index is published.

    Attributes:
        allowance: how many articles may be left out.
        force: publish even if a source could not be read to its end, or the index shrinks.
    """

    allowance: Allowance
    force: bool = False

    def check(self, problems: Problems, given: int, live: int | None) -> None:
        """Refuse an index of too few articles, or of a source with too many faults.

        Args:
            problems: the articles left out.
            given: the number of good articles.
            live: the number of articles in the live index; None if there is none that can be read.

        Raises:
            BuildError: the new index must not replace the live one; the message says why, and what to do.
        """
        if not given:
            if not problems.total:
                raise BuildError("no article could be read: what was given is empty")
            first = _the_first(problems)
            raise BuildError(f"no article could be read ({problems.total:,} were reported){first}")
        self.check_problems(problems, given)
        if live is not None and given * _SHRINK < live and not self.force:
            raise BuildError(
                f"{given:,} articles could be read, under half of the {live:,} that the live index holds: "
                f"if that is meant, build with --force"
            )

    def check_problems(self, problems: Problems, given: int) -> None:
        """Refuse a source of which too many articles had to be left out.

        Args:
            problems: the articles left out.
            given: the number of good articles.

        Raises:
            BuildError: as for ``check``.
        """
        too_many = not self.allowance.covers(problems.total, given + problems.total)
        if problems.first_unreadable and not self.force:
            options = f"--force --max-bad {problems.total}" if too_many else "--force"
            raise BuildError(_unreadable(problems.first_unreadable, problems.unreadable, options))
        if too_many:
            raise BuildError(_too_many(problems, given, self.allowance))

    def check_left(self, missing: int, live: int, left: int) -> None:
        """Refuse to delete the articles missing from a source if too few would remain.

        Args:
            missing: the number of articles missing from the source.
            live: the number of articles in the live index.
            left: the number of articles that would remain.

        Raises:
            BuildError: as for ``check``.
        """
        if left * _SHRINK < live and not self.force:
            raise BuildError(
                f"{missing:,} of {live:,} articles are missing from the source, and {left:,} would be "
                f"left: if that is meant, say `onneshon index update --force`"
            )


def _unreadable(first: CorpusError, count: int, options: str) -> str:
    others = f" (and {count - 1:,} more like it)" if count > 1 else ""
    return f"{first}{others}: mend the source, or build with {options} to do without what is missing"


def _too_many(problems: Problems, given: int, allowance: Allowance) -> str:
    left_out, seen = problems.total, given + problems.total
    return (
        f"{left_out:,} of {seen:,} articles ({left_out / seen:.1%}) had to be left out, more than "
        f"--max-bad {allowance} allows{_the_first(problems)}: mend them, or allow them "
        f"by --max-bad {left_out}"
    )


def _the_first(problems: Problems) -> str:
    """The fault of the first article left out, as the end of a sentence; empty if there is none."""
    first: CorpusError | None = next(iter(problems.first.values()), None)
    return f", the first: {first}" if first else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOptions:
    """The options of every job that writes articles.

    Attributes:
        strict: stop at the first bad article, and change nothing.
        max_bad: how many articles may be left out, as a number (``20``) or a share of all (``"1%"``).
        force: publish even if a source could not be read to its end, or under half of the articles of the
            live index would be left.
        keep: the number of generations that stay, the new one included; the last good one stays in addition.
        wait: seconds to wait for another writer.
        progress: the listener to the job's progress.
        configuration: the site's configuration; None for ``onneshon.toml`` in the directory, or on a cluster
            for the defaults.
        reading: how files are read: their format, the names of their fields.

    Raises:
        ConfigurationError: ``max_bad`` is neither a number nor a share, ``keep`` is less than 1, or ``wait``
            is less than 0.
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
        self._demand(keep=1, wait=0)
        try:
            Allowance.parse(self.max_bad)
        except ValueError as error:
            raise ConfigurationError(None, "max_bad", str(error)) from None

    def _demand(self, **least: int) -> None:
        """Refuse options that are less than their least values."""
        for name, bound in least.items():
            value = getattr(self, name)
            if not value >= bound:
                raise ConfigurationError(None, name, f"must be {bound} or more, not {value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions(WriteOptions):
    """The options of a build, a migration and a repair.

    Attributes:
        workers: the number of processes that work at the same time.
        memory_mb: MiB that the postings may take before they are written out; of no use on a cluster.
        basis: the average lengths that the ranking uses; None for those of the first 2,000 articles.

    Raises:
        ConfigurationError: as for ``WriteOptions``, or ``workers`` or ``memory_mb`` is less than 1.
    """

    workers: int = 1
    memory_mb: int = MEMORY_BUDGET >> 20
    basis: Basis | None = None

    def __post_init__(self) -> None:
        WriteOptions.__post_init__(self)  # ``super()`` knows no class that slots were added to
        self._demand(workers=1, memory_mb=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateOptions(WriteOptions):
    """The options of an update.

    Attributes:
        delete_missing: delete every article that the source does not have, which must then be complete; an
            article whose record in the source is now faulty stays as it was.
    """

    delete_missing: bool = False


_Given = ParamSpec("_Given")
_Options = TypeVar("_Options", bound=WriteOptions)
_Target = TypeVar("_Target")
_Report = TypeVar("_Report")


def by_keywords(
    options: Callable[_Given, _Options], job: Callable[[ArticleSource, _Target, _Options], _Report]
) -> Callable[Concatenate[ArticleSource, _Target, _Given], _Report]:
    """Make the function by which Python programs call a job, with the fields of its options as keywords.

    Args:
        options: the class of the job's options.
        job: the job, which takes a source, a target to write to, and options.
    """

    def run(
        source: ArticleSource, target: _Target, /, *arguments: _Given.args, **keywords: _Given.kwargs
    ) -> _Report:
        return job(source, target, options(*arguments, **keywords))

    leading = [*signature(job).parameters.values()][:2]
    given = signature(options).parameters.values()
    run.__signature__ = signature(job).replace(parameters=[*leading, *given])  # type: ignore[attr-defined]  # read by help()
    run.__doc__, run.__module__ = job.__doc__, job.__module__
    run.__name__ = run.__qualname__ = job.__name__.removeprefix("run_")
    return run
