"""The synonyms of one index: those of the site, and those that the index learned from its articles.

The site's synonyms are a file next to the index, merged over the shipped tables and reread when it changes.
Learned synonyms rank below all tables: they are ignored for words that a table has.
"""

import os
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final

from onneshon.index.storage.watched_file import LinesFile, WatchedFile
from onneshon.search.errors import SynonymError
from onneshon.search.understanding.synonyms import (
    Entry,
    Synonyms,
    parse_synonyms,
    shipped_synonyms,
    table_stems,
)

MAX_BYTES: Final = 8_000_000
"""A larger file is refused; 100,000 entries are smaller."""
LEARNED: Final = "learned"
"""The file name of a learned entry in messages, with its line."""
_REMEMBERED: Final = 4
"""Number of cached generations and versions of the site's table; a few are in use at a time."""


class SiteSynonyms(WatchedFile[Synonyms]):
    """The shipped synonyms with those of a file. Thread-safe.

    Args:
        path: the site's file; it may be missing, and appear or disappear at any time.
        clock: a monotonic clock, in seconds.
        stat: returns the state of a file; raises OSError if there is none.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], float] = time.monotonic,
        stat: Callable[[Path], os.stat_result] = os.stat,
    ) -> None:
        super().__init__(path, shipped_synonyms(), clock=clock, stat=stat)

    def read(self) -> Synonyms:
        """The shipped synonyms and those of the file, read now.

        Raises:
            SynonymError: the file cannot be read or a line of it is malformed.
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
    """The entries of a table of learned synonyms."""
    return tuple(parse_synonyms(table, LEARNED))


def with_learned(tables: Synonyms, learned: str) -> Synonyms:
    """The tables with the learned synonyms of words that the tables do not have."""
    if not learned:
        return tables
    known = {table_stems(entry.left) for entry in tables.entries}
    return Synonyms(
        (
            *(entry for entry in learned_entries(learned) if table_stems(entry.left) not in known),
            *tables.entries,
        )
    )


known_with_learned = lru_cache(_REMEMBERED)(with_learned)
"""The cached ``with_learned``, which each query calls with the current tables."""


class SynonymsFile(LinesFile):
    """The site's file, for changes; its errors are ``SynonymError``."""

    error = SynonymError
    form = "`word, word` or `word => word`"

    def check(self, text: str, where: str) -> None:
        """Raises SynonymError if a line is malformed."""
        parse_synonyms(text, where)


def accepted_line(entry: Entry) -> str:
    """The line by which a site accepts a learned entry."""
    return f"{entry.left}\t=\t{entry.right}\t{entry.kind}\taccepted"


def refused_line(entry: Entry) -> str:
    """The line by which a site refuses it: a word in a table learns nothing, and stands for itself."""
    return f"{entry.left}\t>\t{entry.left}\t{entry.kind}\trefused"
