"""How articles are written: the options of a build and of an update, and when either is accepted."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from inspect import signature
from typing import Concatenate, Final, ParamSpec, Self, TypeVar

from onneshon.index.configuration import Configuration
from onneshon.index.errors import BuildError, CorpusError
from onneshon.index.indexer.bulk_writer import MEMORY_BUDGET
from onneshon.index.indexer.progress import Progress
from onneshon.index.ingest.articles_in_hand import ArticleSource
from onneshon.index.ingest.intake import Problems
from onneshon.index.ingest.readers.record import ReadingOptions
from onneshon.index.ranking import Basis
from onneshon.index.storage.generations import KEPT

DEFAULT_MAX_BAD: Final = "1%"
"""A feed has a broken record now and then; one in a hundred is a feed that changed its form."""

_SHRINK: Final = 2
"""The new index may have fewer articles than the live one, but not fewer than one in so many."""

_ALLOWANCE = re.compile(r"(\d+)|(\d+(?:\.\d+)?)\s*%")


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many articles may be left out.

    Attributes:
        most: that number; None where it is a share.
        percent: the share of all articles met.
    """

    most: int | None
    percent: Decimal = Decimal(0)

    @classmethod
    def parse(cls, text: str | int) -> Self:
        """Read ``20`` or ``1%``.

        Raises:
            ValueError: it is neither, or more than 100 %.
        """
        found = _ALLOWANCE.fullmatch(str(text).strip())
        percent = Decimal(found[2] or 0) if found else Decimal(-1)
        if found is None or not 0 <= percent <= 100:  # noqa: PLR2004  # a whole
            raise ValueError(f"{text!r} is neither a number of articles (20) nor a share of them (1%)")
        return cls(int(found[1]) if found[1] else None, percent)

    def covers(self, left_out: int, seen: int) -> bool:
        """Whether so many of so many may be left out."""
        return left_out <= (self.percent * seen / 100 if self.most is None else self.most)

    def __str__(self) -> str:
        return f"{self.percent}%" if self.most is None else str(self.most)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The conditions under which a new index is published.

    Attributes:
        allowance: how many articles may be left out.
        force: publish though a source could not be read to its end, or the index shrinks.
    """

    allowance: Allowance
    force: bool = False

    def check(self, problems: Problems, given: int, live: int | None) -> None:
        """Refuse what is too bad.

        Args:
            problems: what was left out.
            given: how many articles were good.
            live: how many the live index holds; None when there is none that can be read.

        Raises:
            BuildError: what was read must not replace what is live; the message says why, and what to do.
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
        """Refuse a source of which too much had to be left out.

        Args:
            problems: what was left out.
            given: how many articles were good.

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
        """Refuse to delete what is missing from a source where too little would be left.

        Args:
            missing: how many articles that is.
            live: how many the live index holds.
            left: how many it would hold.

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
    """What the first article that was left out lacks, to go on a sentence; empty where there is none."""
    first: CorpusError | None = next(iter(problems.first.values()), None)
    return f", the first: {first}" if first else ""


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
        workers: processes that work at the same time.
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
        delete_missing: delete every article that the source does not have, which must then be all of it; what
            it has, but nothing that is an article any more, stays as it was.
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

    leading = [*signature(job).parameters.values()][:2]
    given = signature(options).parameters.values()
    run.__signature__ = signature(job).replace(parameters=[*leading, *given])  # type: ignore[attr-defined]  # read by help()
    run.__doc__, run.__module__ = job.__doc__, job.__module__
    run.__name__ = run.__qualname__ = job.__name__.removeprefix("run_")
    return run
