"""What is wrong with a query; part of the family of ``index.errors``."""

from typing import Literal, TypeAlias

from onneshon.index.errors import OnneshonError, TableError

QueryFault: TypeAlias = Literal["query", "long", "deep", "far", "page", "date", "cursor", "parameter"]
"""What a query exceeds: characters, depth of parentheses, hits or pages to go back; a date or a cursor that
cannot be read, or another parameter that cannot be taken; else ``query``."""


class QueryError(OnneshonError):
    """A query that cannot be run.

    Args:
        reason: what is wrong and what to write instead.
        position: the code point in the query where it goes wrong; None where no single one is at fault.
        kind: what is wrong as a stable word, for those who tell it in another language.
        limit: the most allowed of what ``kind`` names; 0 where that is no number.
        parameter: of the request that is at fault; empty where it is the query.
    """

    exit_code = 2

    def __init__(
        self,
        reason: str,
        position: int | None = None,
        *,
        kind: QueryFault = "query",
        limit: int = 0,
        parameter: str = "",
    ) -> None:
        super().__init__(reason if position is None else f"{reason} (at character {position + 1})")
        self.reason = reason
        self.position = position
        self.kind: QueryFault = kind
        self.limit = limit
        self.parameter = parameter


class SynonymError(TableError):
    """An entry of a table of synonyms that makes no sense."""


class AuthorsError(TableError):
    """A line that says which names are of one author, and makes no sense."""


PinFault: TypeAlias = Literal["queries", "articles", "date", "days", "gone", "changed", "file"]
"""What of a pin makes no sense; there is none of that name, or another one; or it is the file of them."""


class PinError(OnneshonError):
    """Pins that make no sense, or cannot be read or written.

    Args:
        message: what is wrong and what to do.
        kind: what is wrong as a stable word, for those who tell it in another language.
        limit: the most allowed of what ``kind`` names; 0 where that is no number.
    """

    def __init__(self, message: str, kind: PinFault = "file", limit: int = 0) -> None:
        super().__init__(message)
        self.kind: PinFault = kind
        self.limit = limit
