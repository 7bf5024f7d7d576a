"""Counts searches while they are answered, where a site wants that, and how many people asked.

Each pair of a person and a question is remembered as a digest with a key that is drawn anew every day, so
that a person counts once a question and nobody can be recognised the day after. What fewer people than a
least number asked never leaves this memory, which all processes share that are forked after it was made.
"""

import datetime as dt
import logging
import mmap
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from hashlib import blake2b
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

import msgspec
import numpy as np
from flask import Flask, Response, g, request

from onneshon.index import ConfigurationError
from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.stemmer import is_function_word
from onneshon.index.configuration_file import converted
from onneshon.search import OnneshonError, ResultPage
from onneshon.web.access.guard import SharedLock
from onneshon.web.searches.store import Counted, SearchStore

Span: TypeAlias = Literal["day", "week"]
"""Within what a question has to be asked by enough people."""

PAIRS: Final = 1 << 18
"""Pairs of a person and a question that are remembered; of further ones nothing is counted that day."""

_QUESTIONS: Final = 1 << 16
_KEY_BYTES: Final = 32
_FULLEST: Final = 0.75


class Askers:
    """Counts people for each question of a day or a week.

    Args:
        least: people who must have asked something before it is told.
        span: within what.
    """

    def __init__(self, least: int, span: Span = "day") -> None:
        self._least = least
        self._span = span
        self._lock = SharedLock()
        size = _KEY_BYTES + 16 + 8 * PAIRS + 16 * _QUESTIONS
        memory = mmap.mmap(-1, size)
        self._memory = memory
        self._head = np.frombuffer(memory, np.int64, 2, _KEY_BYTES)
        """Which span it is, and how many pairs are known."""
        self._pairs = np.frombuffer(memory, np.uint64, PAIRS, _KEY_BYTES + 16)
        self._questions = np.frombuffer(memory, np.uint64, 2 * _QUESTIONS, _KEY_BYTES + 16 + 8 * PAIRS)

    def told(self, person: str, question: str, day: dt.date) -> int:
        """How many people more are to be told to have asked something, now that this one did.

        Args:
            person: an address, of which nothing is kept but the digest.
            question: what was asked.
            day: of now.

        Returns:
            0 while there are too few, or this person asked before; when there are enough, all of them; then
            1 for each further one.
        """
        with self._lock.acquired():
            self._begin(day)
            if not self._remember(self._digest(question, person)):
                return 0
            people = self._count(self._digest(question))
        return 0 if people < self._least else people if people == self._least else 1

    def _begin(self, day: dt.date) -> None:
        """Forget all with the span before."""
        number = day.toordinal() if self._span == "day" else (day.toordinal() - 1) // 7 + 1
        if self._head[0] != number:
            self._memory[:] = bytes(len(self._memory))
            self._memory[:_KEY_BYTES] = secrets.token_bytes(_KEY_BYTES)
            self._head[0] = number

    def _digest(self, *parts: str) -> int:
        digest = blake2b(key=self._memory[:_KEY_BYTES], digest_size=8)
        for part in parts:
            digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
        return int.from_bytes(digest.digest()) or 1  # 0 is a free place

    def _remember(self, pair: int) -> bool:
        """Whether a pair is new, and there was room for it."""
        place = self._place(self._pairs, pair, PAIRS)
        if self._pairs[place] == pair or self._head[1] >= _FULLEST * PAIRS:
            return False
        self._pairs[place] = pair
        self._head[1] += 1
        return True

    def _count(self, question: int) -> int:
        """How many people asked a question, with one more; 0 where there is no room for it."""
        keys, counts = self._questions[:_QUESTIONS], self._questions[_QUESTIONS:]
        place = self._place(keys, question, _QUESTIONS)
        if keys[place] == 0 and np.count_nonzero(keys) >= _FULLEST * _QUESTIONS:
            return 0
        keys[place] = question
        counts[place] += np.uint64(1)
        return int(counts[place])

    @staticmethod
    def _place(table: "np.ndarray[tuple[int], np.dtype[np.uint64]]", key: int, size: int) -> int:
        """Where a key stands in a table, or the free place where it would."""
        place = key % size
        while table[place] not in (0, key):
            place = (place + 1) % size
        return place


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
