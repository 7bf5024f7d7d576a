"""What the pages of the desk share: its stores, the parameters of forms and addresses, and error pages.

An error has a sentence from the catalogues; pages in English also show the message for programs below it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, NamedTuple, cast

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from onneshon.index.configuration import AUTHORS_FILE
from onneshon.index.errors import ConfigurationError, CorpusError, TableError
from onneshon.index.ingest.articles_in_hand import SiteRecords
from onneshon.index.storage.watched_file import GONE
from onneshon.search import BusyError, IndexStateError, OnneshonError, PinFile, QueryError
from onneshon.search.errors import PinError, SynonymError
from onneshon.search.retrieval.authors import AuthorsFile
from onneshon.search.understanding.site_synonyms import SynonymsFile
from onneshon.web.current import engine
from onneshon.web.desk.changes import Changes
from onneshon.web.desk.imports import Imports
from onneshon.web.desk.sessions import Sessions
from onneshon.web.desk.store import DeskStore
from onneshon.web.middleware.answers import request_id
from onneshon.web.middleware.faults import AccessError
from onneshon.web.operations.monitoring import Check
from onneshon.web.publishing.queue import PublishingQueue
from onneshon.web.searches.store import SearchStore
from onneshon.web.site.palette import LookFile

_MAX_TEXT: Final = 2_000
"""Maximum characters of one line of a form."""

SHOWN: Final = 10
"""Number of hits in a preview, and in a search for articles."""


def typed(name: str) -> str:
    """The text of one line of a form or a parameter of the address.

    Raises:
        QueryError: the text is longer than a line may be.
    """
    text = request.values.get(name, "").strip()
    if len(text) > _MAX_TEXT:
        message = f"{name} may have {_MAX_TEXT:,} characters"
        raise QueryError(message, kind="long", limit=_MAX_TEXT, parameter=name)
    return text


def lines(name: str) -> tuple[str, ...]:
    """The lines of all fields of a name, without blank and repeated ones."""
    every = (line.strip() for text in request.values.getlist(name) for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in every if line))


def number(name: str, otherwise: int, most: int, *, least: int = 1) -> int:
    """A whole number of a form or the address, limited to ``least`` and ``most``; else ``otherwise``."""
    text = request.values.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most))):
        return otherwise
    return min(max(int(text), least), most)


def back(endpoint: str, done: str, **values: Any) -> ResponseReturnValue:
    """Redirect to a page that reports what was done."""
    return redirect(url_for(endpoint, done=done, _anchor="content", **values), HTTPStatus.SEE_OTHER)


@dataclass(frozen=True, slots=True)
class Desk:
    """All that the pages of the desk need.

    Attributes:
        sessions: the sessions of those who may use the desk.
        store: the database of the desk.
        queue: the queue of publications.
        pins: the pins of the index.
        look: the file of colours made live.
        searches: the counts of readers' searches.
        counting: whether searches are counted.
        checks: the checks of ``/readyz``.
        records: returns the reader of articles, with the site's settings.
    """

    sessions: Sessions
    store: DeskStore
    queue: PublishingQueue
    pins: PinFile
    look: LookFile
    searches: SearchStore
    counting: bool
    checks: Mapping[str, Check]
    records: Callable[[], SiteRecords]

    @property
    def changes(self) -> Changes:
        """The object that makes changes to articles."""
        return Changes(self.queue, self.records, self.store)

    @property
    def imports(self) -> Imports:
        """The imports of dropped files."""
        return Imports(self.pins.path.parent)

    @property
    def authors(self) -> AuthorsFile:
        """The file that says which names belong to one author."""
        return AuthorsFile(self.pins.path.parent / AUTHORS_FILE)

    @property
    def synonyms(self) -> SynonymsFile:
        """The site's file of synonyms."""
        return SynonymsFile(self.pins.path.parent / engine().configuration.synonyms)


_OWN: Final = frozenset({"file", "until", "body"})
"""Parameters whose errors have a sentence of their own."""

_THINGS: Final = frozenset({"id", "version", "name", "left", "which"})
"""Parameters that name something."""


class DeskFault(NamedTuple):
    """A failed action as reported to an editor.

    Attributes:
        kind: the kind of the sentence, ``desk.fault.KIND``.
        message: the message for readers of English.
        limit: a number that the sentence mentions.
    """

    kind: str
    message: str = ""
    limit: int = 0


def fault_of(error: OnneshonError) -> DeskFault:
    """The fault that is shown to an editor for an error."""
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


def taken(act: Callable[[], ResponseReturnValue], form: Callable[[DeskFault], str]) -> ResponseReturnValue:
    """The answer of an action, or the form as it was sent, with its fault: browsers do not keep its page.

    Args:
        act: runs the action.
        form: renders the page of the form, with what was typed.

    Raises:
        OnneshonError: the error is due to the index or the key, and not to the form.
    """
    try:
        return act()
    except OnneshonError as error:
        if _is_reported_everywhere(error):
            raise
        return form(fault_of(error)), HTTPStatus.BAD_REQUEST


def _is_reported_everywhere(error: OnneshonError) -> bool:
    return isinstance(error, AccessError | IndexStateError | BusyError)


def on_error(error: OnneshonError) -> ResponseReturnValue:
    """Answer an error; one of the index or the key is reported as on all other pages."""
    if _is_reported_everywhere(error):
        handler = current_app.error_handler_spec[None][None][OnneshonError]
        return cast("ResponseReturnValue", handler(error))
    return render_template("desk/fault.html", fault=fault_of(error)), HTTPStatus.BAD_REQUEST
