"""Counts searches as they are answered, and the people who asked, where a site wants that.

Each pair of a person and a question is remembered as a digest with a random key, drawn for each period (a
day or a week), so that a person counts once per question and nobody can be recognised in the next period. A
question of fewer people than a set minimum never leaves this memory, which processes forked later share.
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
from typing import Any, Final, Literal, TypeAlias

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
"""The period in which enough people have to ask a question."""

PAIRS: Final = 1 << 18
"""Places for pairs of a person and a question; once they are full, new pairs are not counted that day."""

_QUESTIONS: Final = 1 << 16
_KEY_BYTES: Final = 32
_FULLEST: Final = 0.75


class Askers:
    """Counts people for each question of a day or a week.

    Args:
        least: the number of people who must have asked a question before it is reported.
        span: the period in which they must have asked.
    """

    def __init__(self, least: int, span: Span = "day") -> None:
        self._least = least
        self._span = span
        self._lock = SharedLock()
        size = _KEY_BYTES + 16 + 8 * PAIRS + 16 * _QUESTIONS
        memory = mmap.mmap(-1, size)
        self._memory = memory
        self._head = np.frombuffer(memory, np.int64, 2, _KEY_BYTES)
        """The number of the current period, and the number of pairs remembered."""
        self._pairs = np.frombuffer(memory, np.uint64, PAIRS, _KEY_BYTES + 16)
        self._questions = np.frombuffer(memory, np.uint64, 2 * _QUESTIONS, _KEY_BYTES + 16 + 8 * PAIRS)

    def newly_counted(self, person: str, question: str, day: dt.date) -> int:
        """Count that a person asked a question; return how many people to add to its reported count.

        Args:
            person: an address, of which only a digest is kept.
            question: the question asked.
            day: the current day.

        Returns:
            0 while too few people asked, or if this person asked before; all of them once there are enough;
            then 1 for each further person.
        """
        with self._lock.acquired():
            self._begin(day)
            if not self._remember(self._digest(question, person)):
                return 0
            people = self._count(self._digest(question))
        return 0 if people < self._least else people if people == self._least else 1

    def _begin(self, day: dt.date) -> None:
        """Forget everything of the previous period, when a new one begins."""
        number = day.toordinal() if self._span == "day" else (day.toordinal() - 1) // 7 + 1
        if self._head[0] != number:
            self._memory[:] = bytes(len(self._memory))
            self._memory[:_KEY_BYTES] = secrets.token_bytes(_KEY_BYTES)
            self._head[0] = number

    def _digest(self, *parts: str) -> int:
        digest = blake2b(key=self._memory[:_KEY_BYTES], digest_size=8)
        for part in parts:
            digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
        return int.from_bytes(digest.digest()) or 1  # 0 marks a free place

    def _remember(self, pair: int) -> bool:
        """Remember a pair; return whether it is new and there was room for it."""
        place = self._place(self._pairs, pair, PAIRS)
        if self._pairs[place] == pair or self._head[1] >= _FULLEST * PAIRS:
            return False
        self._pairs[place] = pair
        self._head[1] += 1
        return True

    def _count(self, question: int) -> int:
        """Add one to the number of people who asked a question and return it; 0 where there is no room."""
        keys, counts = self._questions[:_QUESTIONS], self._questions[_QUESTIONS:]
        place = self._place(keys, question, _QUESTIONS)
        if keys[place] == 0 and np.count_nonzero(keys) >= _FULLEST * _QUESTIONS:
            return 0
        keys[place] = question
        counts[place] += np.uint64(1)
        return int(counts[place])

    @staticmethod
    def _place(table: "np.ndarray[tuple[int], np.dtype[np.uint64]]", key: int, size: int) -> int:
        """The index of a key in a hash table, or of the free place where it belongs."""
        place = key % size
        while table[place] not in (0, key):
            place = (place + 1) % size
        return place


log = logging.getLogger(__name__)

FEWEST: Final = 5
"""Minimum number of people who must have asked a question before it is stored; a site may demand more."""

FLUSH_SECONDS: Final = 2.0
"""Interval at which counts are written."""

LONGEST: Final = 100
"""Maximum characters of a question; a longer one is a text that somebody pasted."""

REMEMBERED: Final = 2_000
"""Number of recent queries whose understood questions are cached."""

_PRIVATE: Final = re.compile("@|[0-9০-৯](?:[ -]?[0-9০-৯]){5}")
"""Signs of e-mail addresses, and six consecutive digits as in telephone and identity card numbers."""

_SIGNS: Final = re.compile('[+"“”*:~=()]|(?:^| )-')
_SEARCHES: Final = frozenset({"pages.results", "api.find"})


class CountingSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The settings of ``[site.searches]``.

    Attributes:
        count: whether searches are counted.
        least: the number of people who must have asked a question before it is stored.
        within: the period in which they must have asked: a day, or a week for sites with few readers.
        days: the number of days that are kept.
        address_header: the header in which a proxy names the reader's address; empty where there is no proxy.
    """

    count: bool = False
    least: int = FEWEST
    within: Span = "day"
    days: int = 90
    address_header: str = ""


def read_counting(path: Path | None, table: Mapping[str, Any]) -> CountingSettings:
    """Read ``[site.searches]`` of a configuration.

    Raises:
        ConfigurationError: a key is unknown, or a value is invalid.
    """
    settings = converted(path, "site.searches", dict(table), CountingSettings)
    if settings.least < FEWEST:
        raise ConfigurationError(path, "site.searches.least", f"must be {FEWEST} or more")
    if not 1 <= settings.days <= 3_660:  # noqa: PLR2004  # ten years
        raise ConfigurationError(path, "site.searches.days", "must be from 1 to 3660")
    return settings


def question_of(text: str) -> tuple[str, str] | None:
    """The question of a query: its words as a text independent of their inflection and order, and as shown.

    None for a query with operators, one that is too long, or one that may identify a person.
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
        settings: the site's settings for counting.
        store: the store to which counts are written.
        today: returns the current day.
    """

    def __init__(
        self, settings: CountingSettings, store: SearchStore, today: Callable[[], dt.date] = dt.date.today
    ) -> None:
        self._settings = settings
        self.store = store
        self._today = today
        self._askers = Askers(settings.least, settings.within)
        self._openers = Askers(1, settings.within)
        self._waiting: list[Counted] = []
        self._read: dict[str, tuple[str, str]] = {}
        """The questions of the last queries, by query, for counting the articles opened from their hits."""
        self._lock = threading.Lock()
        self._ending = threading.Event()

    def watch(self, app: Flask) -> None:
        """Count every search of ``app``, and every article that is opened from its hits."""

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
        """The reader's address; for IPv6 the network, in which a device changes its address by itself."""
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
            person: the reader's address, of which only a digest is kept.
            found: the first page of results.
        """
        text = found.understanding.understood if found.understanding else found.query
        question = None if _PRIVATE.search(found.query) else question_of(text)
        if question is None:
            return
        self._note(found.query, question)
        people = self._askers.newly_counted(person, question[0], self._today())
        if people:
            self._wait(Counted(self._today(), *question, people, found.total, found.total_all))

    def opened(self, person: str, text: str) -> None:
        """Count that a person opened a hit of a search; ``text`` is the query, as typed."""
        question = self._read.get(text) or question_of(text)
        if question and self._openers.newly_counted(person, question[0], self._today()):
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
        """Write the pending counts; if that fails they are lost, and the log says why."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        try:
            self.store.add(waiting, self._settings.days, self._today())
        except OnneshonError as error:
            log.warning("Searches were not counted: %s", error)

    def start(self) -> None:
        """Start a thread that writes pending counts as long as this process runs."""
        threading.Thread(target=self._keep_writing, name="search counts", daemon=True).start()

    def _keep_writing(self) -> None:
        while not self._ending.wait(FLUSH_SECONDS):
            self.flush()

    def close(self) -> None:
        """Write the last counts."""
        self._ending.set()
        self.flush()
