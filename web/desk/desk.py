"""What the pages of the desk are made from: what it keeps, and what forms and addresses say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from onneshon.index.configuration import AUTHORS_FILE
from onneshon.index.ingest.articles_in_hand import SiteRecords
from onneshon.search import PinFile, QueryError
from onneshon.search.retrieval.authors import AuthorsFile
from onneshon.search.understanding.site_synonyms import SynonymsFile
from onneshon.web.current import engine
from onneshon.web.desk.changes import Changes
from onneshon.web.desk.imports import Imports
from onneshon.web.desk.sessions import Sessions
from onneshon.web.desk.store import DeskStore
from onneshon.web.operations.monitoring import Check
from onneshon.web.publishing.queue import PublishingQueue
from onneshon.web.searches.store import SearchStore
from onneshon.web.site.palette import LookFile

_MAX_TEXT: Final = 2_000
"""Characters of what is typed into one line of a form."""

SHOWN: Final = 10
"""Hits of a preview, and of a search for articles."""


def typed(name: str) -> str:
    """A line of a form or of the address.

    Raises:
        QueryError: it is longer than a line.
    """
    text = request.values.get(name, "").strip()
    if len(text) > _MAX_TEXT:
        message = f"{name} may have {_MAX_TEXT:,} characters"
        raise QueryError(message, kind="long", limit=_MAX_TEXT, parameter=name)
    return text


def lines(name: str) -> tuple[str, ...]:
    """What stands in the fields of a name, one a line."""
    every = (line.strip() for text in request.values.getlist(name) for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in every if line))


def number(name: str, otherwise: int, most: int, *, least: int = 1) -> int:
    """A whole number of a form or of the address, between two; what is none is another one."""
    text = request.values.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most))):
        return otherwise
    return min(max(int(text), least), most)


def back(endpoint: str, done: str, **values: Any) -> ResponseReturnValue:
    """To a page that says that it is done."""
    return redirect(url_for(endpoint, done=done, _anchor="content", **values), HTTPStatus.SEE_OTHER)


@dataclass(frozen=True, slots=True)
class Desk:
    """All that the pages need.

    Attributes:
        sessions: who may be here.
        store: what the desk keeps.
        changes: of articles.
        queue: of what is published.
        pins: of the index.
        look: colours that were made live.
        searches: what readers look for.
        counting: whether that is counted.
        checks: of ``/readyz``.
        records: reads articles as the site says.
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
        """What changes articles."""
        return Changes(self.queue, self.records, self.store)

    @property
    def imports(self) -> Imports:
        """Files that were dropped in."""
        return Imports(self.pins.path.parent)

    @property
    def authors(self) -> AuthorsFile:
        """Which names are of one author."""
        return AuthorsFile(self.pins.path.parent / AUTHORS_FILE)

    @property
    def synonyms(self) -> SynonymsFile:
        """The site's file of synonyms."""
        return SynonymsFile(self.pins.path.parent / engine().configuration.synonyms)
