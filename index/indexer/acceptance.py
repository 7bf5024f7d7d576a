"""Whether what was read may take the place of the live index: a bad feed must not replace a good one."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Self

from onneshon.index.errors import BuildError, CorpusError
from onneshon.index.ingest.problems import Problems

__all__ = ["DEFAULT_MAX_BAD", "Acceptance", "Allowance"]

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
        if problems.first_unreadable and not self.force:
            raise BuildError(_unreadable(problems.first_unreadable, problems.unreadable))
        if not self.allowance.covers(problems.total, given + problems.total):
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


def _unreadable(first: CorpusError, count: int) -> str:
    others = f" (and {count - 1:,} more like it)" if count > 1 else ""
    return f"{first}{others}: mend the source, or build with --force to do without what is missing"


def _too_many(problems: Problems, given: int, allowance: Allowance) -> str:
    left_out, seen = problems.total, given + problems.total
    return (
        f"{left_out:,} of {seen:,} articles ({left_out / seen:.1%}) had to be left out, more than "
        f"--max-bad {allowance} allows{_the_first(problems)}: mend them, or allow more by --max-bad"
    )


def _the_first(problems: Problems) -> str:
    """What the first article that was left out lacks, to go on a sentence; empty where there is none."""
    first: CorpusError | None = next(iter(problems.first.values()), None)
    return f", the first: {first}" if first else ""
