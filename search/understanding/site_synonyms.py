"""The synonyms of one index: those of a site, and those that it learned of its articles.

A site's are a file beside the index, merged over the shipped tables and read when it changes. What an index
learned stands below all tables: nothing of it counts for what a table has.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from onneshon.search.errors import SynonymError
from onneshon.search.understanding.synonyms import (
    Entry,
    Synonyms,
    parse_synonyms,
    shipped_synonyms,
    table_stems,
)

__all__ = ["LEARNED", "MAX_BYTES", "RECHECK_SECONDS", "SiteSynonyms", "learned_entries", "with_learned"]


log = logging.getLogger(__name__)
MAX_BYTES: Final = 8_000_000
"""A larger file is refused; 100,000 entries are smaller."""
RECHECK_SECONDS: Final = 1.0
"""The file is looked at no more often than this."""
LEARNED: Final = "learned"
"""Named as the file of such an entry, with its line."""
_REMEMBERED: Final = 4
"""Generations and editions of the site's table, of which a few are in use at a time."""


class _State(NamedTuple):
    """What tells whether a file was written since: None of a file that is not there."""

    modified_ns: int
    size: int
    inode: int


class SiteSynonyms:
    """The shipped synonyms with those of a file; may be asked from several threads.

    A file that makes no sense changes nothing: what was read last stays in use, and ``fault`` and the log
    say why.

    Args:
        path: the site's file; it may be missing, and come or go at any time.
        clock: seconds that only grow.
        stat: how the state of a file is asked; raises OSError where there is none.

    Attributes:
        path: as given.
        fault: why the file makes no sense; None while it does.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], float] = time.monotonic,
        stat: Callable[[Path], os.stat_result] = os.stat,
    ) -> None:
        self.path = path
        self._clock = clock
        self._stat = stat
        self._lock = threading.Lock()
        self._due = float("-inf")
        self._state: _State | None = None
        self._synonyms = shipped_synonyms()
        self.fault: SynonymError | None = None

    def current(self) -> Synonyms:
        """The synonyms as the file has them now, or had them ``RECHECK_SECONDS`` ago at most."""
        if self._clock() >= self._due and self._lock.acquire(blocking=False):
            try:
                self._refresh()
                self._due = self._clock() + RECHECK_SECONDS
            finally:
                self._lock.release()
        return self._synonyms

    @property
    def version(self) -> str:
        """Which file these are of: another text once it was written, came or went."""
        self.current()
        return repr(self._state)

    def _refresh(self) -> None:
        state = self._state_now()
        if state == self._state:
            return
        self._state = state
        try:
            self._synonyms = self.read() if state else shipped_synonyms()
        except SynonymError as error:
            self.fault = error
            log.warning("%s; the synonyms of before stay in use", error)
        else:
            self.fault = None

    def _state_now(self) -> _State | None:
        try:
            found = self._stat(self.path)
        except OSError:
            return None
        return _State(found.st_mtime_ns, found.st_size, found.st_ino)

    def read(self) -> Synonyms:
        """The shipped synonyms and those of the file, read now.

        Raises:
            SynonymError: the file cannot be read or a line of it makes no sense.
        """
        try:
            with self.path.open("rb") as file:
                raw = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            return shipped_synonyms()
        except OSError as error:
            raise SynonymError(str(self.path), f"cannot be read: {error.strerror}") from error
        if len(raw) > MAX_BYTES:
            raise SynonymError(
                str(self.path), f"larger than {MAX_BYTES:,} bytes: leave out what is not asked for"
            )
        return shipped_synonyms().merged(parse_synonyms(_decoded(raw, self.path), str(self.path)))


def _decoded(raw: bytes, path: Path) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise SynonymError(f"{path}:{line}", "not UTF-8: save the file as UTF-8") from error


@lru_cache(_REMEMBERED)
def learned_entries(table: str) -> tuple[Entry, ...]:
    """The entries of a table that an index has."""
    return tuple(parse_synonyms(table, LEARNED))


@lru_cache(_REMEMBERED)
def with_learned(tables: Synonyms, learned: str) -> Synonyms:
    """The tables, and below them what an index learned of words that they say nothing of."""
    known = {table_stems(entry.left) for entry in tables.entries}
    return Synonyms(
        (
            *(entry for entry in learned_entries(learned) if table_stems(entry.left) not in known),
            *tables.entries,
        )
    )
