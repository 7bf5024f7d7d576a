"""Counts searches while they are answered, where a site wants that."""

import datetime as dt
import logging
import re
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any, Final, get_args

import msgspec
from flask import Flask, Response, g, request

from onneshon.index import ConfigurationError
from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.function_words import is_function_word
from onneshon.index.configuration import converted
from onneshon.search import OnneshonError, ResultPage
from onneshon.web.searches.askers import Askers, Span
from onneshon.web.searches.store import Counted, SearchStore

log = logging.getLogger(__name__)

FEWEST: Final = 5
"""People who must have asked something before it is written down; a site may demand more."""

FLUSH_SECONDS: Final = 2.0
"""How often counts are written."""

LONGEST: Final = 100
"""Characters of a question; a longer one is a text that somebody pasted."""

REMEMBERED: Final = 2_000
"""Queries of which it is known in memory what they were taken for."""

_PRIVATE: Final = re.compile("@|[0-9০-৯](?:[ -]?[0-9০-৯]){5}")
"""Signs of e-mail, and six digits in a row as of telephones and identity cards."""

_SIGNS: Final = re.compile('[+"“”*:~=()]|(?:^| )-')
_SEARCHES: Final = frozenset({"pages.results", "api.find"})


class CountingSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What ``[site.searches]`` says.

    Attributes:
        count: whether searches are counted.
        least: people who must have asked something.
        within: a day, or a week for sites of few readers.
        days: how many days are kept.
        address_header: in which a proxy names the reader's address; empty where readers come themselves.
    """

    count: bool = False
    least: int = FEWEST
    within: str = "day"
    days: int = 90
    address_header: str = ""


def read_counting(path: Path | None, table: Mapping[str, Any]) -> CountingSettings:
    """What ``[site.searches]`` of a configuration says.

    Raises:
        ConfigurationError: a key is unknown, or a value makes no sense.
    """
    settings = converted(path, "site.searches", dict(table), CountingSettings)
    if settings.least < FEWEST:
        raise ConfigurationError(path, "site.searches.least", f"must be {FEWEST} or more")
    if settings.within not in get_args(Span):
        raise ConfigurationError(path, "site.searches.within", "must be 'day' or 'week'")
    if not 1 <= settings.days <= 3_660:  # noqa: PLR2004  # ten years
        raise ConfigurationError(path, "site.searches.days", "must be from 1 to 3660")
    return settings


def question_of(text: str) -> tuple[str, str] | None:
    """The words of a query as a text that is the same for their forms and orders, and as they are shown.

    None of what is no question of many: with signs, too long, or with what may tell who somebody is.
    """
    if len(text) > LONGEST or _SIGNS.search(text) or _PRIVATE.search(text):
        return None
    tokens = analyze(text)
    words = [token for token in tokens if not is_function_word(token.exact)] or tokens
    if not words:
        return None
    return " ".join(sorted({token.stem for token in words})), " ".join(token.exact for token in words)


class SearchCounter:
    """Counts searches of an application; threads may share it, and processes that are forked later.

    Args:
        settings: of the site.
        store: where counts are written.
        today: tells the day.
    """

    def __init__(
        self, settings: CountingSettings, store: SearchStore, today: Callable[[], dt.date] = dt.date.today
    ) -> None:
        span: Span = "week" if settings.within == "week" else "day"
        self._settings = settings
        self.store = store
        self._today = today
        self._askers = Askers(settings.least, span)
        self._openers = Askers(1, span)
        self._waiting: list[Counted] = []
        self._read: dict[str, tuple[str, str]] = {}
        """The questions that the last queries were taken for, for the articles that are opened next."""
        self._lock = threading.Lock()
        self._ending = threading.Event()

    def watch(self, app: Flask) -> None:
        """Have every search of ``app`` counted, and every article that is opened from one."""

        @app.after_request
        def count(response: Response) -> Response:
            found: ResultPage | None = g.get("found")
            if found is not None and request.endpoint in _SEARCHES and not found.offset:
                self.searched(self._person(), found)
            opened = request.endpoint == "pages.article" and response.status_code == HTTPStatus.OK
            if opened and request.args.get("hit"):
                self.opened(self._person(), request.args.get("q", ""))
            return response

    def _person(self) -> str:
        """The address of the reader; of IPv6 the network, in which a device takes new addresses by itself."""
        header = self._settings.address_header
        text = request.headers.get(header, "").rpartition(",")[2].strip() if header else request.remote_addr
        try:
            address = ip_address(text or "")
        except ValueError:
            return text or ""
        return str(int(address) >> 64) if isinstance(address, IPv6Address) else str(address)

    def searched(self, person: str, found: ResultPage) -> None:
        """Count a search.

        Args:
            person: the reader's address, of which nothing is kept.
            found: the first page of what was found.
        """
        text = found.understanding.understood if found.understanding else found.query
        question = None if _PRIVATE.search(found.query) else question_of(text)
        if question is None:
            return
        self._note(found.query, question)
        people = self._askers.told(person, question[0], self._today())
        if people:
            self._wait(Counted(self._today(), *question, people, found.total, found.total_all))

    def opened(self, person: str, text: str) -> None:
        """Count that somebody opened an article that a search had found; arguments as before."""
        question = self._read.get(text) or question_of(text)
        if question and self._openers.told(person, question[0], self._today()):
            self._wait(Counted(self._today(), *question, opened=1))

    def _note(self, text: str, question: tuple[str, str]) -> None:
        with self._lock:
            self._read[text] = question
            if len(self._read) > REMEMBERED:
                del self._read[next(iter(self._read))]

    def _wait(self, counted: Counted) -> None:
        with self._lock:
            self._waiting.append(counted)

    def flush(self) -> None:
        """Write what waits; what cannot be written is lost, and the log says why."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        try:
            self.store.add(waiting, self._settings.days, self._today())
        except OnneshonError as error:
            log.warning("Searches were not counted: %s", error)

    def start(self) -> None:
        """Have a thread write what waits, as long as this process runs."""
        threading.Thread(target=self._keep_writing, name="search counts", daemon=True).start()

    def _keep_writing(self) -> None:
        while not self._ending.wait(FLUSH_SECONDS):
            self.flush()

    def close(self) -> None:
        """Write the last counts."""
        self._ending.set()
        self.flush()
