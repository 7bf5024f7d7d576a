"""Errors of queries, synonyms, authors and pins; they derive from those of ``index.errors``."""

from typing import Literal, TypeAlias

from onneshon.index.errors import OnneshonError, TableError

QueryFault: TypeAlias = Literal["query", "long", "deep", "far", "page", "date", "cursor", "parameter"]
"""Which limit a query exceeds: ``long`` (characters), ``deep`` (parentheses), ``far`` or ``page`` (paging);
or what cannot be read: a ``date``, a ``cursor``, another ``parameter``; ``query`` for all else."""


class QueryError(OnneshonError):
    """A query that cannot be run.

    Args:
        reason: what is wrong and what to write instead.
        position: the offset in the query of the fault; None where no single code point is at fault.
        kind: a stable name for the fault, for callers that word the message in another language; by default
            ``parameter`` where there is one at fault, else ``query``.
        limit: the maximum of what ``kind`` names; 0 where that is no number.
        parameter: the name of the parameter at fault; empty where the query text is.
    """

    exit_code = 2

    def __init__(
        self,
        reason: str,
        position: int | None = None,
        *,
        kind: QueryFault | None = None,
        limit: int = 0,
        parameter: str = "",
    ) -> None:
        super().__init__(reason if position is None else f"{reason} (at character {position + 1})")
        self.reason = reason
        self.position = position
        self.kind: QueryFault = kind or ("parameter" if parameter else "query")
        self.limit = limit
        self.parameter = parameter


class SynonymError(TableError):
    """An invalid entry in a table of synonyms."""


class AuthorsError(TableError):
    """An invalid line in the table that lists the names of each author."""


PinFault: TypeAlias = Literal["queries", "articles", "date", "days", "gone", "changed", "file"]
"""The part of a pin that is invalid; ``gone`` and ``changed``: no pin of that name, or it was edited since;
``file``: the file of pins itself."""


class PinError(OnneshonError):
    """Pins that are invalid, or cannot be read or written.

    Args:
        message: what is wrong and what to do.
        kind: a stable name for the fault, for callers that word the message in another language.
        limit: the maximum of what ``kind`` names; 0 where that is no number.
    """

    def __init__(self, message: str, kind: PinFault = "file", limit: int = 0) -> None:
        super().__init__(message)
        self.kind: PinFault = kind
        self.limit = limit
