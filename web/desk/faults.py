"""What an editor is told of what cannot be done: a sentence of the catalogues, by what is wrong.

What programs are told, in English, stands below it on pages in English.
"""

from http import HTTPStatus
from typing import Final, NamedTuple, cast

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from onneshon.index.errors import ConfigurationError, CorpusError, TableError
from onneshon.index.storage.watched_file import GONE
from onneshon.search import BusyError, IndexStateError, OnneshonError, QueryError
from onneshon.search.errors import PinError, SynonymError
from onneshon.web.middleware.answers import request_id
from onneshon.web.middleware.faults import AccessError

_OWN: Final = frozenset({"file", "until", "body"})
"""Parameters that have a sentence of their own."""

_THINGS: Final = frozenset({"id", "version", "name", "left", "which"})
"""Parameters that name something."""


class DeskFault(NamedTuple):
    """What an editor reads of what cannot be done.

    Attributes:
        kind: of the sentence, ``desk.fault.KIND``.
        message: for who reads English.
        limit: a number that the sentence names.
    """

    kind: str
    message: str = ""
    limit: int = 0


def fault_of(error: OnneshonError) -> DeskFault:
    """What an editor reads of an error."""
    kind = _kind(error)
    if kind == "server":
        current_app.logger.error("The desk failed (request %s): %s", request_id(), error)
    return DeskFault(kind, str(error), getattr(error, "limit", 0))


def _kind(error: OnneshonError) -> str:
    match error:
        case QueryError():
            return _of_query(error)
        case PinError(kind="queries" | "articles" | "date" | "days" | "gone" as kind):
            return kind
        case TableError():
            return _of_line(error)
        case ConfigurationError(key="") | PinError():
            return "server"
    return {CorpusError: "file", ConfigurationError: "look"}.get(type(error), "server")


def _of_line(error: TableError) -> str:
    if error.reason == GONE:
        return "gone"
    if not error.where.startswith("line"):
        return "server"
    return "synonym" if isinstance(error, SynonymError) else "author"


def _of_query(error: QueryError) -> str:
    if error.kind in {"date", "long"}:
        return error.kind
    if error.parameter in _OWN:
        return error.parameter
    return "gone" if error.parameter in _THINGS else "query"


def fault_page(fault: DeskFault) -> ResponseReturnValue:
    """The page that says so, and that nothing was changed."""
    return render_template("desk/fault.html", fault=fault), HTTPStatus.BAD_REQUEST


def on_error(error: OnneshonError) -> ResponseReturnValue:
    """What is wrong with the index or the key is told as everywhere."""
    if isinstance(error, AccessError | IndexStateError | BusyError):
        handler = current_app.error_handler_spec[None][None][OnneshonError]
        return cast("ResponseReturnValue", handler(error))
    return fault_page(fault_of(error))
